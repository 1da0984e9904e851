with placed as (
    select
        response.*,
        candidate.status,
        lag(response.line) over same_pair is null as is_first,
        lead(response.line) over same_pair is null as is_last
    from {{ ref('stg_response') }} as response
    inner join {{ ref('stg_candidate') }} as candidate on response.candidate_id = candidate.candidate_id
    window same_pair as (
        partition by response.respondent_id, response.candidate_id
        order by
            response.answered_at,
            -- An empty answer is the lowest.
            coalesce(response.satisfaction, -1),
            coalesce(response.recommendation, -1),
            coalesce(response.effort, -1),
            coalesce(response.contacts, -1),
            coalesce(response.repeated, -1),
            coalesce(response.redirected, -1),
            coalesce(response.travelled, -1),
            coalesce(response.contradicted, -1),
            coalesce(response.resolved, -1),
            -- What is left is the same response twice: which of the two is kept changes nothing.
            response.file,
            response.line
    )
),

weighed as (
    select
        placed.*,
        case rules.keep when 'first' then placed.is_first when 'last' then placed.is_last end as kept,
        -- The three answers have the common denominator 30: x/10 = 3x/30, (effort - 1)/6 = 5(effort - 1)/30.
        {{ whole('coalesce(rules.satisfaction_weight * 3 * placed.satisfaction, 0)') }}
        + coalesce(rules.recommendation_weight * 3 * placed.recommendation, 0)
        + coalesce(rules.effort_weight * 5 * (placed.effort - 1), 0) as weighted_answer,
        {{ whole('30') }} * (
            case when placed.satisfaction is null then 0 else rules.satisfaction_weight end
            + case when placed.recommendation is null then 0 else rules.recommendation_weight end
            + case when placed.effort is null then 0 else rules.effort_weight end
        ) as weighted_best
    from placed
    cross join {{ ref('stg_survey_rule') }} as rules
),

judged as (
    select
        weighed.*,
        case
            when weighed.status <> 'entered' then 'withdrawn'
            when not weighed.kept then 'superseded_response'
            when weighed.weighted_best = 0 then 'no_weighted_answer'
        end as exclusion_reason
    from weighed
)

select
    judged.file,
    judged.line,
    judged.respondent_id,
    judged.candidate_id,
    judged.answered_at,
    judged.satisfaction,
    judged.recommendation,
    judged.effort,
    judged.contacts,
    judged.repeated,
    judged.redirected,
    judged.travelled,
    judged.contradicted,
    judged.resolved,
    judged.exclusion_reason is null as counted,
    judged.exclusion_reason,
    {{ micropoints('20000000 * ' ~ whole('judged.weighted_answer'), 'judged.weighted_best') }} as mark_micro,
    weight.weight_micro
from judged
left join {{ ref('stg_survey_weight') }} as weight on judged.respondent_id = weight.respondent_id
