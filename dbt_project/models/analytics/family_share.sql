-- What was reached of what could be, by family of criteria, within one edition and sector: sums first, one division
-- after.
select
    criterion.edition,
    category.sector,
    criterion.family,
    count(distinct criterion.candidate_id) as candidates,
    cast(sum(criterion.ratings) as bigint) as ratings,
    cast(sum(criterion.rating_sum) as bigint) as rating_sum,
    cast(sum(criterion.rating_max_sum) as bigint) as rating_max_sum,
    {{ shown(half_up('10000 * sum(criterion.rating_sum)', 'nullif(sum(criterion.rating_max_sum), 0)'), 5, 4) }}
        as reached_share
from {{ source('published', 'fct_criterion') }} as criterion
inner join {{ source('published', 'fct_ranking') }} as ranking
    on criterion.edition = ranking.edition and criterion.candidate_id = ranking.candidate_id
inner join {{ source('published', 'dim_category') }} as category
    on criterion.edition = category.edition and ranking.category_id = category.category_id
group by criterion.edition, category.sector, criterion.family
