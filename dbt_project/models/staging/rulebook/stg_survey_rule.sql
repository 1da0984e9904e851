select
    cast(satisfaction_weight as bigint) as satisfaction_weight,
    cast(recommendation_weight as bigint) as recommendation_weight,
    cast(effort_weight as bigint) as effort_weight,
    keep
from {{ source('rulebook', 'survey') }}
