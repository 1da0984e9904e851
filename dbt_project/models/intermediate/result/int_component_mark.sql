with marks as (
    select
        'audit' as component,
        candidate_id,
        observations,
        mark_micro
    from {{ ref('int_audit_mark') }}
    union all
    select
        'survey' as component,
        candidate_id,
        observations,
        mark_micro
    from {{ ref('int_survey_mark') }}
    union all
    select
        'vote' as component,
        candidate_id,
        observations,
        mark_micro
    from {{ ref('int_vote_mark') }}
)

-- From the candidates and the rulebook, so that a missing mark is a row that says so and never a row that is missing.
select
    candidate.candidate_id,
    component.component,
    component.weight,
    coalesce(marks.observations, 0) as observations,
    marks.mark_micro
from {{ ref('int_candidate_entered') }} as candidate
cross join {{ ref('int_component_used') }} as component
left join marks on candidate.candidate_id = marks.candidate_id and component.component = marks.component
