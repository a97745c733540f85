{#- Every partner_id that the rows of these entities of the CRM name. -#}
{% macro named_partners(entities) -%}
    {% for entity in entities -%}
    select
        '{{ entity }}' as entity,
        partner_id
    from {{ ref('stg_crm__' ~ entity) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}
