"""How the house speaks: one loader for all catalogues of words, numbers and dates as each language writes them.

typography.py   numbers, dates, fingerprints as text
catalogue.py    words by key, from YAML
sentences.py    an English sentence that knows its French
shared/         words of documents and codes, in fr, en, ar
house/          what every room says alike, in en, fr

Belongs here: reading catalogues, what several rooms say alike, typography. Does not belong here: what one room alone
says (a folder `words` beside its code) or how a document looks (`typesetting`).
"""

from orchestration.words.catalogue import END, LANGUAGES, LEFT_TO_RIGHT, SHARED_WORDS, Words
from orchestration.words.sentences import (
    Phrasebook,
    Sentence,
    coded,
    composed,
    in_language,
    joined,
    marked,
    remedied,
    say,
    told,
    with_french,
)
from orchestration.words.typography import (
    NBSP,
    apostrophes,
    day,
    french,
    hour,
    hundredths,
    language_name,
    mark,
    measured,
    micropoints,
    moment,
    number,
    offset,
    percent,
    plural,
    short,
    short_day,
    size,
    tenths,
)

__all__ = [
    "END",
    "LANGUAGES",
    "LEFT_TO_RIGHT",
    "NBSP",
    "SHARED_WORDS",
    "Phrasebook",
    "Sentence",
    "Words",
    "apostrophes",
    "coded",
    "composed",
    "day",
    "french",
    "hour",
    "hundredths",
    "in_language",
    "joined",
    "language_name",
    "mark",
    "marked",
    "measured",
    "micropoints",
    "moment",
    "number",
    "offset",
    "percent",
    "plural",
    "remedied",
    "say",
    "short",
    "short_day",
    "size",
    "tenths",
    "told",
    "with_french",
]
