"""One candidate's facts, taken out of a published release.

Belongs here: which rows concern the candidate, and what they are compared with. Nothing is computed again but means and
differences; whom it may be compared with is decided in `circle.py`.
"""

from collections import Counter
from collections.abc import Mapping

from orchestration.errors import InputError
from orchestration.release import Cell
from orchestration.report import figures
from orchestration.report.circle import Circle, circles
from orchestration.report.deciding import category_of, tie_key
from orchestration.report.experience import experience_of
from orchestration.report.load import Published
from orchestration.report.model import (
    CandidateReport,
    ChannelLine,
    Compared,
    ComponentLine,
    EffortLine,
    FamilyLine,
    Letter,
    Marks,
    ReleaseFact,
    TestLine,
)
from orchestration.report.say import say
from orchestration.report.strengths import CriterionStanding, strong_and_weak
from orchestration.report.verdict import Situation, reasons
from orchestration.scoring import CategoryFact, decided_by

Row = Mapping[str, Cell]
EFFORT = (
    "contacts_mean", "repeated_share", "redirected_share", "travelled_share", "contradicted_share", "resolved_share",
    "ces", "csat", "nps",
)  # fmt: skip
"""Facts of customer effort, in the order in which they are told."""
NO_LETTER = Letter()


def report_of(published: Published, candidate_id: str, letter: Letter = NO_LETTER) -> CandidateReport:
    """The facts of one candidate's report. Raises InputError for an unknown one."""
    tables, book = published.tables, published.rulebook
    candidate = _row(tables["dim_candidate"], "candidate_id", candidate_id)
    if candidate is None:
        edition = published.edition
        raise InputError(
            say("refused.candidate", candidate=repr(candidate_id[:80]), edition=edition),
            mend=f"palmares results {edition}",
        )
    category = _row(tables["dim_category"], "category_id", str(candidate["category_id"])) or {}
    tests = published.tests.get(candidate_id, [])
    marks = _Candidate(published, candidate).marks()
    conflicts = book.independence.conflicts if book.independence else ()
    standing = category_of(tables, str(candidate["category_id"]))
    return CandidateReport(
        release=_release_fact(published),
        rulebook=book,
        candidate_id=candidate_id,
        company=str(candidate["company"]),
        category={lang: str(category[f"label_{lang}"] or category["label_fr"]) for lang in ("fr", "en", "ar")},
        sector=str(category["sector"]),
        ranked=figures.whole(category["candidates_ranked"]),
        outcome=standing.outcome,
        verdict=_verdict(published, candidate, standing, marks),
        conflicts=sum(conflict.company_id == candidate["company_id"] for conflict in conflicts),
        tests=Counter(str(test["channel"]) for test in tests),
        not_counted=tuple(_test(test) for test in tests if test["counted"] == "false"),
        left_out=published.left_out(candidate_id),
        marks=marks,
        experience=experience_of(
            tests,
            _own(tables["fct_segment_mark"], candidate_id),
            observed=_row(tables["fct_observed_effort"], "candidate_id", candidate_id),
            contests=_own(tables["fct_contest"], candidate_id),
            weights={name: channel.weight for name, channel in book.channels.items()},
        ),
        tie_key=tie_key(standing, book, candidate_id),
        claim=_claim(tables, candidate_id),
        letter=letter,
    )


def _claim(tables: figures.Tables, candidate_id: str) -> dict[str, str] | None:
    title = _row(tables["laureates"], "candidate_id", candidate_id)
    return {lang: str(title[f"claim_{lang}"]) for lang in ("fr", "en", "ar")} if title else None


def _own(rows: figures.Rows, candidate_id: str) -> list[Row]:
    return [row for row in rows if row["candidate_id"] == candidate_id]


def _release_fact(published: Published) -> ReleaseFact:
    (edition,) = published.tables["dim_edition"]
    record = published.release.record
    return ReleaseFact(
        edition=published.edition,
        number=record.number,
        published_at=record.published_at,
        signed_by=str(edition["signed_by"]),
        signed_at=str(edition["signed_at"]),
        results_sha256=record.digests.results_sha256,
        rulebook_sha256=record.digests.rulebook_sha256,
        demonstration=record.demonstration,
        corrects=record.corrects.number if record.corrects else None,
        replaced_by=published.newest if published.newest > published.number else None,
    )


def _verdict(published: Published, candidate: Row, category: CategoryFact, marks: Marks | None) -> tuple[str, ...]:
    elected = {row["candidate_id"] for row in published.tables["laureates"]}
    return reasons(
        Situation(
            outcome=category.outcome,
            decided=decided_by(category, published.rulebook),
            withdrawn=marks is None,
            elected=candidate["candidate_id"] in elected,
            final=marks.final if marks else None,
            rank=marks.rank if marks else None,
            reason=marks.reason if marks else None,
            title_mark=marks.title_mark if marks else None,
        )
    )


class _Candidate:
    """One candidate's rows, and the circle that it is compared with."""

    def __init__(self, published: Published, candidate: Row) -> None:
        self.tables = published.tables
        self.book = published.rulebook
        self.numbers = published.numbers
        self.fields = published.fields
        self.row = candidate
        self.key = str(candidate["candidate_id"])
        self.circle: Circle | None = None

    def marks(self) -> Marks | None:
        """The marks of a ranked candidate, compared as far as the rule allows; None for a withdrawn one."""
        ranking = _row(self.tables["fct_ranking"], "candidate_id", self.key)
        if ranking is None:
            return None
        self.circle = circles(str(self.row["company_id"]), self.fields)[self.key]
        criteria = self.criteria()
        strong, weak = strong_and_weak(criteria)
        title = _row(self.tables["laureates"], "category_id", str(self.row["category_id"]))
        effort = _row(self.tables["fct_effort"], "candidate_id", self.key) or {}
        return Marks(
            final=figures.whole(ranking["final_micro"]),
            rank=figures.whole(ranking["rank"]),
            reason=ranking["reason"],
            title_mark=figures.whole(title["final_micro"]) if title else None,
            low=_hundredths(ranking["audit_low"]),
            high=_hundredths(ranking["audit_high"]),
            components=self.components(),
            channels=self.channels(),
            families=self.families(),
            criteria=criteria,
            strong=strong,
            weak=weak,
            responses=figures.whole(effort.get("responses")),
            effort=tuple(
                EffortLine(fact, value, self.mean(f"effort:{fact}"))
                for fact in EFFORT
                if (value := self.numbers[self.key].get(f"effort:{fact}")) is not None
            ),
            compared=Compared(self.circle.level, len(self.circle.members)) if self.circle else None,
        )

    def mean(self, name: str) -> int | None:
        """The mean of a number over the circle; None without one."""
        return figures.mean(name, self.circle.members, self.numbers) if self.circle else None

    def mine(self, table: str) -> list[Row]:
        """The candidate's rows of a table."""
        return _own(self.tables[table], self.key)

    def components(self) -> tuple[ComponentLine, ...]:
        """The components in use, in the order of the contract."""
        mine = {row["component"]: row for row in self.mine("fct_component_mark")}
        return tuple(
            ComponentLine(
                name,
                figures.whole(row["weight"]),
                observations=figures.whole(row["observations"]),
                mark=figures.whole_or_none(row["mark_micro"]),
                mean=self.mean(f"component:{name}") if name in figures.COMPARED_COMPONENTS else None,
            )
            for name in ("audit", "survey", "vote")
            if (row := mine.get(name)) is not None
        )

    def channels(self) -> tuple[ChannelLine, ...]:
        """The channels in the rulebook's order."""
        mine = {row["channel"]: row for row in self.mine("fct_channel_mark")}
        return tuple(
            ChannelLine(
                name,
                figures.whole(row["weight"]),
                planned=figures.whole(row["planned_tests"]),
                counted=figures.whole(row["counted_tests"]),
                mark=figures.whole_or_none(row["mark_micro"]),
                mean=self.mean(f"channel:{name}"),
            )
            for name in self.book.channels
            if (row := mine.get(name)) is not None
        )

    def families(self) -> tuple[FamilyLine, ...]:
        """The families in the order in which the rulebook first names them."""
        ratings = Counter[str]()
        for row in self.mine("fct_criterion"):
            ratings[str(row["family"])] += figures.whole(row["ratings"])
        order = dict.fromkeys(c.family for grid in self.book.grids.values() for c in grid)
        return tuple(
            FamilyLine(family, ratings[family], share, self.mean(f"family:{family}"))
            for family in order
            if (share := self.numbers[self.key].get(f"family:{family}")) is not None
        )

    def criteria(self) -> tuple[CriterionStanding, ...]:
        """Each criterion that was rated, channel by channel, in the rulebook's order."""
        ratings = {(row["channel"], row["criterion_id"]): row["ratings"] for row in self.mine("fct_criterion")}
        mine = self.numbers[self.key]
        return tuple(
            CriterionStanding(
                channel,
                criterion.id,
                ratings=figures.whole(ratings[channel, criterion.id]),
                share=mine[name],
                mean=self.mean(name),
            )
            for channel in self.book.channels
            for criterion in self.book.grid_of(channel)
            if (name := f"criterion:{channel}:{criterion.id}") in mine
        )


def _row(rows: figures.Rows, column: str, value: str) -> Row | None:
    return next((row for row in rows if row[column] == value), None)


def _test(row: Row) -> TestLine:
    return TestLine(
        test_id=str(row["test_id"]),
        channel=str(row["channel"]),
        started_at=str(row["started_at"]),
        reason=str(row["exclusion_reason"]),
        mark=figures.whole_or_none(row["mark_micro"]),
    )


def _hundredths(cell: Cell) -> int | None:
    """A decimal of two places in hundredths."""
    return None if cell is None else int(cell.replace(".", ""))
