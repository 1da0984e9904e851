-- A company over editions and categories: its name as it was last, where it stood, how often it was elected.
with seen as (
    select
        candidate.company_id,
        candidate.company,
        candidate.edition,
        1 as entries,
        0 as titles,
        0 as demonstration_titles
    from {{ source('published', 'dim_candidate') }} as candidate
    union all
    select
        history.company_id,
        history.company,
        history.edition,
        0 as entries,
        cast(not ends_with(history.source, '(demonstration)') as integer) as titles,
        cast(ends_with(history.source, '(demonstration)') as integer) as demonstration_titles
    from {{ source('published', 'title_history') }} as history
)

select
    seen.company_id,
    max_by(seen.company, (seen.edition, seen.company)) as company,
    string_agg(distinct seen.company, ' · ' order by seen.company) as company_names,
    min(seen.edition) as first_edition,
    max(seen.edition) as last_edition,
    cast(sum(seen.entries) as bigint) as entries,
    cast(sum(seen.titles) as bigint) as titles,
    cast(sum(seen.demonstration_titles) as bigint) as demonstration_titles
from seen
group by seen.company_id
