{#- The day one cadence after a day; NULL without a cadence. -#}
{% macro next_delivery(cadence, day) -%}
    case {{ cadence }}
            when 'daily' then {{ day }} + 1
            when 'weekly' then {{ day }} + 7
            when 'monthly' then {{ add_months(day, 1) }}
        end
{%- endmacro %}
