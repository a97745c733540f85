{#- The entities that partners may upload (`uploadable` in the registry; a test compares). -#}
{% macro uploadable_entities() -%}
    {{ return([
        'leads', 'contracts', 'contract_events', 'evidence',
        'partner_reps', 'joint_plans', 'trainings', 'inquiries',
    ]) }}
{%- endmacro %}

{#- The day that a record is about: it orders the files that one night brought together. -#}
{% macro told_day(entity) -%}
{%- set columns = {
    'leads': 'registered_at_stated',
    'contracts': 'contracted_on',
    'contract_events': 'occurred_on',
    'evidence': 'signed_on',
} -%}
cast({{ columns.get(entity, 'null') }} as date)
{%- endmacro %}

{#- CTE `filled`: how many of an uploader's records carry each field, by the file they came in.
    A field is a column of the staging model, so a new column there needs nothing here.
    Where a time is the arrival's, the field is the stated one; it is the arrival's again, and so not
    stated, where the door had to fill it. -#}
{% macro uploaded_fields() -%}
{% set filled_by_the_door = ['registered_at', 'received_at'] -%}
{% set fields_by_entity = {} -%}
{% for entity in uploadable_entities() -%}
{% set relation = ref('stg_uploads__' ~ entity) -%}
{% set fields = fields_of(relation) -%}
{% do fields_by_entity.update({entity: fields}) -%}
{{ entity }}_fields as (

    {% for field in fields -%}
    select '{{ field }}' as field
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ entity }}_counted as (

    select
        uploader_id,
        known_at,
        file_sha256,
        max({{ told_day(entity) }}) as told_until,
        {% for field, column in fields.items() -%}
        {% if field in filled_by_the_door -%}
        count(nullif({{ column }}, known_at)) as {{ field }},
        {% else -%}
        count({{ column }}) as {{ field }},
        {% endif -%}
        {% endfor -%}
        count(*) as rows_count
    from {{ relation }}
    group by uploader_id, known_at, file_sha256

),

{% endfor -%}
filled as (

    {# The counts turned from columns into rows: read once each, and in any dialect. -#}
    {% for entity, fields in fields_by_entity.items() -%}
    select
        '{{ entity }}' as entity,
        counted.uploader_id,
        counted.known_at,
        counted.file_sha256,
        counted.told_until,
        counted.rows_count,
        fields.field,
        case fields.field
            {% for field in fields -%}
            when '{{ field }}' then counted.{{ field }}
            {% endfor %}
        end as filled_count
    from {{ entity }}_counted as counted
    cross join {{ entity }}_fields as fields
    {{ 'union all' if not loop.last }}
    {% endfor %}
)
{%- endmacro %}

{#- Field → the column that holds a partner's own word for it. No fields: provenance, hashes and
    other derived columns, and what the door fills by itself. Nobody can be asked for columns while
    the project is only parsed or linted; `updated_at` stands for them then. -#}
{% macro fields_of(relation) -%}
    {%- if execute is not defined or not execute -%}{{ return({'updated_at': 'updated_at'}) }}{%- endif -%}
    {%- set fields = {} -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- set field = modules.re.sub('_stated$', '', column.name) -%}
        {%- if not modules.re.search(not_a_field(), column.name)
            and (column.name != field or field not in fields) -%}
            {%- do fields.update({field: column.name}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(fields) }}
{%- endmacro %}

{% macro not_a_field() -%}
^(uploader_id|partner_id|channel|updated_at|known_at|file_sha256|file_name|row_number)$|_(hash|domain|is_valid|match|legal_form|form_position)$
{%- endmacro %}
