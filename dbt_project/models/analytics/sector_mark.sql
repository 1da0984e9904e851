-- Marks of a sector within one edition: the rules of two editions differ, so nothing is compared between them.
select
    ranking.edition,
    category.sector,
    count(distinct ranking.category_id) as categories,
    count(*) as candidates,
    count(elected.candidate_id) as titles,
    {{ micropoints('sum(ranking.final_micro)', 'count(*)') }} as mean_micro,
    min(ranking.final_micro) as lowest_micro,
    max(ranking.final_micro) as highest_micro
from {{ source('published', 'fct_ranking') }} as ranking
inner join {{ source('published', 'dim_category') }} as category
    on ranking.edition = category.edition and ranking.category_id = category.category_id
left join {{ source('published', 'laureates') }} as elected
    on
        ranking.edition = elected.edition
        and ranking.category_id = elected.category_id
        and ranking.candidate_id = elected.candidate_id
group by ranking.edition, category.sector
