select
    {{ as_text('file') }} as file,
    cast(line as bigint) as line,
    vote_id,
    voter_key,
    {{ as_text('category_id') }} as category_id,
    {{ as_text('candidate_id') }} as candidate_id,
    cast(cast_at as timestamp) as cast_at,
    channel,
    ip_hash
from {{ source('intake', 'vote') }}
