-- One row per partner × product: leads submitted from 00 to 05 h in Tokyo, or on the one timestamp
-- that most of the partner's leads bear (深夜・一括の提出), out of those whose time of day is known.
-- Times of a partner's exports are not known times. A timestamp counts from six leads on.
with timed as (

    select * from {{ ref('int_submissions_timed') }}
    where not is_exported

),

stamps as (

    select
        partner_id,
        submitted_at
    from timed
    group by partner_id, submitted_at
    having count(*) >= 6
    qualify
        row_number() over (partition by partner_id order by count(*) desc, submitted_at desc) = 1

),

marked as (

    select
        timed.partner_id,
        timed.product_id,
        timed.submitted_at,
        timed.source_row,
        extract(hour from timed.submitted_at) < 5 or stamps.partner_id is not null as is_odd
    from timed
    left join stamps
        on timed.partner_id = stamps.partner_id and timed.submitted_at = stamps.submitted_at

),

final as (

    select
        partner_id,
        product_id,
        count(*) filter (where is_odd) as hits,
        count(*) as size,
        {{ latest_rows('is_odd', 'submitted_at') }} as source_rows
    from marked
    group by partner_id, product_id

)

select * from final
