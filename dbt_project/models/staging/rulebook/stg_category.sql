select
    category_id,
    sector,
    label_fr,
    label_en,
    label_ar
from {{ source('rulebook', 'category') }}
