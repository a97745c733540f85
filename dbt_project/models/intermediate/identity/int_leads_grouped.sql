-- One row per lead id of a partner's files whose customer is known, and the id under which that
-- lead came first (再送リード): same customer, product and partner within 30 days of the first arrival.
-- What arrives later than that is a new lead, and the first of the next 30 days.
with recursive arrived as (

    select * from {{ ref('int_leads_arrived') }}

),

days as (

    select
        partner_id,
        customer_id,
        product_id,
        arrived_on
    from arrived
    group by partner_id, customer_id, product_id, arrived_on

),

later_days as (

    select
        days.partner_id,
        days.customer_id,
        days.product_id,
        days.arrived_on,
        min(later.arrived_on) as next_on
    from days
    inner join days as later
        on
            days.partner_id = later.partner_id
            and days.customer_id = later.customer_id
            and days.product_id is not distinct from later.product_id
            and days.arrived_on + 30 < later.arrived_on
    group by days.partner_id, days.customer_id, days.product_id, days.arrived_on

),

starts as (

    select
        partner_id,
        customer_id,
        product_id,
        min(arrived_on) as first_on
    from days
    group by partner_id, customer_id, product_id
    union all
    select
        starts.partner_id,
        starts.customer_id,
        starts.product_id,
        later_days.next_on as first_on
    from starts
    inner join later_days
        on
            starts.partner_id = later_days.partner_id
            and starts.customer_id = later_days.customer_id
            and starts.product_id is not distinct from later_days.product_id
            and starts.first_on = later_days.arrived_on

),

grouped as (

    select
        arrived.uploader_id,
        arrived.lead_id,
        first_value(arrived.uploader_id) over first_come as first_uploader_id,
        first_value(arrived.lead_id) over first_come as first_lead_id
    from arrived
    inner join starts
        on
            arrived.partner_id = starts.partner_id
            and arrived.customer_id = starts.customer_id
            and arrived.product_id is not distinct from starts.product_id
            and arrived.arrived_on between starts.first_on and starts.first_on + 30
    window
        first_come as (
            partition by
                starts.partner_id, starts.customer_id, starts.product_id, starts.first_on
            order by arrived.registered_at, arrived.uploader_id, arrived.lead_id
        )

),

final as (

    select
        uploader_id as scope_id,
        lead_id as record_id,
        first_uploader_id as first_scope_id,
        first_lead_id as first_record_id
    from grouped

)

select * from final
