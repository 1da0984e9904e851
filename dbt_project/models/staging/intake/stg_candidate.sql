select
    file,
    cast(line as bigint) as line,
    candidate_id,
    company_id,
    company,
    category_id,
    status
from {{ source('intake', 'candidate') }}
