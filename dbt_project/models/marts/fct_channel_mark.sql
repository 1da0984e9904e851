select
    rules.edition,
    channel.candidate_id,
    channel.channel,
    channel.planned_tests,
    cast(channel.counted_tests as integer) as counted_tests,
    channel.weight,
    channel.mark_micro,
    {{ shown_mark('channel.mark_micro') }} as mark
from {{ ref('int_channel_mark') }} as channel
cross join {{ ref('stg_edition') }} as rules
