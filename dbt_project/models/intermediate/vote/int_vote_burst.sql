-- Hours in which one address cast more votes than the rulebook takes for human. Most addresses cast fewer in all: a
-- hash of each finds the others among fifty million votes; the count that decides is of the address itself.
with suspect as (
    select {{ row_hash(['vote.ip_hash']) }} as address_hash
    from {{ ref('stg_vote') }} as vote
    inner join {{ ref('stg_vote_rule') }} as rules on rules.max_per_ip_hour is not null
    group by {{ row_hash(['vote.ip_hash']) }}
    having count(*) > min(rules.max_per_ip_hour)
),

looked_at as (
    select
        vote.ip_hash,
        vote.candidate_id,
        date_trunc('hour', vote.cast_at) as hour_utc,
        count(*) as votes
    from {{ ref('stg_vote') }} as vote
    inner join suspect on {{ row_hash(['vote.ip_hash']) }} = suspect.address_hash
    group by vote.ip_hash, vote.candidate_id, date_trunc('hour', vote.cast_at)
)

select
    looked_at.ip_hash,
    looked_at.hour_utc,
    cast(sum(looked_at.votes) as bigint) as votes
from looked_at
inner join {{ ref('int_candidate_entered') }} as candidate on looked_at.candidate_id = candidate.candidate_id
cross join {{ ref('stg_vote_rule') }} as rules
group by looked_at.ip_hash, looked_at.hour_utc
having sum(looked_at.votes) > min(rules.max_per_ip_hour)
