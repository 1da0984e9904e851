{% set votes = env_var('PLAIN_VOTES') %}
{% set text = ['vote_id', 'voter_key', 'category_id', 'candidate_id', 'cast_at', 'channel', 'ip_hash'] %}

select
    voter_key,
    category_id,
    candidate_id,
    try_cast(cast_at as timestamptz) as cast_at
from read_csv('{{ votes }}/sms.csv.gz', header = true, ignore_errors = true)
union all
select
    voter_key,
    category_id,
    candidate_id,
    try_cast(cast_at as timestamptz) as cast_at
from
    read_json(
        '{{ votes }}/site.ndjson.gz',
        format = 'newline_delimited',
        ignore_errors = true,
        columns = { {%- for name in text %}{{ name }}: 'VARCHAR'{{ ', ' if not loop.last }}{% endfor -%} }
    )
union all
select
    voter_key,
    category_id,
    candidate_id,
    cast_at
from read_parquet('{{ votes }}/application.parquet')
