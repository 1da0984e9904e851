-- How close each category was: the first two by rank. The noise is that of their audit marks, as the dossier has it,
-- from the intervals as they are shown.
with placed as (
    select
        ranking.edition,
        ranking.category_id,
        ranking.candidate_id,
        ranking.final_micro,
        ranking.rank,
        cast((ranking.audit_high - ranking.audit_low) * 100 as bigint) as width,
        component.weight,
        row_number() over (
            partition by ranking.edition, ranking.category_id order by ranking.rank, ranking.candidate_id
        ) as place
    from {{ source('published', 'fct_ranking') }} as ranking
    left join {{ source('published', 'fct_component_mark') }} as component
        on
            ranking.edition = component.edition
            and ranking.candidate_id = component.candidate_id
            and component.component = 'audit'
)

select
    ended.edition,
    ended.category_id,
    ended.outcome,
    winner.final_micro,
    runner_up.final_micro as second_micro,
    winner.final_micro - runner_up.final_micro as lead_micro,
    winner.final_micro = runner_up.final_micro and winner.rank < runner_up.rank as tie_break,
    cast(winner.final_micro - runner_up.final_micro as hugeint) * (winner.final_micro - runner_up.final_micro)
    * 100000000
    > cast(winner.width * winner.width + runner_up.width * runner_up.width as hugeint)
    * 25000000 * winner.weight * winner.weight as clear
from {{ source('published', 'category_outcome') }} as ended
left join placed as winner
    on ended.edition = winner.edition and ended.category_id = winner.category_id and winner.place = 1
left join placed as runner_up
    on ended.edition = runner_up.edition and ended.category_id = runner_up.category_id and runner_up.place = 2
