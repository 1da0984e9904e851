select
    folder as field_firm,
    name
from {{ source('rulebook', 'field_firm') }}
