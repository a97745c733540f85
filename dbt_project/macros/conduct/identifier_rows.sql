{#- One row per identifier that a row of `relation` carries: the keys, its kind, its keyed hash (or
    company e-mail domain) and the file row that says so. -#}
{% macro identifier_rows(relation, keys, identifiers) -%}
{%- for kind, column in identifiers.items() %}
    select
        {{ keys | join(', ') }},
        '{{ kind }}' as identifier_kind,
        {{ column }} as identifier,
        {{ file_row() }} as source_row
    from {{ relation }}
    where {{ column }} is not null
    {% if not loop.last %}union all{% endif %}
{%- endfor %}
{%- endmacro %}

{#- `<file sha256>:<row>`: how a reviewer finds the row of the file that a measure stands on. -#}
{% macro file_row(relation=none) -%}
{%- set prefix = relation ~ '.' if relation else '' -%}
{{ prefix }}file_sha256 || ':' || cast({{ prefix }}row_number as string)
{%- endmacro %}
