-- The metrics of the semantic layer for one field firm.
select
    firm_quality.edition,
    firm_quality.field_firm,
    cast(sum(firm_quality.tests) as bigint) as tests,
    cast(sum(firm_quality.contests) as bigint) as contests,
    {{ shown(half_up('10000 * sum(firm_quality.contests)', 'sum(firm_quality.tests)'), 7, 4) }} as contest_rate
from {{ ref('firm_quality') }} as firm_quality
group by firm_quality.edition, firm_quality.field_firm
