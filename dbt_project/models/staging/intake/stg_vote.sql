select
    file,
    cast(line as bigint) as line,
    vote_id,
    voter_key,
    category_id,
    candidate_id,
    cast(cast_at as timestamp) as cast_at,
    channel,
    ip_hash
from {{ source('intake', 'vote') }}
