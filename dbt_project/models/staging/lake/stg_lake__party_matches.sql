-- One row per lead or contract row of a door × partner or rep that its customer may be (名寄せ).
with known as (

    select * from {{ source('lake', 'party_matches') }}

),

final as (

    select
        entity,
        scope_id,
        record_id,
        party_kind,
        party_scope_id,
        party_id,
        partner_id,
        match_probability,
        is_certain,
        fields
    from known

)

select * from final
