-- One row per version of a rep of a door (the CRM, or one partner) known by the night, tombstones
-- included (担当者届出の履歴). A partner's stated start does not count: the first arrival of the same
-- person at the same partner does.
with known as (

    {{ known_rows(source('lake', 'partner_reps')) }}

),

final as (

    select
        _uploader_id as uploader_id,
        rep_id,
        coalesce(partner_id, _uploader_id) as partner_id,
        case
            when _uploader_id is null then started_on
            else {{ business_day(
                'min(_known_at) over (partition by _uploader_id, rep_id, partner_id, rep_name_hash)'
            ) }}
        end as started_on,
        ended_on,
        coalesce(is_deleted, false) as is_deleted,
        {{ version_at() }} as version_at,
        {{ provenance() }}
    from known

)

select * from final
