"""What blocks an edition at intake.

Belongs here: problems of whole files or settings, as values; and the exception with which a reader gives up a file.
A row that cannot be used is no problem: it is quarantined (`rules.py`).
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Problem:
    """Something that blocks the edition: a code, where it is, and a sentence that says what to do.

    Messages never repeat a cell: it may be personal data.
    """

    code: str
    file: str
    line: int | None
    column: str | None
    message: str

    @property
    def sentence(self) -> str:
        """Where, what and how to mend it, in one line for a person."""
        return str(self)

    def __str__(self) -> str:
        place = (
            self.file
            + (f", line {self.line}" if self.line else "")
            + (f", column {self.column}" if self.column else "")
        )
        return f"{place}: {self.message} [{self.code}]"


class FileProblem(Exception):
    """A reader gives up a file; `Problems.of_file` turns it into a problem of that file."""

    def __init__(self, code: str, message: str, line: int | None = None, column: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.column = code, message, line, column


@dataclass
class Problems:
    """Everything found that blocks, gathered so that a person learns of all at once."""

    found: list[Problem] = field(default_factory=list)

    def add(self, code: str, file: str, message: str, line: int | None = None, column: str | None = None) -> None:
        """Enter a problem."""
        self.found.append(Problem(code, file, line, column, message))

    def of_file(self, file: str, problem: FileProblem) -> None:
        """Enter a reader's problem."""
        self.add(problem.code, file, problem.message, problem.line, problem.column)

    def in_order(self) -> tuple[Problem, ...]:
        """All problems, each once, in an order that does not depend on how they were found."""
        return tuple(sorted(set(self.found), key=lambda p: (p.file, p.line or 0, p.column or "", p.code, p.message)))
