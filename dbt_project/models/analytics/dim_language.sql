-- Languages of the tests, as each is called in three of them; one that is not known here keeps its code.
with named (language, label_fr, label_en, label_ar) as (
    values
    ('ar', 'arabe', 'Arabic', 'العربية'),
    ('darija', 'darija', 'Darija', 'الدارجة'),
    ('amazigh', 'amazighe', 'Amazigh', 'الأمازيغية'),
    ('fr', 'français', 'French', 'الفرنسية'),
    ('en', 'anglais', 'English', 'الإنجليزية'),
    ('es', 'espagnol', 'Spanish', 'الإسبانية'),
    ('pt', 'portugais', 'Portuguese', 'البرتغالية'),
    ('de', 'allemand', 'German', 'الألمانية'),
    ('it', 'italien', 'Italian', 'الإيطالية')
)

select
    test.language,
    coalesce(named.label_fr, test.language) as label_fr,
    coalesce(named.label_en, test.language) as label_en,
    coalesce(named.label_ar, test.language) as label_ar,
    count(*) as tests
from {{ source('published', 'fct_test_mark') }} as test
left join named on test.language = named.language
group by all
