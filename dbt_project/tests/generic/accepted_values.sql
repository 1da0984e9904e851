{#- dbt's own test, which here is evidence for one check. -#}
{% test accepted_values(model, column_name, values) %}{{ config(meta={'check': 'scoring.values_listed'}) }}
    {{ adapter.dispatch('test_accepted_values', 'dbt')(model, column_name, values) }}
{% endtest %}
