select
    cast(position as integer) as position,
    column_name
from {{ source('rulebook', 'vote_key') }}
