{#- Schemas are called exactly staging, core, marts and codes, whatever the target's name. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
