{#-
    All SQL that another engine would say differently stands here: wide integers, integer division, hashing, texts.
    Belongs here: one expression to a macro, as DuckDB says it (`default__`) and as Spark does (`spark__`). Rules of the
    award do not; what dbt's adapter for Spark must be told of tables stands in `spark.sql`.
-#}

{#- An integer wide enough for any sum of this project (2^127, or 38 digits); an overflow is an error, never a wrap. -#}
{% macro whole(expression) -%}
    {{ adapter.dispatch('whole')(expression) }}
{%- endmacro %}

{% macro default__whole(expression) -%}
    cast({{ expression }} as hugeint)
{%- endmacro %}

{% macro spark__whole(expression) -%}
    cast({{ expression }} as decimal(38, 0))
{%- endmacro %}

{#- Integer quotient, cut towards zero; NULL for a divisor of 0. -#}
{% macro quotient(dividend, divisor) -%}
    {{ adapter.dispatch('quotient')(dividend, divisor) }}
{%- endmacro %}

{% macro default__quotient(dividend, divisor) -%}
    (({{ dividend }}) // nullif({{ divisor }}, 0))
{%- endmacro %}

{#-
    Spark's `div` answers in 64 bits and drops, unsaid, what does not fit: so it is asked twice, for the digits above 10^18
    and for those below. A dividend of more than 36 digits, or a divisor of more than 20, is an error. Nothing is divided
    by `/`, which rounds.
-#}
{% macro spark__quotient(dividend, divisor) -%}
    {%- set some = 'cast(' ~ dividend ~ ' as decimal(36, 0))' -%}
    {%- set by = 'cast(nullif(' ~ divisor ~ ', 0) as decimal(38, 0))' -%}
    (
        cast({{ some }} div ({{ by }} * 1000000000000000000) as decimal(38, 0)) * 1000000000000000000
        + ({{ some }} % ({{ by }} * 1000000000000000000)) div {{ by }}
    )
{%- endmacro %}

{#- Integer quotient rounded down, for dividends that may be negative (the divisor is positive). -#}
{% macro quotient_down(dividend, divisor) -%}
    ({{ quotient(dividend, divisor) }} - case when ({{ dividend }}) % nullif({{ divisor }}, 0) < 0 then 1 else 0 end)
{%- endmacro %}

{#-
    A 64-bit hash of some columns. It only narrows a search down to a superset, which is then looked at exactly:
    two values that share a hash by chance change no result.
-#}
{% macro row_hash(expressions) -%}
    {{ adapter.dispatch('row_hash')(expressions) }}
{%- endmacro %}

{% macro default__row_hash(expressions) -%}
    hash({{ expressions | join(', ') }})
{%- endmacro %}

{% macro spark__row_hash(expressions) -%}
    xxhash64({{ expressions | join(', ') }})
{%- endmacro %}

{#-
    Whether some value of a group may stand twice in it, told from hashes of the values: only where all differ is it
    false. A value sets one of 63 bits and one of 61; values that are all different and share a bit in both are a superset
    again, which is then looked at exactly.
-#}
{% macro may_repeat(hash) -%}
    count(*) > {{ bits_set(hash, 63) }} and count(*) > {{ bits_set(hash, 61) }}
{%- endmacro %}

{#- How many bits the hashes of a group set, each that of its remainder. -#}
{% macro bits_set(hash, places) -%}
    {{ adapter.dispatch('bits_set')(hash, places) }}
{%- endmacro %}

{% macro default__bits_set(hash, places) -%}
    bit_count(bit_or(cast(1 as bigint) << cast({{ hash }} % {{ places }} as integer)))
{%- endmacro %}

{% macro spark__bits_set(hash, places) -%}
    bit_count(bit_or(shiftleft(cast(1 as bigint), cast(pmod({{ hash }}, {{ places }}) as int))))
{%- endmacro %}

{#-
    The values of a column of hashes that stand in more than one row, as a query. Putting them in order takes DuckDB half the
    time of grouping as many as there are rows; Spark would put them in order on one machine.
-#}
{% macro repeated(relation, hash) -%}
    {{ adapter.dispatch('repeated')(relation, hash) }}
{%- endmacro %}

{% macro default__repeated(relation, hash) -%}
    select distinct {{ hash }}
    from (
        select {{ hash }}, lag({{ hash }}) over (order by {{ hash }}) as before_it
        from {{ relation }}
    ) as in_order
    where {{ hash }} = before_it
{%- endmacro %}

{% macro spark__repeated(relation, hash) -%}
    select {{ hash }}
    from {{ relation }}
    group by {{ hash }}
    having count(*) > 1
{%- endmacro %}

{#- A value as text. -#}
{% macro as_text(expression) -%}
    {{ adapter.dispatch('as_text')(expression) }}
{%- endmacro %}

{% macro default__as_text(expression) -%}
    cast({{ expression }} as varchar)
{%- endmacro %}

{% macro spark__as_text(expression) -%}
    cast({{ expression }} as string)
{%- endmacro %}

{#- The texts of a group as one, in a told order. -#}
{% macro joined(expression, separator, place) -%}
    {{ adapter.dispatch('joined')(expression, separator, place) }}
{%- endmacro %}

{% macro default__joined(expression, separator, place) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ place }})
{%- endmacro %}

{% macro spark__joined(expression, separator, place) -%}
    listagg({{ expression }}, '{{ separator }}') within group (order by {{ place }})
{%- endmacro %}
