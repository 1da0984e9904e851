select
    channel.channel,
    channel.weight,
    channel.planned_tests,
    channel.unanswered
from {{ ref('stg_channel') }} as channel
inner join {{ ref('int_component_used') }} as component on component.component = 'audit'
