-- The edition's words, once for all its claims: its title, who organises it, the fieldwork's dates.
select
    edition,
    title_fr,
    coalesce(nullif(title_en, ''), title_fr) as title_en,
    coalesce(nullif(title_ar, ''), title_fr) as title_ar,
    organiser,
    fieldwork_start,
    fieldwork_end,
    {{ period_in_words('fieldwork_start', 'fieldwork_end', 'fr') }} as period_fr,
    {{ period_in_words('fieldwork_start', 'fieldwork_end', 'en') }} as period_en,
    {{ period_in_words('fieldwork_start', 'fieldwork_end', 'ar') }} as period_ar
from {{ ref('stg_edition') }}
