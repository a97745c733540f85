-- One row per base line of which a key left the target tonight (移動): whether another partner,
-- term or period took its place.
with differences as (

    select * from {{ ref('int_posting_differences') }}
    where component = 'base'

),

left_lines as (

    select
        subject,
        role
    from differences
    where is_posted and not is_in_target
    group by
        subject,
        role

),

final as (

    select
        differences.subject,
        differences.role,
        'base' as component,
        min(differences.partner_id) <> max(differences.partner_id) as has_moved_partner,
        min(differences.term_id) <> max(differences.term_id) as has_moved_term,
        min(differences.key_period) <> max(differences.key_period) as has_moved_period
    from differences
    inner join left_lines
        on differences.subject = left_lines.subject and differences.role = left_lines.role
    group by
        differences.subject,
        differences.role

)

select * from final
