{#- Whether two different persons decided: case, width, spaces and characters that nobody sees make no
    other person, and one without a letter or digit is none. -#}
{% macro is_by_two(first, second) -%}
coalesce(
    {{ plain_words(second) }} <> {{ plain_words(first) }}
    and {{ has_letters(second) }},
    false
)
{%- endmacro %}

{#- A decision on this pseudo-flag is about one posting whose netting the law blocks (0043). -#}
{% macro legal_flag_prefix() -%}
'needs_legal:'
{%- endmacro %}
