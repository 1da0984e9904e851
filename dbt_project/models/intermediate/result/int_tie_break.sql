-- One text for each candidate that sorts as the rulebook's tie-break does: every key's whole number, filled up with
-- zeros to the same width, in the rulebook's order. A key of a component that is not in use separates nothing; a mark
-- that is missing stands below 0.
with figures as (
    select
        candidate_id,
        component as tie_break_key,
        case component when 'vote' then observations else mark_micro end as figure
    from {{ ref('int_component_mark') }}
    union all
    select
        candidate_id,
        'channel:' || channel as tie_break_key,
        mark_micro as figure
    from {{ ref('int_channel_mark') }}
)

select
    candidate.candidate_id,
    {{ joined(
        "lpad(" ~ as_text('coalesce(figures.figure + 1, 0)') ~ ", 20, '0')", ' ', 'tie_break.position'
    ) }} as tie_break
from {{ ref('int_candidate_entered') }} as candidate
cross join {{ ref('stg_tie_break') }} as tie_break
left join figures
    on candidate.candidate_id = figures.candidate_id and tie_break.tie_break_key = figures.tie_break_key
group by candidate.candidate_id
