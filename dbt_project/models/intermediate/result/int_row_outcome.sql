-- What became of every accepted row, file by file: with the quarantine this accounts for all that was received.
with outcomes as (
    select
        'candidates' as source,
        file,
        case when status <> 'entered' then 'withdrawn' end as reason,
        1 as rows_of
    from {{ ref('stg_candidate') }}
    union all
    select
        'audits' as source,
        file,
        exclusion_reason as reason,
        1 as rows_of
    from {{ ref('int_test') }}
    union all
    select
        'survey' as source,
        file,
        exclusion_reason as reason,
        1 as rows_of
    from {{ ref('int_response') }}
    union all
    select
        'votes' as source,
        file,
        exclusion_reason as reason,
        votes as rows_of
    from {{ ref('int_vote_tally') }}
    union all
    select
        'contests' as source,
        file,
        null as reason,
        1 as rows_of
    from {{ ref('stg_contest') }}
)

select
    source,
    file,
    case when reason is null then 'counted' else 'excluded' end as outcome,
    reason,
    cast(sum(rows_of) as bigint) as rows
from outcomes
group by source, file, reason
