{#- The lowest fee that a discount allows: prices are rounded down to the hundred or the ten yen that
    the list price is written in, and ¥5,200 for ¥5,800 less 10 % is nobody's breach. -#}
{% macro lowest_fee(list_yen, rate) -%}
{%- set exact = apply_ppm(list_yen, rate_ppm('(1 - ' ~ rate ~ ')')) -%}
{{ exact }} - {{ exact }}
        % case when {{ list_yen }} % 100 = 0 then 100 when {{ list_yen }} % 10 = 0 then 10 else 1 end
{%- endmacro %}
