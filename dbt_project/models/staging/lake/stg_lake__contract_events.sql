-- One row per contract event of a door (the CRM, or one partner): latest version, deleted ones too.
-- Read from the lake once; the models of each door are views on it.
with final as (

    {{ latest_version(source('lake', 'contract_events'), ['event_id']) }}

)

select * from final
