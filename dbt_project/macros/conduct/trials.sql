{#- What partners are compared with their peers by, measure → the model that counts it: one row per
    partner and product, what speaks against it (hits) out of how many known cases (size), and the
    file rows of the hits (source_rows). The scoring room makes rates and intervals of them. -#}
{% macro partner_trials() -%}
    {{ return({
        'invalid_contacts': 'int_contacts_tried',
        'odd_hours': 'int_odd_hours_tried',
        'month_ends': 'int_month_ends_tried',
        'month_end_cancels': 'int_month_end_cancels_tried',
        'lapses': 'int_lapses_tried',
        'clawback_ends': 'int_clawback_ends_tried',
        'clawback_eves': 'int_clawback_eves_tried',
        'complaints': 'int_complaints_tried',
        'switches': 'int_switches_tried',
        'leads_agreed': 'int_leads_agreed_tried',
        'leads_signed': 'int_leads_signed_tried',
        'fast_closings': 'int_fast_closings_tried',
        'agreements_signed': 'int_agreements_signed_tried',
        'repeated_amounts': 'int_amounts_repeated_tried',
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
    {%- endfor %}
{%- endmacro %}
