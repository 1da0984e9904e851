-- Hours in which one address cast more votes than the rulebook takes for human. Hashes narrow fifty million votes down
-- to the few that can belong to a burst; the count that decides is of the address itself.
with hourly as (
    select
        vote.ip_hash,
        date_trunc('hour', vote.cast_at) as hour_utc,
        {{ row_hash(['vote.ip_hash', "date_trunc('hour', vote.cast_at)"]) }} as hour_hash,
        rules.max_per_ip_hour
    from {{ ref('stg_vote') }} as vote
    inner join {{ ref('int_candidate_entered') }} as candidate on vote.candidate_id = candidate.candidate_id
    inner join {{ ref('stg_vote_rule') }} as rules on rules.max_per_ip_hour is not null
),

suspect as (
    select hour_hash
    from hourly
    group by hour_hash
    having count(*) > min(max_per_ip_hour)
)

select
    hourly.ip_hash,
    hourly.hour_utc,
    count(*) as votes
from hourly
inner join suspect on hourly.hour_hash = suspect.hour_hash
group by hourly.ip_hash, hourly.hour_utc
having count(*) > min(hourly.max_per_ip_hour)
