-- One row per partner: how many payments to it, made or agreed by the calendar, fall within 14 days
-- after its bank account changed (振込先変更直後の支払).
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

changes as (

    select * from {{ ref('int_payees_changed') }}

),

payouts as (

    select * from {{ ref('stg_crm__payouts') }}

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

-- The agreed day of the month of the change and of the next one.
months as (

    select
        changes.partner_id,
        agreements.payment_day,
        {{ file_row('agreements') }} as payment_row,
        unnest([
            {{ month_of('changes.changed_on') }},
            {{ add_months(month_of('changes.changed_on'), 1) }}
        ]) as month_on
    from changes
    inner join agreements
        on
            changes.partner_id = agreements.partner_id
            and changes.changed_on >= agreements.effective_from
            and changes.changed_on <= coalesce(agreements.effective_to, changes.changed_on)

),

payments as (

    select
        partner_id,
        paid_on,
        {{ file_row() }} as payment_row
    from payouts
    union all
    select
        partner_id,
        {{ day_of_month('month_on', 'payment_day') }} as paid_on,
        payment_row
    from months

),

caught as (

    select
        changes.partner_id,
        count(distinct payments.paid_on) as payment_count,
        {{ join_sorted("changes.source_rows || ';' || payments.payment_row") }} as source_rows
    from changes
    inner join payments
        on
            changes.partner_id = payments.partner_id
            and payments.paid_on
            between changes.changed_on and {{ add_days('changes.changed_on', 14) }}
    group by changes.partner_id

),

final as (

    select
        partners.partner_id,
        case
            when partners.bank_account_hash is not null
                then cast(coalesce(caught.payment_count, 0) as bigint)
        end as payee_changed_payment_count,
        caught.source_rows,
        case when partners.bank_account_hash is null then 'bank_account' end as missing_input
    from partners
    left join caught on partners.partner_id = caught.partner_id

)

select * from final
