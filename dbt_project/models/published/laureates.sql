{%- set nbsp = '\u00a0' -%}
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
    words.title_fr || '{{ nbsp }}– ' || category.label_fr || '. Tests ' || words.period_fr || ', '
    || cast(category.candidates_ranked as varchar) || '{{ nbsp }}candidat'
    || case when category.candidates_ranked > 1 then 's' else '' end || '.' as claim_fr,
    words.title_en || ' – ' || category.label_en || '. Tests ' || words.period_en || ', '
    || cast(category.candidates_ranked as varchar) || ' candidate'
    || case when category.candidates_ranked > 1 then 's' else '' end || '.' as claim_en,
    words.title_ar || ' – ' || category.label_ar || '. أُجريت الاختبارات ' || words.period_ar
    || '، عدد المرشحين: ' || cast(category.candidates_ranked as varchar) || '.' as claim_ar
from {{ ref('fct_ranking') }} as ranking
inner join {{ ref('category_outcome') }} as outcome on ranking.category_id = outcome.category_id
inner join {{ ref('dim_category') }} as category on ranking.category_id = category.category_id
inner join {{ ref('dim_candidate') }} as candidate on ranking.candidate_id = candidate.candidate_id
cross join {{ ref('int_edition_words') }} as words
where ranking.rank = 1 and outcome.outcome in ('elected', 'joint')
