{#- `YYYY-MM` of the closing date (締日) of the period that contains a day. An empty closing day, or
    one past the end of the month, is the month end. -#}
{% macro closing_period(day, closing_day) %}
substr(
    cast(
        case
            when extract(day from {{ day }}) <= coalesce({{ closing_day }}, 31) then {{ day }}
            else {{ add_months(day, 1) }}
        end as string
    ), 1, 7
)
{%- endmacro %}
