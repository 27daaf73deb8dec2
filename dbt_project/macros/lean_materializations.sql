{#-
    Tables and views in one statement each. dbt's own build aside, rename twice, look through the
    catalogue for indexes and foreign keys and drop: with some thirty tables that was a third of a
    night's CPU time. Readers open releases only, so replacing in place disturbs nobody, and one
    transaction holds it all.
-#}

{% materialization table, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- do drop_if_of_another_type(target_relation) -%}

    {% call statement('main') %}
        {% if config.get('contract').enforced %}
            {{ get_assert_columns_equivalent(compiled_code) }}
            create or replace table {{ target_relation }} {{ get_table_columns_and_constraints() }};
            insert into {{ target_relation }} {{ get_column_names() }} (
                {{ get_select_subquery(compiled_code) }}
            );
        {% else %}
            create or replace table {{ target_relation }} as (
                {{ compiled_code }}
            );
        {% endif %}
        {{ comments_on(target_relation) }}
    {% endcall %}

    {%- do adapter.commit() -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- do drop_if_of_another_type(target_relation) -%}

    {% call statement('main') %}
        create or replace view {{ target_relation }} as (
            {{ compiled_code }}
        );
        {{ comments_on(target_relation) }}
    {% endcall %}

    {%- do adapter.commit() -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#- A model that was a view last night and is a table now, or the other way round. -#}
{% macro drop_if_of_another_type(target_relation) %}
    {%- set existing = load_cached_relation(target_relation) -%}
    {%- if existing is not none and existing.type != target_relation.type -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
{% endmacro %}

{#- SQL: the descriptions of a model and its columns, where persist_docs asks for them. -#}
{% macro comments_on(relation) -%}
    {%- if config.persist_relation_docs() and model.description -%}
        comment on {{ relation.type }} {{ relation }} is {{ duckdb_escape_comment(model.description) }};
    {%- endif -%}
    {%- if config.persist_column_docs() -%}
        {%- for column in model.columns.values() if column.description %}
            comment on column {{ relation }}.{{ adapter.quote(column.name) }}
            is {{ duckdb_escape_comment(column.description) }};
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
