{{ config(meta={'check': 'scoring.candidates_enough'}) }}
-- Titles won among fewer candidates than the rulebook asks for, or shown with another number than were ranked.
with ranked as (
    select
        category_id,
        count(*) as candidates
    from {{ ref('fct_ranking') }}
    group by category_id
)

select
    laureate.category_id,
    laureate.candidate_id
from {{ ref('laureates') }} as laureate
cross join {{ ref('stg_edition') }} as rules
left join ranked on laureate.category_id = ranked.category_id
where
    coalesce(ranked.candidates, 0) < rules.min_candidates
    or laureate.candidates_ranked is distinct from ranked.candidates
