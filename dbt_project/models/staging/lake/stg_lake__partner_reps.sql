-- One row per rep of a door (the CRM, or one partner): latest version, deleted ones too.
-- Read from the lake once; the models of each door are views on it.
with final as (

    {{ latest_version(
        source('lake', 'partner_reps'),
        ['rep_id'],
        fact=['partner_id', 'rep_name_hash'],
    ) }}

)

select * from final
