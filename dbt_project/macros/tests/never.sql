{#- What: no row satisfies the condition. Fails with: the rows that do.
    Unlike a check of what should hold, a NULL condition passes: say `is null` where it must not. -#}
{% test never(model, condition) %}
    select *
    from {{ model }}
    where {{ condition }}
{% endtest %}
