-- The metrics of the semantic layer for one candidate: none of them may be added up or averaged.
with planned as (
    select
        channel.edition,
        channel.candidate_id,
        cast(sum(channel.planned_tests) as bigint) as planned_tests,
        cast(sum(channel.counted_tests) as bigint) as counted_tests
    from {{ source('published', 'fct_channel_mark') }} as channel
    group by channel.edition, channel.candidate_id
)

select
    ranking.edition,
    ranking.candidate_id,
    ranking.category_id,
    ranking.final_micro,
    ranking.final as final_mark,
    ranking.margin_micro,
    effort.nps,
    effort.csat,
    effort.ces,
    planned.planned_tests,
    planned.counted_tests,
    {{ shown(half_up('10000 * planned.counted_tests', 'planned.planned_tests'), 7, 4) }} as completion_share
from {{ source('published', 'fct_ranking') }} as ranking
left join {{ source('published', 'fct_effort') }} as effort
    on ranking.edition = effort.edition and ranking.candidate_id = effort.candidate_id
left join planned on ranking.edition = planned.edition and ranking.candidate_id = planned.candidate_id
