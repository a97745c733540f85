-- One row per partner and each partner that ever was above it (過去の上位店を含む), itself included:
-- by any version of a partner, deleted ones too. Links of different times chain.
with recursive versions as (

    select * from {{ ref('stg_crm__partner_versions') }}

),

final as (

    {{ ever_above('versions') }}

)

select * from final
