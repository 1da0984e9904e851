{#- Only the columns of the rulebook's one_per tell votes apart; the others are blanked, so one key serves any rule. -#}
{%- set columns = ['vote_id', 'voter_key', 'category_id', 'candidate_id', 'cast_at', 'channel', 'ip_hash'] -%}
{%- set keys = [] -%}
{%- for column in columns %}{% do keys.append('key_' ~ column) %}{% endfor -%}
-- Votes that a rule leaves out: few, so that the others need no row of their own (int_vote).
with rule as (
    select
        vote_rule.keep,
        vote_rule.burst_action,
        {%- for column in columns %}
        coalesce(bool_or(vote_key.column_name = '{{ column }}'), false) as by_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_vote_rule') }} as vote_rule
    left join {{ ref('stg_vote_key') }} as vote_key on true
    group by vote_rule.keep, vote_rule.burst_action
),

ruled as (
    select
        vote.file,
        vote.line,
        vote.vote_id,
        vote.cast_at,
        rule.keep,
        {%- for column in columns %}
        case when rule.by_{{ column }} then vote.{{ column }} end as key_{{ column }},
        {%- endfor %}
        case
            when candidate.status <> 'entered' then 'withdrawn'
            when burst.ip_hash is not null then 'burst'
        end as exclusion_reason
    from {{ ref('stg_vote') }} as vote
    inner join {{ ref('stg_candidate') }} as candidate on vote.candidate_id = candidate.candidate_id
    cross join rule
    left join {{ ref('int_vote_burst') }} as burst
        on
            rule.burst_action = 'exclude'
            and vote.ip_hash = burst.ip_hash
            and date_trunc('hour', vote.cast_at) = burst.hour_utc
),

standing as (
    select
        *,
        {{ row_hash(keys) }} as key_hash
    from ruled
    where exclusion_reason is null
),

-- As in int_vote_burst: the hash only finds where to look.
suspect as (
    select key_hash
    from standing
    group by key_hash
    having count(*) > 1
),

placed as (
    select
        standing.file,
        standing.line,
        standing.vote_id,
        case standing.keep
            when 'first' then lag(standing.vote_id) over same_key is null
            when 'last' then lead(standing.vote_id) over same_key is null
        end as kept
    from standing
    inner join suspect on standing.key_hash = suspect.key_hash
    window same_key as (
        partition by
            {%- for key in keys %}
            standing.{{ key }}{{ ',' if not loop.last }}
            {%- endfor %}
        order by standing.cast_at, standing.vote_id
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
