select
    rules.edition,
    candidate.candidate_id,
    candidate.company_id,
    candidate.company,
    candidate.category_id,
    candidate.status
from {{ ref('stg_candidate') }} as candidate
cross join {{ ref('stg_edition') }} as rules
