{{ config(meta={'check': 'scoring.votes_single'}) }}
{%- set who = row_hash(['vote.key_vote_id', 'vote.key_voter_key', 'vote.key_cast_at', 'vote.key_ip_hash']) %}
{%- set what = row_hash(['vote.key_category_id', 'vote.key_candidate_id', 'vote.key_channel']) %}
-- Keys of the rulebook's one_per with more than one counted vote. Two votes name the key: its own columns are hashes of
-- persons. Whoever may have voted twice for the same is found by hashes first: people are fewer than their votes.
-- The votes that count are asked for twice: DuckDB puts a query that two others read down whole, here all votes.
with counted as (
    select
        {{ who }} as who,
        {{ what }} as what
    from {{ ref('int_vote_keyed') }} as vote
    left join {{ ref('int_vote_excluded') }} as excluded on vote.vote_id = excluded.vote_id
    where excluded.vote_id is null
),

suspect as (
    select who
    from counted
    group by who
    having {{ may_repeat('what') }}
),

looked_at as (
    select vote.*
    from {{ ref('int_vote_keyed') }} as vote
    inner join suspect on {{ who }} = suspect.who
)

select
    min(vote.vote_id) as vote_id,
    max(vote.vote_id) as other_vote_id,
    count(*) as votes
from looked_at as vote
left join {{ ref('int_vote_excluded') }} as excluded on vote.vote_id = excluded.vote_id
where excluded.vote_id is null
group by {{ key_columns('vote.') }}
having count(*) > 1
