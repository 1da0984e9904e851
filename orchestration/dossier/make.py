"""The step that makes the dossier, or keeps the one that already says the same.

Belongs here: when a dossier is made, and that it is recorded. What it says and looks like is `dossier/`.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from expectations import all_checks
from orchestration.dossier.build import build_content
from orchestration.dossier.changes import snapshot
from orchestration.dossier.html import render_html
from orchestration.dossier.load import load_inputs
from orchestration.dossier.pdf import render_pdf
from orchestration.dossier.register import (
    HTML,
    PDF,
    SNAPSHOT,
    Dossier,
    dossier_folder,
    dossier_identity,
    files_beside,
    latest_dossier,
    released_dossier,
)
from orchestration.errors import Refused
from orchestration.evidence import DossierBody, Fingerprints, Record
from orchestration.gate import causes_first, decide_dossier
from orchestration.progress import report
from orchestration.run import Now, Run
from orchestration.settings import engine_threads
from orchestration.storage import canonical_json, sha256_file, write_atomic

OTHER_LANGUAGES = ("en", "ar")


def make_dossier(run: Run) -> Dossier:
    """The dossier of the current results. Raises Refused with every reason why there can be none."""
    report("dossier")
    now = Now(run)
    current, records = now.scored, now.records
    decision = decide_dossier(all_checks(), records, current, run.uses)
    if not decision.allowed:
        raise Refused([reason.text() for reason in decision.reasons], causes_first(decision.reasons))
    identity = dossier_identity(current, records, run.uses)
    if (reusable := _reusable(run, records, identity)) is not None:
        return reusable
    folder = dossier_folder(run.settings, run.edition, identity)
    _render(run, records, current, folder)
    dossier = Dossier(identity, folder, sha256_file(folder / PDF), files_beside(folder))
    body = DossierBody(dossier_sha256=dossier.sha256, identity=identity, files=dossier.beside)
    now.enter([body], current)
    return dossier


def _reusable(run: Run, records: tuple[Record, ...], identity: str) -> Dossier | None:
    """The dossier recorded last, if it is this one and its bytes are what was recorded (decision 06)."""
    dossier = latest_dossier(run.settings, run.edition, records)
    if dossier is None or dossier.identity != identity:
        return None
    complete = all(path.exists() for path in (dossier.annex, dossier.palmares, dossier.html, dossier.pdf))
    return dossier if complete and not dossier.changed() else None


def _render(run: Run, records: tuple[Record, ...], current: Fingerprints, folder: Path) -> None:
    """Write the annex, the palmarès, the pages, the PDF in the other languages, and last the one that is signed."""
    folder.mkdir(parents=True, exist_ok=True)
    last = latest_dossier(run.settings, run.edition, records)
    released = released_dossier(run.settings, run.edition, records)
    content = build_content(load_inputs(run, records, current, folder, previous=last, released=released))
    write_atomic(folder / SNAPSHOT, canonical_json(snapshot(content.inputs)))
    # Typst lets go of the interpreter while it sets a document, so each language has a processor.
    with ThreadPoolExecutor(engine_threads()) as pool:
        documents = {lang: pool.submit(render_pdf, content, lang) for lang in ("fr", *OTHER_LANGUAGES)}
        write_atomic(folder / HTML, render_html(content))
        for lang in OTHER_LANGUAGES:
            write_atomic(folder / f"dossier.{lang}.html", render_html(content, lang))
            write_atomic(folder / f"dossier.{lang}.pdf", documents[lang].result())
        write_atomic(folder / PDF, documents["fr"].result())
