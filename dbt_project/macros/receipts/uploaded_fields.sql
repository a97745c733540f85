{#- The entities that partners may upload (`uploadable` in the registry; a test compares). -#}
{% macro uploadable_entities() -%}
    {{ return([
        'leads', 'contracts', 'contract_events', 'evidence',
        'partner_reps', 'joint_plans', 'trainings', 'inquiries',
    ]) }}
{%- endmacro %}

{#- CTE `filled`: how many of an uploader's records carry each field, by the night they came in.
    Columns are found by DuckDB itself, so a new column of a staging model needs nothing here.
    Left out: provenance, hashes and other derived columns, and what the door fills by itself. Where
    a time is the arrival's, the field is the stated one; it is the arrival's again, and so not
    stated, where the door had to fill it. -#}
{% macro uploaded_fields() -%}
{% set arrivals = {'leads': 'registered_at_stated', 'evidence': 'received_at_stated'} -%}
{% for entity in uploadable_entities() -%}
{{ entity }}_stated as (

    select *{% if entity in arrivals %} replace (
        nullif({{ arrivals[entity] }}, known_at) as {{ arrivals[entity] }}
    ){% endif %}
    from {{ ref('stg_uploads__' ~ entity) }}

),

{{ entity }}_counted as (

    select
        '{{ entity }}' as entity,
        uploader_id,
        known_at,
        count(*) as rows_count,
        count(columns(
            lambda name: not regexp_matches(name, '{{ not_a_field() }}')
        )) as "\0"
    from {{ entity }}_stated
    group by uploader_id, known_at

),

{{ entity }}_filled as (

    unpivot {{ entity }}_counted
    on columns(* exclude (entity, uploader_id, known_at, rows_count))
    into name field value filled_count

),

{% endfor -%}
filled as (

    {% for entity in uploadable_entities() -%}
    select
        entity,
        uploader_id,
        known_at,
        rows_count,
        field,
        filled_count
    from {{ entity }}_filled
    {{ 'union all' if not loop.last }}
    {% endfor %}
)
{%- endmacro %}

{% macro not_a_field() -%}
^(uploader_id|partner_id|channel|updated_at|known_at|file_sha256|file_name|row_number)$|_(hash|domain|is_valid|match|legal_form|form_position)$
{%- endmacro %}
