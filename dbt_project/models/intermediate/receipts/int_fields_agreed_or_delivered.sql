-- One row per partner, entity and field that is agreed or delivered; `(extra)` stands for the
-- columns of the partner's files that nobody knows.
with terms as (

    select * from {{ ref('int_sharing_terms_dated') }}

),

counted as (

    select * from {{ ref('int_upload_fields_counted') }}
    where filled_count > 0

),

files as (

    select * from {{ ref('int_upload_files_counted') }}

),

fields as (

    select
        partner_id,
        entity,
        field
    from terms
    union
    select
        partner_id,
        entity,
        field
    from counted
    union
    select
        partner_id,
        entity,
        '(extra)' as field
    from files
    where extra_columns_count > 0

),

final as (

    select
        fields.partner_id,
        fields.entity,
        fields.field,
        coalesce(terms.is_agreed, false) as is_agreed,
        terms.cadence,
        terms.agreed_from,
        terms.agreed_to,
        coalesce(files.files_count, 0) as files_count,
        case
            when fields.field = '(extra)' then files.last_extra_on
            when counted.filled_count > 0
                then greatest(counted.last_filled_on, files.last_repeated_on)
        end as last_delivered_on,
        counted.rows_count,
        counted.filled_count,
        case when fields.field = '(extra)' then files.extra_columns_count end as extra_columns_count
    from fields
    left join terms
        on
            fields.partner_id = terms.partner_id
            and fields.entity = terms.entity
            and fields.field = terms.field
    left join counted
        on
            fields.partner_id = counted.partner_id
            and fields.entity = counted.entity
            and fields.field = counted.field
    left join files
        on fields.partner_id = files.partner_id and fields.entity = files.entity

)

select * from final
