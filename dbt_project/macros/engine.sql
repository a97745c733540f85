{#- What DuckDB and Spark say differently (docs/decisions/0060-spark.md), each thing once. Without a
    target (sqlfluff) the words are DuckDB's. -#}
{% macro engine(duckdb, spark) -%}
{{ spark if target is defined and target.type == 'spark' else duckdb }}
{%- endmacro %}

{#- An integer type that holds yen × parts per million. -#}
{% macro wide_integer() -%}
{{ engine('hugeint', 'decimal(38, 0)') }}
{%- endmacro %}

{#- Whole quotient of two expressions, cut toward zero. -#}
{% macro quotient(dividend, divisor) -%}
{{ dividend }} {{ engine('//', 'div') }} {{ divisor }}
{%- endmacro %}

{#- Days from one date to another, a whole number. -#}
{% macro days_between(start, end) -%}
{{ engine('(' ~ end ~ ' - ' ~ start ~ ')', 'datediff(' ~ end ~ ', ' ~ start ~ ')') }}
{%- endmacro %}

{#- A date n days or months later; months are clamped to the end of a shorter month. -#}
{% macro add_days(day, days) -%}
{{ engine(
    'cast(' ~ day ~ ' + to_days(cast(' ~ days ~ ' as integer)) as date)',
    'date_add(' ~ day ~ ', cast(' ~ days ~ ' as integer))',
) }}
{%- endmacro %}

{% macro add_months(day, months) -%}
{{ engine(
    'cast(' ~ day ~ ' + to_months(cast(' ~ months ~ ' as integer)) as date)',
    'add_months(' ~ day ~ ', cast(' ~ months ~ ' as integer))',
) }}
{%- endmacro %}

{#- A list of these values. -#}
{% macro list_of(values) -%}
{{ engine('list_value', 'array') }}({{ values | join(', ') }})
{%- endmacro %}

{% macro prepended(list, value) -%}
{{ engine(
    'list_prepend(' ~ value ~ ', ' ~ list ~ ')', 'array_prepend(' ~ list ~ ', ' ~ value ~ ')'
) }}
{%- endmacro %}

{% macro joined(list, separator) -%}
{{ engine('array_to_string', 'array_join') }}({{ list }}, '{{ separator }}')
{%- endmacro %}

{#- One row per element of a list; stands in a select list. NULL and an empty list give none. -#}
{% macro each_of(list) -%}
{{ engine('unnest', 'explode') }}({{ list }})
{%- endmacro %}

{% macro split_rows(text) -%}
{{ each_of(engine('string_split', 'split') ~ '(' ~ text ~ ", ';')") }}
{%- endmacro %}

{#- One row per whole number from 0 to count − 1; Spark would count down to a negative end. -#}
{% macro counted_rows(count) -%}
{% set count = 'cast(' ~ count ~ ' as bigint)' -%}
{{ engine(
    'unnest(range(' ~ count ~ '))',
    'explode(case when ' ~ count ~ ' > 0 then sequence(cast(0 as bigint), ' ~ count ~ ' - 1) end)',
) }}
{%- endmacro %}

{#- The distinct values of a group, sorted and joined by `;`: '' without any. -#}
{% macro join_sorted(expression) -%}
{{ engine(
    "array_to_string(list_sort(list_distinct(list(" ~ expression ~ "))), ';')",
    "array_join(array_sort(collect_set(" ~ expression ~ ")), ';')",
) }}
{%- endmacro %}

{#- The first value of a window that is not NULL, and the list of all that are not. -#}
{% macro first_known(column, window) -%}
first_value({{ column }}{{ engine(' ignore nulls)', ') ignore nulls') }} over {{ window }}
{%- endmacro %}

{% macro all_known(column, window) -%}
{{ engine(
    'coalesce(list(' ~ column ~ ') filter (where ' ~ column ~ ' is not null) over '
    ~ window ~ ', [])',
    'collect_list(' ~ column ~ ') over ' ~ window,
) }}
{%- endmacro %}

{#- sha256 of a text as lower-case hex. -#}
{% macro sha256_hex(text) -%}
{{ engine('sha256(' ~ text ~ ')', 'sha2(' ~ text ~ ', 256)') }}
{%- endmacro %}

{#- Whole yen with thousands separators, as a partner reads it. -#}
{% macro yen_text(amount) -%}
{{ engine("format('{:,}', " ~ amount ~ ")", 'format_number(' ~ amount ~ ', 0)') }}
{%- endmacro %}

{#- Whether a text begins with another. -#}
{% macro begins_with(text, prefix) -%}
{{ engine('starts_with', 'startswith') }}({{ text }}, {{ prefix }})
{%- endmacro %}
