with tally as (
    select
        candidate_id,
        sum(votes) as votes
    from {{ ref('int_vote_tally') }}
    where counted
    group by candidate_id
),

counted as (
    select
        candidate.candidate_id,
        candidate.category_id,
        cast(coalesce(tally.votes, 0) as bigint) as votes
    from {{ ref('int_candidate_entered') }} as candidate
    inner join {{ ref('int_component_used') }} as component on component.component = 'vote'
    left join tally on candidate.candidate_id = tally.candidate_id
),

compared as (
    select
        counted.candidate_id,
        counted.votes,
        case rules.mark_rule
            when 'share_of_leader' then max(counted.votes) over (partition by counted.category_id)
            when 'share_of_category' then sum(counted.votes) over (partition by counted.category_id)
        end as whole_votes
    from counted
    cross join {{ ref('stg_vote_rule') }} as rules
)

select
    candidate_id,
    votes as observations,
    -- In a category without a single vote everybody has 0.
    case
        when whole_votes = 0 then 0
        else {{ micropoints('20000000 * ' ~ whole('votes'), 'whole_votes') }}
    end as mark_micro
from compared
