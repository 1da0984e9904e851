select
    cast(position as integer) as position,
    key as tie_break_key
from {{ source('rulebook', 'tie_break') }}
