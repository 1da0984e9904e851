-- Checks of each release by gate and severity: how many passed, what was accepted.
select
    quality.edition,
    quality.release,
    quality.gate,
    quality.severity,
    count(*) as checks,
    count(*) filter (where quality.outcome = 'passed') as passed,
    count(*) filter (where quality.outcome = 'failed') as failed,
    count(quality.accepted_by) as accepted
from {{ source('published', 'quality_check') }} as quality
group by quality.edition, quality.release, quality.gate, quality.severity
