{#- Condition: a row of `statutory_rates` (its alias) is in force on a day. -#}
{% macro in_force(rates, day) -%}
{{ day }} >= {{ rates }}.effective_from
            and {{ day }} <= coalesce({{ rates }}.effective_to, date '9999-12-31')
{%- endmacro %}

{#- Withholding on 外交員 fees (源泉徴収) of one person and month: what exceeds the monthly deduction,
    times the rate, cut to whole yen. -#}
{% macro withholding_of(month_yen, deduction_yen, rate_ppm) -%}
{{ apply_ppm('greatest(' ~ month_yen ~ ' - ' ~ deduction_yen ~ ', 0)', rate_ppm) }}
{%- endmacro %}

{#- Penalties that a statement carries on with its negative net, those it took up included. -#}
{% macro carried_out_exempt(net_yen, penalty_yen, carried_in_exempt_yen) -%}
case when {{ net_yen }} > 0 then 0 else {{ penalty_yen }} + {{ carried_in_exempt_yen }} end
{%- endmacro %}

{#- Columns of a statement's header, in the order of STATEMENT_SCHEMA (ingestion/statements.py). -#}
{% macro statement_columns() -%}
{{ return([
    'statement_id', 'version', 'partner_id', 'period', 'closing_on', 'gross_yen', 'uplift_yen',
    'cap_yen', 'clawback_yen', 'penalty_yen', 'held_yen', 'immature_yen', 'needs_legal_yen',
    'carried_in_yen', 'carried_in_exempt_yen', 'net_yen', 'carried_out_yen', 'taxable_yen',
    'tax_yen', 'invoice_number', 'is_invoice_registered', 'deductible_ppm', 'deductible_tax_yen',
    'withholding_yen', 'withholding_base_yen', 'withholding_deduction_yen', 'withholding_ppm',
    'withheld_before_yen', 'amount_due_yen', 'due_on', 'content_sha256',
]) }}
{%- endmacro %}

{#- Columns of a statement's line, in the order of STATEMENT_LINE_SCHEMA. -#}
{% macro statement_line_columns() -%}
{{ return([
    'statement_line_id', 'statement_id', 'version', 'partner_id', 'period', 'line_number',
    'posting_id', 'line_key', 'role', 'component', 'component_ja', 'deal_id', 'partner_ref',
    'stage', 'stage_ja', 'term_id', 'agreement_id', 'agreement_version', 'earn_period',
    'post_period', 'achieved_on', 'reason_code', 'reason_ja', 'status', 'amount_yen',
]) }}
{%- endmacro %}
