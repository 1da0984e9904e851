-- The key under which a vote may count once. The rulebook names the columns; the others are blanked, so that one query
-- serves any choice of them.
with chosen as (
    select
    {% for column in vote_columns().split() %}
            coalesce(bool_or(column_name = '{{ column }}'), false) as by_{{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('stg_vote_key') }}
),

keyed as (
    select
        vote.*,
    {% for column in vote_columns().split() %}
        case when chosen.by_{{ column }} then vote.{{ column }} end as key_{{ column }}{{ ',' if not loop.last }}
    {% endfor %}
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
    {{ key_columns() }},
    {{ row_hash([key_columns()]) }} as key_hash
from keyed
