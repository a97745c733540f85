{#- What partners are compared with their peers by, measure → the model that counts it: one row per
    partner and product, what speaks against it (hits) out of how many known cases (size), and the
    file rows of the hits (source_rows). The scoring room makes rates and intervals of them. -#}
{% macro partner_trials() -%}
    {{ return({
    }) }}
{%- endmacro %}

{#- All of them as rows. -#}
{% macro trial_rows() -%}
    {%- for measure, model in partner_trials().items() %}
    select
        partner_id,
        '{{ measure }}' as measure,
        product_id,
        hits,
        size,
        source_rows
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select '' as partner_id, '' as measure, '' as product_id, 0 as hits, 0 as size, '' as source_rows
    where false
    {%- endfor %}
{%- endmacro %}
