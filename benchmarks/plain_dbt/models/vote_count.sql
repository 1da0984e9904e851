select
    candidate_id,
    count(*) as votes
from {{ ref('first_vote') }}
group by candidate_id
