"""Which dossier is the current one, and where it lies.

Belongs here: the identity of a dossier and finding it again. What it says is `dossier/`; whether it may be made
or published is `gate`.
"""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from expectations import all_checks
from orchestration.evidence import (
    BEFORE_SIGNATURE,
    AcceptanceRecord,
    CheckStanding,
    DossierBody,
    DossierRecord,
    Fingerprints,
    Record,
    ReservationRecord,
    first_dossier,
    read_draws,
    read_seals,
    scored_by,
    standings,
)
from orchestration.release import ANNEX_CSV, PALMARES_JSON, newest_release, read_record
from orchestration.run import Run
from orchestration.settings import Settings
from orchestration.storage import canonical_json, sha256_bytes, sha256_file

PDF = "dossier.pdf"
HTML = "dossier.html"
SNAPSHOT = "snapshot.json"
"""What is remembered of a dossier, so that the next one can say what changed."""


@dataclass(frozen=True)
class Dossier:
    """A dossier on disk: its identity, the folder, the SHA-256 of the PDF that is signed and of the files beside it."""

    identity: str
    folder: Path
    sha256: str
    beside: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def pdf(self) -> Path:
        """The document that the bailiff signs (French)."""
        return self.folder / PDF

    @property
    def html(self) -> Path:
        """The same content as a page."""
        return self.folder / HTML

    @property
    def annex(self) -> Path:
        """Every row left out, one by one; the PDF bears its fingerprint."""
        return self.folder / ANNEX_CSV

    @property
    def palmares(self) -> Path:
        """What the public is to be told; the PDF bears its fingerprint."""
        return self.folder / PALMARES_JSON

    def changed(self) -> list[Path]:
        """Files that are missing or no longer what was recorded when the dossier was made."""
        recorded = {PDF: self.sha256, **self.beside}
        places = {self.folder / name: sha256 for name, sha256 in sorted(recorded.items())}
        return [path for path, sha256 in places.items() if not path.is_file() or sha256_file(path) != sha256]


def files_beside(folder: Path) -> dict[str, str]:
    """SHA-256 of the pages, translations, annex and palmarès of a dossier, all that people read but do not sign; and of
    what is remembered of it, from which the next one tells what changed."""
    kinds, named = (".html", ".pdf", ".csv"), (PALMARES_JSON, SNAPSHOT)
    beside = (path for path in sorted(folder.iterdir()) if path.suffix in kinds or path.name in named)
    return {path.name: sha256_file(path) for path in beside if path.name != PDF}


def dossier_identity(fingerprints: Fingerprints, records: tuple[Record, ...], uses: frozenset[str]) -> str:
    """SHA-256 over all that a dossier vouches for: digests, checks, acceptances, reservations, seals, draws; and the
    engine, where it was not DuckDB, for the dossier says so.

    Two runs that come to the same have the same identity, whatever the clock said.
    """
    states = standings(all_checks(), records, current=fingerprints, uses=uses, gates=BEFORE_SIGNATURE)
    says = {
        "fingerprints": vars(fingerprints),
        "reservations": [[r.body.by, r.body.reason, r.at] for r in records if isinstance(r, ReservationRecord)],
        "checks": [
            [standing.spec.id, standing.state, _failure(standing), _accepted(standing.acceptance)]
            for standing in states
        ],
        "seals": [seal.says() for seal in read_seals(records)],
        "draws": [draw.says() for draw in read_draws(records)],
    }
    if engine := scored_by(records):
        says["engine"] = engine
    return sha256_bytes(canonical_json(says))


def _failure(standing: CheckStanding) -> dict[str, object] | None:
    """What a failed check found. Facts of one that passed may speak of the run (how much history it saw)."""
    return asdict(standing.result) if standing.result and standing.state == "failed" else None


def _accepted(acceptance: AcceptanceRecord | None) -> list[str] | None:
    return None if acceptance is None else [acceptance.body.by, acceptance.body.reason]


def latest_dossier(settings: Settings, edition: str, records: tuple[Record, ...]) -> Dossier | None:
    """The dossier that was recorded last, whether or not it is still true."""
    body = next((record.body for record in reversed(records) if isinstance(record, DossierRecord)), None)
    return None if body is None else _recorded(settings, edition, body)


def released_dossier(settings: Settings, edition: str, records: tuple[Record, ...]) -> tuple[int, Dossier] | None:
    """Number of the edition's newest release, and the dossier that it was published with."""
    release = newest_release(settings.releases, edition)
    if release is None:
        return None
    dossier = first_dossier(records, read_record(release).digests.dossier_sha256)
    return None if dossier is None else (int(release.name), _recorded(settings, edition, dossier.body))


def _recorded(settings: Settings, edition: str, body: DossierBody) -> Dossier:
    folder = dossier_folder(settings, edition, body.identity)
    return Dossier(body.identity, folder, body.dossier_sha256, body.files or {})


def dossier_folder(settings: Settings, edition: str, identity: str) -> Path:
    """The dossier's folder: named by the beginning of its identity, which a person can compare."""
    return settings.dossiers(edition) / identity[:16]


def signed_files(run: Run) -> list[Path]:
    """Every PDF that was handed back, in order. A scanner or a browser may spell `.PDF`."""
    return [
        path
        for folder in run.settings.signoff_dirs(run.edition)
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if _is_pdf(path)
    ]


def unread_files(run: Run) -> list[str]:
    """What lies among the sign-offs and is not looked at, by its place: no PDF, or in a sub-folder. Links into other
    folders are not followed; names that begin with a point are a computer's own."""
    unread: list[str] = []
    for folder in run.settings.signoff_dirs(run.edition):
        for top, folders, files in os.walk(folder):
            place = Path(top)
            left = [name for name in files if not (place == folder and _is_pdf(place / name))]
            if place == folder:
                folders[:] = [name for name in folders if not _is_pdf(place / name)]
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            unread += [(place / name).relative_to(folder).as_posix() for name in sorted(left) if name[0] != "."]
    return unread


def _is_pdf(path: Path) -> bool:
    return path.suffix.lower() == ".pdf"
