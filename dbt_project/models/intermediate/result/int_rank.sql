with ordered as (
    select
        final.candidate_id,
        final.category_id,
        final.final_micro,
        -- A candidate without a final mark blocks the edition; until then it stands last.
        rank() over (
            partition by final.category_id
            order by coalesce(final.final_micro, -1) desc, coalesce(tie_break.tie_break, '') desc
        ) as place
    from {{ ref('int_final_mark') }} as final
    left join {{ ref('int_tie_break') }} as tie_break on final.candidate_id = tie_break.candidate_id
)

select
    candidate_id,
    category_id,
    final_micro,
    cast(place as integer) as rank,
    count(*) over (partition by category_id) as candidates_ranked,
    final_micro - lead(final_micro) over (partition by category_id order by place, candidate_id) as margin_micro
from ordered
