-- One row per judged contract whose product is known: the list fees (定価) and the discount limit of
-- its product on the day of the sale, what the approved campaign of its lead allows then, and
-- whether it was sold at list price: multiples of the list fees (seats), no initial fee among them.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

versions as (

    select
        *,
        {{ business_day('version_at') }} as valid_from,
        lead({{ business_day('version_at') }}) over oldest_first as valid_until,
        row_number() over oldest_first as version_place
    from {{ ref('stg_crm__product_versions') }}
    window
        oldest_first as (
            partition by product_id
            order by version_at, known_at, file_name, row_number, file_sha256
        )

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}

),

campaigns as (

    select * from {{ ref('approved_campaigns') }}

),

-- A sale before the first row of its product is judged by that row.
priced as (

    select
        judged.contract_id,
        judged.lead_id,
        judged.product_id,
        judged.sold_on,
        contracts.initial_yen,
        contracts.monthly_yen,
        versions.list_initial_yen,
        versions.list_monthly_yen,
        versions.max_discount_rate,
        {{ file_row('versions') }} as product_row
    from judged
    inner join contracts on judged.contract_id = contracts.contract_id
    inner join versions
        on
            judged.product_id = versions.product_id
            and (judged.sold_on >= versions.valid_from or versions.version_place = 1)
            and judged.sold_on < coalesce(versions.valid_until, date '9999-12-31')

),

final as (

    select
        priced.contract_id,
        max(priced.list_initial_yen) as list_initial_yen,
        max(priced.list_monthly_yen) as list_monthly_yen,
        max(priced.max_discount_rate) as max_discount_rate,
        max(campaigns.max_discount_rate) as campaign_rate,
        bool_and(
            {{ is_multiple('priced.initial_yen', 'priced.list_initial_yen') }}
            and {{ is_multiple('priced.monthly_yen', 'priced.list_monthly_yen') }}
        ) as is_list_price,
        max(priced.product_row) as product_row
    from priced
    left join leads on priced.lead_id = leads.lead_id
    left join campaigns
        on
            leads.campaign = campaigns.campaign
            and coalesce(campaigns.product_id, priced.product_id) = priced.product_id
            and priced.sold_on between campaigns.valid_from and campaigns.valid_to
    group by priced.contract_id

)

select * from final
