"""What blocks an edition at intake.

Belongs here: problems of whole files or settings, as values; and the exception with which a reader gives up a file.
Their sentences stand in `words/`: a section is the code of a problem, a word one way in which it shows itself. A row
that cannot be used is no problem: it is quarantined (`rules.py`).
"""

from dataclasses import dataclass, field

from orchestration.intake.say import say
from orchestration.words import Sentence
from orchestration.words import say as house


@dataclass(frozen=True, order=True)
class Problem:
    """Something that blocks the edition: a code, where it is, and a sentence that says what to do.

    Messages never repeat a cell: it may be personal data.
    """

    code: str
    file: str
    line: int | None
    column: str | None
    message: Sentence

    @property
    def sentence(self) -> Sentence:
        """Where, what and how to mend it, in one line for a person."""
        place = "file" if self.line is None else "line"
        place += "" if self.column is None else "_column"
        where = house(f"place.{place}", file=self.file, line=self.line, column=self.column)
        return house("place.problem", where=where, message=self.message, code=self.code)

    def __str__(self) -> str:
        return str(self.sentence)


class FileProblem(Exception):
    """A reader gives up a file; `Problems.of_file` turns it into a problem of that file. `key` names its sentence."""

    def __init__(self, key: str, line: int | None = None, column: str | None = None, **values: object) -> None:
        self.code, self.message = key.partition(".")[0], say(key, **values)
        super().__init__(self.message)
        self.line, self.column = line, column


@dataclass
class Problems:
    """Everything found that blocks, gathered so that a person learns of all at once."""

    entries: list[Problem] = field(default_factory=list)

    def add(self, key: str, file: str, line: int | None = None, column: str | None = None, **values: object) -> None:
        """Enter a problem; `key` names its sentence, which begins with its code."""
        self.entries.append(Problem(key.partition(".")[0], file, line, column, message=say(key, **values)))

    def of_file(self, file: str, problem: FileProblem) -> None:
        """Enter a reader's problem."""
        self.entries.append(Problem(problem.code, file, problem.line, problem.column, message=problem.message))

    def in_order(self) -> tuple[Problem, ...]:
        """All problems, each once, in an order that does not depend on how they were found."""
        return tuple(sorted(set(self.entries), key=lambda p: (p.file, p.line or 0, p.column or "", p.code, p.message)))
