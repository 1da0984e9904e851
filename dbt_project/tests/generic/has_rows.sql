{#-
    The table is not empty: of an empty one every other test is true. Asked of tables of a component only where that
    component is in use. Returns one row when the table is empty.
-#}
{% test has_rows(model, component=none) %}{{ config(meta={'check': 'scoring.tables_filled'}) }}
select '{{ model.identifier }}' as empty_table
where
    not exists (select 1 from {{ model }})
    and (
        {{ 'false' if component else 'true' }}
        or exists (select 1 from {{ ref('int_component_used') }} where component = '{{ component }}')
    )
{% endtest %}
