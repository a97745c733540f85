{#- DuckDB replaces a table or a view in one transaction. dbt's own materializations build under
    another name, rename twice and drop: eight statements and as many rendered macros a model,
    which was a third of an empty night. A failed statement rolls back: the former relation stays. -#}
{% materialization table, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set create = 'create or replace table ' ~ target -%}
    {{ run_hooks(pre_hooks) }}
    {{ drop_other_kind(target) }}
    {% call statement('main') -%}
        {%- if config.get('contract').enforced -%}
            {{ get_assert_columns_equivalent(compiled_code) }}
            {{ create }} {{ get_table_columns_and_constraints() }};
            insert into {{ target }} {{ get_column_names() }} (
                {{ get_select_subquery(compiled_code) }}
            );
        {%- else -%}
            {{ create }} as (
                {{ compiled_code }}
            );
        {%- endif -%}
    {%- endcall %}
    {% do persist_docs(target, model) %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks) }}
    {{ drop_other_kind(target) }}
    {% call statement('main') -%}
        create or replace view {{ target }} as (
            {{ compiled_code }}
        );
    {%- endcall %}
    {% do persist_docs(target, model) %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- A model that has become a table stands where a view was, or the other way round. -#}
{% macro drop_other_kind(target) %}
    {%- set former = load_cached_relation(target) -%}
    {% if former is not none and former.type != target.type %}
        {% do adapter.drop_relation(former) %}
    {% endif %}
{% endmacro %}
