{#- A day of the month that begins on a date; the month end where the month is shorter. NULL stays
    NULL: DuckDB's `least` would pass over it. -#}
{% macro day_of_month(month_start, day) %}
case
    when {{ day }} is not null
        then least({{ add_days(month_start, day ~ ' - 1') }}, {{ month_end(month_start) }})
end
{%- endmacro %}

{% macro month_end(month_start) -%}
{{ add_days(add_months(month_start, 1), -1) }}
{%- endmacro %}

{#- First day of a closing period `YYYY-MM`. -#}
{% macro period_start(period) -%}
cast({{ period }} || '-01' as date)
{%- endmacro %}

{#- The last day of the 60-day count (DOMAIN §5), the day of the service itself being day 1. -#}
{% macro sixtieth_day(service_on) -%}
{{ add_days(service_on, 59) }}
{%- endmacro %}

{#- The last day of the two-month reading: for a service of 1 July, 31 August. -#}
{% macro two_months_on(service_on) -%}
{{ add_days(add_months(service_on, 2), -1) }}
{%- endmacro %}
