select
    rules.edition,
    journey.journey_id,
    journey.candidate_id,
    journey.persona,
    journey.steps,
    journey.channels,
    journey.started_at,
    journey.ended_at,
    journey.repeated,
    journey.redirected,
    journey.travelled,
    journey.contradicted,
    journey.resolved
from {{ ref('int_journey') }} as journey
cross join {{ ref('stg_edition') }} as rules
