-- The metrics of the semantic layer for one channel: how far its plan was met, how often its tests were contested.
with planned as (
    select
        channel.edition,
        channel.channel,
        cast(sum(channel.planned_tests) as bigint) as planned_tests,
        cast(sum(channel.counted_tests) as bigint) as counted_tests
    from {{ source('published', 'fct_channel_mark') }} as channel
    group by channel.edition, channel.channel
),

tested as (
    select
        firm_quality.edition,
        firm_quality.channel,
        cast(sum(firm_quality.tests) as bigint) as tests,
        cast(sum(firm_quality.contests) as bigint) as contests
    from {{ ref('firm_quality') }} as firm_quality
    group by firm_quality.edition, firm_quality.channel
)

select
    planned.edition,
    planned.channel,
    planned.planned_tests,
    planned.counted_tests,
    tested.tests,
    tested.contests,
    {{ shown(half_up('10000 * planned.counted_tests', 'planned.planned_tests'), 7, 4) }} as completion_share,
    {{ shown(half_up('10000 * tested.contests', 'tested.tests'), 7, 4) }} as contest_rate
from planned
left join tested on planned.edition = tested.edition and planned.channel = tested.channel
