-- Votes that a rule leaves out: few, so that the others need no row of their own (int_vote). All votes are read twice:
-- for the hashes of keys that repeat, and for the votes that have one or that a rule left out before.
with suspect as (
    -- As in int_vote_burst, the hash only finds where to look; the votes left out before are among those looked at.
    {{ repeated(ref('int_vote_keyed'), 'key_hash') }}
),

looked_at as (
    select vote.*
    from {{ ref('int_vote_ruled') }} as vote
    left join suspect on vote.key_hash = suspect.key_hash
    where vote.exclusion_reason is not null or suspect.key_hash is not null
),

placed as (
    select
        vote.file,
        vote.line,
        vote.vote_id,
        vote.exclusion_reason,
        lag(vote.vote_id) over same_key is null as is_first,
        lead(vote.vote_id) over same_key is null as is_last
    from looked_at as vote
    window same_key as (
        partition by vote.exclusion_reason, {{ key_columns('vote.') }}
        order by vote.cast_at, vote.vote_id
    )
)

select
    placed.file,
    placed.line,
    placed.vote_id,
    coalesce(placed.exclusion_reason, 'repeated_vote') as exclusion_reason
from placed
cross join {{ ref('stg_vote_rule') }} as rules
where
    placed.exclusion_reason is not null
    or not case rules.keep when 'first' then placed.is_first when 'last' then placed.is_last end
