-- Tests of each field firm by channel within one edition: how they ended, and what was looked at twice.
select
    test.edition,
    test.field_firm,
    test.channel,
    count(*) as tests,
    count(*) filter (where test.counted) as counted_tests,
    count(*) filter (where test.outcome = 'unanswered') as unanswered,
    count(*) filter (where test.outcome = 'aborted') as aborted,
    count(*) filter (where test.exclusion_reason = 'recheck') as rechecks,
    count(*) filter (where test.exclusion_reason = 'conflict') as conflicts,
    count(*) filter (where test.exclusion_reason = 'contested') as excluded_by_contest,
    count(contest.contest_id) as contests
from {{ source('published', 'fct_test_mark') }} as test
left join {{ source('published', 'fct_contest') }} as contest
    on test.edition = contest.edition and test.test_id = contest.test_id
group by test.edition, test.field_firm, test.channel
