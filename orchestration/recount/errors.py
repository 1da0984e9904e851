"""Why a recount cannot be made. Belongs here: that one exception. Rows set aside are not errors: see `rows`."""

from collections.abc import Iterable


class CannotRecount(ValueError):
    """The deposits cannot be recounted: each problem says where, what is wrong and how to mend it.

    A problem never holds the content of a vote's key or of a refused cell.
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type["CannotRecount"], tuple[tuple[str, ...]]]:
        """Keep the list of problems when the error crosses a process."""
        return type(self), (self.problems,)
