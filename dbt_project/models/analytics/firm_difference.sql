-- Two field firms side by side on the same candidates and channel: the mean of the differences, candidate by candidate,
-- so that a firm is not called severe for the candidates that it was given.
with marked as (
    select
        test.edition,
        test.channel,
        test.candidate_id,
        test.field_firm,
        {{ micropoints('sum(test.mark_micro)', 'count(*)') }} as mean_micro,
        count(*) as tests
    from {{ source('published', 'fct_test_mark') }} as test
    where test.counted
    group by test.edition, test.channel, test.candidate_id, test.field_firm
)

select
    one.edition,
    one.channel,
    one.field_firm,
    other.field_firm as other_firm,
    count(*) as candidates,
    cast(sum(one.tests) as bigint) as tests,
    cast(sum(other.tests) as bigint) as other_tests,
    cast({{ half_up_signed('sum(one.mean_micro - other.mean_micro)', 'count(*)') }} as bigint) as mean_difference_micro,
    count(*) filter (where one.mean_micro > other.mean_micro) as higher
from marked as one
inner join marked as other
    on
        one.edition = other.edition
        and one.channel = other.channel
        and one.candidate_id = other.candidate_id
        and one.field_firm < other.field_firm
group by one.edition, one.channel, one.field_firm, other.field_firm
