"""What goes into a release folder.

Belongs here: the inputs of a release, its record, its files. In which order they are written so that the folder
appears whole or not at all stands in `build.py`.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.errors import PalmaresError, Refused
from orchestration.publication.say import say
from orchestration.release import (
    ANNEX_CSV,
    PALMARES_JSON,
    RECORD,
    TABLES,
    Cell,
    ChainLine,
    Code,
    Corrects,
    Digests,
    ReleaseRecord,
    SignedBy,
    export_results,
    last_manifest,
    results_digest,
    verification_files,
)
from orchestration.rulebook import is_demonstration, load_signer
from orchestration.run import package_versions
from orchestration.settings import RULEBOOK_FILE
from orchestration.signoff import SignoffJudgement
from orchestration.storage import connect, read_file
from orchestration.units import mark_text

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class ReleaseInputs:
    """Everything a release is made of.

    `digests` are what the dossier bears: the release is refused when the files say otherwise. `checks` are rows of
    quality_check by column name, without edition and release. `published_at` is UTC, as 2031-02-01T10:00:00Z.
    `signers` are the rulebook's certificates, `signed` the files that the bailiffs handed back, `annex` the list of
    rows left out and `palmares` what the public is told: the dossier bears the fingerprints of both.
    """

    edition: str
    warehouse: Path
    rulebook: Path
    deposits_log: Path
    signers: Sequence[Path]
    required: int
    dossier_pdf: Path
    signed: Sequence[Path]
    checks: Sequence[Mapping[str, str | None]]
    digests: Digests
    code: Code
    published_at: str
    dossier_html: Path | None = None
    annex: Path | None = None
    palmares: Path | None = None
    corrects: Corrects | None = None
    packages: Mapping[str, str] = field(default_factory=package_versions)


def release_record(
    inputs: ReleaseInputs, judgement: SignoffJudgement, chain: list[ChainLine], number: int
) -> ReleaseRecord:
    """release.json of the release that comes after `chain`, with the signatures that count."""
    names = _signed_names(judgement)
    signatures = [
        SignedBy(
            signer=signature.subject,
            certificate_sha256=signature.cert_sha256,
            signed_at=signature.signed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            file=names[signature.file],
        )
        for signature in judgement.accepted
    ]
    return ReleaseRecord(
        edition=inputs.edition,
        number=number,
        seq=len(chain) + 1,
        previous=last_manifest(chain),
        corrects=inputs.corrects,
        demonstration=any(is_demonstration(load_signer(read_file(path), path.name)) for path in inputs.signers),
        published_at=inputs.published_at,
        code=inputs.code,
        packages=dict(inputs.packages),
        digests=inputs.digests,
        signatures=signatures,
    )


def _signed_names(judgement: SignoffJudgement) -> dict[str, str]:
    """Names of the signed files within the release; what the bailiff called them stays outside."""
    files = list(dict.fromkeys(signature.file for signature in judgement.accepted))
    return {file: f"dossier-signed-{position}.pdf" for position, file in enumerate(files, 1)}


def write_content(folder: Path, inputs: ReleaseInputs, judgement: SignoffJudgement, record: ReleaseRecord) -> None:
    """Write everything but the chain, the changes and the manifest.

    Raises Refused when the marts no longer give the results digest that the dossier bears.
    """
    con = connect(inputs.warehouse, read_only=True)
    try:
        extra = {"dim_edition": [_edition_row(con, record)], "quality_check": _check_rows(inputs, record)}
        digests = export_results(con, folder / "results", extra)
    finally:
        con.close()
    if results_digest(digests, read_file(inputs.rulebook)) != inputs.digests.results_sha256:
        raise Refused([say("refused.changed_results")])
    signed = _signed_names(judgement)
    copies = {RULEBOOK_FILE: inputs.rulebook, "deposits.jsonl": inputs.deposits_log, "dossier.pdf": inputs.dossier_pdf}
    copies |= {path.name: path for path in inputs.signers}
    copies |= {signed[path.name]: path for path in inputs.signed if path.name in signed}
    if inputs.dossier_html is not None:
        copies["dossier.html"] = inputs.dossier_html
    if inputs.annex is not None:
        copies[ANNEX_CSV] = inputs.annex
    if inputs.palmares is not None:
        copies[PALMARES_JSON] = inputs.palmares
    for name, source in copies.items():
        shutil.copyfile(source, folder / name)
    for name, data in verification_files(record).items():
        (folder / name).write_bytes(data)
    (folder / RECORD).write_bytes(record.file_bytes())


def _edition_row(con: "duckdb.DuckDBPyConnection", record: ReleaseRecord) -> list[Cell]:
    """The one row of dim_edition; facts of the edition come from the rulebook as the warehouse holds it."""
    columns = "title_fr, organiser, fieldwork_start, fieldwork_end, min_mark_micro"
    rows = con.execute(f"SELECT {columns} FROM rulebook.edition").fetchall()
    if len(rows) != 1:
        raise PalmaresError(say("unmade.no_edition"))
    title, organiser, start, end, min_mark = rows[0]
    return [
        record.edition,
        str(record.number),
        title,
        organiser,
        start.isoformat(),
        end.isoformat(),
        mark_text(min_mark),
        record.digests.rulebook_sha256,
        record.digests.results_sha256,
        "; ".join(dict.fromkeys(signature.signer for signature in record.signatures)),
        max(signature.signed_at for signature in record.signatures),
        record.published_at,
    ]


def _check_rows(inputs: ReleaseInputs, record: ReleaseRecord) -> list[list[Cell]]:
    names = TABLES["quality_check"].names[2:]
    return [[record.edition, str(record.number), *(check[name] for name in names)] for check in inputs.checks]
