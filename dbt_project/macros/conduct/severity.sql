{#- Severities in order, so that the worst of several can be told. -#}
{% macro severity_rank(severity) -%}
case {{ severity }} when 'critical' then 4 when 'high' then 3 when 'medium' then 2 else 1 end
{%- endmacro %}

{% macro severity_of_rank(rank) -%}
case {{ rank }} when 4 then 'critical' when 3 then 'high' when 2 then 'medium' when 1 then 'low' end
{%- endmacro %}
