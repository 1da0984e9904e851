select
    edition,
    title_fr,
    title_en,
    title_ar,
    organiser,
    cast(fieldwork_start as date) as fieldwork_start,
    cast(fieldwork_end as date) as fieldwork_end,
    cast(min_mark_micro as bigint) as min_mark_micro,
    cast(min_candidates as integer) as min_candidates,
    unresolved_tie
from {{ source('rulebook', 'edition') }}
