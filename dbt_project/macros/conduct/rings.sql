{#- DuckDB's recursion that keeps one row a key, the last one found: a recursive CTE named as keyed
    reads what the round before found, and by `all_of` what is known by now. sqlfluff, which has no
    target, cannot read these words. -#}
{% macro keyed_by(key) -%}
{{ 'using key (' ~ key ~ ')' if target is defined }}
{%- endmacro %}

{% macro all_of(keyed) -%}
{{ 'recurring.' if target is defined }}{{ keyed }}
{%- endmacro %}
