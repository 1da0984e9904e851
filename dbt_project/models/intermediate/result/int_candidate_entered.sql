select
    candidate_id,
    company_id,
    company,
    category_id
from {{ ref('stg_candidate') }}
where status = 'entered'
