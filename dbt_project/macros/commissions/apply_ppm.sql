{#- amount × parts per million, truncated once toward zero; the product may outgrow BIGINT. -#}
{% macro apply_ppm(amount, ppm) -%}
{{ divide_trunc("cast(" ~ amount ~ " as hugeint) * " ~ ppm, 1000000) }}
{%- endmacro %}
