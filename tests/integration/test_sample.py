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
from orchestration.sample.circumstances import PARTNERS
from orchestration.sample.edition import REPLACED
from orchestration.sample.story import EARLIER, story
from orchestration.settings import PROJECT_DIR
from tests.fixtures.shipped import BEFORE, SHIPPED, counted_shipped, profiles_of, raked_shipped

LARGEST = {"2025": 1_500_000, "2026": 15_000_000}

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
def made_before(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The earlier edition that is shipped, made anew."""
    return generate(tmp_path_factory.mktemp("raw"), "2025", **dict[str, Any](EARLIER))


@pytest.fixture(scope="module")
def before() -> Recount:
    """The earlier edition that is shipped, recounted from its deposits."""
    return recount(BEFORE)


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

    def test_the_shipped_editions_are_what_the_generator_makes(self, made: Sample, made_before: Sample) -> None:
        for folder, sample in ((SHIPPED, made), (BEFORE, made_before)):
            shipped, remade = files_of(folder), files_of(sample.folder)
            assert shipped.keys() == remade.keys()
            assert [path for path, data in shipped.items() if data != remade[path]] == []

    def test_another_seed_makes_other_bytes_and_the_same_one_the_same(self, tmp_path: Path) -> None:
        size: dict[str, Any] = {"categories": 3, "votes": 600, "respondents": 200}
        first, same, other = (
            files_of(generate(tmp_path / name, "2031-small", seed=seed, **size).folder)
            for name, seed in (("first", 5), ("same", 5), ("other", 6))
        )
        assert first == same
        assert all(first[path] != other[path] for path in first if path.startswith(("audits", "survey/p", "votes")))

    def test_the_page_that_describes_it_is_true(self, made: Sample) -> None:
        written = (PROJECT_DIR / "docs" / "sample.md").read_text(encoding="utf-8")
        assert written == story(made), "run `python -m orchestration.sample.story > docs/sample.md`"

    def test_they_stay_small_enough_to_be_cloned(self) -> None:
        for folder in (SHIPPED, BEFORE):
            assert sum(len(data) for data in files_of(folder).values()) < LARGEST[folder.name]

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
        endings: dict[str, set[str]] = {path.split("/")[0]: set() for path in files_of(SHIPPED) if "/" in path}
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
        assert min(int(row["observations"] or 0) for row in components if row["component"] == "survey") >= 100
        assert len(counted.tables["fct_survey_weight"]) >= 2_000
        assert sum(file.rows_read for file in counted.files if file.source == "votes") == 200_000

    def test_most_mails_go_unanswered_and_all_languages_are_spoken(self, counted: Recount) -> None:
        tests = counted.tables["fct_test_mark"]
        mails = Counter(row["outcome"] for row in tests if row["channel"] == "email" and row["counted"])
        assert mails["unanswered"] > mails["completed"]
        spoken = {who: {row["language"] for row in tests if row["persona"] == who} for who in ("resident", "visitor")}
        assert spoken == {"resident": {"fr", "darija", "ar", "en"}, "visitor": {"es", "en", "pt"}}
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
        assert reasons["audits"] == {"withdrawn", "conflict", "recheck", "contested", "aborted"}
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
        first, second = (one for one in made.corrections if "contest" not in one)
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


class TestPeople:
    """Who was tested as whom, where, and what they had to do."""

    def test_visitors_stand_beside_residents_in_tourism_transport_and_catering_alone(self, counted: Recount) -> None:
        fields = {row["candidate_id"]: row["category_id"] for row in counted.tables["dim_candidate"]}
        tests = counted.tables["fct_test_mark"]
        visited = {fields[row["candidate_id"]] for row in tests if row["persona"] == "visitor"}
        assert visited == {"urban_transport", "car_rental", "hotels", "restaurants", "travel_agencies"}
        marks = {
            (row["candidate_id"], row["value"]): row["mark_micro"]
            for row in counted.tables["fct_segment_mark"]
            if row["segment"] == "persona"
        }
        gaps = [marks[one, "resident"] - marks[one, "visitor"] for one, who in marks if who == "visitor"]
        assert len(gaps) >= 10 and sum(gaps) > 500_000 * len(gaps) and min(gaps) < 0

    def test_journeys_go_through_the_channels_in_public_service_transport_and_banking(self, counted: Recount) -> None:
        fields = {row["candidate_id"]: row["category_id"] for row in counted.tables["dim_candidate"]}
        journeys = counted.tables["fct_journey"]
        assert {fields[row["candidate_id"]] for row in journeys} == {
            *("retail_banking", "participative_banking", "urban_transport"),
            *("online_public_services", "water_electricity", "social_protection"),
        }
        assert len(journeys) > 100 and {row["steps"] for row in journeys} == {2, 3, 4}
        assert sum(row["channels"] == 3 for row in journeys) > 0.9 * len(journeys)
        for fact in ("repeated", "redirected", "travelled", "contradicted", "resolved"):
            assert {row[fact] for row in journeys} >= {0, 1}, fact

    def test_places_and_those_who_answer_make_segments(self, counted: Recount) -> None:
        values: dict[str, set[str]] = defaultdict(set)
        for row in counted.tables["fct_segment_mark"]:
            values[str(row["segment"])].add(str(row["value"]))
        assert values["city"] == {"Casablanca", "Rabat", "Marrakech", "Fès", "Tanger", "Agadir"}
        assert len(values["site"]) == 12 and set(PARTNERS) < values["operator"]

    def test_waiting_is_measured_in_seconds_and_queues_in_minutes(self, counted: Recount) -> None:
        units = {(row["channel"], row["criterion_id"], row["unit"]) for row in counted.tables["fct_measure"]}
        assert units == {("phone", "waiting_time", "second"), ("visit", "queue", "minute")}
        entered = sum(row["status"] == "entered" for row in counted.tables["dim_candidate"])
        assert len(counted.tables["fct_measure"]) == 2 * entered

    def test_contests_are_as_many_as_elsewhere_and_all_decided(self, counted: Recount) -> None:
        decided = Counter(row["decision"] for row in counted.tables["fct_contest"])
        tests = len(counted.tables["fct_test_mark"])
        assert set(decided) == {"rejected", "excluded", "corrected"}
        assert 35 <= 1000 * decided.total() // tests <= 45
        assert 8 <= 1000 * (decided["excluded"] + decided["corrected"]) // tests <= 11


class TestBefore:
    """The edition before: its own rules, its own year, and titles that laureates of 2026 held before."""

    def test_it_lives_on_audits_alone_under_its_own_minimum(self, before: Recount) -> None:
        rulebook = load_rulebook(BEFORE / "rulebook.yml")
        assert [rulebook.weight_of(name) for name in ("audit", "survey", "vote")] == [10_000, 0, 0]
        assert rulebook.min_mark_micro == 12_000_000 and rulebook.contest is None
        assert (rulebook.fieldwork.start.year, rulebook.fieldwork.end.year) == (2024, 2024)
        assert len(before.tables["category_outcome"]) == 10 == len(before.tables["laureates"])
        assert {file.source for file in before.files} == {"candidates", "audits"}

    def test_it_knows_none_of_the_newer_columns(self, before: Recount) -> None:
        for name in ("fct_journey", "fct_measure", "fct_contest"):
            assert before.tables[name] == ()
        assert {row["segment"] for row in before.tables["fct_segment_mark"]} == {"scenario", "language"}

    def test_laureates_of_2026_held_titles_before_and_some_companies_came_or_went(
        self, before: Recount, counted: Recount
    ) -> None:
        held = [{row["company"] for row in one.tables["laureates"]} for one in (before, counted)]
        assert len(held[0] & held[1]) >= 3
        names = [{row["company_id"] for row in one.tables["dim_candidate"]} for one in (before, counted)]
        assert names[0] & names[1] and names[0] - names[1] and names[1] - names[0]

    def test_exactly_its_unusable_rows_are_set_aside(self, made_before: Sample, before: Recount) -> None:
        found = {
            (file.source, file.file, reason): rows
            for file in before.files
            for reason, rows in file.quarantined.items()
            if rows
        }
        assert found == made_before.quarantined != {}


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


def test_an_edition_may_have_one_category_however_many_vote(tmp_path: Path) -> None:
    made = generate(tmp_path, "2033", categories=1, candidates_per_category=2, votes=20_000, respondents=300, seed=9)
    found = recount(made.folder, dict.fromkeys(profiles_of(made.folder), 1_000_000))
    assert [row["outcome"] for row in found.tables["category_outcome"]] == ["elected"]
    assert sum(file.rows_read for file in found.files if file.source == "votes") == 20_000
    assert ("votes", "category_mismatch") not in {(source, reason) for source, _, reason in made.quarantined}


def test_contests_journeys_and_visitors_are_made_at_any_size(tmp_path: Path) -> None:
    made = generate(tmp_path, "2034", categories=9, candidates_per_category=2, votes=900, respondents=150, seed=4)
    found = recount(made.folder, dict.fromkeys(profiles_of(made.folder), 1_000_000))
    tests = found.tables["fct_test_mark"]
    assert 25 <= 1000 * len(found.tables["fct_contest"]) // len(tests) <= 50
    assert not any(file.rows_quarantined for file in found.files if file.source == "contests")
    assert found.tables["fct_journey"] and {row["persona"] for row in tests} == {"resident", "visitor"}
    assert {row["decision"] for row in found.tables["fct_contest"]} == {"rejected", "excluded", "corrected"}
