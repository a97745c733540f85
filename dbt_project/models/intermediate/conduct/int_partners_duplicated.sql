-- One row per partner: how many active partners, itself included, are registered with one of
-- its own identities (重複登録): corporate number, bank account, or phone and address together.
-- Partners of one tree say that they belong together.
with night as (

    select * from {{ ref('stg_run__night') }}

),

roots as (

    select * from {{ ref('int_partner_roots_found') }}

),

partners as (

    select
        partners.*,
        {{ file_row('partners') }} as source_row,
        coalesce(roots.root_id, partners.partner_id) as root_id,
        partners.phone_hash || partners.address_hash as place_hash,
        coalesce(partners.joined_on <= night.business_day, true)
        and coalesce(partners.ended_on >= night.business_day, true) as is_active
    from {{ ref('stg_crm__partners') }} as partners
    cross join night
    left join roots on partners.partner_id = roots.partner_id

),

active as (

    select * from partners
    where is_active

),

identifiers as (

    {{ identifier_rows('active', ['partner_id', 'root_id'], {
        'corporate_number': 'corporate_number_hash',
        'account': 'bank_account_hash',
        'place': 'place_hash',
    }) }}

),

twins as (

    select
        identifiers.partner_id,
        count(distinct others.partner_id) as twin_count,
        {{ join_sorted('others.source_row') }} as twin_rows
    from identifiers
    inner join identifiers as others
        on
            identifiers.identifier_kind = others.identifier_kind
            and identifiers.identifier = others.identifier
            and identifiers.root_id <> others.root_id
    group by identifiers.partner_id

),

identified as (

    select partner_id
    from identifiers
    group by partner_id

),

final as (

    select
        partners.partner_id,
        case
            when not partners.is_active then cast(0 as bigint)
            when identified.partner_id is not null
                then cast(1 + coalesce(twins.twin_count, 0) as bigint)
        end as same_identity_partner_count,
        partners.source_row || ';' || twins.twin_rows as source_rows,
        case when partners.is_active and identified.partner_id is null then 'identifier' end
            as missing_input
    from partners
    left join identified on partners.partner_id = identified.partner_id
    left join twins on partners.partner_id = twins.partner_id

)

select * from final
