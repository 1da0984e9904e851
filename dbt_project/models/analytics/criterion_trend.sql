-- Criteria over editions, the common core alone: one that stands in both editions under the same channel, id and
-- family, with the same best rating. No mark and no mean enters: weights and grids of two editions differ.
with criterion as (
    select
        rated.edition,
        rated.channel,
        rated.criterion_id,
        rated.family,
        sum(rated.rating_sum) as rating_sum,
        sum(rated.rating_max_sum) as rating_max_sum,
        max(rated.rating_max_sum // rated.ratings) as best
    from {{ source('published', 'fct_criterion') }} as rated
    inner join {{ source('published', 'fct_ranking') }} as ranking
        on rated.edition = ranking.edition and rated.candidate_id = ranking.candidate_id
    where rated.ratings > 0
    group by rated.edition, rated.channel, rated.criterion_id, rated.family
),

measured as (
    select
        criterion.*,
        cast({{ half_up('10000 * rating_sum', 'rating_max_sum') }} as bigint) as basis_points
    from criterion
),

edition as (
    select
        known.edition,
        lag(known.edition) over (order by known.edition) as previous_edition
    from {{ source('published', 'dim_edition') }} as known
)

select
    now_rated.edition,
    now_rated.channel,
    now_rated.criterion_id,
    now_rated.family,
    edition.previous_edition,
    {{ shown('now_rated.basis_points', 5, 4) }} as reached_share,
    {{ shown('before_rated.basis_points', 5, 4) }} as previous_share,
    {{ shown('now_rated.basis_points - before_rated.basis_points', 5, 4) }} as share_change
from measured as now_rated
inner join edition on now_rated.edition = edition.edition
inner join measured as before_rated
    on
        edition.previous_edition = before_rated.edition
        and now_rated.channel = before_rated.channel
        and now_rated.criterion_id = before_rated.criterion_id
        and now_rated.family = before_rated.family
        and now_rated.best = before_rated.best
