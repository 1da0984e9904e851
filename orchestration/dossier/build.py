"""From gathered facts to the content of a dossier: pure, no file is read, no clock is asked.

Belongs here: what follows from the facts (robustness of titles, what is listed, what changed), and refusing facts that
contradict themselves.
"""

from orchestration.dossier.changes import changes
from orchestration.dossier.model import Content, Inputs
from orchestration.scoring import judged

LISTED_PER_REASON = 60
"""Rows printed one by one for each source, outcome and reason; all of them stand in the annexed list."""


def build_content(inputs: Inputs) -> Content:
    """The content of a dossier. Raises ValueError when the rows of a file do not add up: such a dossier would lie."""
    for account in inputs.accounts:
        if account.received != account.counted + account.excluded + account.set_aside:
            raise ValueError(f"{account.file}: {account.received} rows received are not all accounted for")
    listed = tuple(sorted(inputs.left_out, key=lambda r: (r.source, r.outcome, r.reason, r.file, r.line, r.key)))
    return Content(
        inputs=inputs,
        categories=tuple(judged(category, inputs.rulebook) for category in inputs.categories),
        listed=listed,
        not_listed=max(0, sum(reason.rows for reason in inputs.reasons) - len(listed)),
        changes=changes(inputs.previous.snapshot if inputs.previous else None, inputs),
        corrected=changes(inputs.released.snapshot if inputs.released else None, inputs),
    )
