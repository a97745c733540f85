-- One row per partner × product: contracts older than 30 days whose customer and commission are
-- known, and those of them that came within 30 days of the same customer's early cancellation of
-- another product of this partner that paid less (乗換え契約). The same product again is another rule's.
with lasting as (

    select * from {{ ref('int_contracts_lasting') }}
    where customer_id is not null and product_id <> ''

),

commissioned as (

    select * from {{ ref('int_contracts_commissioned') }}

),

contracts as (

    select
        lasting.*,
        commissioned.commission_yen
    from lasting
    inner join commissioned on lasting.contract_id = commissioned.contract_id

),

ended as (

    select * from contracts
    where cancelled_on is not null and not is_ended_with_term

),

switched as (

    select contracts.contract_id
    from contracts
    inner join ended
        on
            contracts.partner_id = ended.partner_id
            and contracts.customer_id = ended.customer_id
            and contracts.product_id <> ended.product_id
            and contracts.commission_yen > ended.commission_yen
            and contracts.contracted_on > ended.contracted_on
            and contracts.contracted_on >= {{ add_days('ended.cancelled_on', -30) }}
            and contracts.contracted_on <= {{ add_days('ended.cancelled_on', 30) }}
    group by contracts.contract_id

),

final as (

    select
        contracts.partner_id,
        contracts.product_id,
        count(switched.contract_id) as hits,
        count(*) as size,
        {{ latest_rows('switched.contract_id is not null', 'contracts.contracted_on',
            'contracts.source_row') }} as source_rows
    from contracts
    left join switched on contracts.contract_id = switched.contract_id
    where {{ add_days('contracts.contracted_on', 30) }} <= contracts.business_day
    group by contracts.partner_id, contracts.product_id

)

select * from final
