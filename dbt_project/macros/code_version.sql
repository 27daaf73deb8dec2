{#-
    The version of everything that decides a model's rows: its own file, the files of the models
    before it, and the macros that they call.
-#}
{% macro code_version(unique_id) %}
    {%- set parts = [] -%}
    {%- for node_id in models_up_to(unique_id) -%}
        {%- set node = graph.nodes[node_id] -%}
        {%- do parts.append(node.checksum.checksum) -%}
        {%- for macro_id in node.depends_on.macros if macro_id.startswith('macro.helpline.') -%}
            {%- do parts.append(context['helpline'][macro_id.split('.')[2]].macro.macro_sql) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(local_md5(parts | unique | join('\n'))) }}
{% endmacro %}

{#- Unique ids of a model and of every model before it, in a fixed order. -#}
{% macro models_up_to(unique_id) %}
    {%- set found = [unique_id] -%}
    {%- for parent in graph.nodes[unique_id].depends_on.nodes if parent.startswith('model.') -%}
        {%- do found.extend(models_up_to(parent)) -%}
    {%- endfor -%}
    {{ return(found | unique | sort) }}
{% endmacro %}
