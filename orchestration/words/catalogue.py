"""The catalogues of words: one YAML file for each language, the same keys in each.

Belongs here: reading them, filling in values. The sentences themselves stand where a translator works: `shared/*.yml`,
and a folder `words/` in each room that has sentences of its own.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import yaml
from babel.lists import format_list

from orchestration.words import typography

SHARED_WORDS = Path(__file__).parent / "shared"
LANGUAGES = ("fr", "en", "ar")
T = TypeVar("T")
LEFT_TO_RIGHT, RIGHT_TO_LEFT, END = "\u2066", "\u2067", "\u2069"


@lru_cache
def catalogue(lang: str, folders: tuple[Path, ...] = (SHARED_WORDS,)) -> dict[str, str]:
    """All words of a language in these folders, by key (`section.word`), with French spaces put right.

    Raises ValueError for a language that has none.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"there are no words in {lang!r}; there are some in fr, en and ar")
    # Every scalar is text: `no` is a word here, not a boolean.
    files = [yaml.load((folder / f"{lang}.yml").read_bytes(), yaml.CBaseLoader) for folder in folders]  # noqa: S506
    flat = {
        f"{section}.{key}": text
        for sections in files
        for section, words in sections.items()
        for key, text in words.items()
    }
    return {key: typography.french(text) for key, text in flat.items()} if lang == "fr" else flat


@dataclass(frozen=True)
class Words:
    """The words of one language. `words("front.title", n="3")` fills placeholders with text as it is, and with a whole
    number as the language writes it.

    `parts` has the number or letter of each part of a document by the key of its title: a sentence names another part
    as `{part:checks}`. A number stands with the forms of its noun, as `{n|# test|# tests}`: singular and plural in
    French and English; one, two, few, many and other in Arabic.
    """

    lang: str
    parts: Mapping[str, int | str] = field(default_factory=dict, hash=False)
    folders: tuple[Path, ...] = (SHARED_WORDS,)

    def __call__(self, key: str, /, **values: str | int) -> str:
        template = catalogue(self.lang, self.folders)[key]
        text = re.sub(r"\{part:([a-z_]+)\}", lambda match: str(self.parts[match[1]]), template)
        written = {n: v if isinstance(v, str) else typography.number(v, self.lang) for n, v in values.items()}
        safe = {name: self.data(value) for name, value in written.items()}

        def filled(match: re.Match[str]) -> str:
            name, *forms = match[1].split("|")
            return typography.counted(safe[name], forms, self.lang) if forms else safe[name]

        return re.sub(r"\{([a-z_0-9]+(?:\|[^{}]*)?)\}", filled, text)

    def template(self, key: str) -> str:
        """The words with their placeholders, for whoever fills them in later."""
        return catalogue(self.lang, self.folders)[key]

    def section(self, name: str) -> dict[str, str]:
        """All words of a section by their own key, placeholders unfilled."""
        entries = catalogue(self.lang, self.folders).items()
        return {key.partition(".")[2]: text for key, text in entries if key.startswith(f"{name}.")}

    def named(self, section: str, /, **values: T) -> list[tuple[str, T]]:
        """Values behind the words of their names: `named("rows", file=4)` is `[("Fichier", 4)]` in French."""
        return [(self(f"{section}.{name}"), value) for name, value in values.items()]

    def data(self, value: str) -> str:
        """A text that comes from the data. In right-to-left text it is isolated with its own direction, so that its
        signs and its neighbours do not swap places: `#panic(1)` must not become `panic(1)#`."""
        if self.lang != "ar":
            return value
        strong = next((d for d in map(unicodedata.bidirectional, value) if d in ("L", "R", "AL")), "L")
        return (LEFT_TO_RIGHT if strong == "L" else RIGHT_TO_LEFT) + value + END

    def listed(self, items: Iterable[str]) -> str:
        """Several data texts in a row, with the comma of the language."""
        return ("، " if self.lang == "ar" else ", ").join(map(self.data, items))

    def joined(self, items: Iterable[str]) -> str:
        """Several data texts as a sentence names them: A, B and C."""
        return str(format_list([self.data(item) for item in items], locale=typography.LOCALES[self.lang]))

    def code(self, family: str, code: str) -> str:
        """The words for a stable code (a reason, an outcome, a channel …); the code itself where there are none."""
        return catalogue(self.lang, self.folders).get(f"{family}.{code}", code)

    def coded(self, family: str, code: str) -> str:
        """The words for a code of the rulebook (a family, a sector, a unit); the code as data where there are none."""
        return self.code(family, code) if self.knows(family, code) else self.data(code)

    def knows(self, family: str, code: str) -> bool:
        """Whether a code has words of its own."""
        return f"{family}.{code}" in catalogue(self.lang, self.folders)
