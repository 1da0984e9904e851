-- The metrics of the semantic layer that mean something for a whole edition: counts, and shares of counts.
with planned as (
    select
        channel.edition,
        cast(sum(channel.planned_tests) as bigint) as planned_tests,
        cast(sum(channel.counted_tests) as bigint) as counted_tests
    from {{ source('published', 'fct_channel_mark') }} as channel
    group by channel.edition
),

compared as (
    select
        close_title.edition,
        min(close_title.lead_micro) as smallest_lead_micro,
        count(close_title.clear) as categories_compared,
        count(*) filter (where not close_title.clear) as categories_within_noise
    from {{ ref('close_title') }} as close_title
    group by close_title.edition
),

tested as (
    select
        firm_quality.edition,
        cast(sum(firm_quality.tests) as bigint) as tests,
        cast(sum(firm_quality.contests) as bigint) as contests
    from {{ ref('firm_quality') }} as firm_quality
    group by firm_quality.edition
)

select
    compared.edition,
    compared.smallest_lead_micro,
    compared.categories_compared,
    compared.categories_within_noise,
    planned.planned_tests,
    planned.counted_tests,
    tested.tests,
    tested.contests,
    {{ shown(half_up('10000 * compared.categories_within_noise', 'nullif(compared.categories_compared, 0)'), 5, 4) }}
        as within_noise_share,
    {{ shown(half_up('10000 * planned.counted_tests', 'planned.planned_tests'), 7, 4) }} as completion_share,
    {{ shown(half_up('10000 * tested.contests', 'tested.tests'), 7, 4) }} as contest_rate
from compared
left join planned on compared.edition = planned.edition
left join tested on compared.edition = tested.edition
