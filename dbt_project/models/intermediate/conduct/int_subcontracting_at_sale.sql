-- One row per judged contract of a sub-agent (二次店) whose upper partner has an agreement in force
-- on the day of the sale: whether that agreement forbids subcontracting (再委託).
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

partners as (

    select * from {{ ref('stg_crm__partners') }}

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

parents_agreements as (

    select
        judged.contract_id,
        judged.source_row,
        agreements.subcontracting_allowed,
        {{ file_row('agreements') }} as agreement_row,
        row_number() over (
            partition by judged.contract_id, agreements.agreement_id
            order by agreements.version desc
        ) as version_rank
    from judged
    inner join partners on judged.partner_id = partners.partner_id
    inner join agreements
        on
            partners.parent_partner_id = agreements.partner_id
            and judged.sold_on >= agreements.effective_from
            and judged.sold_on <= coalesce(agreements.effective_to, judged.sold_on)

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
