-- One row per line of a statement, frozen or draft (支払通知書明細), with the words that
-- tonight's seeds have for it: of a frozen one, what a reissue states.
with drafted as (

    select * from {{ ref('int_statement_lines_drafted') }}

),

frozen as (

    select * from {{ ref('stg_ledger__statement_lines') }}

),

lines as (

    select
        *,
        1 as version,
        false as is_frozen
    from drafted
    union all by name
    select
        * exclude (statement_line_id, component_ja, stage_ja, reason_ja, close_id, known_at),
        true as is_frozen
    from frozen

),

stages as (

    select * from {{ ref('stages') }}

),

words as (

    select * from {{ ref('posting_words') }}

),

final as (

    select
        lines.statement_id || '#' || coalesce(lines.posting_id, 'carried')
            as statement_line_id,
        lines.statement_id,
        lines.version,
        lines.partner_id,
        lines.period,
        lines.line_number,
        lines.posting_id,
        lines.line_key,
        lines.role,
        lines.component,
        coalesce(components.word_ja, lines.component) as component_ja,
        lines.deal_id,
        lines.partner_ref,
        lines.stage,
        stages.stage_ja,
        lines.term_id,
        lines.agreement_id,
        lines.agreement_version,
        lines.earn_period,
        lines.post_period,
        lines.achieved_on,
        lines.reason_code,
        coalesce(reasons.word_ja, lines.reason_code) as reason_ja,
        lines.status,
        lines.amount_yen,
        lines.is_frozen
    from lines
    left join stages on lines.stage = stages.stage
    left join words as components
        on components.word_kind = 'component' and lines.component = components.code
    left join words as reasons
        on reasons.word_kind = 'reason' and lines.reason_code = reasons.code

)

select * from final
