{#- What tells customers apart, kind → the column of a contract that holds its keyed hash; a lead has
    all but the account. -#}
{% macro customer_identifiers() -%}
    {{ return({
        'corporate_number': 'corporate_number_hash',
        'phone': 'phone_hash',
        'email': 'email_hash',
        'address': 'address_hash',
        'email_domain': 'email_domain',
        'account': 'payer_account_hash',
    }) }}
{%- endmacro %}

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

{#- Columns with a number for each identifier that contract and lead state: `<kind>_mark`,
    `lead_<kind>_mark`. -#}
{% macro identifier_marks(contracts, leads) -%}
{%- for kind, column in customer_identifiers().items() %}
    {%- if kind != 'account' %}
        case when {{ leads }}.{{ column }} is not null then hash('{{ kind }}', {{ leads }}.{{ column }}) end
            as lead_{{ kind }}_mark,
    {%- endif %}
        case
            when {{ contracts }}.{{ column }} is not null then hash('{{ kind }}', {{ contracts }}.{{ column }})
        end as {{ kind }}_mark,
{%- endfor %}
{%- endmacro %}

{#- Whether contract or lead state an identifier of one of these kinds (a list). -#}
{% macro states_one_of(kinds, contracts, leads) -%}
{%- for kind, column in customer_identifiers().items() %}
            {{ 'or' if not loop.first }} (
                list_contains({{ kinds }}, '{{ kind }}')
                and {{ contracts ~ '.' ~ column if kind == 'account'
                    else 'coalesce(' ~ contracts ~ '.' ~ column ~ ', ' ~ leads ~ '.' ~ column ~ ')' }} is not null
            )
{%- endfor %}
{%- endmacro %}

{#- `<file sha256>:<row>`: how a reviewer finds the row of the file that a measure stands on. -#}
{% macro file_row(relation=none) -%}
{%- set prefix = relation ~ '.' if relation else '' -%}
{{ prefix }}file_sha256 || ':' || cast({{ prefix }}row_number as string)
{%- endmacro %}
