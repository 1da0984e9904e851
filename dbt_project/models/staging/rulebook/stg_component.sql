select
    component,
    cast(weight as integer) as weight
from {{ source('rulebook', 'component') }}
