{#-
    The one rounding rule of SPEC 5, on whole numbers alone: half up.
    Belongs here: how an exact fraction becomes a whole number, and how a whole number is shown as a decimal.
-#}

{#- ⌊num / den⌉ for num >= 0 and den > 0; NULL for a den of 0 (nothing was there to be rated). -#}
{% macro half_up(num, den) -%}
    {{ quotient('2 * ' ~ whole(num) ~ ' + ' ~ whole(den), '2 * ' ~ whole(den)) }}
{%- endmacro %}

{#- ⌊num / den⌉ as it is stored in a mark. -#}
{% macro micropoints(num, den) -%}
    cast({{ half_up(num, den) }} as bigint)
{%- endmacro %}

{#- The same for a num of any sign: -0.5 becomes 0, -1.5 becomes -1. -#}
{% macro half_up_signed(num, den) -%}
    {{ quotient_down('2 * ' ~ whole(num) ~ ' + ' ~ whole(den), '2 * ' ~ whole(den)) }}
{%- endmacro %}

{#-
    A whole number of 10^-scale units as DECIMAL(precision, scale), exactly: by multiplication, since dividing
    decimals makes floats.
-#}
{% macro shown(units, precision, scale) -%}
    cast(
        cast({{ units }} as decimal(18, 0)) * cast('0.{{ '0' * (scale - 1) }}1' as decimal({{ scale + 1 }}, {{ scale }}))
        as decimal({{ precision }}, {{ scale }})
    )
{%- endmacro %}

{#- Micropoints as a mark out of 20 with two places: to be shown, never compared. -#}
{% macro shown_mark(micro) -%}
    {{ shown(half_up(micro, 10000), 4, 2) }}
{%- endmacro %}
