with shown as (
    select
        candidate_id,
        cast(count(*) as integer) as journeys,
        {{ plain_mean('steps', 5, 2) }} as steps_mean,
        {{ plain_mean('repeated', 5, 4) }} as repeated_share,
        {{ plain_mean('redirected', 5, 4) }} as redirected_share,
        {{ plain_mean('travelled', 5, 4) }} as travelled_share,
        {{ plain_mean('contradicted', 5, 4) }} as contradicted_share,
        {{ plain_mean('resolved', 5, 4) }} as resolved_share
    from {{ ref('int_journey') }}
    group by candidate_id
)

select
    rules.edition,
    candidate.candidate_id,
    coalesce(shown.journeys, 0) as journeys,
    shown.steps_mean,
    shown.repeated_share,
    shown.redirected_share,
    shown.travelled_share,
    shown.contradicted_share,
    shown.resolved_share
from {{ ref('int_candidate_entered') }} as candidate
cross join {{ ref('stg_edition') }} as rules
left join shown on candidate.candidate_id = shown.candidate_id
