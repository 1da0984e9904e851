"""The two ways in which Palmarès says no.

Belongs here: exceptions that the command line turns into an exit code. Findings of checks are not
exceptions: they are records (`evidence`).
"""

from collections.abc import Sequence


class PalmaresError(Exception):
    """Base of every error that is told to a person as a sentence, without a traceback."""

    exit_code = 2


class InputError(PalmaresError):
    """Wrong use or unreadable input: says what is wrong, where, and how to mend it."""

    def __init__(self, what: str, where: str | None = None, mend: str | None = None) -> None:
        self.what = what
        self.where = where
        self.mend = mend
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"\n  How to mend it: {self.mend}" if self.mend else ""
        return f"{place}{self.what}{remedy}"

    def __reduce__(self) -> tuple[type["InputError"], tuple[str, str | None, str | None]]:
        """Keep the three parts when the error crosses a process (steps run in their own)."""
        return type(self), (self.what, self.where, self.mend)


class Refused(PalmaresError):
    """A gate refused; every reason is given, never only the first.

    `summary` is what a person reads of them, where dozens follow from one: the causes, and their consequences counted.
    """

    exit_code = 1

    def __init__(self, reasons: Sequence[str], summary: Sequence[str] | None = None) -> None:
        if not reasons:
            raise ValueError("a refusal without a reason says nothing")
        self.reasons = tuple(reasons)
        self.summary = self.reasons if summary is None else tuple(summary)
        super().__init__("\n".join(self.reasons))

    def __reduce__(self) -> tuple[type["Refused"], tuple[tuple[str, ...], tuple[str, ...]]]:
        """Keep the list of reasons when the error crosses a process."""
        return type(self), (self.reasons, self.summary)
