"""What the bailiff saw and did before the dossier, as plain facts: seals.

Belongs here: shapes. Times are ISO 8601 texts. What else a dossier says is in `model.py`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class SealFact:
    """One seal. `before`: the number of the seal that it corrects; `replaced_by`: of the one that corrects it."""

    number: int
    stage: str
    fingerprint: str
    by: str
    at: str
    record: str
    corrects: str | None = None
    before: int | None = None
    replaced_by: int | None = None
    kept: bool = True
