with summed as (
    select
        candidate_id,
        sum(counted_tests) as observations,
        count(*) as channels,
        count(mark_micro) as marked_channels,
        sum({{ whole('weight') }} * mark_micro) as weighted_sum,
        sum({{ whole('weight') }}) as weight_sum
    from {{ ref('int_channel_mark') }}
    group by candidate_id
)

select
    candidate_id,
    cast(observations as bigint) as observations,
    case when channels = marked_channels then {{ micropoints('weighted_sum', 'weight_sum') }} end as mark_micro
from summed
