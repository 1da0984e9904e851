with rated as (
    select
        test.candidate_id,
        test.channel,
        rating.criterion_id,
        count(*) as ratings,
        sum(rating.rating) as rating_sum
    from {{ ref('stg_rating') }} as rating
    inner join {{ ref('int_test') }} as test on rating.test_id = test.test_id
    where test.counted and test.outcome = 'completed'
    group by test.candidate_id, test.channel, rating.criterion_id
)

select
    rules.edition,
    candidate.candidate_id,
    criterion.channel,
    criterion.criterion_id,
    criterion.family,
    cast(coalesce(rated.ratings, 0) as integer) as ratings,
    cast(coalesce(rated.rating_sum, 0) as bigint) as rating_sum,
    coalesce(rated.ratings, 0) * cast(criterion.max_rating as bigint) as rating_max_sum
from {{ ref('int_candidate_entered') }} as candidate
cross join {{ ref('stg_criterion') }} as criterion
inner join {{ ref('int_channel_used') }} as channel on criterion.channel = channel.channel
cross join {{ ref('stg_edition') }} as rules
left join rated
    on
        candidate.candidate_id = rated.candidate_id
        and criterion.channel = rated.channel
        and criterion.criterion_id = rated.criterion_id
