-- Every day from the first published test to the last test or contest, for tools that join dates.
with bound as (
    select
        min(cast(test.started_at as date)) as first_day,
        max(cast(test.started_at as date)) as last_test,
        (select max(contest.opened_on) from {{ source('published', 'fct_contest') }} as contest) as last_contest
    from {{ source('published', 'fct_test_mark') }} as test
),

listed as (
    select day_range.moment
    from
        bound,
        generate_series(
            bound.first_day, greatest(bound.last_test, bound.last_contest), interval 1 day
        ) as day_range (moment)
)

select
    cast(listed.moment as date) as date_day,
    year(listed.moment) as calendar_year,
    quarter(listed.moment) as calendar_quarter,
    month(listed.moment) as calendar_month,
    isoyear(listed.moment) as iso_year,
    weekofyear(listed.moment) as iso_week,
    isodow(listed.moment) as iso_weekday,
    {{ month_name('listed.moment', 'fr') }} as month_fr,
    {{ month_name('listed.moment', 'en') }} as month_en,
    {{ month_name('listed.moment', 'ar') }} as month_ar
from listed
