select
    rules.edition,
    segment.candidate_id,
    segment.segment,
    segment.value,
    segment.tests,
    segment.mark_micro,
    {{ shown_mark('segment.mark_micro') }} as mark
from {{ ref('int_segment_mark') }} as segment
cross join {{ ref('stg_edition') }} as rules
