-- What became of every accepted row, file by file: with the quarantine this accounts for all that was received.
{#- By source: the model of its rows, why a row is left out, and how many rows it stands for. -#}
{% set sources = {
    'candidates': ('stg_candidate', "case when status <> 'entered' then 'withdrawn' end", 1),
    'audits': ('int_test', 'exclusion_reason', 1),
    'survey': ('int_response', 'exclusion_reason', 1),
    'votes': ('int_vote_tally', 'exclusion_reason', 'votes'),
    'contests': ('stg_contest', 'null', 1),
} %}
with outcomes as (
    {% for source, (model, reason, rows_of) in sources.items() %}
        select
            '{{ source }}' as source,
            file,
            {{ reason }} as reason,
            {{ rows_of }} as rows_of
        from {{ ref(model) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    source,
    file,
    case when reason is null then 'counted' else 'excluded' end as outcome,
    reason,
    cast(sum(rows_of) as bigint) as rows
from outcomes
group by source, file, reason
