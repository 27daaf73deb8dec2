{#-
    How every fact and cube of core is kept: within one transaction, the touched days are deleted,
    the touched days are inserted, and the watermark moves. A rebuild is the same with every day
    touched. Deleting by day, never by key, also empties a day from which every record has gone.

    Config `replaces`: `source_days` for a fact, which holds the days of each source, `nothing` for
    a model that only ever adds rows (stg_touched_days itself); without it days, as for a cube.
    Config `entity`: of a fact, whose days count (contacts, web_visits, ad_delivery).
-#}
{% materialization touched_days, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set from_nothing = rebuilds() -%}

    {% call statement('main') %}
        {% if from_nothing %}
            set threads = {{ env_var('HELPLINE_DBT_THREADS', '2') }};
            delete from core.watermarks where model in ('{{ this.identifier }}', 'tests_of_core');
            create or replace table {{ target_relation }} as (
                {{ compiled_code }}
            );
        {% elif config.get('replaces') != 'nothing' %}
            create or replace temporary table touched_rows as (
                {{ compiled_code }}
            );
            delete from {{ target_relation }}
            {% if config.get('replaces') == 'source_days' -%}
            where {{ is_pending(this.identifier, config.get('entity', 'contacts')) }};
            {%- else -%}
            where day in ({{ pending_days(this.identifier) }});
            {%- endif %}
            insert into {{ target_relation }} by name select * from touched_rows;
            drop table touched_rows;
        {% else %}
            insert into {{ target_relation }} by name (
                {{ compiled_code }}
            );
        {% endif %}
        insert or replace into core.watermarks by name
        select
            '{{ this.identifier }}' as model,
            ({{ seen_load_number() }}) as load_number,
            '{{ code_version(model.unique_id) }}' as code_version
    {% endcall %}

    {%- do adapter.commit() -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
