select
    vote.file,
    vote.line,
    vote.vote_id,
    vote.voter_key,
    vote.category_id,
    vote.candidate_id,
    vote.cast_at,
    vote.channel,
    vote.ip_hash,
    excluded.vote_id is null as counted,
    excluded.exclusion_reason
from {{ ref('stg_vote') }} as vote
left join {{ ref('int_vote_excluded') }} as excluded on vote.vote_id = excluded.vote_id
