select
    test_id,
    {{ as_text('criterion_id') }} as criterion_id,
    cast(rating as integer) as rating
from {{ source('intake', 'rating') }}
