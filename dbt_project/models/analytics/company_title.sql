-- Titles of each company in each edition, and how many it had until then: real ones and those of a demonstration apart.
with title as (
    select
        history.company_id,
        history.edition,
        ends_with(history.source, '(demonstration)') as demonstration,
        max(history.company) as company,
        count(*) as titles
    from {{ source('published', 'title_history') }} as history
    group by history.company_id, history.edition, demonstration
)

select
    title.company_id,
    title.edition,
    title.demonstration,
    title.company,
    title.titles,
    cast(sum(title.titles) over so_far as bigint) as titles_so_far,
    count(*) over so_far as editions_so_far,
    min(title.edition) over so_far as first_edition
from title
window so_far as (
    partition by title.company_id, title.demonstration
    order by title.edition rows between unbounded preceding and current row
)
