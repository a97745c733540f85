-- One row per conduct rule that ever flagged (ルールの確度): the chance that its next flag is confirmed.
-- Until 50 flags of any rule are decided it is what its severity lets expect; from then on its own
-- verdicts count, against an expectation that is worth four of them. More confirmed, more chance.
with flags as (

    select * from {{ ref('int_flags_decided') }}

),

verdicts as (

    select
        rule_id,
        max({{ severity_rank('severity') }}) as worst_rank,
        sum(case when verdict in {{ right_verdicts() }} then 1 else 0 end)
            as confirmed_count,
        sum(case when verdict in {{ wrong_verdicts() }} then 1 else 0 end)
            as cleared_count
    from flags
    group by rule_id

),

expected as (

    select
        rule_id,
        {{ expected_precision(severity_of_rank('worst_rank')) }} as expected_precision,
        confirmed_count,
        confirmed_count + cleared_count as verdict_count,
        sum(confirmed_count + cleared_count) over () as all_verdict_count
    from verdicts

),

final as (

    select
        rule_id,
        cast(confirmed_count as bigint) as confirmed_count,
        cast(verdict_count as bigint) as verdict_count,
        case
            when all_verdict_count < 50 then expected_precision
            else (confirmed_count + 4 * expected_precision) / (verdict_count + 4)
        end as confirm_probability
    from expected

)

select * from final
