with points as (
    select
        rating.test_id,
        sum({{ whole('criterion.weight') }} * rating.rating) as weighted_rating,
        sum({{ whole('criterion.weight') }} * criterion.max_rating) as weighted_max
    from {{ ref('stg_rating') }} as rating
    inner join {{ ref('stg_test') }} as test on rating.test_id = test.test_id
    inner join {{ ref('stg_criterion') }} as criterion
        on test.channel = criterion.channel and rating.criterion_id = criterion.criterion_id
    group by rating.test_id
),

conflict as (
    select distinct
        shopper_id,
        company_id
    from {{ ref('stg_conflict') }}
),

contested as (
    select distinct test_id
    from {{ ref('stg_contest') }}
    where decision = 'excluded'
),

judged as (
    select
        test.*,
        candidate.company_id,
        candidate.category_id,
        points.weighted_rating,
        points.weighted_max,
        coalesce(test.outcome = 'unanswered' and channel.unanswered = 'zero', false) as counts_as_zero,
        test.outcome in ('completed', 'unanswered')
        and test.rechecked_test_id is null
        and conflict.shopper_id is null
        and contested.test_id is null as carried_out,
        case
            when candidate.status <> 'entered' then 'withdrawn'
            when conflict.shopper_id is not null then 'conflict'
            when test.rechecked_test_id is not null then 'recheck'
            when contested.test_id is not null then 'contested'
            when test.outcome = 'aborted' then 'aborted'
            when test.outcome = 'unanswered' and channel.unanswered = 'exclude' then 'unanswered'
        end as exclusion_reason
    from {{ ref('stg_test') }} as test
    inner join {{ ref('stg_candidate') }} as candidate on test.candidate_id = candidate.candidate_id
    inner join {{ ref('stg_channel') }} as channel on test.channel = channel.channel
    left join points on test.test_id = points.test_id
    left join conflict on test.shopper_id = conflict.shopper_id and candidate.company_id = conflict.company_id
    left join contested on test.test_id = contested.test_id
)

select
    file,
    line,
    test_id,
    candidate_id,
    company_id,
    category_id,
    field_firm,
    channel,
    scenario,
    language,
    shopper_id,
    site,
    city,
    persona,
    operator,
    journey_id,
    step,
    started_at,
    ended_at,
    outcome,
    repeated,
    redirected,
    travelled,
    contradicted,
    resolved,
    carried_out,
    exclusion_reason is null as counted,
    exclusion_reason,
    cast(weighted_rating as bigint) as weighted_rating,
    cast(weighted_max as bigint) as weighted_max,
    case
        when outcome = 'completed' then {{ micropoints('20000000 * ' ~ whole('weighted_rating'), 'weighted_max') }}
        when counts_as_zero then 0
    end as mark_micro
from judged
