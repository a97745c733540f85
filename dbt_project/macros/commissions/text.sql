{#- Every `{name}` of a template replaced by its expression; NULL becomes an empty text. -#}
{% macro fill_template(template, values) -%}
{%- set filled = namespace(sql=template) -%}
{%- for name, expression in values.items() -%}
{%- set filled.sql = "replace(" ~ filled.sql ~ ", '{" ~ name ~ "}', " ~ text_of(expression) ~ ")" -%}
{%- endfor -%}
{{ filled.sql }}
{%- endmacro %}

{% macro text_of(expression) -%}
coalesce(cast({{ expression }} as varchar), '')
{%- endmacro %}

{#- Whole yen with thousands separators, as a partner reads it. -#}
{% macro yen_text(amount) -%}
format('{:,}', {{ amount }})
{%- endmacro %}

{#- One row per part of a `;`-separated list; stands in a select list. -#}
{% macro split_rows(list) -%}
unnest(string_split({{ list }}, ';'))
{%- endmacro %}

{#- The distinct values of a group, sorted and joined by `;`. -#}
{% macro join_sorted(expression) -%}
array_to_string(list_sort(list_distinct(list({{ expression }}))), ';')
{%- endmacro %}

{#- sha256 of a text as lower-case hex. -#}
{% macro sha256_hex(text) -%}
sha256({{ text }})
{%- endmacro %}
