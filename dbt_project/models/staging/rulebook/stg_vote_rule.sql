select
    keep,
    mark as mark_rule,
    cast(max_per_ip_hour as integer) as max_per_ip_hour,
    burst_action
from {{ source('rulebook', 'vote') }}
