{#-
    What the effort tables show: figures of counted responses, each weighted by its respondent's stored weight, and of
    journeys, each counting once; exact until the one rounding. Belongs here: figures that are shown and enter no mark.
    NULL where nobody answered.
-#}

{#- Mean of a column in units of 10^-scale. -#}
{% macro weighted_mean(column, precision, scale) -%}
    {%- set unit = 10 ** scale -%}
    {{ shown(
        half_up(
            'sum(' ~ whole('weight_micro') ~ ' * ' ~ column ~ ' * ' ~ unit ~ ')',
            'sum(case when ' ~ column ~ ' is not null then weight_micro end)'
        ), precision, scale
    ) }}
{%- endmacro %}

{#- Balance of points that a column earns (a CASE of -1, 0 and 1, NULL for no answer), in per cent with two places. -#}
{% macro weighted_balance(points, column, precision) -%}
    {{ shown(
        half_up_signed(
            'sum(' ~ whole('weight_micro') ~ ' * (' ~ points ~ ') * 10000)',
            'sum(case when ' ~ column ~ ' is not null then weight_micro end)'
        ), precision, 2
    ) }}
{%- endmacro %}

{#- Mean of a column in which each row counts once, in units of 10^-scale. -#}
{% macro plain_mean(column, precision, scale) -%}
    {{ shown(
        half_up('sum(' ~ whole(column) ~ ' * ' ~ 10 ** scale ~ ')', 'count(' ~ column ~ ')'), precision, scale
    ) }}
{%- endmacro %}
