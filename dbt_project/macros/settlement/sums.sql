{#- The whole yen of the rows of a group that meet a condition; 0 without any. -#}
{% macro yen_where(condition, amount='amount_yen') -%}
cast(coalesce(sum({{ amount }}) filter (where {{ condition }}), 0) as bigint)
{%- endmacro %}
