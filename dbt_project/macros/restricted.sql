{#- Personal columns of a customer; only models of schema `restricted` may call this. -#}
{% macro personal_columns(relation) -%}
        {{ relation }}.company_name,
        {{ relation }}.company_name_kana,
        {{ relation }}.corporate_number,
        {{ relation }}.contact_name,
        {{ relation }}.contact_name_kana,
        {{ relation }}.email,
        {{ relation }}.phone,
        {{ relation }}.postal_code,
        {{ relation }}.prefecture,
        {{ relation }}.address
{%- endmacro %}

{#- Rows of one entity at one door, with the united id they stand for. -#}
{% macro customer_records(entity, relation, keys, door) -%}
    select
        '{{ entity }}' as entity,
        keys.scope_id,
        keys.record_id,
        keys.{{ entity[:-1] }}_id as united_id,
        {{ relation }}.channel,
        coalesce({{ relation }}.partner_id{{ ', ' ~ relation ~ '.uploader_id' if door == 'partners' else ', null' }}) as partner_id,
        {{ personal_columns(relation) }},
        {{ relation ~ '.payer_account' if entity == 'contracts' else 'cast(null as string)' }} as payer_account,
        {{ relation }}.known_at,
        {{ relation }}.file_sha256,
        {{ relation }}.row_number
    from {{ relation }}
    inner join {{ keys }} as keys
        on
            {{ "'crm'" if door == 'crm' else relation ~ '.uploader_id' }} = keys.scope_id
            and {{ relation }}.{{ entity[:-1] }}_id = keys.record_id
{%- endmacro %}
