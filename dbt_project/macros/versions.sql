{#- Rows of a lake table that the night knows: as of an old night, later batches do not exist. -#}
{% macro known_rows(relation) -%}
    select *
    from {{ relation }}
    where _known_at <= (select night.known_at from {{ ref('stg_run__night') }} as night)
{%- endmacro %}

{#- When a row was true of its record: a row without `updated_at` counts as updated at
    Tokyo midnight of the business day on which it became known. -#}
{% macro version_at() -%}
    coalesce(updated_at, {{ start_of_day(business_day('_known_at')) }})
{%- endmacro %}

{#- The latest version of every key of every door, deleted ones included: the newest `updated_at`,
    then the later batch, the later file name, the lower row. A partner's keys are scoped by the
    uploader; the CRM (uploader NULL) is one key space over its systems.
    Adds `first_known_at`: when a version of the key first stated the `fact` that the latest one states
    (these columns, NULL like NULL; none: any version), so that a placeholder key backdates nothing;
    for each column of `last` its last value that was not empty (`last_<column>`), for tombstones
    that hold only a key; for each column of `every` the list of its values (`every_<column>`). -#}
{% macro latest_version(relation, key, last=[], every=[], fact=[]) -%}
    {%- set door_key = (['_uploader_id'] + key) | join(', ') -%}
    {%- set newest_first -%}
            partition by {{ door_key }}
            order by
                {{ version_at() }} desc,
                _known_at desc,
                _file_name desc,
                _row_number desc,
                _source desc,
                _file_sha256 desc
    {%- endset %}
    select
        *,
        min(_known_at) over (
            partition by {{ ([door_key] + fact) | join(', ') }}
        ) as first_known_at
        {%- for column in last %},
        {{ first_known(column, 'every_version') }} as last_{{ column }}
        {%- endfor %}
        {%- for column in every %},
        {{ all_known(column, 'every_version') }} as every_{{ column }}
        {%- endfor %}
    from {{ relation }}
    where _known_at <= (select night.known_at from {{ ref('stg_run__night') }} as night)
    window
        newest_first as (
            {{ newest_first }}
        ),
        every_version as (
            {{ newest_first }}
            rows between unbounded preceding and unbounded following
        )
    qualify row_number() over newest_first = 1
{%- endmacro %}

{#- The file row that a record's values stand on; the last columns of every staging model. -#}
{% macro provenance() -%}
        _known_at as known_at,
        _file_sha256 as file_sha256,
        _file_name as file_name,
        _row_number as row_number
{%- endmacro %}
