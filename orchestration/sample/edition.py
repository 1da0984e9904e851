"""Making a whole sample edition and taking it into custody.

Belongs here: what is received from whom and when, the replaced deposit and the corrected cells. The times
of receipt are fixed, so equal arguments give byte-identical folders.
"""

import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import yaml

from orchestration.custody import deposit
from orchestration.errors import InputError
from orchestration.progress import report
from orchestration.sample.audits import MysteryTest, audits
from orchestration.sample.ballots import TIE_ROLES
from orchestration.sample.certificate import throwaway_certificate
from orchestration.sample.contests import Contest, contests, contests_csv
from orchestration.sample.contests import corrections as contest_corrections
from orchestration.sample.defects import Defects
from orchestration.sample.filing import file_audits
from orchestration.sample.plan import Plan, Sizes
from orchestration.sample.rulebook import CERTIFICATE, ORGANISER, candidates_csv, rulebook_yaml
from orchestration.sample.say import say
from orchestration.sample.schedule import FIRMS
from orchestration.sample.survey_files import file_survey
from orchestration.sample.vote_files import file_votes
from orchestration.settings import check_edition_id
from orchestration.storage import sha256_file

CLERK = "Salma Bennoury"
PANEL_INSTITUTE = "Raïnane Panel"
VOTE_PLATFORM = "Sawtane Scrutin"
REPLACED = Path("audits") / FIRMS[1].folder / "social.csv"
"""This file was first deposited without its last rows."""
FORGOTTEN_ROWS = 40
CONTESTS = Path("contests.csv")


@dataclass(frozen=True)
class Sample:
    """What was made: where, and what is in it on purpose."""

    folder: Path
    plan: Plan
    quarantined: dict[tuple[str, str, str], int]
    corrections: tuple[dict[str, str], ...]
    tests: tuple[MysteryTest, ...]
    contests: tuple[Contest, ...]


def generate(
    raw_dir: Path,
    edition: str,
    *,
    certificate_pem: bytes | None = None,
    categories: int = 23,
    candidates_per_category: int | None = None,
    votes: int = 200_000,
    respondents: int = 2_400,
    seed: int = 2026,
) -> Sample:
    """Write the synthetic edition `raw_dir/edition`, with its deposits.

    `certificate_pem` is the certificate of the bailiff who may sign, by default that of the throw-away demonstration
    key. Raises InputError for a folder that already holds something and for sizes of which no edition can be made.
    """
    folder = raw_dir / check_edition_id(edition)
    if folder.exists() and any(folder.iterdir()):
        raise InputError(say("edition.there"), str(folder), say("edition.there_mend"))
    plan = Plan(edition, Sizes(categories, candidates_per_category, votes, respondents), seed)
    defects = Defects(plan)
    raw_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=raw_dir, prefix=f".{edition}.sample.") as work:
        inbox = Path(work)
        report("rulebook and candidates")
        (inbox / "rulebook.yml").write_bytes(rulebook_yaml(plan))
        (inbox / "candidates.csv").write_bytes(candidates_csv(plan))
        (inbox / CERTIFICATE).write_bytes(certificate_pem or throwaway_certificate())
        report("audits")
        tests = audits(plan)
        audit_files = file_audits(plan, tests, inbox, defects)
        corrections, contested = _decide(plan, inbox, tests, files=audit_files, repeated=defects.repeated)
        report("survey")
        survey_files = [] if plan.earlier else file_survey(plan, inbox, defects)
        vote_files = [] if plan.earlier else file_votes(plan, inbox, defects)
        report("custody")
        desk = _Desk(plan, inbox, folder)
        start, end = plan.fieldwork
        desk.receive(start - timedelta(days=20), ORGANISER, [Path("rulebook.yml"), Path("candidates.csv")])
        desk.receive(start - timedelta(days=18), "Huissier de démonstration", [Path(CERTIFICATE)])
        for firm in FIRMS:
            files = [path for path in audit_files if path.parent.name == firm.folder]
            desk.receive(end + timedelta(days=3), firm.name, files, forgetful=REPLACED)
        if REPLACED in audit_files:
            desk.replace(end + timedelta(days=6), FIRMS[1].name, REPLACED)
        desk.receive(plan.vote_window[1] + timedelta(days=4), VOTE_PLATFORM, vote_files)
        desk.receive(plan.survey_window[1] + timedelta(days=2), PANEL_INSTITUTE, survey_files)
        decisions = [Path("corrections.yml"), *([] if plan.earlier else [CONTESTS])]
        desk.receive(plan.survey_window[1] + timedelta(days=4), ORGANISER, decisions)
        desk.hand_in()
    every = tuple(test for firm in FIRMS for test in tests[firm.folder])
    return Sample(
        folder,
        plan,
        quarantined=dict(defects.expected),
        corrections=tuple(corrections),
        tests=every,
        contests=tuple(contested),
    )


@dataclass(frozen=True)
class _Arrival:
    """Files that one supplier brings at one time; `replaces` is the path of the file they supersede, if any."""

    at: datetime
    supplier: str
    files: tuple[tuple[Path, Path], ...]
    replaces: bool = False


class _Desk:
    """The counter where deposits arrive: gathers them, then takes them into custody in order of time."""

    def __init__(self, plan: Plan, inbox: Path, folder: Path) -> None:
        self._plan, self._inbox, self._folder = plan, inbox, folder
        self._arrivals: list[_Arrival] = []

    def receive(self, day: object, supplier: str, files: list[Path], forgetful: Path | None = None) -> None:
        """A supplier brings files, at ten past nine of that day; `forgetful` comes without its last rows."""
        pairs = []
        for path in files:
            source = self._inbox / path
            if path == forgetful:
                lines = source.read_bytes().splitlines(keepends=True)
                source = self._inbox / "first-version"
                source.write_bytes(b"".join(lines[:-FORGOTTEN_ROWS]))
            pairs.append((source, path))
        self._arrivals.append(_Arrival(_moment(day, 10), supplier, tuple(pairs)))

    def replace(self, day: object, supplier: str, path: Path) -> None:
        """A supplier brings a new version of one file, in the afternoon of that day."""
        self._arrivals.append(_Arrival(_moment(day, 15), supplier, ((self._inbox / path, path),), replaces=True))

    def hand_in(self) -> None:
        """Enter everything in the custody log."""
        for arrival in sorted(self._arrivals, key=lambda arrival: arrival.at):
            for source, path in arrival.files:
                old = sha256_file(self._folder / path) if arrival.replaces else None
                deposit(
                    self._folder,
                    [source],
                    arrival.supplier,
                    CLERK,
                    as_path=str(path),
                    replaces=old,
                    received_at=arrival.at,
                )


def _moment(day: object, hour: int) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02d}:10:00").replace(tzinfo=timezone(timedelta(hours=1)))


def _decide(
    plan: Plan,
    inbox: Path,
    tests: dict[str, list[MysteryTest]],
    files: dict[Path, list[str]],
    repeated: set[str],
) -> tuple[list[dict[str, str]], list[Contest]]:
    """What the organiser settles once the tests are in: corrections of the firms, and contests with what follows."""
    entries = _correct(plan, inbox, tests)
    contested: list[Contest] = []
    if not plan.earlier:
        contested = contests(plan, tests, repeated | {entry["key"] for entry in entries})
        file_of = {test_id: str(path) for path, ids in files.items() for test_id in ids}
        entries += contest_corrections(contested, file_of, len(entries) + 1, CLERK)
        (inbox / CONTESTS).write_bytes(contests_csv(contested))
    text = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=160)
    (inbox / "corrections.yml").write_bytes(f"# Corrections de cellules, une à une\n{text}".encode())
    return entries, contested


def _correct(plan: Plan, inbox: Path, tests: dict[str, list[MysteryTest]]) -> list[dict[str, str]]:
    """Spoil one cell of the first firm's web tests and enter the correction that mends it; a second changes a mark.

    None of those whose tie is built on purpose.
    """
    path = Path("audits") / FIRMS[0].folder / "web.csv"
    lines = (inbox / path).read_text(encoding="utf-8").split("\n")
    header = lines[0].split(",")
    tied = {candidate.candidate_id for role in TIE_ROLES for candidate in plan.of_role(role)}
    rows = [
        number
        for number, line in enumerate(lines)
        if ",completed," in line and line.endswith(",") and line.split(",")[1] not in tied
    ]
    typo, misread = rows[len(rows) // 3], rows[len(rows) // 2]

    def cell(row: int, column: str) -> str:
        return lines[row].split(",")[header.index(column)]

    def write(row: int, column: str, value: str) -> None:
        cells = lines[row].split(",")
        cells[header.index(column)] = value
        lines[row] = ",".join(cells)

    right = cell(typo, "accuracy")
    write(typo, "accuracy", right * 2)
    seen = cell(misread, "tone")
    other = "1" if seen != "1" else "2"
    (inbox / path).write_text("\n".join(lines), encoding="utf-8")
    paper = "Double frappe à la saisie\u202f; le cabinet confirme la note de sa fiche papier."
    copied = "Note recopiée d'une autre ligne\u202f; relecture de la capture d'écran."
    changes = ((typo, "accuracy", right, paper), (misread, "tone", other, copied))
    return [
        {
            "id": f"COR-{number:03d}",
            "file": str(path),
            "key": cell(row, "test_id"),
            "column": column,
            "expect": cell(row, column),
            "value": value,
            "reason": reason,
            "by": CLERK,
            "on": str(tests[FIRMS[0].folder][-1].started.date() + timedelta(days=17)),
        }
        for number, (row, column, value, reason) in enumerate(changes, start=1)
    ]
