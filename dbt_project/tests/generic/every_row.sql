{#- A condition that must be true of every row; unknown (NULL) is not true. Returns the keys of rows that break it. -#}
{% test every_row(model, keys, condition) %}
select {{ keys | join(', ') }}
from {{ model }}
where not coalesce({{ condition }}, false)
{% endtest %}
