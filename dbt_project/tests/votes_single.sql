{{ config(meta={'check': 'scoring.votes_single'}) }}
-- Keys of the rulebook's one_per with more than one counted vote. Two votes name the key: its own columns are hashes of
-- persons.
with counted as (
    select vote.*
    from {{ ref('int_vote_keyed') }} as vote
    left join {{ ref('int_vote_excluded') }} as excluded on vote.vote_id = excluded.vote_id
    where excluded.vote_id is null
),

suspect as (
    select key_hash
    from counted
    group by key_hash
    having count(*) > 1
)

select
    min(counted.vote_id) as vote_id,
    max(counted.vote_id) as other_vote_id,
    count(*) as votes
from counted
inner join suspect on counted.key_hash = suspect.key_hash
group by
    counted.key_vote_id,
    counted.key_voter_key,
    counted.key_category_id,
    counted.key_candidate_id,
    counted.key_cast_at,
    counted.key_channel,
    counted.key_ip_hash
having count(*) > 1
