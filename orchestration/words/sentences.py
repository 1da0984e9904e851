"""What the program tells a person: a text in English that can say the same in French.

Belongs here: that value, and making it from the catalogue of a room. Whoever prints chooses the language
(`cli/say.py`); what is kept, compared or hashed is the English text, whoever reads it later.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from orchestration.errors import InputError
from orchestration.words.catalogue import Words, catalogue
from orchestration.words.typography import mark


class Sentence(str):
    """A sentence: as a text the English one, `fr` the same in French."""

    fr: str

    def __new__(cls, en: str, fr: str) -> "Sentence":
        sentence = super().__new__(cls, en)
        sentence.fr = fr
        return sentence

    def __reduce__(self) -> tuple[type["Sentence"], tuple[str, str]]:
        """Keep both languages when an error that says them crosses a process."""
        return type(self), (str(self), self.fr)


def in_language(text: object, lang: str) -> str:
    """A sentence, or what an error says, in French for `fr`, in English otherwise; any other value as its text."""
    text = told(text) if isinstance(text, Exception) else text
    return text.fr if lang == "fr" and isinstance(text, Sentence) else str(text)


def composed(compose: Callable[[Callable[[object], str]], str]) -> Sentence:
    """A text made of several sentences, composed once in each language: `composed(lambda _: f"{_(a)}: {_(b)}")`."""
    return Sentence(compose(str), compose(lambda text: in_language(text, "fr")))


def joined(separator: str, items: Iterable[str]) -> Sentence:
    """Sentences in a row."""
    row = list(items)
    return composed(lambda text: separator.join(map(text, row)))


def coded(family: str, code: str) -> Sentence:
    """A stable code (an outcome, a reason): itself in English, in words in French."""
    return Sentence(code, Words("fr").code(family, code))


@lru_cache
def with_french(text: str, folder: Path, section: str) -> Sentence:
    """An English text that stands elsewhere, with its French by that text from a section of a folder's `fr.yml`; in
    English where it has none.

    A key with `{…}` is the French of every text that has figures in their place: it takes the same.
    """
    words = Words("fr", folders=(folder,))
    if words.knows(section, text):
        return Sentence(text, words.code(section, text))
    for english in words.section(section):
        figures = re.fullmatch(re.sub(r"\\{\w+\\}", "([0-9]+)", re.escape(english)), text)
        if figures:
            given = dict(zip(re.findall(r"{(\w+)}", english), figures.groups(), strict=True))
            return Sentence(text, words(f"{section}.{english}", **given))
    return Sentence(text, text)


def marked(micro: int) -> Sentence:
    """A mark out of 20 with two decimals."""
    return Sentence(mark(micro, "en"), mark(micro, "fr"))


@dataclass(frozen=True)
class Phrasebook:
    """The sentences of a room, from the `en.yml` and `fr.yml` of a folder: `say = Phrasebook(folder)`."""

    folder: Path

    def __call__(self, key: str, /, **values: object) -> Sentence:
        """A sentence, its placeholders filled in each language."""

        def text(lang: str) -> str:
            filled = {name: in_language(value, lang) for name, value in values.items()}
            return Words(lang, folders=(self.folder,))(key, **filled)

        return Sentence(text("en"), text("fr"))

    def keys(self, section: str) -> list[str]:
        """The words of a section, in the order of the catalogue."""
        return [key.split(".", 1)[1] for key in catalogue("en", (self.folder,)) if key.startswith(f"{section}.")]


say = Phrasebook(Path(__file__).with_name("house"))
"""What every room says alike."""


def remedied(what: str, remedy: str) -> Sentence:
    """What is wrong and, on a second line, how to mend it."""
    return say("frame.remedied", what=what, remedy=remedy)


def told(error: Exception) -> str:
    """An error in words; of wrong use, where, what is wrong, and how to mend it; of what is not ours, its own text."""
    if not isinstance(error, InputError):
        first = error.args[0] if len(error.args) == 1 else None
        return first if isinstance(first, Sentence) else str(error)
    what = say("frame.at", where=error.where, what=error.what) if error.where else error.what
    return remedied(what, error.mend) if error.mend else what
