{{ config(meta={'check': 'scoring.channels_present'}) }}
-- Ranked candidates without a row for a planned channel, or with a row for one that is not planned.
with planned as (
    select
        candidate.candidate_id,
        channel.channel
    from {{ ref('dim_candidate') }} as candidate
    cross join {{ ref('stg_channel') }} as channel
    inner join {{ ref('stg_component') }} as component on component.component = 'audit' and component.weight > 0
    where candidate.status = 'entered'
)

select
    coalesce(planned.candidate_id, marked.candidate_id) as candidate_id,
    coalesce(planned.channel, marked.channel) as channel
from planned
full outer join {{ ref('fct_channel_mark') }} as marked
    on planned.candidate_id = marked.candidate_id and planned.channel = marked.channel
where planned.candidate_id is null or marked.candidate_id is null
