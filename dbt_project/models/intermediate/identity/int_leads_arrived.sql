-- One row per lead id of a partner's files whose customer is known (受領リード), with the business day
-- on which it arrived.
{{ config(materialized='view') }}

with uploaded as (

    select * from {{ ref('stg_uploads__leads') }}

),

customers as (

    select * from {{ ref('stg_lake__customers') }}
    where entity = 'leads'

),

-- The arrival and not the stated date: it is what counts, and no partner can move it.
final as (

    select
        uploaded.uploader_id,
        uploaded.lead_id,
        uploaded.registered_at,
        {{ business_day('uploaded.registered_at') }} as arrived_on,
        {{ partner_of('uploaded') }} as partner_id,
        customers.customer_id,
        uploaded.product_id
    from uploaded
    inner join customers
        on uploaded.uploader_id = customers.scope_id and uploaded.lead_id = customers.record_id
    where customers.customer_id is not null

)

select * from final
