{#- A date n days later. -#}
{% macro add_days(day, days) -%}
cast({{ day }} + to_days(cast({{ days }} as integer)) as date)
{%- endmacro %}
