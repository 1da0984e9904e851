select
    file,
    cast(line as bigint) as line,
    respondent_id,
    candidate_id,
    cast(answered_at as timestamp) as answered_at,
    cast(satisfaction as integer) as satisfaction,
    cast(recommendation as integer) as recommendation,
    cast(effort as integer) as effort,
    cast(contacts as integer) as contacts,
    cast(repeated as integer) as repeated,
    cast(redirected as integer) as redirected,
    cast(travelled as integer) as travelled,
    cast(contradicted as integer) as contradicted,
    cast(resolved as integer) as resolved
from {{ source('intake', 'response') }}
