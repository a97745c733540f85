-- One row per contract (契約) agreed or signed up to the business day, claims included.
with contracts as (

    select * from {{ ref('int_contracts_united') }}

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

final as (

    select
        contracts.contract_id,
        contracts.deal_id,
        contracts.lead_id,
        contracts.door,
        contracts.is_in_crm,
        contracts.channel,
        contracts.partner_id,
        contracts.rep_id,
        contracts.product_id,
        contracts.customer_id,
        contracts.agreed_on,
        contracts.contracted_on,
        contracts.starts_on,
        contracts.term_months,
        contracts.initial_yen,
        contracts.monthly_yen,
        {{ first_year_yen('contracts') }} as first_year_yen,
        contracts.discount_rate,
        contracts.contract_status,
        cancellations.cancelled_on,
        {{ shared_words('contracts.cancel_reason') }} as cancel_reason,
        coalesce(contracts.contracted_on <= night.business_day, false) as is_contracted,
        coalesce(contracts.contracted_on <= night.business_day, false)
        and cancellations.cancelled_on is null as is_alive,
        contracts.prefecture,
        contracts.company_name_hash,
        contracts.corporate_number_hash,
        contracts.contact_name_hash,
        contracts.email_hash,
        contracts.phone_hash,
        contracts.address_hash,
        contracts.payer_account_hash,
        contracts.known_at,
        contracts.file_sha256,
        contracts.row_number
    from contracts
    inner join night
        on coalesce(
            least(contracts.agreed_on, contracts.contracted_on) <= night.business_day, true
        )
    left join cancellations
        on contracts.contract_id = cancellations.contract_id

)

select * from final
