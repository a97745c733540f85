{#- Body of a recursive CTE `final` (partner_id, ancestor_id): each partner with itself and with all
    that the links (partner_id, parent_partner_id) chain above it. DuckDB's `union` keeps a pair
    once, and so a cycle ends; Spark has only `union all`, and ends where a way meets itself. -#}
{% macro ever_above(links) -%}
{{ engine(_pairs_above(links), _ways_above(links)) }}
{%- endmacro %}

{% macro _pairs_above(links) -%}
select
        partner_id,
        partner_id as ancestor_id
    from {{ links }}
    union
    select
        final.partner_id,
        {{ links }}.parent_partner_id as ancestor_id
    from final
    inner join {{ links }}
        on final.ancestor_id = {{ links }}.partner_id
    where {{ links }}.parent_partner_id is not null
{%- endmacro %}

{% macro _ways_above(links) -%}
with recursive pairs as (
        select distinct
            partner_id,
            parent_partner_id
        from {{ links }}
    ),
    ways as (
        select distinct
            partner_id,
            partner_id as ancestor_id,
            array(partner_id) as path
        from pairs
        union all
        select
            ways.partner_id,
            pairs.parent_partner_id as ancestor_id,
            array_append(ways.path, pairs.parent_partner_id) as path
        from ways
        inner join pairs
            on ways.ancestor_id = pairs.partner_id
        where not array_contains(ways.path, pairs.parent_partner_id)
    )
    select distinct
        partner_id,
        ancestor_id
    from ways
{%- endmacro %}
