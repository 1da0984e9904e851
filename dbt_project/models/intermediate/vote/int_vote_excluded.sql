-- Votes that a rule leaves out: few, so that the others need no row of their own (int_vote).
with ruled as (
    select
        vote.*,
        rules.keep,
        case
            when candidate.status <> 'entered' then 'withdrawn'
            when burst.ip_hash is not null then 'burst'
        end as exclusion_reason
    from {{ ref('int_vote_keyed') }} as vote
    inner join {{ ref('stg_candidate') }} as candidate on vote.candidate_id = candidate.candidate_id
    cross join {{ ref('stg_vote_rule') }} as rules
    left join {{ ref('int_vote_burst') }} as burst
        on
            rules.burst_action = 'exclude'
            and vote.ip_hash = burst.ip_hash
            and date_trunc('hour', vote.cast_at) = burst.hour_utc
),

-- As in int_vote_burst, the hash only finds where to look.
suspect as (
    select key_hash
    from ruled
    where exclusion_reason is null
    group by key_hash
    having count(*) > 1
),

placed as (
    select
        ruled.file,
        ruled.line,
        ruled.vote_id,
        case ruled.keep
            when 'first' then lag(ruled.vote_id) over same_key is null
            when 'last' then lead(ruled.vote_id) over same_key is null
        end as kept
    from ruled
    inner join suspect on ruled.key_hash = suspect.key_hash
    where ruled.exclusion_reason is null
    window same_key as (
        partition by
            ruled.key_vote_id,
            ruled.key_voter_key,
            ruled.key_category_id,
            ruled.key_candidate_id,
            ruled.key_cast_at,
            ruled.key_channel,
            ruled.key_ip_hash
        order by ruled.cast_at, ruled.vote_id
    )
)

select
    file,
    line,
    vote_id,
    exclusion_reason
from ruled
where exclusion_reason is not null
union all
select
    file,
    line,
    vote_id,
    'repeated_vote' as exclusion_reason
from placed
where not kept
