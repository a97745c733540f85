-- One row per judged contract: how many of its consent forms (同意書) contradict it: signed after
-- the contract, before the lead, or by nobody that contract and lead name as the contact; and
-- how old the oldest was when it was handed in or the contract signed. A missing form is no
-- contradiction. Listed blank forms are left out.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}

),

blank_forms as (

    select lower(document_sha256) as document_sha256
    from {{ ref('blank_forms') }}

),

forms as (

    select
        evidence.*,
        {{ file_row('evidence') }} as source_row
    from {{ ref('int_evidence_united') }} as evidence
    anti join blank_forms on lower(evidence.document_sha256) = blank_forms.document_sha256
    where evidence.evidence_kind = 'consent_form'

),

-- A lead that only a partner's file names is dated by its arrival, which says nothing about order.
compared as (

    select
        judged.contract_id,
        forms.source_row as source_rows,
        forms.signed_on > judged.contracted_on as is_after_contract,
        case when leads.is_in_crm then forms.signed_on < leads.registered_on end as is_before_lead,
        forms.signer_name_hash <> coalesce(contracts.contact_name_hash, leads.contact_name_hash)
        and forms.signer_name_hash
        <> coalesce(leads.contact_name_hash, contracts.contact_name_hash) as is_by_stranger,
        coalesce(least(forms.received_on, judged.contracted_on), forms.received_on)
        - forms.signed_on as age_days
    from forms
    inner join judged on forms.contract_id = judged.contract_id
    inner join contracts on judged.contract_id = contracts.contract_id
    left join leads on judged.lead_id = leads.lead_id

),

counted as (

    select
        contract_id,
        sum(
            coalesce(cast(is_after_contract as bigint), 0)
            + coalesce(cast(is_before_lead as bigint), 0)
            + coalesce(cast(is_by_stranger as bigint), 0)
        ) as fault_count,
        max(age_days) as age_days,
        count(coalesce(is_after_contract, is_before_lead, is_by_stranger)) as compared_count,
        {{ join_sorted('source_rows') }} as source_rows
    from compared
    group by contract_id

),

final as (

    select
        judged.contract_id,
        case
            when counted.contract_id is null then cast(0 as bigint)
            when counted.compared_count > 0 then cast(counted.fault_count as bigint)
        end as consent_fault_count,
        case
            when counted.contract_id is null or counted.age_days < 0 then cast(0 as bigint)
            else cast(counted.age_days as bigint)
        end as consent_age_days,
        counted.source_rows,
        case
            when counted.compared_count = 0 then 'signature'
            when counted.contract_id is not null and counted.age_days is null then 'signing_date'
        end as missing_input
    from judged
    left join counted on judged.contract_id = counted.contract_id

)

select * from final
