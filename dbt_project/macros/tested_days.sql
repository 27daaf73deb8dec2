{#-
    SQL: the days that tests look at: those touched since the tests of core last passed together,
    so that a night that failed is tested again although nothing new came.
    After a rebuild, whose faults are the same everywhere, one day in seventeen stands for all.
-#}
{% macro tested_days(entity='contacts') -%}
    select day from (
        select distinct day from {{ ref('stg_touched_days') }}
        where entity = '{{ entity }}' and load_number > {{ watermark('tests_of_core') }}
    ) as touched
    qualify count(*) over () <= 400 or (day - date '2000-01-01') % 17 = 0
{%- endmacro %}

{#- Runs at the end of every dbt command: moves the watermark of the tests once all have passed. -#}
{% macro remember_tested(results) %}
    {%- set tests = [] -%}
    {%- set passed = [] -%}
    {%- for node in (graph.nodes.values() if execute else [])
        if node.resource_type == 'test' and node.original_file_path.startswith('tests/core/') -%}
        {%- do tests.append(node.unique_id) -%}
    {%- endfor -%}
    {%- for result in results if result.status == 'pass' and result.node.unique_id in tests -%}
        {%- do passed.append(result.node.unique_id) -%}
    {%- endfor -%}
    {%- if tests and passed | length == tests | length -%}
        insert or replace into core.watermarks
        select
            'tests_of_core' as model,
            min(load_number) as load_number,
            '' as code_version
        from core.watermarks
        where model != 'tests_of_core'
    {%- endif -%}
{% endmacro %}
