select
    rules.edition,
    component.candidate_id,
    component.component,
    component.weight,
    component.observations,
    component.mark_micro,
    {{ shown_mark('component.mark_micro') }} as mark
from {{ ref('int_component_mark') }} as component
cross join {{ ref('stg_edition') }} as rules
