-- One row per judged contract × identifier of its customer that the seller's side carries, too
-- (一致した項目), and whose it is: the partner's, a sub-agent's or a rep's of theirs. A certain likeness
-- names whom the customer is like.
with customers as (

    select * from {{ ref('int_customer_identifiers') }}

),

identifiers as (

    select * from {{ ref('int_partner_own_identifiers') }}

),

ancestors as (

    select * from {{ ref('int_partner_ancestors_found') }}

),

matched as (

    select * from {{ ref('int_parties_matched') }}

),

shared as (

    select
        customers.contract_id,
        customers.identifier_kind,
        'partner' as holder_kind,
        identifiers.partner_id as holder_id
    from customers
    inner join ancestors on customers.partner_id = ancestors.ancestor_id
    inner join identifiers
        on
            ancestors.partner_id = identifiers.partner_id
            and customers.identifier_kind = identifiers.identifier_kind
            and customers.identifier = identifiers.identifier
    union all
    select
        contract_id,
        'likeness' as identifier_kind,
        party_kind as holder_kind,
        party_id as holder_id
    from matched
    where is_certain

),

final as (

    select
        contract_id,
        identifier_kind,
        holder_kind,
        holder_id
    from shared
    group by contract_id, identifier_kind, holder_kind, holder_id

)

select * from final
