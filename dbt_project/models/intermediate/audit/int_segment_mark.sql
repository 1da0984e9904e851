{%- set segments = ['scenario', 'language', 'city', 'site', 'persona', 'operator'] -%}
-- The formula of the audit mark over the counted tests that bear one value, channels without any left out (SPEC 5).
with borne as (
    {% for segment in segments %}
        select
            candidate_id,
            channel,
            '{{ segment }}' as segment,
            {{ segment }} as value,
            mark_micro
        from {{ ref('int_test') }}
        where counted and {{ segment }} is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

channels as (
    select
        candidate_id,
        segment,
        value,
        channel,
        count(*) as tests,
        -- As in the channel's own mark: a counted test without one cannot be averaged away.
        case
            when count(*) = count(mark_micro) then {{ micropoints('sum(' ~ whole('mark_micro') ~ ')', 'count(*)') }}
        end as mark_micro
    from borne
    group by candidate_id, segment, value, channel
)

select
    channels.candidate_id,
    channels.segment,
    channels.value,
    cast(sum(channels.tests) as integer) as tests,
    case
        when count(*) = count(channels.mark_micro)
            then {{ micropoints(
                'sum(' ~ whole('used.weight') ~ ' * channels.mark_micro)', 'sum(' ~ whole('used.weight') ~ ')'
            ) }}
    end as mark_micro
from channels
inner join {{ ref('int_channel_used') }} as used on channels.channel = used.channel
group by channels.candidate_id, channels.segment, channels.value
