-- Hours in which one address cast more votes than the rulebook takes for human. Most addresses cast fewer in all: a
-- hash of each finds the others among fifty million votes; the count that decides is of the address itself.
with standing as (
    select
        vote.ip_hash,
        vote.cast_at,
        {{ row_hash(['vote.ip_hash']) }} as address_hash,
        rules.max_per_ip_hour
    from {{ ref('stg_vote') }} as vote
    inner join {{ ref('int_candidate_entered') }} as candidate on vote.candidate_id = candidate.candidate_id
    inner join {{ ref('stg_vote_rule') }} as rules on rules.max_per_ip_hour is not null
),

suspect as (
    select {{ row_hash(['vote.ip_hash']) }} as address_hash
    from {{ ref('stg_vote') }} as vote
    inner join {{ ref('stg_vote_rule') }} as rules on rules.max_per_ip_hour is not null
    group by {{ row_hash(['vote.ip_hash']) }}
    having count(*) > min(rules.max_per_ip_hour)
)

select
    standing.ip_hash,
    date_trunc('hour', standing.cast_at) as hour_utc,
    count(*) as votes
from standing
inner join suspect on standing.address_hash = suspect.address_hash
group by standing.ip_hash, date_trunc('hour', standing.cast_at)
having count(*) > min(standing.max_per_ip_hour)
