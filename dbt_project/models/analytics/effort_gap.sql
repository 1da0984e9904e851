-- What customers declare beside what shoppers met, candidate by candidate: the two are never mixed.
select
    declared.edition,
    declared.candidate_id,
    candidate.category_id,
    declared.responses,
    observed.journeys,
    declared.repeated_share as declared_repeated_share,
    observed.repeated_share as observed_repeated_share,
    observed.repeated_share - declared.repeated_share as repeated_gap,
    declared.redirected_share as declared_redirected_share,
    observed.redirected_share as observed_redirected_share,
    observed.redirected_share - declared.redirected_share as redirected_gap,
    declared.travelled_share as declared_travelled_share,
    observed.travelled_share as observed_travelled_share,
    observed.travelled_share - declared.travelled_share as travelled_gap,
    declared.contradicted_share as declared_contradicted_share,
    observed.contradicted_share as observed_contradicted_share,
    observed.contradicted_share - declared.contradicted_share as contradicted_gap,
    declared.resolved_share as declared_resolved_share,
    observed.resolved_share as observed_resolved_share,
    observed.resolved_share - declared.resolved_share as resolved_gap
from {{ source('published', 'fct_effort') }} as declared
inner join {{ source('published', 'fct_observed_effort') }} as observed
    on declared.edition = observed.edition and declared.candidate_id = observed.candidate_id
inner join {{ source('published', 'dim_candidate') }} as candidate
    on declared.edition = candidate.edition and declared.candidate_id = candidate.candidate_id
