"""From gathered facts to the content of a dossier: pure, no file is read, no clock is asked.

Belongs here: what follows from the facts (robustness of titles, what is listed, what changed), and refusing facts that
contradict themselves.
"""

from orchestration.dossier.changes import changes
from orchestration.dossier.model import Content, Inputs, LeftOut
from orchestration.dossier.robustness import judged

LISTED_PER_REASON = 60
"""Rows printed one by one for each source, outcome and reason; all of them stand in the annexed list."""


def build_content(inputs: Inputs) -> Content:
    """The content of a dossier. Raises ValueError when the rows of a file do not add up: such a dossier would lie."""
    for account in inputs.accounts:
        if account.received != account.counted + account.excluded + account.set_aside:
            raise ValueError(f"{account.file}: {account.received} rows received are not all accounted for")
    listed, not_listed = _listed(inputs.left_out)
    return Content(
        inputs=inputs,
        categories=tuple(judged(category, inputs.rulebook) for category in inputs.categories),
        listed=listed,
        not_listed=not_listed,
        changes=changes(inputs.previous, inputs),
    )


def _listed(rows: tuple[LeftOut, ...]) -> tuple[tuple[LeftOut, ...], int]:
    """The first rows of each reason, by file and line, and how many are left to the annex."""
    seen: dict[tuple[str, str, str], int] = {}
    kept = []
    for row in sorted(rows, key=lambda r: (r.source, r.outcome, r.reason, r.file, r.line, r.key)):
        place = (row.source, row.outcome, row.reason)
        seen[place] = seen.get(place, 0) + 1
        if seen[place] <= LISTED_PER_REASON:
            kept.append(row)
    return tuple(kept), sum(seen.values()) - len(kept)
