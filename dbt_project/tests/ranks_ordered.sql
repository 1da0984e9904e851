{{ config(meta={'check': 'scoring.ranks_ordered'}) }}
-- Candidates whose rank is not one more than the number of those that beat them: by the final mark, or among equals by
-- the first tie-break key that differs. Told pair by pair, as the rulebook says it, not by sorting.
with figures as (
    select
        candidate_id,
        component as tie_break_key,
        case component when 'vote' then observations else mark_micro end as figure
    from {{ ref('fct_component_mark') }}
    union all
    select
        candidate_id,
        'channel:' || channel as tie_break_key,
        mark_micro as figure
    from {{ ref('fct_channel_mark') }}
),

differing as (
    select
        one.candidate_id,
        other.candidate_id as rival_id,
        tie_break.position,
        coalesce(rival_figure.figure, -1) > coalesce(own_figure.figure, -1) as rival_is_better,
        row_number() over (
            partition by one.candidate_id, other.candidate_id order by tie_break.position
        ) as turn
    from {{ ref('fct_ranking') }} as one
    inner join {{ ref('fct_ranking') }} as other
        on one.category_id = other.category_id and one.candidate_id <> other.candidate_id
    cross join {{ ref('stg_tie_break') }} as tie_break
    left join figures as own_figure
        on one.candidate_id = own_figure.candidate_id and tie_break.tie_break_key = own_figure.tie_break_key
    left join figures as rival_figure
        on other.candidate_id = rival_figure.candidate_id and tie_break.tie_break_key = rival_figure.tie_break_key
    where
        one.final_micro is not distinct from other.final_micro
        and coalesce(own_figure.figure, -1) <> coalesce(rival_figure.figure, -1)
),

beaten as (
    select
        one.candidate_id,
        count(
            case
                when coalesce(other.final_micro, -1) > coalesce(one.final_micro, -1) or differing.rival_is_better then 1
            end
        ) as times
    from {{ ref('fct_ranking') }} as one
    left join {{ ref('fct_ranking') }} as other
        on one.category_id = other.category_id and one.candidate_id <> other.candidate_id
    left join differing
        on one.candidate_id = differing.candidate_id and other.candidate_id = differing.rival_id and differing.turn = 1
    group by one.candidate_id
)

select
    ranking.candidate_id,
    ranking.rank,
    beaten.times + 1 as expected_rank
from {{ ref('fct_ranking') }} as ranking
inner join beaten on ranking.candidate_id = beaten.candidate_id
where ranking.rank <> beaten.times + 1
