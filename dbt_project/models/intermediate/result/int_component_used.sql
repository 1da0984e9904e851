select
    component,
    weight
from {{ ref('stg_component') }}
where weight > 0
