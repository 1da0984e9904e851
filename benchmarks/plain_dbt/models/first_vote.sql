select
    voter_key,
    category_id,
    arg_min(candidate_id, cast_at) as candidate_id
from {{ ref('stg_vote') }}
where cast_at is not null
group by voter_key, category_id
