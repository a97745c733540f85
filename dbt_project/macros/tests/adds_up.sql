{#- What: a measure summed over the model equals the same measure over another relation.
    Fails with: one row with both sums. An empty side counts as 0. -#}
{% test adds_up(model, expression, to, to_expression, to_where='true') %}
    with ours as (

        select coalesce({{ expression }}, 0) as total from {{ model }}

    ),

    theirs as (

        select coalesce({{ to_expression }}, 0) as total from {{ to }} where {{ to_where }}

    )

    select
        ours.total as total,
        theirs.total as expected_total
    from ours
    cross join theirs
    where ours.total <> theirs.total
{% endtest %}
