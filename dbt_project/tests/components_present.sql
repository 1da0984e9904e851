{{ config(meta={'check': 'scoring.components_present'}) }}
-- Ranked candidates whose components are not those in use, once each, or that are not in the ranking; withdrawn ones
-- that are.
with used as (
    select
        count(*) as components,
        sum(weight) as weights
    from {{ ref('stg_component') }}
    where weight > 0
),

marked as (
    select
        candidate_id,
        count(*) as components,
        sum(weight) as weights
    from {{ ref('fct_component_mark') }}
    group by candidate_id
)

select candidate.candidate_id
from {{ ref('dim_candidate') }} as candidate
cross join used
left join marked on candidate.candidate_id = marked.candidate_id
left join {{ ref('fct_ranking') }} as ranking on candidate.candidate_id = ranking.candidate_id
where
    (candidate.status = 'entered') <> (ranking.candidate_id is not null)
    or (candidate.status = 'entered') <> (marked.candidate_id is not null)
    or marked.components <> used.components
    or marked.weights <> used.weights
