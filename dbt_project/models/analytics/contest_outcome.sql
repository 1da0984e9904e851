-- Standing contests of each edition by ground and how they ended.
select
    contest.edition,
    contest.ground,
    coalesce(contest.decision, 'open') as decision,
    count(*) as contests,
    count(distinct contest.candidate_id) as candidates
from {{ source('published', 'fct_contest') }} as contest
group by contest.edition, contest.ground, coalesce(contest.decision, 'open')
