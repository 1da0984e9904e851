select
    ranking.edition,
    ranking.category_id,
    ranking.candidate_id,
    candidate.company,
    ranking.final_micro,
    ranking.final,
    category.candidates_ranked,
    words.fieldwork_start,
    words.fieldwork_end,
    words.title_fr || case when outcome.outcome = 'joint' then ', ex æquo' else '' end
    || ' – Catégorie ' || category.label_fr
    || ' – Étude ' || coalesce(study.firms_fr || ' ', '') || 'pour ' || words.organiser
    || ', ' || words.period_fr
    || coalesce(', ' || {{ counted_noun('study.tests', 'test') }}, '')
    || ', ' || {{ counted_noun('category.candidates_ranked', 'candidat') }} || '.' as claim_fr,
    words.title_en || case when outcome.outcome = 'joint' then ', joint winner' else '' end
    || ' – Category ' || category.label_en
    || ' – Study ' || coalesce('by ' || study.firms_en || ' ', '') || 'for ' || words.organiser
    || ', ' || words.period_en
    || coalesce(', ' || {{ counted_noun('study.tests', 'test') }}, '')
    || ', ' || {{ counted_noun('category.candidates_ranked', 'candidate') }} || '.' as claim_en,
    words.title_ar || case when outcome.outcome = 'joint' then '، مناصفة' else '' end
    || ' – فئة ' || category.label_ar
    || ' – دراسة ' || coalesce(study.firms_ar || ' ', '') || 'لفائدة ' || words.organiser
    || '، ' || words.period_ar
    || coalesce('، عدد الاختبارات: ' || {{ as_text('study.tests') }}, '')
    || '، عدد المرشحين: ' || {{ as_text('category.candidates_ranked') }} || '.' as claim_ar
from {{ ref('fct_ranking') }} as ranking
inner join {{ ref('category_outcome') }} as outcome on ranking.category_id = outcome.category_id
inner join {{ ref('dim_category') }} as category on ranking.category_id = category.category_id
inner join {{ ref('dim_candidate') }} as candidate on ranking.candidate_id = candidate.candidate_id
cross join {{ ref('int_edition_words') }} as words
left join {{ ref('int_category_study') }} as study on ranking.category_id = study.category_id
where ranking.rank = 1 and outcome.outcome in ('elected', 'joint')
