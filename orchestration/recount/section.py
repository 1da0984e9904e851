"""Taking values out of the rulebook, each by the path of its key.

Belongs here: reading one value strictly or saying which one is missing or unusable. Does not belong here: which values
there are (`rules`).
"""

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.recount import moments
from orchestration.recount.errors import CannotRecount


class Section:
    """A map of the rulebook that knows its path, to take values out of it or say which one is missing."""

    def __init__(self, value: Any, path: str = "") -> None:
        if not isinstance(value, dict):
            raise CannotRecount(f"rulebook.yml {path or 'top'}: a map is expected here")
        self.values = value
        self.path = path

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def take(self, key: str, default: Any = None) -> Any:
        """The value of a key, or the default where it is absent or empty. Raises CannotRecount without either."""
        value = self.values.get(key)
        if value is None:
            if default is None:
                raise CannotRecount(f"rulebook.yml {self._at(key)}: missing")
            return default
        return value

    def section(self, key: str) -> "Section":
        """The map under a key. Raises CannotRecount where there is none."""
        return Section(self.take(key), self._at(key))

    def optional(self, key: str) -> "Section | None":
        """A section that may be absent or empty."""
        return None if self.values.get(key) is None else self.section(key)

    def items(self, key: str, default: list[Any] | None = None) -> list[Any]:
        """The list under a key. Raises CannotRecount for anything else."""
        value = self.take(key, default)
        if not isinstance(value, list):
            raise CannotRecount(f"rulebook.yml {self._at(key)}: a list is expected here")
        return value

    def text(self, key: str, *choices: str, default: str | None = None) -> str:
        """The text under a key, one of `choices` if there are any. Raises CannotRecount for anything else."""
        value = self.take(key, default)
        if not isinstance(value, str) or (choices and value not in choices):
            expected = " or ".join(choices) or "text"
            raise CannotRecount(f"rulebook.yml {self._at(key)}: {expected} is expected here")
        return value

    def texts(self, key: str) -> dict[str, str]:
        """A text by language; where English or Arabic is absent the French stands in."""
        section = self.section(key)
        french = section.text("fr")
        return {"fr": french, "en": section.text("en", default=french), "ar": section.text("ar", default=french)}

    def integer(self, key: str) -> int:
        """The whole number of at most nine digits under a key. Raises CannotRecount for anything else."""
        value = self.text(key)
        if not re.fullmatch(r"[0-9]{1,9}", value):
            raise CannotRecount(f"rulebook.yml {self._at(key)}: a whole number is expected here")
        return int(value)

    def day(self, key: str) -> date:
        """The day under a key. Raises CannotRecount for anything else."""
        day = moments.day(self.text(key))
        if day is None:
            raise CannotRecount(f"rulebook.yml {self._at(key)}: a day as 2025-08-25 is expected here")
        return day

    def moment(self, key: str, zone: ZoneInfo) -> datetime:
        """The instant under a key, local in `zone` without an offset. Raises CannotRecount for anything else."""
        moment = moments.instant(self.text(key), zone)
        if moment is None:
            raise CannotRecount(f"rulebook.yml {self._at(key)}: a time as 2025-10-01T09:00:00+01:00 is expected here")
        return moment
