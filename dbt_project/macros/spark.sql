{#- How dbt-spark reads and writes here (docs/decisions/0060-spark.md). -#}

{#- A table of the lake on Spark: the Parquet files that DuckDB's `external_location` names. -#}
{% macro source(source_name, table_name) -%}
    {%- if target is not defined -%}{{ source_name }}.{{ table_name }}{%- else -%}
    {%- set relation = builtins.source(source_name, table_name) -%}
    {%- if target.type != 'spark' or not execute -%}{{ return(relation) }}{%- endif -%}
    {%- set node = graph.sources.values()
        | selectattr('source_name', 'equalto', source_name)
        | selectattr('name', 'equalto', table_name) | first -%}
    {%- set files = modules.re.search("'([^']+)'", node.config.meta.external_location).group(1) -%}
    {{ return('parquet.`' ~ files.replace('{name}', table_name) ~ '`') }}
    {%- endif -%}
{%- endmacro %}

{#- Views are written too: a view on views is planned again for each of its readers. -#}
{% materialization view, adapter='spark' %}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}

{#- Literals instead of the session's bindings, which do not survive an apostrophe. -#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model.config.column_types -%}
    {%- set sql -%}
        insert into {{ this }} values
        {% for row in agate_table.rows -%}
        (
            {%- for name in agate_table.column_names -%}
            cast({{ spark_text(row[name]) }} as {{ types[name] }}){{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ', ' if not loop.last }}
        {% endfor %}
    {%- endset -%}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}

{% macro spark_text(value) -%}
{%- if value is none -%}null{%- else -%}
"{{ value | string | replace('\\', '\\\\') | replace('"', '\\"') }}"
{%- endif -%}
{%- endmacro %}

{#- The columns of a contract; Spark calls a text `string`. -#}
{% macro spark__get_empty_schema_sql(columns) %}
    select
        {% for column in columns.values() -%}
        cast(null as {{ 'string' if column.data_type == 'varchar' else column.data_type }})
            as {{ column.name }}{{ ',' if not loop.last }}
        {% endfor %}
    where false
{% endmacro %}
