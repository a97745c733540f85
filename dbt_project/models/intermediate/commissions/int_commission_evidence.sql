-- One row per contract × term that requires evidence (証憑) and applies to it: what is missing, or
-- the day the last required kind was there.
with prices as (

    select * from {{ ref('int_commission_prices') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

received as (

    select * from {{ ref('int_evidence_first_received') }}

),

required_kinds as (

    select
        term_id,
        {{ split_rows('required_evidence') }} as evidence_kind
    from terms
    where required_evidence is not null

),

required as (

    select
        prices.contract_id,
        prices.term_id,
        trim(required_kinds.evidence_kind) as evidence_kind
    from prices
    inner join required_kinds on prices.term_id = required_kinds.term_id
    where trim(required_kinds.evidence_kind) <> ''
    group by prices.contract_id, prices.term_id, trim(required_kinds.evidence_kind)

),

final as (

    select
        required.contract_id,
        required.term_id,
        {{ join_sorted(
            'case when received.first_received_on is null then required.evidence_kind end'
        ) }} as missing_evidence,
        bool_and(received.first_received_on is not null) as is_complete,
        max(received.first_received_on) as completed_on
    from required
    left join received
        on
            required.contract_id = received.contract_id
            and required.evidence_kind = received.evidence_kind
    group by required.contract_id, required.term_id

)

select * from final
