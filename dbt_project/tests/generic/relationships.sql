{#- dbt's own test, which here is evidence for one check. -#}
{% test relationships(model, column_name, to, field) %}{{ config(meta={'check': 'scoring.references_resolved'}) }}
    {{ adapter.dispatch('test_relationships', 'dbt')(model, column_name, to, field) }}
{% endtest %}
