{#- A sentence of `decision_sentences` with the figures of one decision (CTE `facts`) filled in. -#}
{% macro decision_sentence(template) -%}
{{ fill_template(template, {
    'stage_ja': 'stages.stage_ja',
    'stage_en': "replace(facts.stage, '_', ' ')",
    'occurred_on': 'facts.occurred_on',
    'achieved_on': 'facts.achieved_on',
    'matures_on': 'facts.matures_on',
    'anchor_on': 'facts.anchor_on',
    'months_start_on': 'facts.months_start_on',
    'cancelled_on': 'facts.cancelled_on',
    'months_kept': 'facts.months_kept',
    'clawback_months': "coalesce(cast(facts.clawback_months as string), '∞')",
    'missing_evidence': 'facts.missing_evidence',
    'prefecture': 'facts.prefecture',
    'territory': 'facts.territory',
    'term_id': 'facts.term_id',
    'gross': yen_text('facts.gross_yen'),
    'kept': yen_text('facts.kept_yen'),
    'amount': yen_text('facts.amount_yen'),
}) }}
{%- endmacro %}
