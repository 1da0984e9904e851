with candidates as (
    select
        category_id,
        count(*) as entered,
        count(case when status = 'entered' then 1 end) as ranked
    from {{ ref('stg_candidate') }}
    group by category_id
)

select
    rules.edition,
    category.category_id,
    category.label_fr,
    coalesce(nullif(category.label_en, ''), category.label_fr) as label_en,
    coalesce(nullif(category.label_ar, ''), category.label_fr) as label_ar,
    category.sector,
    cast(coalesce(candidates.entered, 0) as integer) as candidates_entered,
    cast(coalesce(candidates.ranked, 0) as integer) as candidates_ranked
from {{ ref('stg_category') }} as category
cross join {{ ref('stg_edition') }} as rules
left join candidates on category.category_id = candidates.category_id
