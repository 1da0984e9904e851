-- Segment marks within one edition, over the candidates that have any.
select
    marked.edition,
    marked.segment,
    marked.value,
    count(*) as candidates,
    cast(sum(marked.tests) as bigint) as tests,
    {{ micropoints('sum(marked.mark_micro)', 'count(marked.mark_micro)') }} as mean_micro,
    min(marked.mark_micro) as lowest_micro,
    max(marked.mark_micro) as highest_micro
from {{ source('published', 'fct_segment_mark') }} as marked
group by marked.edition, marked.segment, marked.value
