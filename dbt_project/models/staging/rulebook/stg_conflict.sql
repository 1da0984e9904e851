select
    shopper_id,
    company_id
from {{ source('rulebook', 'conflict') }}
