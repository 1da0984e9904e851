select
    channel,
    cast(weight as integer) as weight,
    cast(planned_tests as integer) as planned_tests,
    unanswered
from {{ source('rulebook', 'channel') }}
