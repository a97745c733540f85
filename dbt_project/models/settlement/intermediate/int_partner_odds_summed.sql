-- One row per partner with a finding (疑義の強さ): log odds that it is confirmed, prior + Σ over rule
-- families of the findings' log likelihood ratios. A family sees one thing from several sides and
-- moves the odds by ± 3 at most; a finding on few cases weighs less. What was cleared says nothing.
with flags as (

    select * from {{ ref('int_flags_decided') }}

),

rules as (

    select * from {{ ref('int_rules_trusted') }}

),

-- Several flags of one rule are one finding.
findings as (

    select
        flags.partner_id,
        flags.rule_id,
        coalesce(nullif(max(flags.family), ''), flags.rule_id) as family,
        max(case
            when flags.verdict in {{ right_verdicts() }} then 0.95
            else rules.confirm_probability
        end) as confirm_probability,
        max(coalesce(least(1.0, ln(1 + flags.case_count) / ln(51)), 1.0)) as weight
    from flags
    inner join rules on flags.rule_id = rules.rule_id
    where
        flags.partner_id is not null
        and coalesce(flags.verdict, '') not in {{ wrong_verdicts() }}
    group by flags.partner_id, flags.rule_id

),

families as (

    select
        partner_id,
        family,
        greatest(-3.0, least(3.0, sum(
            weight * ({{ log_odds('confirm_probability') }} - {{ log_odds(prior_risk()) }})
        ))) as log_likelihood
    from findings
    group by partner_id, family

),

final as (

    select
        partner_id,
        {{ log_odds(prior_risk()) }} + sum(log_likelihood) as log_odds,
        {{ join_sorted('family') }} as families
    from families
    group by partner_id

)

select * from final
