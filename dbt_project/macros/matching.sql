{#- Ids in partners' files → ids of the CRM (DOMAIN §3), one row per uploader and id.
    `references` : CTE (uploader_id, record_id, partner_id, customer_id, product_id, matched_on);
                   the last four are NULL when the id is only referred to, without a row of its own.
    `crm`        : CTE (crm_id, partner_ref, customer_id, product_id, matched_on, is_deleted);
                   a record of a deleted row is found too, and so stays no claim.
    `owners`     : CTE (crm_id, partner_id): partners that the CRM ever gave the record.
    `families`   : CTE (ancestor_id, partner_id): an uploader speaks for whoever ever was below it.
    1. the id is the CRM's own; 2. the CRM quotes it as partner_ref; 3. same customer, product and
    partner within `days`. Owners and families are of all times: the door judged them on receipt,
    and what was right then stays right. Step 3: a product unknown on one side fits any, the nearest
    day wins (ties by id); `one_to_one`: each must be the other's nearest, and no row else is named
    so, else many ids may be one. A paper that quotes the CRM's id is no such row. -#}
{% macro match_to_crm(references, crm, owners, families, days=30, one_to_one=true) -%}
crm_names as (

    select
        crm_id as record_id,
        crm_id,
        is_deleted,
        'crm_id' as matched_by
    from {{ crm }}
    union all
    select
        partner_ref as record_id,
        crm_id,
        is_deleted,
        'partner_ref' as matched_by
    from {{ crm }}
    where partner_ref is not null

),

named as (

    select
        refs.uploader_id,
        refs.record_id,
        names.crm_id,
        names.matched_by,
        refs.partner_id is not null as has_row
    from crm_names as names
    inner join {{ references }} as refs
        on names.record_id = refs.record_id
    inner join {{ owners }} as owners
        on names.crm_id = owners.crm_id
    left join {{ families }} as families
        on
            refs.uploader_id = families.ancestor_id
            and owners.partner_id = families.partner_id
    where refs.uploader_id = owners.partner_id or families.partner_id is not null
    qualify
        row_number() over (
            partition by refs.uploader_id, refs.record_id
            order by names.is_deleted, names.matched_by, names.crm_id
        ) = 1

),

taken as (

    select crm_id from named
    where has_row

),

alike as (

    select
        refs.uploader_id,
        refs.record_id,
        crm.crm_id,
        coalesce(refs.product_id = crm.product_id, false) as is_same_product,
        abs({{ days_between('refs.matched_on', 'crm.matched_on') }}) as days_apart
    from {{ references }} as refs
    inner join {{ owners }} as owners
        on refs.partner_id = owners.partner_id
    inner join {{ crm }} as crm
        on
            owners.crm_id = crm.crm_id
            and refs.customer_id = crm.customer_id
            and coalesce(refs.product_id = crm.product_id, true)
    left join named
        on refs.uploader_id = named.uploader_id and refs.record_id = named.record_id
    where
        named.crm_id is null
        {{ 'and crm.crm_id not in (select taken.crm_id from taken)' if one_to_one }}
        and abs({{ days_between('refs.matched_on', 'crm.matched_on') }}) <= {{ days }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by uploader_id, record_id
            order by is_same_product desc, days_apart asc, crm_id asc
        ) as crm_rank,
        row_number() over (
            partition by crm_id order by days_apart, uploader_id, record_id
        ) as record_rank
    from alike

),

final as (

    select
        refs.uploader_id,
        refs.record_id,
        coalesce(named.crm_id, ranked.crm_id) as crm_id,
        coalesce(
            named.matched_by, case when ranked.crm_id is not null then 'customer' end
        ) as matched_by
    from {{ references }} as refs
    left join named
        on refs.uploader_id = named.uploader_id and refs.record_id = named.record_id
    left join ranked
        on
            refs.uploader_id = ranked.uploader_id
            and refs.record_id = ranked.record_id
            and ranked.crm_rank = 1
            {{ 'and ranked.record_rank = 1' if one_to_one }}

)
{%- endmacro %}
