-- One row per lead: the first time of day that a partner's file states for its submission, in
-- Tokyo's clock; none at midnight, which is a date without a time.
with uploaded as (

    select * from {{ ref('stg_uploads__leads') }}
    where registered_at_stated is not null

),

keys as (

    select * from {{ ref('int_lead_keys') }}

),

final as (

    select
        keys.lead_id,
        min({{ clock_of('uploaded.registered_at_stated') }}) as submitted_at
    from uploaded
    inner join keys
        on uploaded.uploader_id = keys.scope_id and uploaded.lead_id = keys.record_id
    group by keys.lead_id

)

select * from final
