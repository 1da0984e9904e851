with judged as (
    select
        rules.edition,
        placed.candidate_id,
        placed.category_id,
        placed.final_micro,
        placed.rank,
        placed.margin_micro,
        audited.mark_micro as audit_micro,
        interval_of.half_width_micro,
        case
            when placed.candidates_ranked < rules.min_candidates then 'too_few_candidates'
            when coalesce(placed.final_micro, -1) < rules.min_mark_micro then 'below_min_mark'
        end as reason
    from {{ ref('int_rank') }} as placed
    cross join {{ ref('stg_edition') }} as rules
    left join {{ ref('int_audit_mark') }} as audited on placed.candidate_id = audited.candidate_id
    left join {{ ref('int_audit_interval') }} as interval_of on placed.candidate_id = interval_of.candidate_id
)

select
    edition,
    candidate_id,
    category_id,
    final_micro,
    {{ shown_mark('final_micro') }} as final,
    rank,
    reason is null as eligible,
    reason,
    {{ shown(half_up_signed('audit_micro - half_width_micro', 10000), 5, 2) }} as audit_low,
    {{ shown(half_up_signed('audit_micro + half_width_micro', 10000), 5, 2) }} as audit_high,
    margin_micro
from judged
