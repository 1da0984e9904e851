with best as (
    select
        category_id,
        count(*) as sharing,
        bool_and(eligible) as eligible
    from {{ ref('fct_ranking') }}
    where rank = 1
    group by category_id
)

select
    category.edition,
    category.category_id,
    case
        when category.candidates_ranked < rules.min_candidates or best.category_id is null
            then 'no_award_too_few_candidates'
        when not best.eligible then 'no_award_min_mark'
        when best.sharing = 1 then 'elected'
        when rules.unresolved_tie = 'joint' then 'joint'
        else 'no_award_tie'
    end as outcome
from {{ ref('dim_category') }} as category
cross join {{ ref('stg_edition') }} as rules
left join best on category.category_id = best.category_id
