{#-
    Dates in words, in the three languages of the palmarès.
    Belongs here: texts that SQL must make, since a claim is part of the digested results.
-#}

{#- Arabic months are named as in Morocco. -#}
{% macro month_name(day, lang) -%}
    {%- set names = {
        'fr': ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre',
               'novembre', 'décembre'],
        'en': ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
               'November', 'December'],
        'ar': ['يناير', 'فبراير', 'مارس', 'أبريل', 'ماي', 'يونيو', 'يوليوز', 'غشت', 'شتنبر', 'أكتوبر', 'نونبر', 'دجنبر'],
    }[lang] -%}
    case extract(month from {{ day }}){% for name in names %} when {{ loop.index }} then '{{ name }}'{% endfor %} end
{%- endmacro %}

{#- The number of the day; the first of a month is an ordinal in French. -#}
{% macro day_number(day, lang) -%}
    cast(extract(day from {{ day }}) as varchar)
    {%- if lang == 'fr' %} || case when extract(day from {{ day }}) = 1 then 'er' else '' end{% endif %}
{%- endmacro %}

{#-
    "du 25 août au 14 novembre 2025", "from 25 August to 14 November 2025": month and year are said once where they are
    the same. No-break spaces hold the day to its month in French.
-#}
{% macro period_in_words(first, last, lang) -%}
    {%- set said = {
        'fr': {'from': 'du ', 'to': ' au ', 'on': 'du ', 'gap': '\u00a0'},
        'en': {'from': 'from ', 'to': ' to ', 'on': 'on ', 'gap': ' '},
        'ar': {'from': 'من ', 'to': ' إلى ', 'on': 'يوم ', 'gap': ' '},
    }[lang] -%}
    {%- set same_year = "date_trunc('year', " ~ first ~ ") = date_trunc('year', " ~ last ~ ')' -%}
    {%- set same_month = "date_trunc('month', " ~ first ~ ") = date_trunc('month', " ~ last ~ ')' -%}
    case
        when {{ first }} = {{ last }} then '{{ said.on }}'
        else '{{ said.from }}' || {{ day_number(first, lang) }}
        || case when {{ same_month }} then '' else '{{ said.gap }}' || {{ month_name(first, lang) }} end
        || case when {{ same_year }} then '' else ' ' || cast(extract(year from {{ first }}) as varchar) end
        || '{{ said.to }}'
    end
    || {{ day_number(last, lang) }} || '{{ said.gap }}' || {{ month_name(last, lang) }}
    || ' ' || cast(extract(year from {{ last }}) as varchar)
{%- endmacro %}
