select
    file,
    category_id,
    candidate_id,
    counted,
    exclusion_reason,
    count(*) as votes
from {{ ref('int_vote') }}
group by file, category_id, candidate_id, counted, exclusion_reason
