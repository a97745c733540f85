-- One row per time that a rep (担当者) stood in a partner's register at one door, first to last day.
-- A later version that keeps partner and start corrects it; any other one, or a deletion, ends it.
with versions as (

    select * from {{ ref('stg_lake__partner_rep_versions') }}

),

followed as (

    select
        *,
        lead({{ business_day('version_at') }}) over oldest_first as next_on,
        lead(is_deleted) over oldest_first as next_is_deleted,
        lead(partner_id) over oldest_first as next_partner_id,
        lead(started_on) over oldest_first as next_started_on
    from versions
    window
        oldest_first as (
            partition by uploader_id, rep_id
            order by version_at, known_at, file_name, row_number, file_sha256
        )

),

-- From the night on which the CRM has a partner's rep, only its rows count.
taken_over as (

    select
        rep_id,
        partner_id,
        min({{ business_day('known_at') }}) as taken_over_on
    from versions
    where uploader_id is null and not is_deleted
    group by rep_id, partner_id

),

final as (

    select
        followed.uploader_id,
        followed.rep_id,
        followed.partner_id,
        followed.started_on,
        {{ file_row('followed') }} as source_row,
        least(followed.ended_on, followed.next_on, taken_over.taken_over_on) as ended_on
    from followed
    left join taken_over
        on
            followed.uploader_id is not null
            and followed.rep_id = taken_over.rep_id
            and followed.partner_id = taken_over.partner_id
    where
        not followed.is_deleted
        and (
            coalesce(followed.next_is_deleted, true)
            or followed.next_partner_id is distinct from followed.partner_id
            or followed.next_started_on is distinct from followed.started_on
        )

)

select * from final
