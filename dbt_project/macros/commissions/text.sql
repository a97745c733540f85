{#- Every `{name}` of a template replaced by its expression; NULL becomes an empty text. -#}
{% macro fill_template(template, values) -%}
{%- set filled = namespace(sql=template) -%}
{%- for name, expression in values.items() -%}
{%- set filled.sql = "replace(" ~ filled.sql ~ ", '{" ~ name ~ "}', " ~ text_of(expression) ~ ")" -%}
{%- endfor -%}
{{ filled.sql }}
{%- endmacro %}

{% macro text_of(expression) -%}
coalesce(cast({{ expression }} as string), '')
{%- endmacro %}
