{{ config(meta={'check': 'scoring.outcomes_ruled'}) }}
-- Categories whose outcome is not the one that their candidates' marks and the rulebook call for.
with told as (
    select
        category.category_id,
        count(ranking.candidate_id) as ranked,
        count(case when ranking.rank = 1 then 1 end) as firsts,
        max(ranking.final_micro) as best_micro
    from {{ ref('stg_category') }} as category
    left join {{ ref('fct_ranking') }} as ranking on category.category_id = ranking.category_id
    group by category.category_id
),

expected as (
    select
        told.category_id,
        case
            when told.ranked < rules.min_candidates then 'no_award_too_few_candidates'
            when coalesce(told.best_micro, -1) < rules.min_mark_micro then 'no_award_min_mark'
            when told.firsts = 1 then 'elected'
            when told.firsts > 1 and rules.unresolved_tie = 'joint' then 'joint'
            when told.firsts > 1 then 'no_award_tie'
        end as outcome
    from told
    cross join {{ ref('stg_edition') }} as rules
)

select
    coalesce(expected.category_id, stated.category_id) as category_id,
    stated.outcome,
    expected.outcome as expected_outcome
from expected
full outer join {{ ref('category_outcome') }} as stated on expected.category_id = stated.category_id
where stated.outcome is distinct from expected.outcome
