{#-
    The key under which a vote may count once (SPEC 3.4).
    Belongs here: the columns of a vote that a rulebook may name in one_per, and those of the key that come of them.
-#}
{% macro vote_columns() -%}
    vote_id voter_key category_id candidate_id cast_at channel ip_hash
{%- endmacro %}

{#- The columns of the key, separated by commas. -#}
{% macro key_columns(prefix='') -%}
    {{ prefix }}key_{{ vote_columns().split() | join(', ' ~ prefix ~ 'key_') }}
{%- endmacro %}
