{#- The business day (Asia/Tokyo, no daylight saving time) of a naive UTC timestamp. -#}
{% macro business_day(timestamp_utc) -%}
    cast({{ timestamp_utc }} + interval 9 hour as date)
{%- endmacro %}

{#- The naive UTC timestamp at which a business day begins in Tokyo. -#}
{% macro start_of_day(business_day) -%}
    (cast({{ business_day }} as timestamp) - interval 9 hour)
{%- endmacro %}

{#- First day of the month of a date. -#}
{% macro month_of(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{#- `YYYY-MM` of a date. -#}
{% macro year_month(day) -%}
    substr(cast({{ day }} as string), 1, 7)
{%- endmacro %}
