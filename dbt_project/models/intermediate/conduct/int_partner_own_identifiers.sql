-- One row per partner × identifier of itself or its reps (自社と担当者の名寄せキー), with the days from and
-- to which it is theirs, NULL where open, and whether the CRM says so or only the partner.
with partners as (

    select
        *,
        joined_on as began_on,
        true as is_in_crm
    from {{ ref('stg_crm__partners') }}

),

reps as (

    select
        *,
        started_on as began_on
    from {{ ref('int_partner_reps_united') }}

),

carried as (

    {{ identifier_rows('partners', ['partner_id', 'began_on', 'ended_on', 'is_in_crm'], {
        'corporate_number': 'corporate_number_hash',
        'phone': 'phone_hash',
        'email': 'email_hash',
        'address': 'address_hash',
        'email_domain': 'email_domain',
        'account': 'bank_account_hash',
    }) }}
    union all
    {{ identifier_rows('reps', ['partner_id', 'began_on', 'ended_on', 'is_in_crm'], {
        'phone': 'phone_hash',
        'email': 'email_hash',
        'email_domain': 'email_domain',
    }) }}

),

final as (

    select
        partner_id,
        identifier_kind,
        identifier,
        min(began_on) as began_on,
        case when count(ended_on) = count(*) then max(ended_on) end as ended_on,
        bool_or(is_in_crm) as is_in_crm,
        min(source_row) as source_row
    from carried
    group by partner_id, identifier_kind, identifier

)

select * from final
