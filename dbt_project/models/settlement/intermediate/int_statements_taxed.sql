-- One row per statement with its taxes as its partner stands tonight (消費税・源泉徴収):
-- consumption tax once on the payable sum, its deductible share, and withholding on the fees of
-- the person and month of payment.
with summed as (

    select * from {{ ref('int_statements_united') }}

),

fees_in_month as (

    select * from {{ ref('int_statement_fees_summed') }}

),

partners as (

    select * from {{ ref('stg_crm__partners') }}

),

rates as (

    select * from {{ ref('statutory_rates') }}

),

priced as (

    select
        summed.*,
        partners.invoice_number,
        partners.invoice_number is not null as is_invoice_registered,
        fees_in_month.fee_yen as taxable_yen,
        {{ apply_ppm('fees_in_month.fee_yen', 'tax_rates.value') }} as tax_yen,
        case
            when partners.invoice_number is null then coalesce(shares.value, 1000000)
            else 1000000
        end as deductible_ppm,
        fees_in_month.month_yen,
        deductions.value as monthly_deduction_yen,
        cuts.value as cut_ppm,
        coalesce(partners.is_gaikoin and partners.is_individual, false) as is_withheld,
        {{ withholding_of('fees_in_month.month_yen', 'deductions.value', 'cuts.value') }}
            as withheld_in_month,
        {{ withholding_of('fees_in_month.earlier_yen', 'deductions.value', 'cuts.value') }}
            as withheld_before
    from summed
    inner join fees_in_month on summed.statement_id = fees_in_month.statement_id
    left join partners on summed.partner_id = partners.partner_id
    left join rates as tax_rates
        on
            tax_rates.rate_name = 'consumption_tax_standard'
            and {{ in_force('tax_rates', 'summed.closing_on') }}
    left join rates as shares
        on
            shares.rate_name = 'exempt_supplier_input_credit'
            and {{ in_force('shares', 'summed.closing_on') }}
    left join rates as deductions
        on
            deductions.rate_name = 'withholding_gaikoin_monthly_deduction'
            and {{ in_force('deductions', 'fees_in_month.pays_on') }}
    left join rates as cuts
        on
            cuts.rate_name = 'withholding_gaikoin_rate'
            and {{ in_force('cuts', 'fees_in_month.pays_on') }}

),

withheld as (

    select
        *,
        case when is_withheld then withheld_in_month - withheld_before else 0 end
            as withholding_yen,
        case when is_withheld then month_yen end as withholding_base_yen,
        case when is_withheld then monthly_deduction_yen end as withholding_deduction_yen,
        case when is_withheld then cut_ppm end as withholding_ppm,
        case when is_withheld then withheld_before end as withheld_before_yen
    from priced

),

final as (

    select
        *,
        least(net_yen, 0) as carried_out_yen,
        {{ apply_ppm('tax_yen', 'deductible_ppm') }} as deductible_tax_yen,
        case when net_yen > 0 then net_yen + tax_yen - withholding_yen else 0 end as amount_due_yen
    from withheld

)

select * from final
