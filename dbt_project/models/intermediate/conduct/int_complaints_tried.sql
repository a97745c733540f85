-- One row per partner × product: signed contracts older than 30 days, and those that a customer
-- complained about or withdrew from (苦情・クーリングオフ). A refuted complaint counts nothing. No rows
-- while nobody tells of complaints.
with contracts as (

    select * from {{ ref('int_contracts_united') }}
    where channel = 'partner' and partner_id is not null and is_in_crm

),

complaints as (

    select * from {{ ref('stg_crm__complaints') }}

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

told as (

    select count(*) as complaint_count
    from complaints

),

against as (

    select complaints.contract_id
    from complaints
    inner join night on complaints.received_on <= night.business_day
    where complaints.kind = 'cooling_off' or coalesce(complaints.verified, true)
    group by complaints.contract_id

),

tried as (

    select
        contracts.partner_id,
        coalesce(contracts.product_id, '') as product_id,
        contracts.contracted_on,
        {{ file_row('contracts') }} as source_row,
        against.contract_id is not null
        or (
            cancellations.contract_id is not null
            and coalesce({{ plain_words('contracts.cancel_reason') }} like '%クーリング%オフ%', false)
        ) as is_complained
    from contracts
    inner join night
        on {{ add_days('contracts.contracted_on', 30) }} <= night.business_day
    inner join told on told.complaint_count > 0
    left join against on contracts.contract_id = against.contract_id
    left join cancellations on contracts.contract_id = cancellations.contract_id

),

final as (

    select
        partner_id,
        product_id,
        count(*) filter (where is_complained) as hits,
        count(*) as size,
        {{ latest_rows('is_complained', 'contracted_on') }} as source_rows
    from tried
    group by partner_id, product_id

)

select * from final
