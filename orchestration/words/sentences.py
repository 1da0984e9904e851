"""What the program tells a person: a text in English that can say the same in French.

Belongs here: that value, and making it from the catalogue of a room. Whoever prints chooses the language
(`cli/say.py`); what is kept, compared or hashed is the English text, whoever reads it later.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from orchestration.words.catalogue import Words


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


class Say(Protocol):
    """`say("section.word", place=…)`: a sentence of a catalogue, its placeholders filled in each language."""

    def __call__(self, key: str, /, **values: object) -> Sentence: ...


def in_language(text: object, lang: str) -> str:
    """A sentence in French for `fr`, in English otherwise; any other value as its text."""
    return text.fr if lang == "fr" and isinstance(text, Sentence) else str(text)


def composed(compose: Callable[[Callable[[object], str]], str]) -> Sentence:
    """A text made of several sentences, composed once in each language: `composed(lambda _: f"{_(a)}: {_(b)}")`."""
    return Sentence(compose(str), compose(lambda text: in_language(text, "fr")))


def joined(separator: str, items: Iterable[str]) -> Sentence:
    """Sentences in a row."""
    row = list(items)
    return composed(lambda text: separator.join(map(text, row)))


def sentences(folder: Path) -> Say:
    """The `say` of a room: its catalogues are `en.yml` and `fr.yml` in this folder."""

    def say(key: str, /, **values: object) -> Sentence:
        def text(lang: str) -> str:
            return Words(lang, folders=(folder,))(key, **{name: in_language(v, lang) for name, v in values.items()})

        return Sentence(text("en"), text("fr"))

    return say


_frame = sentences(Path(__file__).parent / "frame")


def remedied(what: str, remedy: str) -> Sentence:
    """What is wrong and, on a second line, how to mend it."""
    return _frame("frame.remedied", what=what, remedy=remedy)
