{{ config(meta={'check': 'scoring.exclusions_reasoned'}) }}
-- Tests that bear `contested` without a standing contest decided as `excluded`; tests that have one and are counted, or
-- are of another candidate than the one that contests.
with excluding as (
    select
        test_id,
        min(candidate_id) as candidate_id
    from {{ ref('fct_contest') }}
    where decision = 'excluded'
    group by test_id
)

select
    coalesce(test.test_id, excluding.test_id) as test_id,
    test.exclusion_reason
from {{ ref('fct_test_mark') }} as test
full outer join excluding on test.test_id = excluding.test_id
where
    (excluding.test_id is null and test.exclusion_reason = 'contested')
    or (excluding.test_id is not null and coalesce(test.counted, true))
    or test.candidate_id <> excluding.candidate_id
