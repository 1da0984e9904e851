select
    rules.edition,
    weight.respondent_id,
    weight.weight_micro
from {{ ref('stg_survey_weight') }} as weight
cross join {{ ref('stg_edition') }} as rules
