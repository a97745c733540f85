-- One row per judged contract of a sub-agent (二次店) whose upper partner has an agreement in force
-- on the day of the sale: whether that agreement forbids subcontracting (再委託). The hierarchy is
-- that day's too; a sale before the partner's first row is judged by that row.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

partner_versions as (

    select * from {{ ref('stg_crm__partner_versions') }}
    where not is_deleted

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

versions_at_sale as (

    select
        judged.contract_id,
        judged.sold_on,
        judged.source_row,
        partner_versions.parent_partner_id,
        partner_versions.version_at,
        partner_versions.known_at,
        partner_versions.file_name,
        partner_versions.row_number,
        {{ business_day('partner_versions.version_at') }} <= judged.sold_on as is_by_sale
    from judged
    inner join partner_versions on judged.partner_id = partner_versions.partner_id

),

sellers as (

    select
        *,
        row_number() over (
            partition by contract_id
            order by
                is_by_sale desc,
                case when is_by_sale then version_at end desc,
                version_at,
                known_at desc,
                file_name desc,
                row_number desc
        ) as seller_rank
    from versions_at_sale

),

parents_agreements as (

    select
        sellers.contract_id,
        sellers.source_row,
        agreements.subcontracting_allowed,
        {{ file_row('agreements') }} as agreement_row,
        row_number() over (
            partition by sellers.contract_id, agreements.agreement_id
            order by agreements.version desc
        ) as version_rank
    from sellers
    inner join agreements
        on
            sellers.parent_partner_id = agreements.partner_id
            and sellers.sold_on >= agreements.effective_from
            and sellers.sold_on <= coalesce(agreements.effective_to, sellers.sold_on)
    where sellers.seller_rank = 1

),

final as (

    select
        contract_id,
        min(case when subcontracting_allowed then 0 else 1 end) = 1 as is_forbidden,
        {{ join_sorted('agreement_row') }} || ';' || min(source_row) as source_rows
    from parents_agreements
    where version_rank = 1 and subcontracting_allowed is not null
    group by contract_id

)

select * from final
