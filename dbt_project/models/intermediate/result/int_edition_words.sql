-- The fieldwork's dates in words, once for the edition: every title is shown with them.
select
    edition,
    title_fr,
    coalesce(nullif(title_en, ''), title_fr) as title_en,
    coalesce(nullif(title_ar, ''), title_fr) as title_ar,
    fieldwork_start,
    fieldwork_end,
    {{ period_in_words('fieldwork_start', 'fieldwork_end', 'fr') }} as period_fr,
    {{ period_in_words('fieldwork_start', 'fieldwork_end', 'en') }} as period_en,
    {{ period_in_words('fieldwork_start', 'fieldwork_end', 'ar') }} as period_ar
from {{ ref('stg_edition') }}
