-- Marks of a channel within one edition and sector, over the candidates that are ranked.
select
    channel.edition,
    category.sector,
    channel.channel,
    count(*) as candidates,
    cast(sum(channel.counted_tests) as bigint) as counted_tests,
    {{ micropoints('sum(channel.mark_micro)', 'count(channel.mark_micro)') }} as mean_micro,
    min(channel.mark_micro) as lowest_micro,
    max(channel.mark_micro) as highest_micro
from {{ source('published', 'fct_channel_mark') }} as channel
inner join {{ source('published', 'fct_ranking') }} as ranking
    on channel.edition = ranking.edition and channel.candidate_id = ranking.candidate_id
inner join {{ source('published', 'dim_category') }} as category
    on channel.edition = category.edition and ranking.category_id = category.category_id
group by channel.edition, category.sector, channel.channel
