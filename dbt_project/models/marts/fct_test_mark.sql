select
    rules.edition,
    test.test_id,
    test.candidate_id,
    test.field_firm,
    test.channel,
    test.scenario,
    test.language,
    test.city,
    test.site,
    test.persona,
    test.operator,
    test.journey_id,
    test.step,
    test.started_at,
    test.outcome,
    test.counted,
    test.exclusion_reason,
    test.mark_micro,
    {{ shown_mark('test.mark_micro') }} as mark
from {{ ref('int_test') }} as test
cross join {{ ref('stg_edition') }} as rules
