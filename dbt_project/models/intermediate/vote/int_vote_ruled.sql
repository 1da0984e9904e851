-- The first two rules of SPEC 3.4. A view with small queries over it: a table of all votes would be a copy for nothing.
with withdrawn as (
    select candidate_id
    from {{ ref('stg_candidate') }}
    where status <> 'entered'
),

excluded_hour as (
    select
        burst.ip_hash,
        burst.hour_utc
    from {{ ref('int_vote_burst') }} as burst
    inner join {{ ref('stg_vote_rule') }} as rules on rules.burst_action = 'exclude'
)

select
    vote.file,
    vote.line,
    vote.vote_id,
    vote.cast_at,
    {{ key_columns('vote.') }},
    vote.key_hash,
    case
        when withdrawn.candidate_id is not null then 'withdrawn'
        when excluded_hour.ip_hash is not null then 'burst'
    end as exclusion_reason
from {{ ref('int_vote_keyed') }} as vote
left join withdrawn on vote.candidate_id = withdrawn.candidate_id
left join excluded_hour
    on vote.ip_hash = excluded_hour.ip_hash and date_trunc('hour', vote.cast_at) = excluded_hour.hour_utc
