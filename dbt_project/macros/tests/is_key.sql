{#- What: the columns identify a row. Fails with: every key that is NULL in part or occurs twice.
    Remedy: the model's grain is broken; look for a join that multiplies rows. -#}
{% test is_key(model, columns) %}
    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1 or {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
