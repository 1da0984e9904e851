select
    test_id,
    {{ as_text('criterion_id') }} as criterion_id,
    cast(value_thousandths as bigint) as value_thousandths
from {{ source('intake', 'measure') }}
