"""Where an edition stands, what is missing and who must act (`palmares status`).

Belongs here: reading custody, evidence, sign-offs and releases, and saying the next step. Nothing is computed
or recorded; the gate alone decides, and it decides inside publication.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations import all_checks
from orchestration import custody
from orchestration.dossier import Dossier, latest_dossier, signers_of
from orchestration.errors import PalmaresError
from orchestration.evidence import (
    CheckStanding,
    DossierRecord,
    EvidenceBroken,
    PublicationRecord,
    Record,
    ReservationRecord,
    entered_since,
    objections_to,
    standings,
)
from orchestration.publication import ReleaseStanding, is_shown, standings_of
from orchestration.release import newest_release, read_record
from orchestration.run import Run, current_fingerprints
from orchestration.settings import Settings
from orchestration.status.witness import unkept_reasons, witnessed, witnessed_lines


@dataclass(frozen=True)
class State:
    """Where one edition stands, as plain data."""

    data: dict[str, Any]

    def lines(self) -> list[str]:
        """The same in plain words."""
        data = self.data
        out = [f"Edition {data['edition']}: {data['stage']}"]
        if data["dossier"]:
            out.append(f"  dossier   {data['dossier']['pdf']}")
            out.append(f"            results digest {data['dossier']['results_sha256']}")
        if data["release"]:
            out.append(f"  release   {data['release']['number']} in {data['release']['folder']}")
        for release in data["releases"]:
            out += [f"            release {release['number']}: {told}" for told in release["notices"]]
        for one in data["reservations"]:
            out.append(f"  reserved  {one['by']}, {one['at'][:10]}: {one['reason']}")
        if data["signed"] or data["waiting_for"]:
            out.append(f"  signed    {data['signatures']} of {data['required']} signatures")
            out += [f"            {one['signer']}, {one['at'][:10]}" for one in data["signed"]]
            if data["signatures"] < data["required"]:
                out.append(f"            waiting for {', '.join(data['waiting_for'])}")
        out += [f"  {line}" for line in witnessed_lines(data)]
        out += [f"  problem   {problem}" for problem in data["problems"]]
        for check in data["failed"]:
            out.append(f"  blocked   {check['id']}: {check['sentence']}")
            out.append(
                f"            expected {check['expected']}, observed {check['observed']} {check['keys']}".rstrip()
            )
        for check in data["open_warnings"]:
            out.append(f"  warning   {check['id']}: {check['sentence']}")
            out.append(
                f"            expected {check['expected']}, observed {check['observed']} {check['keys']}".rstrip()
            )
        out.append(f"  next      {data['who']}: {data['next']}")
        return out


def describe(settings: Settings, edition: str) -> State:
    """Describe an edition; whatever is wrong with it is part of the answer, never an exception."""
    run = Run(settings, edition, "status")
    data: dict[str, Any] = {
        "edition": edition,
        "stage": "",
        "who": "data engineer",
        "next": f"palmares run {edition}",
        "problems": [],
        "failed": [],
        "open_warnings": [],
        "dossier": None,
        "signed": [],
        "signatures": 0,
        "required": None,
        "waiting_for": [],
        "reservations": [],
        "seals": [],
        "draws": [],
        "release": None,
        "releases": [],
    }
    report = custody.audit(run.raw)
    data["problems"] = [problem.message for problem in report.problems]
    try:
        if release := newest_release(settings.releases, edition):
            data["release"] = {"number": int(release.name), "folder": str(release)}
            data["releases"] = [_release(one) for one in standings_of(settings, edition)]
        records = run.log.records()
        data |= witnessed(run, records, report)
        _fill(run, records, data)
    except EvidenceBroken as broken:
        data |= {"stage": "the evidence is broken", "next": "restore the evidence log from a backup"}
        data["problems"].append(str(broken))
    except PalmaresError as error:
        data |= {"stage": "not ready"}
        data["problems"].append(str(error))
    if lost := unkept_reasons(edition, data):
        data |= {"stage": "changed since its seal", "who": "organiser"}
        data["next"] = "explain the change by a corrected seal (see above), then palmares run"
        data["problems"] += lost
    if report.problems:
        data |= {"stage": "custody is broken", "who": "organiser"}
        data["next"] = "bring deposits and custody log together (palmares deposit), then palmares run"
    return State(data)


def _fill(run: Run, records: tuple[Record, ...], data: dict[str, Any]) -> None:
    if not records or not run.settings.work_db(run.edition).exists():
        data["stage"] = "not yet run"
        return
    current = current_fingerprints(run)
    found = standings(all_checks(), records, current, run.uses, ("intake", "scoring"))
    data["failed"] = [
        _check(one) for one in found if one.spec.severity == "blocking" and one.state in ("failed", "error")
    ]
    data["open_warnings"] = [_check(one) for one in found if one.open_warning]
    data["reservations"] = [
        {"by": r.body.by, "reason": r.body.reason, "at": r.at} for r in records if isinstance(r, ReservationRecord)
    ]
    dossier = latest_dossier(run.settings, run.edition, records)
    recorded = [record for record in records if isinstance(record, DossierRecord)]
    if data["failed"]:
        data |= {"stage": "blocked by checks", "who": "organiser"}
        data["next"] = f"mend what is named (new deposit, correction or withdrawal), then palmares run {run.edition}"
    elif dossier is None or recorded[-1].fingerprints != current or not dossier.pdf.exists():
        data["stage"] = "no dossier of the current deposits and code"
    elif entered_since(records, recorded[-1]):
        data["stage"] = "a reservation, a seal or a draw was entered since the dossier was made"
    else:
        data["dossier"] = {
            "pdf": str(dossier.pdf),
            "page": str(dossier.html),
            "sha256": dossier.sha256,
            "results_sha256": current.results_sha256,
            "custody_head": current.custody_head,
        }
        _after_dossier(run, records, dossier, data)


def _after_dossier(run: Run, records: tuple[Record, ...], dossier: Dossier, data: dict[str, Any]) -> None:
    objections, signers = objections_to(records, dossier.sha256), signers_of(run, dossier)
    data |= signers.data
    data["signed"] = signers.each_once()
    release = data["release"]
    published = bool(release) and read_record(Path(release["folder"])).digests.dossier_sha256 == dossier.sha256
    if published and not (is_shown(run.settings) and _recorded(records, release["number"])):
        data |= {"stage": f"the publication of release {release['number']} was cut short", "who": "organiser"}
        data["next"] = f"palmares publish {run.edition} brings it to its end; until then readers see what they saw"
    elif published and not objections:
        data |= {"stage": f"published as release {release['number']}", "who": "nobody", "next": "nothing is due"}
    elif objections:
        data |= {"stage": f"the bailiff objected: {objections[-1].body.reason}", "who": "organiser"}
        data["next"] = "mend what the bailiff found; that makes another dossier"
        if published:
            data["stage"] = f"published as release {release['number']}, then revoked: {objections[-1].body.reason}"
    elif not signers.missing:
        data |= {"stage": "signed, not published", "who": "organiser", "next": f"palmares publish {run.edition}"}
    elif data["open_warnings"]:
        data |= {"stage": "dossier made, warnings open", "who": "organiser"}
        data["next"] = f"accept each warning with its reason (palmares accept {run.edition} CHECK --reason R --by NAME)"
    else:
        data |= {"stage": "waiting for the bailiff", "who": "bailiff"}
        if signers.by_certificate:
            data["stage"] = f"waiting for {signers.missing} more signature{'s' if signers.missing > 1 else ''}"
        data["next"] = f"read the dossier and sign it (any PDF tool, or palmares sign {run.edition} --key FILE.p12)"


def _recorded(records: tuple[Record, ...], number: int) -> bool:
    return any(isinstance(record, PublicationRecord) and record.body.release == number for record in records)


def _release(standing: ReleaseStanding) -> dict[str, Any]:
    revoked = vars(standing.revoked) if standing.revoked else None
    return {
        "number": standing.number,
        "replaced_by": standing.replaced_by,
        "revoked": revoked,
        "notices": standing.sentences(),
    }


def _check(standing: CheckStanding) -> dict[str, Any]:
    result = standing.result
    assert result is not None, "a check that failed has a result"
    keys = (
        f"({', '.join(result.failing_keys[:3])}{', …' if result.failing_count > 3 else ''})"
        if result.failing_keys
        else ""
    )
    return {
        "id": standing.spec.id,
        "sentence": standing.spec.en,
        "remedy": standing.spec.remedy_en,
        "expected": result.expected,
        "observed": result.observed,
        "failing_count": result.failing_count,
        "failing_keys": list(result.failing_keys),
        "keys": keys,
    }


def published_lines(settings: Settings, release: Path) -> tuple[dict[str, Any], list[str]]:
    """What `palmares publish` says of the release it made."""
    record = read_record(release)
    data = {
        "edition": record.edition,
        "release": record.number,
        "folder": str(release),
        "results_sha256": record.digests.results_sha256,
        "warehouse": str(settings.published / "palmares.duckdb"),
        "palmares": str(settings.published / "index.html"),
    }
    return data, [
        f"Published: edition {record.edition}, release {record.number}",
        f"  release    {data['folder']}",
        f"  warehouse  {data['warehouse']}",
        f"  palmarès   {data['palmares']}",
        f"  results digest {record.digests.results_sha256}",
    ]
