"""The shipped edition is what the generator makes, and holds what docs/sample.md says: asserted through the recount."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from orchestration.custody import audit, read_log
from orchestration.errors import InputError
from orchestration.intake.sources.raking import RakingResult
from orchestration.recount import Recount, recount
from orchestration.rulebook import load_rulebook
from orchestration.sample import Sample, certificate, generate
from orchestration.sample.edition import REPLACED
from orchestration.sample.story import story
from orchestration.settings import PROJECT_DIR
from tests.fixtures.shipped import SHIPPED, counted_shipped, profiles_of, raked_shipped

LARGEST = 15_000_000

Rows = list[dict[str, Any]]


def files_of(folder: Path) -> dict[str, bytes]:
    """Every deposit and the log, by path; what a bailiff hands back is not part of a sample."""
    every = (path for path in sorted(folder.rglob("*")) if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in every}
    return {path: data for path, data in found.items() if not path.startswith("signoffs/")}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The shipped edition, made anew."""
    return generate(tmp_path_factory.mktemp("raw"), "2026")


@pytest.fixture(scope="module")
def raked() -> RakingResult:
    """The survey of the shipped edition, weighted to its targets by the project's own raking."""
    return raked_shipped()


@pytest.fixture(scope="module")
def counted() -> Recount:
    """The shipped edition, recounted from its deposits."""
    return counted_shipped()


def ranking(counted: Recount, category: str) -> Rows:
    """The ranked candidates of a category, best first."""
    rows = [row for row in counted.tables["fct_ranking"] if row["category_id"] == category]
    return sorted(rows, key=lambda row: (row["rank"], row["candidate_id"]))


def outcome(counted: Recount, category: str) -> Any:
    """The outcome of a category."""
    return next(row["outcome"] for row in counted.tables["category_outcome"] if row["category_id"] == category)


def component(counted: Recount, candidate: Any, name: str) -> dict[str, Any]:
    """A candidate's row of one component."""
    rows = counted.tables["fct_component_mark"]
    return next(row for row in rows if row["candidate_id"] == candidate and row["component"] == name)


def channel_mark(counted: Recount, candidate: Any, name: str) -> Any:
    """A candidate's mark on one channel, in micropoints."""
    rows = counted.tables["fct_channel_mark"]
    return next(row["mark_micro"] for row in rows if row["candidate_id"] == candidate and row["channel"] == name)


class TestBytes:
    """Equal arguments, equal bytes."""

    def test_the_shipped_edition_is_what_the_generator_makes(self, made: Sample) -> None:
        shipped, remade = files_of(SHIPPED), files_of(made.folder)
        assert shipped.keys() == remade.keys()
        assert [path for path, data in shipped.items() if data != remade[path]] == []

    def test_another_seed_makes_other_bytes_and_the_same_one_the_same(self, tmp_path: Path) -> None:
        size = {"categories": 3, "votes": 600, "respondents": 200}
        first, same, other = (
            files_of(generate(tmp_path / name, "2031-small", seed=seed, **size).folder)
            for name, seed in (("first", 5), ("same", 5), ("other", 6))
        )
        assert first == same
        assert all(first[path] != other[path] for path in first if path.startswith(("audits", "survey/p", "votes")))

    def test_the_page_that_describes_it_is_true(self, made: Sample) -> None:
        written = (PROJECT_DIR / "docs" / "sample.md").read_text(encoding="utf-8")
        assert written == story(made), "run `python -m orchestration.sample.story > docs/sample.md`"

    def test_it_stays_small_enough_to_be_cloned(self) -> None:
        assert sum(len(data) for data in files_of(SHIPPED).values()) < LARGEST

    def test_deposits_are_never_written_over(self, made: Sample) -> None:
        with pytest.raises(InputError, match="already holds deposits"):
            generate(made.folder.parent, "2026")


class TestShape:
    """The real shape of the award."""

    def test_the_rulebook_is_valid_and_complete(self) -> None:
        rulebook = load_rulebook(SHIPPED / "rulebook.yml")
        assert len(rulebook.categories) == 23
        assert sum(category.sector == "public" for category in rulebook.categories) >= 4
        planned = {name: channel.planned_tests for name, channel in rulebook.channels.items()}
        assert planned == {"phone": 90, "email": 30, "visit": 10, "web": 15, "social": 12, "whatsapp": 12}
        families = {criterion.family for grid in rulebook.grids.values() for criterion in grid}
        assert families == {"reachability", "relation", "answer", "follow_up", "premises"}
        assert all(14 <= len(grid) <= 15 for grid in rulebook.grids.values())

    def test_sources_come_in_every_format(self) -> None:
        endings = {path.split("/")[0]: set() for path in files_of(SHIPPED) if "/" in path}
        for path in files_of(SHIPPED):
            if "/" in path:
                endings[path.split("/")[0]].add(path.split(".", 1)[-1])
        assert endings["audits"] == {"csv", "xlsx", "parquet"}
        assert endings["survey"] == {"csv", "parquet"}
        assert endings["votes"] == {"ndjson.gz", "csv.gz", "parquet"}
        assert (SHIPPED / "audits/tissouk-mesure/phone.csv").read_bytes().startswith(b"\xef\xbb\xbftest_id;")

    def test_every_candidate_is_tested_judged_and_voted_for(self, counted: Recount) -> None:
        channels = counted.tables["fct_channel_mark"]
        assert all(row["counted_tests"] * 10_000 >= 9_500 * row["planned_tests"] for row in channels)
        components = counted.tables["fct_component_mark"]
        assert min(row["observations"] for row in components if row["component"] == "survey") >= 100
        assert len(counted.tables["fct_survey_weight"]) >= 2_000
        assert sum(file.rows_read for file in counted.files if file.source == "votes") == 200_000

    def test_most_mails_go_unanswered_and_all_languages_are_spoken(self, counted: Recount) -> None:
        tests = counted.tables["fct_test_mark"]
        mails = Counter(row["outcome"] for row in tests if row["channel"] == "email" and row["counted"])
        assert mails["unanswered"] > mails["completed"]
        assert {row["language"] for row in tests} == {"fr", "darija", "ar", "en"}
        assert {row["scenario"] for row in tests} == {"before_sale", "sale", "after_sale"}

    def test_finals_and_margins_vary_as_in_life(self, counted: Recount) -> None:
        finals = [row["final_micro"] for row in counted.tables["fct_ranking"]]
        assert sum(12_000_000 <= final <= 17_000_000 for final in finals) >= 0.9 * len(finals)
        margins = [row["margin_micro"] for row in counted.tables["fct_ranking"] if row["rank"] == 1]
        assert any(margin is not None and 0 < margin < 250_000 for margin in margins)
        assert any(margin is not None and margin > 1_000_000 for margin in margins)

    def test_raking_reaches_the_population_within_the_rulebook_s_limits(
        self, raked: RakingResult, counted: Recount
    ) -> None:
        assert raked.converged and max(raked.weights_micro.values()) < 4_000_000
        assert counted.residuals and all(residual.within for residual in counted.residuals)


class TestOnPurpose:
    """Each special case that docs/sample.md names."""

    def test_a_company_has_two_titles(self, counted: Recount) -> None:
        titles = Counter(row["company"] for row in counted.tables["laureates"])
        assert [company for company, number in titles.items() if number == 2] == ["Hatifya"]

    def test_a_title_is_joint(self, counted: Recount) -> None:
        first, second, third = ranking(counted, "retail_banking")
        assert outcome(counted, "retail_banking") == "joint"
        assert (first["rank"], second["rank"], third["rank"]) == (1, 1, 3)
        assert first["final_micro"] == second["final_micro"] > third["final_micro"]
        for name in ("audit", "survey", "vote"):
            rows = [component(counted, row["candidate_id"], name) for row in (first, second)]
            assert rows[0]["mark_micro"] == rows[1]["mark_micro"]
            assert rows[0]["observations"] == rows[1]["observations"]

    def test_a_tie_is_broken_by_a_channel(self, counted: Recount) -> None:
        first, second = ranking(counted, "property_insurance")[:2]
        assert outcome(counted, "property_insurance") == "elected"
        assert (first["rank"], second["rank"]) == (1, 2)
        assert first["final_micro"] == second["final_micro"]
        pair = [first["candidate_id"], second["candidate_id"]]
        assert len({component(counted, one, "audit")["mark_micro"] for one in pair}) == 1
        assert channel_mark(counted, pair[0], "phone") == channel_mark(counted, pair[1], "phone") + 50_000

    def test_a_withdrawal_leaves_one_candidate_and_so_no_award(self, counted: Recount) -> None:
        assert outcome(counted, "parcel_delivery") == "no_award_too_few_candidates"
        category = next(row for row in counted.tables["dim_category"] if row["category_id"] == "parcel_delivery")
        assert (category["candidates_entered"], category["candidates_ranked"]) == (2, 1)
        excluded = {source for source, _, kind, reason in counted.used if (kind, reason) == ("excluded", "withdrawn")}
        assert excluded == {"audits", "survey", "votes"}

    def test_the_best_of_a_category_is_under_the_minimum(self, counted: Recount) -> None:
        assert outcome(counted, "urban_transport") == "no_award_min_mark"
        best = ranking(counted, "urban_transport")[0]
        assert best["rank"] == 1 and best["final_micro"] < 12_500_000 and not best["eligible"]

    def test_every_other_category_elects_one(self, counted: Recount) -> None:
        outcomes = Counter(row["outcome"] for row in counted.tables["category_outcome"])
        assert outcomes == {"elected": 20, "joint": 1, "no_award_min_mark": 1, "no_award_too_few_candidates": 1}

    def test_rows_are_excluded_for_every_reason_that_the_rulebook_knows(self, counted: Recount) -> None:
        reasons: dict[str, set[str | None]] = defaultdict(set)
        for source, _, kind, reason in counted.used:
            if kind == "excluded":
                reasons[source].add(reason)
        assert reasons["audits"] == {"withdrawn", "conflict", "recheck", "aborted"}
        assert reasons["survey"] == {"withdrawn", "superseded_response"}
        assert reasons["votes"] == {"withdrawn", "burst", "repeated_vote"}

    def test_a_shopper_in_conflict_counts_for_nothing(self, counted: Recount) -> None:
        rows = [row for row in counted.tables["fct_test_mark"] if row["exclusion_reason"] == "conflict"]
        assert {row["candidate_id"] for row in rows} == {"azrane-marche-hypermarkets"}
        assert len(rows) == 3 and not any(row["counted"] for row in rows)

    def test_exactly_the_unusable_rows_are_set_aside(self, made: Sample, counted: Recount) -> None:
        found = {
            (file.source, file.file, reason): rows
            for file in counted.files
            for reason, rows in file.quarantined.items()
            if rows
        }
        assert found == made.quarantined

    def test_every_source_stays_far_below_the_share_that_blocks(self, counted: Recount) -> None:
        for source in ("audits", "survey", "votes"):
            files = [file for file in counted.files if file.source == source]
            assert 0 < sum(file.rows_quarantined for file in files) * 100 < sum(file.rows_read for file in files)

    def test_a_corrected_cell_would_have_been_set_aside_and_another_changes_a_mark(self, made: Sample) -> None:
        first, second = made.corrections
        assert int(first["expect"]) > 3 >= int(first["value"])
        assert second["expect"] != second["value"]

    def test_a_deposit_was_replaced_and_the_first_version_is_kept(self) -> None:
        report = audit(SHIPPED)
        assert report.problems == ()
        old, new = (deposit for deposit in read_log(SHIPPED) if deposit.path == REPLACED.as_posix())
        assert (old.current, new.current, new.replaces) == (False, True, old.sha256)
        assert old.stored == SHIPPED / "superseded" / old.sha256 and old.bytes < new.bytes

    def test_deposits_arrived_in_order_of_time_from_several_suppliers(self) -> None:
        deposits = read_log(SHIPPED)
        times = [deposit.received_at for deposit in deposits]
        assert times == sorted(times)
        assert len({deposit.supplier for deposit in deposits}) == 6


class TestKey:
    """The throw-away key of demonstrations."""

    def test_it_says_that_it_is_worth_nothing_and_is_the_one_signer(self) -> None:
        key, found, _ = pkcs12.load_key_and_certificates(certificate.KEY_FILE.read_bytes(), certificate.PASSWORD)
        assert isinstance(key, rsa.RSAPrivateKey) and key.key_size == 3072
        assert found is not None
        assert found.subject.rfc4514_string() == (
            "CN=Huissier de démonstration (sans valeur),O=Throw-away test key,C=MA"
        )
        assert (found.not_valid_before_utc.year, found.not_valid_after_utc.year) == (2020, 2050)
        assert x509.load_pem_x509_certificate((SHIPPED / "bailiff.pem").read_bytes()) == found

    def test_a_missing_key_is_an_error_in_words(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(certificate, "KEY_FILE", tmp_path / "nothing.p12")
        with pytest.raises(InputError, match="not there"):
            generate(tmp_path, "2026", categories=2, votes=200, respondents=100)


def test_an_edition_of_any_size_can_be_recounted(tmp_path: Path) -> None:
    """Too small for a story, large enough for an edition: thresholds shrink with it."""
    made = generate(tmp_path, "2033", categories=2, candidates_per_category=2, votes=500, respondents=150, seed=9)
    profiles = profiles_of(made.folder)
    found = recount(made.folder, dict.fromkeys(profiles, 1_000_000))
    assert [row["outcome"] for row in found.tables["category_outcome"]] == ["elected", "elected"]
    assert sum(file.rows_read for file in found.files if file.source == "votes") == 500
