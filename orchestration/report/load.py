"""What reports are made of: one published release of an edition, and those before it.

Belongs here: reading. Only published releases are read, byte for byte as their manifests and the chain of releases seal
them. One candidate's facts are laid out in `facts.py`.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from orchestration.errors import Refused
from orchestration.release import Cell, Release, check_published, read_chain, releases_of, sealed_dir
from orchestration.report import figures
from orchestration.report.circle import Field
from orchestration.report.left_out import RowsOf, rows_left_out
from orchestration.report.say import say
from orchestration.rulebook import Rulebook, parse_rulebook
from orchestration.settings import RULEBOOK_FILE, Settings

Row = Mapping[str, Cell]


class Published:
    """One release of an edition, with those before it: what a company may have been shown already."""

    def __init__(self, settings: Settings, edition: str, number: int | None = None) -> None:
        """The release of that number, or the newest. Raises Refused when the edition was never published."""
        settings.edition_raw(edition)
        lines = releases_of(read_chain(settings.releases), edition)
        if not lines:
            raise Refused([say("refused.unpublished", edition=edition)])
        if number is not None:
            check_published(settings.releases, edition, (number,))
        self.settings = settings
        self.edition = edition
        self.newest = len(lines)
        self.number = number or len(lines)
        self.releases = [Release(sealed_dir(settings.releases, line)) for line in lines[: self.number]]

    @property
    def release(self) -> Release:
        """The release that is told of."""
        return self.releases[-1]

    @cached_property
    def tables(self) -> figures.Tables:
        """The tables of the release that a report reads, but the tests."""
        return {name: self.release.rows(name) for name in figures.TABLES}

    @cached_property
    def numbers(self) -> Mapping[str, Mapping[str, int]]:
        """What is compared, of each ranked candidate."""
        return figures.numbers(self.tables)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Who takes part in each release up to this one."""
        earlier = []
        for release in self.releases[:-1]:
            tables = {name: release.rows(name) for name in figures.TABLES}
            earlier.append(figures.field_of(tables, figures.numbers(tables)))
        return (*earlier, figures.field_of(self.tables, self.numbers))

    @cached_property
    def tests(self) -> Mapping[str, list[Row]]:
        """Accepted tests by candidate, in the order of their ids."""
        by_candidate: dict[str, list[Row]] = defaultdict(list)
        for row in self.release.rows("fct_test_mark"):
            by_candidate[str(row["candidate_id"])].append(row)
        return by_candidate

    @cached_property
    def left_out(self) -> RowsOf:
        """Rows left out that the annex of the release lists, by candidate."""
        return rows_left_out(self.release, self.settings.work_db(self.edition))

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rulebook of the release."""
        path = str(self.release.folder / RULEBOOK_FILE)
        return parse_rulebook(self.release.bytes_of(RULEBOOK_FILE), path, self.edition)

    @property
    def candidates(self) -> list[str]:
        """All candidates by id, withdrawn ones too."""
        return [str(row["candidate_id"]) for row in self.tables["dim_candidate"]]
