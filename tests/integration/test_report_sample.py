"""The reports of the shipped edition, read as somebody would who wants to know the others' marks.

Every candidate's report is made in the three languages from a release of the shipped edition (counted by the recount).
What a reader could put together is attacked as a whole: names, ids and tests of others, means that could be combined.
"""

import os
import re
from collections import defaultdict
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from pypdf import PdfReader

from orchestration.report.facts import report_of
from orchestration.report.load import Published
from orchestration.report.model import CandidateReport
from orchestration.report.pdf import render_pdf
from tests.fixtures.shipped_house import LANGUAGES, ShippedHouse
from tests.unit.report.report_ground import printed, told

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    house = ShippedHouse(tmp_path_factory.mktemp("shipped"), "2026")
    house.release()
    return Published(house.settings, "2026")


@pytest.fixture(scope="module")
def reports(published: Published) -> dict[str, CandidateReport]:
    return {key: report_of(published, key) for key in published.candidates}


def test_every_candidate_of_the_shipped_edition_has_a_report_and_none_speaks_of_another(
    published: Published, reports: dict[str, CandidateReport]
) -> None:
    people = {str(row["candidate_id"]): row for row in published.tables["dim_candidate"]}
    owners = {str(row["test_id"]): str(row["candidate_id"]) for row in published.release.rows("fct_test_mark")}
    companies = {str(row["company"]): row["company_id"] for row in people.values()}
    any_company = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, companies), key=len, reverse=True))})\b")
    shoppers = re.compile(r"\b(ZE|TM)-S[0-9]{3}\b|\bR-[0-9]{4,}\b")
    assert len(reports) == 68
    for key, report in reports.items():
        for lang in LANGUAGES:
            text = told(report, lang)
            assert key in text and report.company in text
            others = [name for name in people if name != key and name in text]
            assert others == [], (key, lang)
            named = {name for name in any_company.findall(text) if companies[name] != people[key]["company_id"]}
            assert named == set(), (key, lang)
            tests = {test for test in re.findall(r"\b(?:ZE|TM)-[A-Z]+-[0-9]{5}\b", text) if owners[test] != key}
            assert tests == set(), (key, lang)
            assert not shoppers.search(text), (key, lang)


def test_the_pages_themselves_hold_nothing_of_another(
    published: Published, reports: dict[str, CandidateReport], tmp_path: Path
) -> None:
    """As `pdftotext` and pypdf read them: a few, all of them under PALMARES_ATTACKS=full."""
    people = {str(row["candidate_id"]): row for row in published.tables["dim_candidate"]}
    pairs = [(key, lang) for key in sorted(reports) for lang in LANGUAGES]
    for key, lang in pairs if os.environ.get("PALMARES_ATTACKS") == "full" else pairs[::41]:
        pdf = render_pdf(reports[key], lang)
        text = printed(pdf, tmp_path) + " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
        for name, row in people.items():
            if name != key:
                assert name not in text
            if row["company_id"] != people[key]["company_id"]:
                assert not re.search(rf"\b{re.escape(str(row['company']))}\b", text)


def test_no_company_can_work_out_a_sum_of_fewer_than_three_others_from_all_its_reports(
    published: Published, reports: dict[str, CandidateReport]
) -> None:
    """Each mean is an equation over the others' numbers; a company solves those of all its reports together."""
    places = published.fields[-1].competitors
    compared: dict[str, list[frozenset[str]]] = defaultdict(list)
    for key, report in reports.items():
        if report.marks and report.marks.compared:
            members = published.fields[-1].group(report.marks.compared.level, key)
            assert len(members) == report.marks.compared.size
            compared[places[key].company_id].append(members)
    assert len(compared["hatifya"]) == 2, "a company with two reports is among them"
    for company, groups in compared.items():
        others = frozenset(key for key, place in places.items() if place.company_id != company)
        for few in (*((key,) for key in others), *combinations(others, 2)):
            assert equations(groups, others - frozenset(few)) == equations(groups, others), (company, few)


def equations(groups: list[frozenset[str]], unknown: frozenset[str]) -> int:
    """How many independent equations one or two groups give over these unknowns: sums of ones and zeros depend on each
    other only when they are equal. Fewer of them without a few unknowns means that some combination tells these few."""
    assert len(groups) <= 2
    return len({group & unknown for group in groups} - {frozenset()})


def test_the_cases_that_the_sample_holds_on_purpose_are_told(reports: dict[str, CandidateReport]) -> None:
    verdicts = {key: report.verdict for key, report in reports.items()}
    assert verdicts["banque-ouardane-retail-banking"] == verdicts["banque-imzil-retail-banking"] == ("joint",)
    assert verdicts["tiwassane-assurances-property-insurance"] == ("tie_broken",)
    assert verdicts["hirzane-assurances-property-insurance"] == ("elected", "won_tie_break")
    assert verdicts["rsalane-express-parcel-delivery"] == ("too_few",)
    assert verdicts["jrayna-colis-parcel-delivery"] == ("withdrawn",)
    assert verdicts["tram-assoual-urban-transport"] == ("nobody_reached",)
    assert reports["azrane-marche-hypermarkets"].conflicts == 1
    conflict = [test for test in reports["azrane-marche-hypermarkets"].not_counted if test.reason == "conflict"]
    assert len(conflict) == 3
