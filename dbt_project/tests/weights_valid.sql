{{ config(meta={'check': 'scoring.weights_valid'}) }}
-- Component weights that do not add up to 10 000 basis points.
select sum(weight) as weights
from {{ ref('stg_component') }}
having coalesce(sum(weight), 0) <> 10000
