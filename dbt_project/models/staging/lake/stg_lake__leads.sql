-- One row per lead of a door (the CRM, or one partner): latest version, deleted ones too.
-- Read from the lake once; the models of each door are views on it.
with final as (

    {{ latest_version(
        source('lake', 'leads'),
        ['lead_id'],
        last=['partner_ref'],
        every=['partner_id'],
        fact=['company_name_hash'],
    ) }}

)

select * from final
