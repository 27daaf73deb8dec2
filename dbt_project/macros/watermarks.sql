{#-
    core.watermarks: up to which delivery each model has looked, and under which code.
    A model's row is written in the transaction that writes its rows, so that after a kill each
    model knows by itself what it has not seen.
-#}

{% macro create_watermarks() %}
    create schema if not exists core;
    create table if not exists core.watermarks (
        model varchar primary key,
        load_number bigint not null,
        code_version varchar not null
    )
{% endmacro %}

{#- SQL: the last load number that `model` has seen, 0 before its first run or when it rebuilds. -#}
{% macro watermark(model) -%}
    coalesce(
        (select load_number from {{ source('state', 'watermarks') }} where model = '{{ model }}'), 0
    )
{%- endmacro %}

{#- SQL: the days on which contacts may differ from what the cube `model` holds. -#}
{% macro pending_days(model) -%}
    select day from {{ ref('stg_touched_days') }}
    where entity = 'contacts' and load_number > {{ watermark(model) }}
{%- endmacro %}

{#-
    SQL: whether a row of raw or of a fact lies where records of `entity` may differ from what
    `model` holds: late mail touches nothing that the telephone brought of its day.
-#}
{% macro is_pending(model, entity='contacts', rows='') -%}
    ({{ rows }}source, {{ rows }}day) in (
        select source, day from {{ ref('stg_touched_days') }}
        where entity = '{{ entity }}' and load_number > {{ watermark(model) }}
    )
{%- endmacro %}

{#-
    Whether this model is built from nothing: on --full-refresh, at its first run, and when its
    SQL or that of a model before it has changed since the rows were written.
-#}
{% macro rebuilds() %}
    {#- at parse time the other branch is shown, which refers to everything that either needs -#}
    {%- if not execute -%}{{ return(false) }}{%- endif -%}
    {%- if flags.FULL_REFRESH or load_cached_relation(this) is none -%}{{ return(true) }}{%- endif -%}
    {%- set known = run_query(
        "select code_version from core.watermarks where model = '" ~ this.identifier ~ "'"
    ).columns[0].values() -%}
    {{ return(known | length == 0 or known[0] != code_version(model.unique_id)) }}
{% endmacro %}

{#-
    SQL: the load number that this model has seen once it has run. It never runs ahead of the
    incremental models that it reads, even when it is run without them.
-#}
{% macro seen_load_number() -%}
    {%- set before = incremental_models_before(model.unique_id) -%}
    {%- if before -%}
        select coalesce(min(coalesce(load_number, 0)), 0)
        from (values ('{{ before | join("'), ('") }}')) as upstream (model)
        left join core.watermarks using (model)
    {%- else -%}
        select coalesce(max(changed_at_load), 0) from {{ ref('stg_deliveries') }}
    {%- endif -%}
{%- endmacro %}

{#- Names of the nearest incremental models that a node reads, directly or through views. -#}
{% macro incremental_models_before(unique_id) %}
    {%- set names = [] -%}
    {%- for parent in graph.nodes[unique_id].depends_on.nodes if parent.startswith('model.') -%}
        {%- if graph.nodes[parent].config.materialized == 'touched_days' -%}
            {%- do names.append(graph.nodes[parent].name) -%}
        {%- else -%}
            {%- do names.extend(incremental_models_before(parent)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names | unique | sort) }}
{% endmacro %}
