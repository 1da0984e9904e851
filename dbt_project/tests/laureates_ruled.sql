{{ config(meta={'check': 'scoring.laureates_ruled'}) }}
-- Candidates that are laureates without being first, eligible and in a category that was awarded among enough
-- candidates; and those that are all this and no laureates.
with due as (
    select
        ranking.category_id,
        ranking.candidate_id
    from {{ ref('fct_ranking') }} as ranking
    inner join {{ ref('category_outcome') }} as outcome on ranking.category_id = outcome.category_id
    inner join {{ ref('dim_category') }} as category on ranking.category_id = category.category_id
    cross join {{ ref('stg_edition') }} as rules
    where
        ranking.rank = 1
        and ranking.final_micro >= rules.min_mark_micro
        and category.candidates_ranked >= rules.min_candidates
        and outcome.outcome in ('elected', 'joint')
)

select
    coalesce(due.category_id, laureate.category_id) as category_id,
    coalesce(due.candidate_id, laureate.candidate_id) as candidate_id
from due
full outer join {{ ref('laureates') }} as laureate
    on due.category_id = laureate.category_id and due.candidate_id = laureate.candidate_id
where due.candidate_id is null or laureate.candidate_id is null
