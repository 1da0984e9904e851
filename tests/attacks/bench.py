"""The line taken in process, step by step, so that a hundred faulty editions take a minute and not an afternoon.

Belongs here: the steps of `benchmarks.inprocess` and those after the dossier, with a place to strike between any
two, and what became of an attack. Nothing is imitated: custody, intake, recount, gate, dossier, signature and
publication are the real ones.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import duckdb

from benchmarks.inprocess import Line, Marks
from expectations.registry import all_checks, spec_of
from orchestration import custody
from orchestration.bailiff import (
    acceptance,
    drawing,
    sealing,
    signing,
    tracing,
)
from orchestration.bailiff import (
    objections as bailiff,
)
from orchestration.bailiff.drawing import Drawn
from orchestration.bailiff.sealing import Sealed
from orchestration.bailiff.tracing import Traced
from orchestration.dossier import make as document
from orchestration.dossier.register import Dossier, latest_dossier
from orchestration.errors import PalmaresError, Refused
from orchestration.evidence.bodies import CheckResult
from orchestration.evidence.fingerprints import code_sha256
from orchestration.evidence.standing import SignoffFacts
from orchestration.gate.decision import Decision, decide
from orchestration.intake.left_out import write_annex
from orchestration.progress import listening
from orchestration.publication import publish as publication
from orchestration.publication.warehouse import publish_warehouse
from orchestration.release import read_marks
from orchestration.run import Now
from orchestration.run import now as now_module
from orchestration.settings import Settings
from orchestration.signoff import sign_pdf
from orchestration.status import describe
from orchestration.status.inspection import inspect_edition
from orchestration.verify.run import verify
from tests.attacks.attack import Attack
from tests.fixtures.tiny import EDITION, TinyEdition

if TYPE_CHECKING:
    from orchestration.verify.verdict import Report

STAGES = ("deposited", "read", "build", "test", "judge", "document", "sign", "publish")
"""Stages of the clean edition at which an attack may strike, named by the step that was the last."""


@dataclass
class Outcome:
    """What became of an edition: all that an expectation may speak of."""

    exit: int = 0
    gate: str | None = None
    error: PalmaresError | None = None
    failed: dict[str, CheckResult] = field(default_factory=dict)
    errors: list[CheckResult] = field(default_factory=list)
    problems: tuple[str, ...] = ()
    aside: dict[str, int] = field(default_factory=dict)
    reasons: frozenset[str] = frozenset()
    told: str = ""
    ranking: list[tuple[Any, ...]] | None = None
    releases: int = 0
    releases_before: int = 0
    """Lines of the chain once the fault was made: a forger may write some himself."""


class Bench(Line):
    """One edition in a folder of its own. Each step may raise PalmaresError, as its command would."""

    def __init__(self, folder: Path, marks: Marks, code: str) -> None:
        super().__init__(Settings(folder / "home", folder / "raw"), EDITION, marks)
        self.folder = folder
        self.code = code
        self.told: list[str] = []
        self.reasons: set[str] = set()
        self.step: str | None = None
        self.later: Callable[[], Any] = lambda: None
        self._patches = ExitStack()
        # Hashing the whole project costs more than the step it is asked in.
        self.patch(now_module, "code_sha256", lambda: self.code)

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        self._patches.close()

    # ---- the steps ---------------------------------------------------------------------------------------------------

    def deposit(self, edition: TinyEdition, **formats: Any) -> None:
        """Write the edition as deposits, in custody."""
        self.edition = edition.edition
        self.run = self.another_run()
        edition.write(self.settings.raw, **formats)

    def judge(self) -> None:
        """The checks of intake and scoring, the recount among them."""
        self.judge_intake()
        self.judge_scoring()

    def decide(self) -> None:
        """May a dossier be made? If so, what would still stop a publication is told."""
        decision = self._hear(self.dossier_decision())
        if not decision.allowed:
            raise Refused([reason.text() for reason in decision.reasons])
        now, unsigned = Now(self.run), SignoffFacts(None, frozenset(), 1)
        for reason in decide(
            all_checks(), now.records, current=now.scored, signoff=unsigned, uses=self.run.uses
        ).reasons:
            if reason.code == "warning_open":
                self.reasons.add(reason.code)
                self.told += [reason.text(), reason.text().fr]

    def document(self) -> Dossier:
        """The dossier: PDF in three languages, and the page."""
        with self.held(), self._listening(document, "decide_dossier"):
            return document.make_dossier(self.run)

    def sign(self) -> Path:
        """The bailiff's signature with the command `sign`."""
        return self.sign_with(TinyEdition().write_p12(self.folder))

    def sign_with(self, key: Path, password: str = TinyEdition.password) -> Path:
        """A signature with any key."""
        self.note()
        return signing.sign_dossier(self.settings, self.edition, key, password).path

    def sign_elsewhere(self, document: bytes | None = None, name: str = "signed.pdf") -> Path:
        """A signature made with any PDF tool, which asks nothing, handed back as a file."""
        edition = TinyEdition()
        self.note()
        data = sign_pdf(document or self.dossier.pdf.read_bytes(), edition.p12, edition.password)
        path = self.raw / "signoffs" / name
        path.write_bytes(data)
        return path

    def publish(self) -> Path:
        """The command `publish`, without the published warehouse."""
        self.run = self.another_run()
        with self.held(), self._listening(publication, "decide"):
            return publication.publish_release(Now(self.run), publication.CorrectionRequest())

    def show(self) -> Path:
        """The published warehouse and palmarès."""
        with listening(lambda what, done, total: self.told.append(what)):
            return publish_warehouse(self.settings)

    def shown(self) -> None:
        """What readers find: the laureates of the published warehouse, and whether the page names them."""
        with duckdb.connect(str(self.settings.published / "palmares.duckdb"), read_only=True) as con:
            laureates = con.execute("SELECT category_id, company FROM laureates ORDER BY ALL").fetchall()
        page = (self.settings.published / "fr" / "index.html").read_text("utf-8")
        for category, company in laureates:
            self.told += [f"{category} {company}", f"page {'names' if company in page else 'leaves out'} {company}"]

    def pages(self) -> None:
        """Every page made: the dossier's and the public one. Whether a text became markup is told, and is an error."""
        public = self.settings.published.glob("current/**/*.html")
        for path in [*public, *self.dossier.folder.glob("*.html"), *self.release.glob("*.html")]:
            markup, text = _taken_apart(path.read_text("utf-8"))
            assert "alert(1)" not in markup, f"{path}: a text became markup"
            if "alert(1)" in text:
                self.told.append("a page quotes alert(1)")

    def accept(self, *checks: str, reason: str = "Looked at with the field firm: its answer is on file.") -> None:
        """The command `accept`, without the dossier."""
        self.step, by = "accept", "Nadia Clerk"
        acceptance.enter_acceptances(self.settings, self.edition, dict.fromkeys(checks, reason), by)

    def object(self, kind: str) -> None:
        """The bailiff refuses, or revokes."""
        self.step = "object"
        enter = {"refusal": bailiff.enter_refusal, "revocation": bailiff.enter_revocation}[kind]
        enter(self.settings, self.edition, "The tests of one firm cannot be traced.", "Me Essai")

    def seal(self, stage: str, corrects: str | None = None, by: str = "Me Essai") -> Sealed:
        """The command `seal`."""
        self.step = "seal"
        sealed = sealing.seal_stage(self.settings, self.edition, stage, by, corrects=corrects)
        self.told.append(f"seal {sealed.seal.number} {sealed.seal.stage}" + " again" * sealed.repeated)
        return sealed

    def draw(self, seed: str = "46132", size: int = 4, at_most: int = 0) -> Drawn:
        """The command `draw`."""
        self.step = "draw"
        drawn = drawing.draw_tests(self.settings, self.edition, seed, size, at_most=at_most)
        self.told.append(f"draw {drawn.draw.seed} of {len(drawn.draw.all_tests)}" + " again" * drawn.repeated)
        return drawn

    def fill_in(self, drawn: Drawn, **odd: str) -> Path:
        """The form with an outcome for every test: conform, or as told."""
        rows = [f"{test},{odd.get(test, 'conform')}," for test in drawn.draw.all_tests]
        path = self.folder / "filled.csv"
        path.write_text("\n".join(["test_id,outcome,remark", *rows]) + "\n", "utf-8")
        return path

    def trace(self, sheet: Path, seed: str = "46132", corrects: str | None = None) -> Traced:
        """The command `trace`."""
        self.step = "trace"
        return tracing.enter_trace(self.settings, self.edition, seed, sheet, by="Me Essai", corrects=corrects)

    def act(self) -> None:
        """A second blow, which an attack prepared in `later`."""
        self.later()

    def check(self) -> None:
        """The command `check`."""
        found = inspect_edition(self.settings, self.edition)
        self.told += [*found.head, *map(" ".join, found.files), *found.notes]
        found.raise_if_blocked()

    def status(self) -> None:
        """The command `status`."""
        self.told += describe(self.settings, self.edition).lines()

    def redeposit(self, edition: TinyEdition) -> None:
        """Begin anew with other deposits, and forget what the clean ones left in the state folder."""
        shutil.rmtree(self.raw)
        shutil.rmtree(self.settings.home, ignore_errors=True)
        self.deposit(edition)

    def again(self) -> None:
        """The command `run`, whole."""
        for step in ("read", "build", "test", "judge", "document"):
            self.take(step)

    def verify(self) -> None:
        """The command `verify` on the newest release, with deposits and paper; its exit code becomes a refusal."""
        found: Report = verify(self.release, raw=self.settings.raw, fingerprint=self.paper)
        self.told.append(found.as_text())
        if found.exit_code:
            error = PalmaresError(found.as_text())
            error.exit_code = found.exit_code
            raise error

    # ---- where things are --------------------------------------------------------------------------------------------

    @property
    def log(self) -> Path:
        """The evidence."""
        return self.settings.evidence_log(self.edition)

    @property
    def dossier(self) -> Dossier:
        """The dossier recorded last."""
        found = latest_dossier(self.settings, self.edition, self.run.log.records())
        assert found is not None
        return found

    def note(self) -> None:
        """The bailiff copies the fingerprint of the results from the dossier that he signs onto his paper."""
        if (dossier := latest_dossier(self.settings, self.edition, self.run.log.records())) is not None:
            (self.folder / "paper").write_text(read_marks(dossier.pdf.read_bytes())["results-sha256"])

    @property
    def paper(self) -> str | None:
        """The fingerprint on the bailiff's paper, if he signed anything."""
        paper = self.folder / "paper"
        return paper.read_text() if paper.exists() else None

    @property
    def release(self) -> Path:
        """The newest release."""
        return max((self.settings.releases / self.edition).iterdir(), key=lambda path: int(path.name))

    def sql(self, *statements: str) -> None:
        """What somebody with a database tool does to the working warehouse."""
        with duckdb.connect(str(self.work)) as con:
            for statement in statements:
                con.execute(statement)

    def patch(self, target: Any, name: str, value: Any) -> None:
        """Put something else in the place of a function until the attack is over."""
        self._patches.enter_context(patch.object(target, name, value))

    def afterwards(self, undo: Callable[[], Any]) -> None:
        """What is undone when the attack is over."""
        self._patches.callback(undo)

    # ---- taking an attack through ------------------------------------------------------------------------------------

    def take(self, step: str) -> None:
        """One step, remembered so that the outcome can say where it stopped."""
        self.step = step
        getattr(self, step)()

    def strike(self, attack: Attack) -> Outcome:
        """Make the fault, take the steps that follow, and say what became of it. Only our own errors are answers."""
        outcome = Outcome()
        outcome.releases_before = self.lines_of_the_chain()
        try:
            if attack.at == "start":
                edition = TinyEdition()
                self.deposit(edition, **(attack.make(edition) or {}))
            else:
                attack.make(self)
            outcome.releases_before = self.lines_of_the_chain()
            for step in attack.then:
                self.take(step)
        except PalmaresError as error:
            outcome.error, outcome.exit = error, error.exit_code
            self.told.append(str(error))
        self._gather(outcome)
        return outcome

    def _gather(self, outcome: Outcome) -> None:
        outcome.problems = tuple(sorted({problem.code for problem in custody.audit(self.raw).problems}))
        for record in self.records():
            if record.kind == "check" and record.run_id == self.run.run_id:
                result = record.body
                outcome.failed.pop(result.check_id, None)
                if result.outcome == "failed":
                    outcome.failed[result.check_id] = result
                if result.outcome == "error":
                    outcome.errors.append(result)
        if self.work.exists():
            self._look_into_warehouse(outcome)
        outcome.reasons = frozenset(self.reasons)
        outcome.gate = self._gate(outcome)
        outcome.releases = self.lines_of_the_chain()
        outcome.told = "\n".join(self.told)

    def lines_of_the_chain(self) -> int:
        """How many releases the chain lists."""
        chain = self.settings.releases / "chain.jsonl"
        return len(chain.read_bytes().splitlines()) if chain.is_file() else 0

    def _look_into_warehouse(self, outcome: Outcome) -> None:
        with duckdb.connect(str(self.work)) as con:
            found = _rows(con, "SELECT DISTINCT code FROM intake.problem WHERE code <> 'custody' ORDER BY code")
            outcome.problems += tuple(code for (code,) in found or ())
            aside = _rows(con, "SELECT reason, count(*) FROM intake.quarantine GROUP BY reason ORDER BY reason")
            outcome.aside = dict(aside or ())
            outcome.ranking = _rows(con, RANKING)
            if outcome.ranking is not None:
                annex = self.folder / "annex.csv"
                write_annex(con, annex)
                self.told.append(annex.read_text("utf-8"))
                outcomes = _rows(con, "SELECT category_id, outcome FROM marts.category_outcome ORDER BY category_id")
                self.told += [f"{category} {outcome}" for category, outcome in outcomes or ()]

    def _gate(self, outcome: Outcome) -> str | None:
        found = [spec.gate for spec in all_checks() if spec.id in outcome.failed and spec.severity != "info"]
        if outcome.error is None:
            return found[0] if found else "intake" if outcome.aside else None
        if self.step == "read":
            custodial = any(problem for problem in custody.audit(self.raw).problems)
            return "custody" if custodial else "rulebook" if outcome.exit == 2 else "intake"
        own = {
            "sign": "signature",
            "publish": "publication",
            "show": "publication",
            "shown": "publication",
            "pages": "publication",
            "verify": "verification",
        }
        own |= {"build": "scoring", "test": "scoring", "judge": "scoring", "deposit": "custody", "accept": "dossier"}
        own |= {"seal": "dossier", "draw": "dossier", "trace": "dossier", "check": "intake"}
        return own.get(self.step or "") or (found[0] if found else "dossier")

    def holds(self, secret: str) -> bool:
        """Whether a text stands in the state folder: in any file's bytes, or in any text cell of a database."""
        for path in self.settings.home.rglob("*"):
            if path.is_file() and secret.encode() in path.read_bytes():
                return True
        return any(_in_tables(path, secret) for path in self.settings.home.rglob("*.duckdb"))

    # ---- tools -------------------------------------------------------------------------------------------------------

    def _hear(self, decision: Decision) -> Decision:
        for reason in decision.reasons:
            self.reasons.add(reason.code)
            self.told += [reason.text(), reason.text().fr]
        return decision

    @contextmanager
    def _listening(self, module: Any, name: str) -> Iterator[None]:
        """Hear the gate's decision as the step asks for it."""
        asked: Callable[..., Decision] = getattr(module, name)
        with patch.object(module, name, lambda *args, **named: self._hear(asked(*args, **named))):
            yield


def _taken_apart(page: str) -> tuple[str, str]:
    """What a browser would take for markup (tags, attributes' names and addresses, scripts, styles), and for text."""
    markup: list[str] = []
    text: list[str] = []
    inside: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            data = tag == "script" and ("type", "application/ld+json") in attrs  # read, never run
            inside.append("json" if data else tag)
            markup.extend([tag, *(name for name, _ in attrs)])
            markup.extend(value or "" for name, value in attrs if name in ("href", "src", "style") or name[:2] == "on")

        def handle_data(self, data: str) -> None:
            (markup if inside and inside[-1] in ("script", "style") else text).append(data)
            if inside and inside[-1] == "json":
                json.loads(data)

        def handle_endtag(self, tag: str) -> None:
            tag = "json" if tag == "script" and inside and inside[-1] == "json" else tag
            if tag in inside:
                inside.reverse()
                inside.remove(tag)
                inside.reverse()

    Reader(convert_charrefs=True).feed(page)
    return " ".join(markup), " ".join(text)


RANKING = (
    "SELECT candidate_id, final_micro, rank, eligible, reason, margin_micro FROM marts.fct_ranking "
    "ORDER BY candidate_id"
)


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]] | None:
    """Rows of a query; None when what it reads is not there."""
    try:
        return con.execute(sql).fetchall()
    except duckdb.CatalogException:
        return None


def _in_tables(path: Path, secret: str) -> bool:
    """A database packs its texts, so its bytes alone say nothing."""
    with duckdb.connect(str(path)) as con:
        columns = con.execute(
            "SELECT table_schema, table_name, column_name FROM information_schema.columns "
            "WHERE data_type LIKE 'VARCHAR%'"
        ).fetchall()
        return any(
            con.execute(
                f'SELECT count(*) FROM "{schema}"."{table}" WHERE contains(CAST("{column}" AS VARCHAR), ?)', [secret]
            ).fetchall()[0][0]
            for schema, table, column in columns
        )


class CleanLine:
    """The clean edition at each stage, made once; each attack works on a copy."""

    def __init__(self, folder: Path, marks: Marks) -> None:
        self.folder = folder
        self.marks = marks
        self.code = code_sha256()
        self._reached = 0
        with self.bench(folder / "line") as bench:
            bench.deposit(TinyEdition())
        shutil.copytree(folder / "line", folder / STAGES[0])

    def bench(self, folder: Path) -> Bench:
        """An empty bench."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "raw").mkdir(exist_ok=True)
        return Bench(folder, self.marks, self.code)

    def copy(self, stage: str, folder: Path) -> Bench:
        """A bench with everything done up to a stage."""
        self._reach(stage)
        shutil.copytree(self.folder / stage, folder, symlinks=True, dirs_exist_ok=True)
        return self.bench(folder)

    def ranking(self) -> list[tuple[Any, ...]] | None:
        """The clean edition's ranking."""
        self._reach("build")
        with duckdb.connect(str(self.folder / "build" / "home" / "work" / f"{EDITION}.duckdb"), read_only=True) as con:
            return _rows(con, RANKING)

    def _reach(self, stage: str) -> None:
        with self.bench(self.folder / "line") as bench:
            while self._reached < STAGES.index(stage):
                self._reached += 1
                bench.take(STAGES[self._reached])
                if STAGES[self._reached] == "publish":
                    bench.show()
                shutil.copytree(self.folder / "line", self.folder / STAGES[self._reached], symlinks=True)


def severe(failed: Iterable[str]) -> set[str]:
    """The failed checks that block or warn."""
    return {check for check in failed if spec_of(check).severity != "info"}
