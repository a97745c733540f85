-- One row per partner of the CRM (代理店), without personal data.
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

ancestors as (

    select * from {{ ref('int_partner_ancestors_found') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

tops as (

    select
        partner_id,
        ancestor_id as top_partner_id,
        hierarchy_path,
        depth as hierarchy_depth
    from ancestors
    qualify row_number() over (partition by partner_id order by depth desc) = 1

),

final as (

    select
        partners.partner_id,
        -- The name of a person is personal data; reviewers find it in restricted.
        case when not coalesce(partners.is_individual, false) then partners.partner_name end
            as partner_name,
        partners.partner_kind,
        partners.alliance_kind,
        partners.parent_partner_id,
        tops.top_partner_id,
        tops.hierarchy_path,
        tops.hierarchy_depth,
        partners.rank,
        partners.is_gaikoin,
        partners.is_individual,
        partners.legal_regime,
        partners.corporate_number,
        partners.invoice_number,
        partners.prefecture,
        partners.joined_on,
        partners.ended_on,
        coalesce(partners.joined_on <= night.business_day, true)
        and coalesce(partners.ended_on >= night.business_day, true) as is_active,
        partners.bank_account_hash,
        partners.phone_hash,
        partners.email_hash,
        partners.address_hash,
        partners.known_at
    from partners
    inner join tops
        on partners.partner_id = tops.partner_id
    cross join night

)

select * from final
