{#- The largest k ≥ 0 with start + k months (clamped to month end) ≤ end. The calendar difference of
    the months is that k, or one too many. -#}
{% macro whole_months(start, end) %}
greatest(
    0,
    {{ calendar_months(start, end) }}
    - case
        when {{ add_months(start, calendar_months(start, end)) }} > {{ end }} then 1
        else 0
    end
)
{%- endmacro %}

{% macro calendar_months(start, end) -%}
(
    (extract(year from {{ end }}) - extract(year from {{ start }})) * 12
    + extract(month from {{ end }}) - extract(month from {{ start }})
)
{%- endmacro %}
