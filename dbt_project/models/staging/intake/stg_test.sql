select
    file,
    cast(line as bigint) as line,
    test_id,
    candidate_id,
    field_firm,
    channel,
    scenario,
    language,
    shopper_id,
    cast(started_at as timestamp) as started_at,
    cast(ended_at as timestamp) as ended_at,
    outcome,
    rechecks as rechecked_test_id
from {{ source('intake', 'test') }}
