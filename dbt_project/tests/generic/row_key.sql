{#- The columns identify a row: none is empty, and no two rows have the same. Returns the keys that do not. -#}
{% test row_key(model, columns) %}{{ config(meta={'check': 'scoring.keys_unique'}) }}
select
    {{ columns | join(', ') }},
    count(*) as rows_of_key
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1{% for column in columns %} or {{ column }} is null{% endfor %}
{% endtest %}
