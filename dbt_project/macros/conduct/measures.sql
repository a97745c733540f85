{#- The measures of a kind of subject, measure → the model that takes it: one row per subject, with
    the measure, the file rows that speak against the subject (source_rows) and, where the measure
    is NULL, which input is missing (missing_input). A subject without a row: what stands here, the
    input that is missing or the measure of all those about whom there is nothing to say. -#}
{% macro conduct_measures(subject) -%}
    {{ return({
        'contract': {
            'evidence_missing_business_days': ('int_evidence_missing_days', 'term'),
            'shares_identity_with_partner': ('int_identities_compared', none),
            'timeline_violation_count': ('int_timelines_counted', 'date'),
            'undisclosed_seller_count': ('int_sellers_checked', 'rep'),
            'excess_discount_rate': ('int_discounts_compared', none),
            'is_out_of_territory': ('int_territories_compared', none),
            'unused_days': ('int_contracts_unused', none),
            'rejoined_contract_count': ('int_contracts_rejoined', none),
            'has_earlier_attribution': ('int_attributions_dated', none),
            'split_contract_count': ('int_contracts_split', none),
            'consent_fault_count': ('int_consents_compared', none),
            'prohibited_act_count': ('int_complaints_counted', none),
            'payer_customer_count': ('int_payers_shared', none),
            'drifted_yen': ('int_contracts_drifted', none),
        },
        'partner': {
            'reused_document_customer_count': ('int_documents_reused_most', 'document'),
            'same_identity_partner_count': ('int_partners_duplicated', none),
            'payee_changed_payment_count': ('int_payees_paid', none),
            'record_mismatch_rate': ('int_records_disagreed', none),
            'lost_field_points': ('int_fields_lost', none),
            'hugging_window_count': ('int_tiers_hugged', none),
            'minimum_chance': ('int_minimums_hugged', none),
            'ring_partner_count': ('int_partners_ringed', none),
        },
        'rep': {
            'untrained_submission_count': ('int_reps_untrained', none),
            'pace_log10_p': ('int_submission_paces_compared', none),
        },
        'lead': {
            'earlier_partner_lead_count': ('int_leads_contested', 0),
            'repeated_lead_count': ('int_leads_repeated', 0),
            'known_deal_count': ('int_leads_known_before', 0),
            'alike_contact_count': ('int_leads_alike', 1),
        },
    }[subject]) }}
{%- endmacro %}

{#- For each measure its column and the file rows behind it, as columns of a conduct mart, and
    `measure=input` of every input that is missing. -#}
{% macro measure_columns(subject) -%}
    {%- for measure, (model, absent) in conduct_measures(subject).items() %}
        {%- if absent is number %}
        case when {{ model }}.{{ subject }}_id is null then {{ absent }} else {{ model }}.{{ measure }} end
            as {{ measure }},
        {%- else %}
        {{ model }}.{{ measure }},
        {%- endif %}
        {{ model }}.source_rows as {{ measure }}_evidence,
    {%- endfor %}
        concat_ws(
            ';'
            {%- for measure, (model, absent) in conduct_measures(subject).items() %},
            {%- if absent is string %}
            case when {{ model }}.{{ measure }} is null then '{{ measure }}={{ absent }}' end
            {%- else %}
            '{{ measure }}=' || {{ model }}.missing_input
            {%- endif %}
            {%- endfor %}
        ) as missing_inputs,
{%- endmacro %}

{#- The joins that those columns stand on; `subjects` is the relation of all subjects. -#}
{% macro measure_joins(subject, subjects) -%}
    {%- for model, _ in conduct_measures(subject).values() %}
    left join {{ ref(model) }} as {{ model }}
        on {{ subjects }}.{{ subject }}_id = {{ model }}.{{ subject }}_id
    {%- endfor %}
{%- endmacro %}

{#- The name of the first of these inputs (name → expression) that is missing, NULL when none is. -#}
{% macro missing_of(inputs) -%}
case
        {%- for name, expression in inputs.items() %}
            when {{ expression }} is null then '{{ name }}'
        {%- endfor %}
        end
{%- endmacro %}
