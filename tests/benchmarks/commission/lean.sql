-- What a good engineer would write by hand for exactly this plan, and nothing else: the same lines
-- and the same differences as our models, without decisions, hashes, reasons or periods to close.
create or replace table lean.term as
select
    t.term_id, a.partner_id, coalesce(t.payee, 'seller') as role, t.product_id,
    t.recurring_months, t.requires_collection, t.clawback_method, t.clawback_months,
    t.cap_window_yen, t.tier_measure, a.closing_day, t.base_amount,
    case when t.tier_measure = 'count' then b.rate_ppm else t.rate_ppm end as rate_ppm
from staging.stg_crm__commission_terms as t
inner join staging.stg_crm__agreements as a using (agreement_id)
left join staging.stg_crm__commission_tiers as b on t.term_id = b.term_id and b.from_value = 0;

create or replace table lean.choice as
select t.*, t.recurring_months is null as once, p.product
from lean.term as t
inner join (select distinct product_id as product from intermediate.int_contracts_united) as p
    on t.product_id is null or t.product_id = p.product
qualify row_number() over (
    partition by t.partner_id, t.role, t.recurring_months is null, p.product
    order by t.product_id nulls last
) = 1;

create or replace table lean.line as
with sale as (
    select
        c.contract_id, c.partner_id, 'seller' as role, c.product_id, c.contracted_on,
        c.initial_yen, c.monthly_yen, x.cancelled_on
    from intermediate.int_contracts_united as c
    left join intermediate.int_cancellations as x using (contract_id)
),
paid as (
    select * from sale
    union all
    select s.* replace (v.parent_partner_id as partner_id, 'parent' as role)
    from sale as s
    inner join staging.stg_crm__partner_versions as v
        on s.partner_id = v.partner_id and v.parent_partner_id is not null
),
priced as (
    select
        s.*, t.* exclude (partner_id, role, product_id),
        (case t.base_amount when 'initial' then s.initial_yen else s.monthly_yen end::hugeint
            * t.rate_ppm // 1000000)::bigint as gross,
        case when s.cancelled_on is not null then greatest(0,
            date_diff('month', s.contracted_on, s.cancelled_on)
            - (s.contracted_on + to_months(
                date_diff('month', s.contracted_on, s.cancelled_on)::int) > s.cancelled_on)::int
        ) end as m
    from paid as s
    inner join lean.choice as t
        on s.partner_id = t.partner_id and s.role = t.role and s.product_id = t.product
),
once as (
    select
        contract_id, partner_id, role, term_id, null::bigint as k, closing_day,
        contracted_on as achieved_on, gross, tier_measure, cap_window_yen, initial_yen,
        case
            when m is null or m >= clawback_months or clawback_method = 'none' then gross
            when clawback_method = 'full' or m = 0 then 0
            else (gross::hugeint * m // clawback_months)::bigint
        end as kept,
        not (m is not null and m < clawback_months and (clawback_method = 'full' or m = 0))
            as counts
    from priced
    where once
),
months as (
    select
        *,
        (contracted_on + to_months(k::int))::date as due_on,
        (contracted_on + to_months(k::int + 1))::date as next_on
    from (
        select *, unnest(range(least(
            recurring_months, date_diff('month', contracted_on, date '2026-10-31') + 1
        ))) as k
        from priced
        where not once
    )
),
recurring as (
    select * from months
    where due_on <= date '2026-10-31' and (cancelled_on is null or due_on < cancelled_on)
),
fee as (
    select r.contract_id, r.k, min(f.collected_on) as collected_on
    from recurring as r
    inner join staging.stg_crm__collections as f
        on r.contract_id = f.contract_id and f.due_on >= r.due_on and f.due_on < r.next_on
    where r.requires_collection and f.amount_yen > 0 and f.collected_on <= date '2026-10-31'
    group by all
),
every as (
    select
        contract_id, partner_id, role, term_id, k, closing_day, achieved_on, gross, kept, counts,
        tier_measure, cap_window_yen, initial_yen
    from once
    union all
    select
        r.contract_id, r.partner_id, r.role, r.term_id, r.k, r.closing_day,
        greatest(r.due_on, coalesce(fee.collected_on, r.due_on)), r.gross, r.gross, true,
        null, null, null
    from recurring as r
    left join fee on r.contract_id = fee.contract_id and r.k = fee.k
    where not coalesce(r.requires_collection, false) or fee.collected_on is not null
)
select
    *,
    strftime(case
        when extract(day from achieved_on) <= closing_day or closing_day >= 31 then achieved_on
        else (achieved_on + to_months(1))::date
    end, '%Y-%m') as period
from every;

create or replace table lean.target as
with win as (
    select
        term_id, period, partner_id, role,
        any_value(cap_window_yen) as cap,
        count(*) filter (where counts) as q,
        coalesce(sum(initial_yen) filter (where counts), 0)::bigint as yen,
        coalesce(sum(gross) filter (where counts), 0)::bigint as gross,
        sum(kept)::bigint as kept
    from lean.line
    where tier_measure is not null or cap_window_yen is not null
    group by all
),
band as (
    select *, lead(from_value) over (partition by term_id order by from_value) as upto
    from staging.stg_crm__commission_tiers
),
up as (
    select w.*, (w.yen::hugeint * b.rate_ppm // 1000000)::bigint - w.gross as uplift
    from win as w
    inner join band as b
        on w.term_id = b.term_id and w.q >= b.from_value and coalesce(w.q < b.upto, true)
)
select
    partner_id, role, term_id, 'contract:' || contract_id || coalesce('#' || k, '') as subject,
    'base' as component, period as key_period, kept as yen
from lean.line
union all
select partner_id, role, term_id, period, 'uplift', period, uplift from up
union all
select partner_id, role, term_id, period, 'cap', period, least(0, cap - kept - uplift)
from up where cap is not null;

create or replace table lean.difference as
with posted as (
    select
        partner_id, role, term_id, subject, component,
        case component when 'base' then earn_period else subject end as key_period,
        sum(amount_yen)::bigint as yen
    from staging.stg_ledger__postings_before
    group by all
)
select
    coalesce(t.partner_id, p.partner_id) as partner_id,
    coalesce(t.role, p.role) as role,
    coalesce(t.term_id, p.term_id) as term_id,
    coalesce(t.subject, p.subject) as subject,
    coalesce(t.component, p.component) as component,
    coalesce(t.key_period, p.key_period) as key_period,
    coalesce(t.yen, 0) - coalesce(p.yen, 0) as amount_yen
from lean.target as t
full outer join posted as p
    on
        t.subject = p.subject and t.term_id = p.term_id and t.component = p.component
        and t.key_period = p.key_period and t.partner_id = p.partner_id and t.role = p.role
where coalesce(t.yen, 0) <> coalesce(p.yen, 0);
