with measured as (
    select
        test.candidate_id,
        test.channel,
        measure.criterion_id,
        measure.value_thousandths,
        row_number() over (
            partition by test.candidate_id, test.channel, measure.criterion_id
            order by measure.value_thousandths, test.test_id
        ) as place,
        count(*) over (partition by test.candidate_id, test.channel, measure.criterion_id) as tests
    from {{ ref('stg_measure') }} as measure
    inner join {{ ref('int_test') }} as test on measure.test_id = test.test_id
    where test.counted and test.outcome = 'completed'
)

-- Nearest rank: the ⌈q · n⌉-th smallest, ⌈n / 2⌉ = (n + 1) // 2 and ⌈9n / 10⌉ = (9n + 9) // 10.
select
    rules.edition,
    measured.candidate_id,
    measured.channel,
    measured.criterion_id,
    criterion.unit,
    cast(measured.tests as integer) as tests,
    max(
        case when measured.place = {{ quotient('measured.tests + 1', '2') }} then measured.value_thousandths end
    ) as median,
    max(
        case when measured.place = {{ quotient('9 * measured.tests + 9', '10') }} then measured.value_thousandths end
    ) as p90
from measured
inner join {{ ref('stg_criterion') }} as criterion
    on measured.channel = criterion.channel and measured.criterion_id = criterion.criterion_id
cross join {{ ref('stg_edition') }} as rules
group by
    rules.edition, measured.candidate_id, measured.channel, measured.criterion_id, criterion.unit, measured.tests
