with shown as (
    select
        candidate_id,
        cast(count(*) as integer) as responses,
        {{ weighted_mean('contacts', 9, 2) }} as contacts_mean,
        {{ weighted_mean('repeated', 5, 4) }} as repeated_share,
        {{ weighted_mean('redirected', 5, 4) }} as redirected_share,
        {{ weighted_mean('travelled', 5, 4) }} as travelled_share,
        {{ weighted_mean('contradicted', 5, 4) }} as contradicted_share,
        {{ weighted_mean('resolved', 5, 4) }} as resolved_share,
        {{ weighted_mean('effort', 4, 2) }} as ces,
        {{ weighted_balance(
            'case when recommendation >= 9 then 1 when recommendation <= 6 then -1 when recommendation >= 7 then 0 end',
            'recommendation', 6
        ) }} as nps,
        {{ weighted_balance(
            'case when satisfaction >= 8 then 1 when satisfaction < 8 then 0 end', 'satisfaction', 5
        ) }} as csat
    from {{ ref('int_response') }}
    where counted
    group by candidate_id
)

select
    rules.edition,
    candidate.candidate_id,
    coalesce(shown.responses, 0) as responses,
    shown.contacts_mean,
    shown.repeated_share,
    shown.redirected_share,
    shown.travelled_share,
    shown.contradicted_share,
    shown.resolved_share,
    shown.ces,
    shown.nps,
    shown.csat
from {{ ref('int_candidate_entered') }} as candidate
cross join {{ ref('stg_edition') }} as rules
left join shown on candidate.candidate_id = shown.candidate_id
