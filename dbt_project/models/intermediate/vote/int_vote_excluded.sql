-- Votes that a rule leaves out: few, so that the others need no row of their own (int_vote).
with suspect as (
    -- As in int_vote_burst, the hash only finds where to look.
    select key_hash
    from {{ ref('int_vote_ruled') }}
    where exclusion_reason is null
    group by key_hash
    having count(*) > 1
),

placed as (
    select
        vote.file,
        vote.line,
        vote.vote_id,
        lag(vote.vote_id) over same_key is null as is_first,
        lead(vote.vote_id) over same_key is null as is_last
    from {{ ref('int_vote_ruled') }} as vote
    inner join suspect on vote.key_hash = suspect.key_hash
    where vote.exclusion_reason is null
    window same_key as (
        partition by
            vote.key_vote_id,
            vote.key_voter_key,
            vote.key_category_id,
            vote.key_candidate_id,
            vote.key_cast_at,
            vote.key_channel,
            vote.key_ip_hash
        order by vote.cast_at, vote.vote_id
    )
)

select
    file,
    line,
    vote_id,
    exclusion_reason
from {{ ref('int_vote_ruled') }}
where exclusion_reason is not null
union all
select
    placed.file,
    placed.line,
    placed.vote_id,
    'repeated_vote' as exclusion_reason
from placed
cross join {{ ref('stg_vote_rule') }} as rules
where not case rules.keep when 'first' then placed.is_first when 'last' then placed.is_last end
