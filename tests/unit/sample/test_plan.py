"""Who stands in a sample edition: invented names, ids that hold, sizes that are possible."""

import csv
import re
import unicodedata
from collections import Counter

import pytest

from orchestration.errors import InputError
from orchestration.sample.circumstances import PARTNERS
from orchestration.sample.grids import CHANNELS, DATA
from orchestration.sample.plan import Plan, Sizes, slug
from orchestration.sample.schedule import FIRMS
from orchestration.settings import PROJECT_DIR

ARABIC = re.compile(r"[\u0600-\u06ff \u060c]+")
REAL = frozenset(
    re.findall(
        r"[a-z]+",
        """
    bmce hyundai orange nespresso islahate lazrak ald total alliances avis chronopost electroplanet marjane wafa portnet
    sendit credit kitea shell inwi iam afriquia attijariwafa cih bmci awb carrefour acima bim aswak label biougnach
    cosmos atlanta sanlam saham axa rma mamda macif ctm supratours oncf alsa casabus lydec redal amendis onee cnss cnops
    amo jumia glovo hmizate amana barid poste aramex dhl fedex ups hertz europcar sixt renault dacia peugeot toyota
    winxo petrom ola vivo umnia bti dabaji addoha prestigia akdital cashplus wafacash damanecash tashilat chifa
        """,
    )
)


def test_every_label_stands_in_three_languages_and_the_arabic_one_is_in_arabic_letters() -> None:
    for name in ("categories.csv", "grids.csv"):
        with (DATA / name).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                assert ARABIC.fullmatch(row["ar"]), row["ar"]
                assert row["fr"] and row["en"]
                assert unicodedata.normalize("NFC", row["ar"]) == row["ar"]


def test_companies_and_firms_are_not_real_ones() -> None:
    plan = Plan("2026", Sizes(32, 5, 10_000, 500), 1)
    names = [candidate.company for candidate in plan.candidates] + [firm.name for firm in FIRMS] + list(PARTNERS)
    for name in names:
        assert not set(slug(name).split("-")) & REAL, name


def test_titles_published_before_name_no_company_of_the_sample() -> None:
    with (PROJECT_DIR / "dbt_project" / "seeds" / "title_history.csv").open(encoding="utf-8", newline="") as stream:
        published = {slug(row["company"]) for row in csv.DictReader(stream)}
    assert published
    sample = Plan("2026", Sizes(32, 4, 10_000, 500), 1).candidates
    assert not published & {candidate.company_id for candidate in sample}


def test_ids_are_unique_and_well_formed_for_any_size() -> None:
    for sizes in (Sizes(1, 2, 100, 100), Sizes(23, 3, 1_000, 100), Sizes(95, 9, 10_000, 100)):
        plan = Plan("2030-test", sizes, 3)
        ids = [candidate.candidate_id for candidate in plan.candidates]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", one) for one in ids), max(ids, key=len)
        pairs = [(candidate.company_id, candidate.category.category_id) for candidate in plan.candidates]
        assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize(
    "sizes",
    [
        Sizes(0, 3, 1000, 500),
        Sizes(5, 1, 1000, 500),
        Sizes(5, 3, 99, 500),
        Sizes(50, 3, 400, 500),
        Sizes(5, 3, 1000, 9),
        Sizes(5, 3, 0, 500),
        Sizes(5, 3, 1000, 0),
    ],
)
def test_impossible_sizes_are_refused_with_the_option_to_change(sizes: Sizes) -> None:
    with pytest.raises(InputError, match=r"--(categories|candidates|votes|respondents)"):
        Plan("2026", sizes, 1)


@pytest.mark.parametrize("asked", [2, 3, 4, 7, None])
def test_each_category_has_as_many_candidates_as_are_asked_for(asked: int | None) -> None:
    plan = Plan("2026", Sizes(9, asked, 1000, 500), 1)
    found = Counter(candidate.category.category_id for candidate in plan.candidates)
    told = [2 if category.role == "withdrawal" else asked for category in plan.categories]
    assert [found[one.category_id] for one in plan.categories] == (told if asked else [3, 2, 4, 3, 3, 4, 2, 2, 4])


def test_no_votes_or_no_respondents_alone_is_told_what_would_be_right() -> None:
    for sizes in (Sizes(5, 3, 0, 500), Sizes(5, 3, 1000, 0)):
        with pytest.raises(InputError, match="or 0 of both for audits alone"):
            Plan("2026", sizes, 1)


def test_an_edition_of_another_century_is_refused() -> None:
    with pytest.raises(InputError, match="1999"):
        Plan("1999", Sizes(5, 3, 1000, 500), 1)


def test_without_survey_and_vote_an_edition_has_the_earlier_rules_and_no_part_in_the_story() -> None:
    plan = Plan("2025", Sizes(10, 3, 0, 0), 1)
    assert plan.earlier and plan.min_mark == "12.00" and plan.fieldwork[0].year == 2024
    assert {category.role for category in plan.categories} == {""}
    assert not any(criterion.measured for channel in plan.channels for criterion in channel.grid)
    assert sum(channel.weight for channel in plan.channels) == 10_000
    later = {one.company_id for one in Plan("2026", Sizes(23, 3, 1_000, 500), 1).candidates}
    same = [one for one in plan.candidates if one.company_id in later]
    assert 0.5 * len(plan.candidates) < len(same) < len(plan.candidates)


def test_bands_say_which_values_give_which_points() -> None:
    wait = next(one for one in CHANNELS[0].grid if one.measured)
    assert wait.measured is not None and wait.measured.unit == "second"
    assert [wait.measured.limits(points) for points in (2, 1, 0)] == [(0, 20), (20, 60), (60, 240)]
    with pytest.raises(AssertionError, match="no band gives 7 points"):
        wait.measured.limits(7)


def test_phone_and_email_can_exchange_points_without_touching_the_audit_mark() -> None:
    """What the tie broken by `channel:phone` rests on (`sample/grids.py`)."""
    phone, email = CHANNELS[0], CHANNELS[1]
    assert phone.weight * email.planned == email.weight * phone.planned
    totals = {sum(line.weight * line.max for line in channel.grid) for channel in (phone, email)}
    assert totals == {40}
    assert sum(channel.weight for channel in CHANNELS) == 10_000
