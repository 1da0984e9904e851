"""A candidate's statement as files, while nothing is signed: `palmares statement`.

Belongs here: when a statement may be made, and where it lies: `statements/<edition>/<candidate>.<lang>.pdf`, `.csv`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from orchestration import custody
from orchestration.dossier import latest_dossier, signers_of
from orchestration.entrants.say import say
from orchestration.entrants.statement import statement_of
from orchestration.entrants.statement_csv import render_csv
from orchestration.entrants.statement_pdf import render_pdf
from orchestration.errors import InputError, Refused
from orchestration.evidence import DossierRecord
from orchestration.intake import ID, tests_now
from orchestration.progress import report as progress
from orchestration.run import Run
from orchestration.settings import Settings
from orchestration.storage import sha256_bytes, write_atomic
from orchestration.words import LANGUAGES


@dataclass(frozen=True)
class Written:
    """One statement on disk: the PDF and the CSV, with their fingerprints in the same order."""

    candidate_id: str
    lang: str
    tests: int
    paths: tuple[Path, Path]
    sha256: tuple[str, str]

    @property
    def data(self) -> dict[str, object]:
        """For JSON."""
        pdf, csv = self.paths
        return {
            "candidate_id": self.candidate_id,
            "lang": self.lang,
            "tests": self.tests,
            "pdf": str(pdf),
            "pdf_sha256": self.sha256[0],
            "csv": str(csv),
            "csv_sha256": self.sha256[1],
        }


def write_statement(settings: Settings, edition: str, candidate_id: str, lang: str = "fr") -> Written:
    """Write one candidate's own tests, as they are in custody now.

    Raises InputError for an unknown language or candidate; Refused when the deposits are signed already, or custody is
    broken, or the tests cannot be read.
    """
    if lang not in LANGUAGES:
        raise InputError(say("statement.no_language", lang=repr(lang[:20])), "--lang", ", ".join(LANGUAGES))
    run = Run(settings, edition)
    rulebook, head = run.rulebook, custody.custody_head(run.raw)
    if not re.fullmatch(ID, candidate_id):  # intake lets no other id through, and this one becomes a file's name
        raise InputError(say("statement.no_candidate", candidate=repr(candidate_id[:80]), edition=edition))
    _refuse_signed(run, head)
    with tests_now(settings, edition, progress) as con:
        statement = statement_of(con, rulebook, candidate_id, head)
    progress("statement", 0, None)
    rendered = render_pdf(statement, lang), render_csv(statement, lang)
    folder = settings.statements(edition)
    paths = folder / f"{candidate_id}.{lang}.pdf", folder / f"{candidate_id}.{lang}.csv"
    for path, data in zip(paths, rendered, strict=True):
        write_atomic(path, data)
    sha256 = sha256_bytes(rendered[0]), sha256_bytes(rendered[1])
    return Written(candidate_id, lang, len(statement.tests), paths, sha256=sha256)


def _refuse_signed(run: Run, head: str) -> None:
    """Refuse when a bailiff signed a dossier of these very deposits; of others, the signature counts no more."""
    records = run.log.records()
    dossier = latest_dossier(run.settings, run.edition, records)
    record = next((record for record in reversed(records) if isinstance(record, DossierRecord)), None)
    if dossier is None or record is None or record.fingerprints.custody_head != head or not dossier.pdf.is_file():
        return
    if signers_of(run, dossier).by_certificate:
        raise Refused([say("statement.signed", edition=run.edition)])
