select
    test_id,
    criterion_id,
    cast(value_thousandths as bigint) as value_thousandths
from {{ source('intake', 'measure') }}
