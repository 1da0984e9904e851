{#-
    Dates and lists in words, in the three languages of the palmarès.
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
    {{ as_text('extract(day from ' ~ day ~ ')') }}
    {%- if lang == 'fr' %} || case when extract(day from {{ day }}) = 1 then 'er' else '' end{% endif %}
{%- endmacro %}

{#-
    "du 25 août au 14 novembre 2025", "from 25 August to 14 November 2025": month and year are said once where they are
    the same; a single day follows "du", "on". Plain spaces: a claim is printed and compared as it stands.
-#}
{% macro period_in_words(first, last, lang) -%}
    {%- set said = {
        'fr': {'from': 'du ', 'to': ' au ', 'on': 'du '},
        'en': {'from': 'from ', 'to': ' to ', 'on': 'on '},
        'ar': {'from': 'من ', 'to': ' إلى ', 'on': 'يوم '},
    }[lang] -%}
    {%- set same_year = "date_trunc('year', " ~ first ~ ") = date_trunc('year', " ~ last ~ ')' -%}
    {%- set same_month = "date_trunc('month', " ~ first ~ ") = date_trunc('month', " ~ last ~ ')' -%}
    case
        when {{ first }} = {{ last }} then '{{ said.on }}'
        else '{{ said.from }}' || {{ day_number(first, lang) }}
        || case when {{ same_month }} then '' else ' ' || {{ month_name(first, lang) }} end
        || case when {{ same_year }} then '' else ' ' || {{ as_text('extract(year from ' ~ first ~ ')') }} end
        || '{{ said.to }}'
    end
    || {{ day_number(last, lang) }} || ' ' || {{ month_name(last, lang) }}
    || ' ' || {{ as_text('extract(year from ' ~ last ~ ')') }}
{%- endmacro %}

{#-
    "A", "A et B", "A, B et C": names as a list, each row being one, in the order of `place` (1 to `places`). To be
    grouped by all that has one list.
-#}
{% macro listed(name, place, places, lang) -%}
    {%- set said = {
        'fr': {'comma': ', ', 'last': ' et '},
        'en': {'comma': ', ', 'last': ' and '},
        'ar': {'comma': '، ', 'last': ' و'},
    }[lang] -%}
    {{ joined(
        'case ' ~ place ~ " when 1 then '' when " ~ places ~ " then '" ~ said.last ~ "' else '" ~ said.comma ~ "' end || "
        ~ name, '', place
    ) }}
{%- endmacro %}

{#- "1 test", "577 tests": a number with its noun, which takes an s unless it is one. For French and English. -#}
{% macro counted_noun(number, noun) -%}
    {{ as_text(number) }} || ' {{ noun }}' || case when {{ number }} = 1 then '' else 's' end
{%- endmacro %}
