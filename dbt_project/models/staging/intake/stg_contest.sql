select
    file,
    cast(line as bigint) as line,
    contest_id,
    candidate_id,
    test_id,
    cast(opened_on as date) as opened_on,
    ground,
    decision,
    cast(decided_on as date) as decided_on
from {{ source('intake', 'contest') }}
