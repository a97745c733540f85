-- One row per party × tie × file row: a corporate number, telephone, e-mail or account that two to
-- `ring_hub_parties` parties share (共有された名寄せキー). What more of them share is a hub and ties
-- nobody. A party is a customer or a partner; partners of one tree are counted as one. What a
-- partner or rep had left before another one began with it has moved and is not shared.
with customers as (

    select * from {{ ref('int_customers_tied') }}

),

identifiers as (

    select * from {{ ref('int_partner_own_identifiers') }}
    where is_in_crm and identifier_kind in ('corporate_number', 'phone', 'email', 'account')

),

roots as (

    select * from {{ ref('int_partner_roots_found') }}

),

held as (

    select
        partner_id,
        identifier_kind || ':' || identifier as tie,
        source_row
    from identifiers
    qualify
        coalesce(ended_on > max(began_on) over (partition by identifier_kind, identifier), true)

),

parties as (

    select
        'customer:' || customer_id as party,
        'customer:' || customer_id as counted_as,
        cast(null as string) as partner_id,
        identifier_kind || ':' || identifier as tie,
        source_row
    from customers
    union all
    select
        'partner:' || held.partner_id as party,
        'partner:' || roots.root_id as counted_as,
        held.partner_id,
        held.tie,
        held.source_row
    from held
    inner join roots on held.partner_id = roots.partner_id

),

shared as (

    select tie
    from parties
    group by tie
    having count(distinct counted_as) between 2 and {{ var('ring_hub_parties') }}

),

final as (

    select
        parties.party,
        parties.counted_as,
        parties.partner_id,
        parties.tie,
        parties.source_row
    from parties
    inner join shared on parties.tie = shared.tie

)

select * from final
