with summed as (
    select
        candidate_id,
        count(*) as observations,
        count(weight_micro) as weighted_observations,
        sum({{ whole('weight_micro') }} * mark_micro) as weighted_sum,
        sum({{ whole('weight_micro') }}) as weight_sum
    from {{ ref('int_response') }}
    where counted
    group by candidate_id
)

select
    candidate.candidate_id,
    coalesce(summed.observations, 0) as observations,
    -- A counted response without a stored weight cannot be left out in silence: there is no mark, and the gate says so.
    case
        when summed.observations = summed.weighted_observations
            then {{ micropoints('summed.weighted_sum', 'summed.weight_sum') }}
    end as mark_micro
from {{ ref('int_candidate_entered') }} as candidate
inner join {{ ref('int_component_used') }} as component on component.component = 'survey'
left join summed on candidate.candidate_id = summed.candidate_id
