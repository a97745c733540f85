{#- A partner's row without a partner is about the uploader itself. -#}
{% macro partner_of(uploaded) -%}
    coalesce({{ uploaded }}.partner_id, {{ uploaded }}.uploader_id)
{%- endmacro %}

{#- The united rep of a lead or contract: one that the partner or the CRM knows; else the id stays
    as written, scoped by the uploader when only a partner wrote it. -#}
{% macro rep_of(record, keys) -%}
    coalesce(
            {{ keys }}.rep_id,
            case
                when {{ record }}.is_in_crm then {{ record }}.rep_id
                else {{ record }}.scope_id || ':' || {{ record }}.rep_id
            end
        )
{%- endmacro %}

{#- Columns that both doors of a lead share, in one order. -#}
{% macro lead_columns(door, partner_id=none, rep_id=none) -%}
    {{ door }}.channel,
        {{ partner_id or door ~ '.partner_id' }} as partner_id,
        {{ rep_id or door ~ '.rep_id' }} as rep_id,
        {{ door }}.campaign,
        {{ door }}.product_id,
        {{ door }}.lead_status,
        {{ door }}.reject_reason,
        {{ door }}.meeting_on,
        {{ door }}.legal_basis,
        {{ door }}.consent_on,
        {{ customer_columns(door) }}
{%- endmacro %}

{#- Columns that both doors of a contract share, in one order. -#}
{% macro contract_columns(door, partner_id=none, rep_id=none) -%}
    {{ door }}.channel,
        {{ partner_id or door ~ '.partner_id' }} as partner_id,
        {{ rep_id or door ~ '.rep_id' }} as rep_id,
        {{ door }}.product_id,
        {{ door }}.agreed_on,
        {{ door }}.contracted_on,
        {{ door }}.starts_on,
        {{ door }}.term_months,
        {{ door }}.initial_yen,
        {{ door }}.monthly_yen,
        {{ door }}.discount_rate,
        {{ door }}.contract_status,
        {{ door }}.cancelled_on,
        {{ door }}.cancel_reason,
        {{ door }}.payer_account_hash,
        {{ customer_columns(door) }}
{%- endmacro %}

{#- The customer without personal values, and the file row behind it. -#}
{% macro customer_columns(door) -%}
    {{ door }}.prefecture,
        {{ door }}.company_name_hash,
        {{ door }}.corporate_number_hash,
        {{ door }}.contact_name_hash,
        {{ door }}.email_hash,
        {{ door }}.phone_hash,
        {{ door }}.address_hash,
        {{ door }}.email_domain,
        {{ door }}.known_at,
        {{ door }}.file_sha256,
        {{ door }}.row_number
{%- endmacro %}

{#- Columns that both doors of a contract event share, in one order. -#}
{% macro contract_event_columns(door) -%}
    {{ door }}.stage,
        {{ door }}.occurred_on,
        {{ door }}.amount_yen,
        {{ door }}.monthly_yen,
        {{ door }}.term_months,
        {{ door }}.product_id,
        {{ door }}.performed_by,
        {{ door }}.known_at,
        {{ door }}.file_sha256,
        {{ door }}.row_number
{%- endmacro %}

{#- Columns that both doors of a document share, in one order. -#}
{% macro evidence_columns(door) -%}
    {{ door }}.evidence_kind,
        {{ door }}.signed_on,
        {{ door }}.signer_name_hash,
        {{ door }}.received_at,
        {{ business_day(door ~ '.received_at') }} as received_on,
        {{ door }}.document_sha256,
        {{ door }}.known_at,
        {{ door }}.file_sha256,
        {{ door }}.row_number
{%- endmacro %}

{#- Columns that both doors of a partner's rep share, in one order. -#}
{% macro rep_columns(door) -%}
    {{ door }}.partner_id,
        {{ door }}.started_on,
        {{ door }}.ended_on,
        {{ door }}.rep_name_hash,
        {{ door }}.email_hash,
        {{ door }}.phone_hash,
        {{ door }}.email_domain,
        {{ door }}.known_at,
        {{ door }}.file_sha256,
        {{ door }}.row_number
{%- endmacro %}
