{#-
    What dbt's adapter for Spark is told of tables and contracts, in place of its own macros of these names.
    Belongs here: tables as plain Parquet, and the contract's types as Spark spells them. DuckDB uses none of it.
-#}

{#- A contract's columns without a row: Spark knows no `varchar` without a length. -#}
{% macro spark__get_empty_schema_sql(columns) -%}
    {%- set empty = [] -%}
    {%- for column in columns.values() -%}
        {%- set type = 'string' if column.data_type == 'varchar' else column.data_type -%}
        {%- do empty.append('cast(null as ' ~ type ~ ') as ' ~ column.name) -%}
    {%- endfor -%}
    select {{ empty | join(', ') }}
{%- endmacro %}

{#-
    A table of Parquet files takes no constraint. What a contract says of empty cells is held by the data tests there, and
    by DuckDB's own table into which the rows are brought back.
-#}
{% macro spark__persist_constraints(relation, model) -%}
{%- endmacro %}
