select
    test_id,
    criterion_id,
    cast(rating as integer) as rating
from {{ source('intake', 'rating') }}
