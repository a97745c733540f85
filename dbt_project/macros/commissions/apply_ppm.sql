{#- amount × parts per million, truncated once toward zero. -#}
{% macro apply_ppm(amount, ppm) -%}
{{ part_of(amount, ppm, 1000000) }}
{%- endmacro %}
