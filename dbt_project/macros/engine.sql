{#-
    All SQL that another engine would say differently stands here: wide integers, integer division, hashing.
    Belongs here: one expression to a macro. Rules of the award do not.
-#}

{#- An integer wide enough for any sum of this project: 2^127, an overflow is an error, never a wrap. -#}
{% macro whole(expression) -%}
    cast({{ expression }} as hugeint)
{%- endmacro %}

{#- Integer quotient, cut towards zero; NULL for a divisor of 0. -#}
{% macro quotient(dividend, divisor) -%}
    (({{ dividend }}) // nullif({{ divisor }}, 0))
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
    hash({{ expressions | join(', ') }})
{%- endmacro %}
