-- Who made the study of a category, and how many tests of it count: what a claim must say (SPEC 8).
with firms as (
    select
        test.category_id,
        coalesce(named.name, test.field_firm) as shown_name,
        min(test.field_firm) as first_folder,
        count(*) as tests
    from {{ ref('int_test') }} as test
    left join {{ ref('stg_field_firm') }} as named on test.field_firm = named.field_firm
    where test.counted
    group by test.category_id, coalesce(named.name, test.field_firm)
),

placed as (
    select
        category_id,
        shown_name,
        tests,
        row_number() over (partition by category_id order by first_folder) as place,
        count(*) over (partition by category_id) as firms
    from firms
)

select
    category_id,
    cast(sum(tests) as bigint) as tests,
    {{ listed('shown_name', 'place', 'firms', 'fr') }} as firms_fr,
    {{ listed('shown_name', 'place', 'firms', 'en') }} as firms_en,
    {{ listed('shown_name', 'place', 'firms', 'ar') }} as firms_ar
from placed
group by category_id
