"""The sentences that laureates may print: the bailiff signs for each, so each stands in the dossier, in every language.

Belongs here: reading them as they would be published. Making them is dbt's, making them again the recount's.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_CLAIMS = """
    SELECT category_id, candidate_id, company, claim_fr, claim_en, claim_ar
    FROM marts.laureates ORDER BY category_id, candidate_id
"""


@dataclass(frozen=True)
class ClaimFact:
    """What one laureate may print. `sentences`: in the order of LANGUAGES."""

    category_id: str
    candidate_id: str
    company: str
    sentences: tuple[str, ...]


def read_claims(con: "duckdb.DuckDBPyConnection") -> tuple[ClaimFact, ...]:
    """Every claim of the edition, by category and candidate."""
    rows = con.execute(_CLAIMS).fetchall()
    return tuple(ClaimFact(category, key, company, tuple(claims)) for category, key, company, *claims in rows)
