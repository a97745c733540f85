-- One row per contract with a version that came after its period was closed × night that brought a
-- version in force (締め後に変わった契約), from the first version on.
with versions as (

    select * from {{ ref('stg_crm__contract_versions') }}

),

closes as (

    select * from {{ ref('stg_ledger__closes') }}

),

first_close as (

    select min(known_at) as known_at
    from closes

),

late as (

    select versions.contract_id
    from versions
    inner join first_close on versions.known_at > first_close.known_at
    group by versions.contract_id

),

-- A close is older than tonight, and so is what was posted by then.
postings as (

    select postings.*
    from {{ ref('stg_ledger__postings_before') }} as postings
    semi join late on postings.contract_id = late.contract_id

),

earned as (

    select
        postings.contract_id,
        postings.partner_id,
        closes.period,
        closes.known_at,
        case when postings.role = 'seller' then 0 else 1 end as distance
    from postings
    inner join closes
        on
            postings.earn_period = closes.period
            and postings.partner_id = coalesce(closes.partner_id, postings.partner_id)
            and postings.known_at <= closes.known_at

),

-- The first close of a period in which the contract had earned something by then.
closed as (

    select
        contract_id,
        min(known_at) as closed_at,
        min_by(period, (known_at, distance, period, partner_id)) as closed_period,
        min_by(partner_id, (known_at, distance, period, partner_id)) as partner_id
    from earned
    group by contract_id

),

touched as (

    select closed.*
    from closed
    semi join versions
        on closed.contract_id = versions.contract_id and closed.closed_at < versions.known_at

),

-- The version in force after each night: of several the newest, unless an earlier night's is newer.
nights as (

    select
        touched.closed_at,
        touched.closed_period,
        touched.partner_id as closed_partner_id,
        versions.*
    from touched
    inner join versions on touched.contract_id = versions.contract_id
    qualify
        row_number() over (
            partition by versions.contract_id, versions.known_at
            order by versions.version_at desc, versions.file_name desc, versions.row_number desc
        ) = 1

),

final as (

    select *
    from nights
    qualify version_at = max(version_at) over (partition by contract_id order by known_at)

)

select * from final
