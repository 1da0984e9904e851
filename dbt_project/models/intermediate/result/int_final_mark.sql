with summed as (
    select
        candidate_id,
        count(*) as components,
        count(mark_micro) as marked_components,
        sum({{ whole('weight') }} * mark_micro) as weighted_sum
    from {{ ref('int_component_mark') }}
    group by candidate_id
)

select
    candidate.candidate_id,
    candidate.category_id,
    case
        when summed.components = summed.marked_components then {{ micropoints('summed.weighted_sum', '10000') }}
    end as final_micro
from {{ ref('int_candidate_entered') }} as candidate
left join summed on candidate.candidate_id = summed.candidate_id
