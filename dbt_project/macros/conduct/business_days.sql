{#- Monday to Friday in (start, end], by how many there are up to each of the two days since Monday
    1900-01-01; public holidays are taken off by the caller. -#}
{% macro weekdays_after(start, end) -%}
({{ weekdays_until(end) }} - {{ weekdays_until(start) }})
{%- endmacro %}

{% macro weekdays_until(day) -%}
(
    {{ divide_trunc(days_since_monday(day), 7) }} * 5
    + least({{ days_since_monday(day) }} % 7, 5)
)
{%- endmacro %}

{#- Days from Monday 1900-01-01, counted so that the Monday itself is 1. -#}
{% macro days_since_monday(day) -%}
({{ days_between("cast('1900-01-01' as date)", day) }} + 1)
{%- endmacro %}
