"""The tables of a release: one spelling, the same in Parquet, every check passed or accepted.

Belongs here: what can be said of each table without the rules of the award (those are in `outcomes.py`).
"""

from datetime import datetime

import pyarrow as pa

from orchestration.evidence import GATES, SEVERITIES
from orchestration.release import TABLES, Cell, CsvFormError, ReleaseRecord, parse
from orchestration.release.parquet import same_rows
from orchestration.rulebook import Rulebook
from orchestration.units import mark_text
from orchestration.verify.folder import ReleaseFolder
from orchestration.verify.say import say
from orchestration.verify.verdict import Findings
from orchestration.words import joined

Rows = list[dict[str, Cell]]


def read_tables(release: ReleaseFolder, record: ReleaseRecord, findings: Findings) -> dict[str, Rows]:
    """Every table whose CSV is sound and canonical; its Parquet is compared on the way."""
    tables: dict[str, Rows] = {}
    for name, table in TABLES.items():
        csv, parquet = f"results/{name}.csv", f"results/{name}.parquet"
        data = release.bytes_of(csv)
        if data is None:
            continue
        try:
            tables[name] = parse(table, data)
        except CsvFormError as error:
            findings.altered("csv_form", csv, say("tables.form", error=error))
            continue
        if any(row["edition"] != record.edition for row in tables[name]):
            findings.altered("csv_edition", csv, say("tables.edition"))
        if parquet in release.sound:
            _check_parquet(release, name, tables[name], findings)
    return tables


def _check_parquet(release: ReleaseFolder, name: str, rows: Rows, findings: Findings) -> None:
    path = f"results/{name}.parquet"
    try:
        if same_rows(release.sound[path], TABLES[name], rows):
            return
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        findings.altered("parquet_broken", path, say("tables.parquet_broken", error=type(error).__name__))
        return
    findings.altered("parquet_differs", path, say("tables.parquet"))


def check_edition(tables: dict[str, Rows], record: ReleaseRecord, rulebook: Rulebook, findings: Findings) -> None:
    """dim_edition has one row, and it follows from the record and the rulebook."""
    rows = tables.get("dim_edition")
    if rows is None:
        return
    expected: dict[str, Cell] = {
        "edition": record.edition,
        "release": str(record.number),
        "title": rulebook.title.fr,
        "organiser": rulebook.organiser,
        "fieldwork_start": rulebook.fieldwork.start.isoformat(),
        "fieldwork_end": rulebook.fieldwork.end.isoformat(),
        "min_mark": mark_text(rulebook.min_mark_micro),
        "rulebook_sha256": record.digests.rulebook_sha256,
        "results_sha256": record.digests.results_sha256,
        "signed_by": "; ".join(dict.fromkeys(signature.signer for signature in record.signatures)),
        "signed_at": max(signature.signed_at for signature in record.signatures),
        "published_at": record.published_at,
    }
    if rows != [expected]:
        wrong = [name for name in expected if not rows or rows[0][name] != expected[name]] or [say("tables.rows")]
        message = say("tables.edition_row", columns=joined(", ", wrong))
        findings.altered("edition_row", "results/dim_edition.csv", message)
    if datetime.fromisoformat(expected["signed_at"] or "") > datetime.fromisoformat(record.published_at):
        findings.remarks.append(say("remark.later_signature"))


def check_quality(tables: dict[str, Rows], record: ReleaseRecord, findings: Findings) -> None:
    """No blocking check failed, no warning stands without an acceptance; an empty table never passes."""
    rows, path = tables.get("quality_check"), "results/quality_check.csv"
    if rows is None:
        return
    if not rows:
        findings.altered("check_none", path, say("tables.no_check"))
    for row in rows:
        check = row["check_id"]
        if row["release"] != str(record.number) or row["gate"] not in GATES or row["severity"] not in SEVERITIES:
            findings.altered("check_row", path, say("tables.check_row", check=check))
        accepted = bool(row["accepted_by"]) and bool(row["reason"])
        if row["outcome"] in ("passed", "not_applicable") or row["severity"] == "info":
            continue
        if row["severity"] != "warning" or not accepted:
            findings.altered("check_failed", path, say("tables.check_failed", check=check))
