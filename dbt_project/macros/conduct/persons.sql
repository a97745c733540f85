{#- Whether two different persons decided: case, width and spaces make no other person. -#}
{% macro is_by_two(first, second) -%}
coalesce({{ plain_words(second) }} not in ('', {{ plain_words(first) }}), false)
{%- endmacro %}

{#- A decision on this pseudo-flag is about one posting whose netting the law blocks (0043). -#}
{% macro legal_flag_prefix() -%}
'needs_legal:'
{%- endmacro %}
