{{ config(meta={'check': 'scoring.rows_accounted'}) }}
-- Files of which the accepted rows are not all counted or excluded by rule, or whose rows read are not all accepted or
-- quarantined, and files that intake did not account for.
with outcomes as (
    select
        file,
        sum(rows) as rows_of
    from {{ ref('int_row_outcome') }}
    group by file
),

accounts as (
    select
        file,
        rows_read,
        rows_accepted,
        rows_quarantined
    from {{ ref('stg_row_account') }}
    where source in ('candidates', 'audits', 'survey', 'votes', 'contests')
)

select
    coalesce(accounts.file, outcomes.file) as account_file,
    accounts.rows_accepted,
    outcomes.rows_of
from accounts
full outer join outcomes on accounts.file = outcomes.file
where
    coalesce(accounts.rows_accepted, -1) <> coalesce(outcomes.rows_of, 0)
    or accounts.rows_read <> accounts.rows_accepted + accounts.rows_quarantined
