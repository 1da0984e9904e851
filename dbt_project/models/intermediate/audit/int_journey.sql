-- A journey is its tests that were carried out: of one candidate, each with a step of its own (SPEC 3.2). One that is
-- not so has no row; a check names it.
select
    journey_id,
    min(candidate_id) as candidate_id,
    case when count(distinct persona) = 1 then min(persona) end as persona,
    cast(count(*) as integer) as steps,
    cast(count(distinct channel) as integer) as channels,
    min(started_at) as started_at,
    max(coalesce(ended_at, started_at)) as ended_at,
    max(repeated) as repeated,
    max(redirected) as redirected,
    max(travelled) as travelled,
    max(contradicted) as contradicted,
    -- That of the highest step that says anything: 2 · step + resolved is odd when it was.
    max(2 * step + resolved) % 2 as resolved
from {{ ref('int_test') }}
where carried_out and journey_id is not null
group by journey_id
having count(distinct candidate_id) = 1 and count(distinct step) = count(*)
