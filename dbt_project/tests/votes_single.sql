{%- set columns = ['vote_id', 'voter_key', 'category_id', 'candidate_id', 'cast_at', 'channel', 'ip_hash'] -%}
{%- set keys = [] -%}
{%- for column in columns %}{% do keys.append('key_' ~ column) %}{% endfor -%}
{{ config(meta={'check': 'scoring.votes_single'}) }}
-- Keys of the rulebook's one_per with more than one counted vote. Two votes name the key: its own columns are hashes of
-- persons.
with rule as (
    select
        {%- for column in columns %}
        coalesce(bool_or(column_name = '{{ column }}'), false) as by_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_vote_key') }}
),

keyed as (
    select
        vote.vote_id,
        {%- for column in columns %}
        case when rule.by_{{ column }} then vote.{{ column }} end as key_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_vote') }} as vote
    cross join rule
    where vote.counted
),

suspect as (
    select {{ row_hash(keys) }} as key_hash
    from keyed
    group by key_hash
    having count(*) > 1
)

select
    min(keyed.vote_id) as vote_id,
    max(keyed.vote_id) as other_vote_id,
    count(*) as votes
from keyed
inner join suspect on {{ row_hash(keys) }} = suspect.key_hash
group by
    {%- for key in keys %}
    keyed.{{ key }}{{ ',' if not loop.last }}
    {%- endfor %}
having count(*) > 1
