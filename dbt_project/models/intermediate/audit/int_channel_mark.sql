with counted as (
    select
        candidate_id,
        channel,
        count(*) as tests,
        count(mark_micro) as marked_tests,
        sum({{ whole('mark_micro') }}) as mark_sum
    from {{ ref('int_test') }}
    where counted
    group by candidate_id, channel
)

select
    candidate.candidate_id,
    channel.channel,
    channel.planned_tests,
    coalesce(counted.tests, 0) as counted_tests,
    channel.weight,
    -- A counted test without a mark cannot be averaged away: the channel then has none, and the gate says so.
    case
        when counted.tests = counted.marked_tests then {{ micropoints('counted.mark_sum', 'counted.tests') }}
    end as mark_micro
from {{ ref('int_candidate_entered') }} as candidate
cross join {{ ref('int_channel_used') }} as channel
left join counted on candidate.candidate_id = counted.candidate_id and channel.channel = counted.channel
