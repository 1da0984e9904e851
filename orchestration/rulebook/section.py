"""What every section of a rulebook is: frozen, of known keys alone; and the two that stand in several places.

Does not belong here: what an edition decides (`sections.py`).
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from orchestration.rulebook.say import say
from orchestration.rulebook.types import Day, Line, wrong


def repeated(values: Iterable[Hashable]) -> list[str]:
    """The values that stand more than once, as text, in order of appearance."""
    return [str(value) for value, times in Counter(values).items() if times > 1]


def _as_tuple(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        raise wrong(say("key.list"), say("key.list_mend"))
    return tuple(value)


type_list = BeforeValidator(_as_tuple)


class Section(BaseModel):
    """A part of the rulebook: unknown keys are refused, values never change after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def key_paths(section: type[BaseModel], above: str = "") -> Iterator[str]:
    """The path of every key under a section, lists as `[]`, names of people's own as `ID`: `grids.ID[].max`."""
    for name, field in section.model_fields.items():
        yield f"{above}{name}"
        annotation = str(field.annotation)
        inner = next((section for section in Section.__subclasses__() if f".{section.__name__}" in annotation), None)
        if inner is not None:
            between = (".ID" if "dict[" in annotation else "") + ("[]" if "tuple[" in annotation else "")
            yield from key_paths(inner, f"{above}{name}{between}.")


class Labels(Section):
    """A name in the three languages; French is required and stands in for a missing one."""

    fr: Line
    en: Line | None = None
    ar: Line | None = None

    def of(self, lang: str) -> str:
        """The name in `fr`, `en` or `ar`."""
        return {"en": self.en, "ar": self.ar}.get(lang) or self.fr


class Window(Section):
    """Local days, both included."""

    start: Day
    end: Day

    @model_validator(mode="after")
    def _ordered(self) -> "Window":
        if self.end < self.start:
            raise wrong(say("section.days", end=self.end, start=self.start), say("section.days_mend"))
        return self

    def holds(self, day: date) -> bool:
        """Whether a local day lies within."""
        return self.start <= day <= self.end
