select
    rules.edition,
    contest.contest_id,
    contest.candidate_id,
    contest.test_id,
    contest.opened_on,
    contest.ground,
    contest.decision,
    contest.decided_on
from {{ ref('stg_contest') }} as contest
cross join {{ ref('stg_edition') }} as rules
