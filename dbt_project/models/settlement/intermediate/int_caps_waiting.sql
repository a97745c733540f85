-- One row per term × window × draft period × sign of cap postings (期間上限) that wait with lines that
-- are not settled now: a cut, while what is payable stays within the cap without it, and a cut
-- given back, while what is payable would exceed the cap with it. `waits_for` says which. A cut by
-- a lower cap waits for a legal check, where it lowers what is settled of the window.
with lines as (

    select * from {{ ref('int_windows_drafted') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}
    where cap_window_yen is not null

),

uplifts as (

    select * from {{ ref('int_uplifts_waiting') }}

),

judged as (

    select
        lines.* exclude (status),
        lines.component = 'cap' as is_cap,
        coalesce(uplifts.waits_for, lines.status) as status
    from lines
    left join uplifts
        on
            lines.term_id = uplifts.term_id
            and lines.window_label = uplifts.window_label
            and lines.draft_period = uplifts.draft_period
            and lines.component = 'uplift'

),

drafts as (

    select
        judged.term_id,
        judged.window_label,
        judged.draft_period,
        terms.cap_window_yen
    from judged
    inner join terms on judged.term_id = terms.term_id
    where judged.is_cap and not judged.is_settled
    group by judged.term_id, judged.window_label, judged.draft_period, terms.cap_window_yen

),

windows as (

    select
        drafts.term_id,
        drafts.window_label,
        drafts.draft_period,
        {{ yen_where("judged.is_cap and judged.is_settled", 'judged.amount_yen') }} as settled_yen,
        {{ yen_where(
            "judged.is_cap and not judged.is_settled and judged.amount_yen < 0",
            'judged.amount_yen',
        ) }} as cut_yen,
        {{ yen_where(
            "judged.is_cap and not judged.is_settled and judged.amount_yen > 0",
            'judged.amount_yen',
        ) }} as back_yen,
        least(0, drafts.cap_window_yen - {{ yen_where(
            "not judged.is_cap and judged.status = 'payable'", 'judged.amount_yen'
        ) }}) as highest_yen,
        min(case when not judged.is_cap and judged.status <> 'payable' then judged.status end)
            as waits_for,
        max(case when not judged.is_cap and judged.status <> 'payable' then judged.status end)
            as comes_back_with,
        max(
            case
                when judged.is_settled or not judged.is_cap or judged.amount_yen > 0 then 0
                when judged.is_barred and judged.reason_code = 'repriced' then 1
                else 0
            end
        ) = 1 as is_cut_barred,
        {{ yen_where('judged.is_settled', 'judged.amount_yen') }} as stated_yen,
        {{ yen_where("not judged.is_settled and judged.status = 'payable'", 'judged.amount_yen') }}
            as change_yen
    from drafts
    inner join judged
        on
            drafts.term_id = judged.term_id
            and drafts.window_label = judged.window_label
            and (judged.is_settled or drafts.draft_period >= judged.draft_period)
    group by
        drafts.term_id,
        drafts.window_label,
        drafts.draft_period,
        drafts.cap_window_yen

),

-- Of what the cap may come to now, the most that keeps what is payable within it.
chosen as (

    select
        *,
        coalesce(
            case when waits_for is null then settled_yen + cut_yen + back_yen end,
            greatest(
                case when settled_yen + back_yen <= highest_yen then settled_yen + back_yen end,
                case when settled_yen <= highest_yen then settled_yen end,
                case
                    when settled_yen + cut_yen + back_yen <= highest_yen
                        then settled_yen + cut_yen + back_yen
                end
            ),
            settled_yen + cut_yen
        ) as chosen_yen
    from windows

),

told as (

    select
        *,
        chosen_yen not in (settled_yen + cut_yen, settled_yen + cut_yen + back_yen) as is_cut_early,
        chosen_yen not in (settled_yen + back_yen, settled_yen + cut_yen + back_yen)
            as is_back_early,
        is_cut_barred and stated_yen > 0 and change_yen < 0 as is_cut_unlawful
    from chosen

),

-- `held` comes first in the alphabet and `needs_legal` last.
final as (

    select
        term_id,
        window_label,
        draft_period,
        false as is_rise,
        case when is_cut_early then waits_for else 'needs_legal' end as waits_for
    from told
    where is_cut_early or is_cut_unlawful
    union all
    select
        term_id,
        window_label,
        draft_period,
        true as is_rise,
        comes_back_with as waits_for
    from told
    where is_back_early

)

select * from final
