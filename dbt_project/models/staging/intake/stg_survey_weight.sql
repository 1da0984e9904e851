select
    respondent_id,
    cast(weight_micro as bigint) as weight_micro
from {{ source('intake', 'survey_weight') }}
