-- One row per term × window × draft period whose uplift (段階加算) waits: a new price of the bands
-- moved yen from base lines into it, and these lowerings may not be netted. It waits while it does
-- not exceed them.
with lines as (

    select * from {{ ref('int_windows_drafted') }}
    where not is_settled

),

drafts as (

    select
        term_id,
        window_label,
        draft_period
    from lines
    where component = 'uplift'
    group by term_id, window_label, draft_period

),

windows as (

    select
        drafts.term_id,
        drafts.window_label,
        drafts.draft_period,
        {{ yen_where(
            "lines.component = 'uplift' and lines.status = 'payable'", 'lines.amount_yen'
        ) }} as rising_yen,
        {{ yen_where(
            "lines.component = 'uplift' and lines.reason_code = 'repriced'", 'lines.amount_yen'
        ) }} as repriced_yen,
        {{ yen_where(
            "lines.component = 'base' and lines.reason_code = 'repriced'"
            ~ " and lines.status = 'needs_legal'",
            'lines.amount_yen',
        ) }} as lowered_yen
    from drafts
    inner join lines
        on
            drafts.term_id = lines.term_id
            and drafts.window_label = lines.window_label
            and drafts.draft_period >= lines.draft_period
    group by drafts.term_id, drafts.window_label, drafts.draft_period

),

final as (

    select
        term_id,
        window_label,
        draft_period,
        'needs_legal' as waits_for
    from windows
    where repriced_yen > 0 and rising_yen > 0 and rising_yen + lowered_yen <= 0

)

select * from final
