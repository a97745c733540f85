-- One row per agreement × span of anchor days [from, to) with the version (契約条件の版) that is in
-- force: the highest whose effective_from and effective_to (inclusive) enclose the day.
with agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

versions as (

    select
        agreement_id,
        version,
        partner_id,
        effective_from,
        {{ add_days("coalesce(effective_to, date '9999-12-30')", 1) }} as effective_until
    from agreements

),

bounds as (

    select
        agreement_id,
        effective_from as bound_on
    from versions
    union
    select
        agreement_id,
        effective_until as bound_on
    from versions

),

spans as (

    select
        agreement_id,
        bound_on as valid_from,
        lead(bound_on) over (partition by agreement_id order by bound_on) as valid_until
    from bounds

),

covered as (

    select
        spans.agreement_id,
        spans.valid_from,
        spans.valid_until,
        versions.version,
        versions.partner_id,
        row_number() over (
            partition by spans.agreement_id, spans.valid_from
            order by versions.version desc
        ) as version_rank
    from spans
    inner join versions
        on
            spans.agreement_id = versions.agreement_id
            and spans.valid_from >= versions.effective_from
            and spans.valid_from < versions.effective_until

),

final as (

    select
        agreement_id,
        version,
        partner_id,
        valid_from,
        valid_until
    from covered
    where version_rank = 1

)

select * from final
