-- The 95 % interval of an audit mark: 1.96 · √V / Σw, where V = Σ w²s²/n over the channels (SPEC 5). Each s² and each
-- term of V is a whole number, rounded half up; so is the half-width, in micropoints.
with moments as (
    select
        candidate_id,
        channel,
        {{ whole('count(*)') }} as tests,
        sum({{ whole('mark_micro') }}) as mark_sum,
        sum({{ whole('mark_micro') }} * mark_micro) as square_sum
    from {{ ref('int_test') }}
    where counted
    group by candidate_id, channel
),

variances as (
    select
        channel.candidate_id,
        {{ whole('channel.weight') }} as weight,
        moments.tests,
        {{ half_up(
            'moments.tests * moments.square_sum - moments.mark_sum * moments.mark_sum',
            'moments.tests * (moments.tests - 1)'
        ) }} as variance
    from {{ ref('int_channel_mark') }} as channel
    left join moments on channel.candidate_id = moments.candidate_id and channel.channel = moments.channel
),

spreads as (
    select
        candidate_id,
        count(*) as channels,
        count(variance) as spread_channels,
        sum(weight) as weight_sum,
        -- (2 · 196)² · V: the root of it over 200 Σw is the half-width, and stays whole.
        153664 * sum({{ half_up('weight * weight * variance', 'tests') }}) as scaled_variance
    from variances
    group by candidate_id
),

-- The float root is the only float of the project, and only where to begin: one step of Newton's method and two
-- comparisons, all of whole numbers, make the exact root (rounded down) of it.
begun as (
    select
        *,
        {{ whole('floor(sqrt(cast(scaled_variance as double)))') }} as near_root
    from spreads
),

stepped as (
    select
        *,
        coalesce({{ quotient('near_root + ' ~ quotient('scaled_variance', 'near_root'), '2') }}, 0) as root
    from begun
),

rooted as (
    select
        candidate_id,
        channels,
        spread_channels,
        weight_sum,
        case
            when root * root > scaled_variance then root - 1
            when (root + 1) * (root + 1) <= scaled_variance then root + 1
            else root
        end as root
    from stepped
)

select
    candidate_id,
    case
        when channels = spread_channels
            then cast({{ quotient('root + 100 * weight_sum', '200 * weight_sum') }} as bigint)
    end as half_width_micro
from rooted
