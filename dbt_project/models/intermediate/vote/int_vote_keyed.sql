-- The key under which a vote may count once. The rulebook names the columns; the others are blanked, so that one query
-- serves any choice of them.
with chosen as (
    select
        coalesce(bool_or(column_name = 'vote_id'), false) as by_vote_id,
        coalesce(bool_or(column_name = 'voter_key'), false) as by_voter_key,
        coalesce(bool_or(column_name = 'category_id'), false) as by_category_id,
        coalesce(bool_or(column_name = 'candidate_id'), false) as by_candidate_id,
        coalesce(bool_or(column_name = 'cast_at'), false) as by_cast_at,
        coalesce(bool_or(column_name = 'channel'), false) as by_channel,
        coalesce(bool_or(column_name = 'ip_hash'), false) as by_ip_hash
    from {{ ref('stg_vote_key') }}
),

keyed as (
    select
        vote.*,
        case when chosen.by_vote_id then vote.vote_id end as key_vote_id,
        case when chosen.by_voter_key then vote.voter_key end as key_voter_key,
        case when chosen.by_category_id then vote.category_id end as key_category_id,
        case when chosen.by_candidate_id then vote.candidate_id end as key_candidate_id,
        case when chosen.by_cast_at then vote.cast_at end as key_cast_at,
        case when chosen.by_channel then vote.channel end as key_channel,
        case when chosen.by_ip_hash then vote.ip_hash end as key_ip_hash
    from {{ ref('stg_vote') }} as vote
    cross join chosen
)

select
    file,
    line,
    vote_id,
    candidate_id,
    cast_at,
    ip_hash,
    key_vote_id,
    key_voter_key,
    key_category_id,
    key_candidate_id,
    key_cast_at,
    key_channel,
    key_ip_hash,
    {{ row_hash([
        'key_vote_id', 'key_voter_key', 'key_category_id', 'key_candidate_id', 'key_cast_at', 'key_channel',
        'key_ip_hash',
    ]) }} as key_hash
from keyed
