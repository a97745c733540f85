-- One row per contract of the CRM and partner that any of its versions named (担当履歴), deleted too.
with versions as (

    select * from {{ ref('stg_lake__contracts') }}
    where _uploader_id is null

),

named as (

    select
        contract_id,
        {{ each_of('every_partner_id') }} as partner_id
    from versions

),

final as (

    -- distinct: most versions of a contract name the same partner.
    select distinct
        contract_id,
        partner_id
    from named
    where partner_id is not null

)

select * from final
