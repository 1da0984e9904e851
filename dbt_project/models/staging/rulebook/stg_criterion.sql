select
    channel,
    criterion_id,
    family,
    cast(weight as integer) as weight,
    cast(max as integer) as max_rating,
    unit
from {{ source('rulebook', 'criterion') }}
