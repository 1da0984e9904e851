"""The evening: made from what the public may know, the same each time, and only of what stands."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from orchestration.ceremony import make_ceremony
from orchestration.ceremony.write import documents, until_of
from orchestration.errors import InputError, PalmaresError, Refused
from orchestration.evidence import EvidenceLog
from orchestration.publication import public_page, publish_warehouse
from orchestration.publication.warehouse import STATE
from orchestration.settings import PROJECT_DIR
from orchestration.words import LANGUAGES
from tests.fixtures.little_release import EDITION, NASTY, House, unverified
from tests.fixtures.marts import Category, Entry, Marts
from tests.fixtures.pdf_checkers import barriers
from tests.fixtures.records import enter

pytestmark = pytest.mark.slow
SHIPPED = PROJECT_DIR / "raw" / "2026"

OTHERS = ("Concurrente", "Loin")
LONG = "Société-anonyme-des-établissements-" + "x" * 60
SHEETS = {f"{name}.{lang}.pdf" for name in ("running-order", "press", "envelopes") for lang in LANGUAGES}


class Evening(House):
    """A shared title, a hostile name, an endless one, a category without a title."""

    def marts_now(self) -> Marts:
        names = {
            "a": ("Banque Une", "Banque Deux"),
            "b": (NASTY, "Concurrente b"),
            "c": (LONG, "Concurrente c"),
            "d": ("Loin", "Loin"),
        }
        entries = [
            Entry(f"{key.upper()}-{n}", name, key, 15_000_000 - (key > "a") * n * 1_000_000, 1 + (key > "a") * n,
                  company_id=f"co-{key}-{n}")
            for key, both in names.items() for n, name in enumerate(both)
        ]  # fmt: skip
        outcomes = {"a": "joint", "b": "elected", "c": "elected", "d": "no_award_min_mark"}
        return replace(
            super().marts_now(),
            entries=tuple(entries),
            categories={
                key: Category(outcome, (f"L'univers {key}", f"World {key}", f"عالم {key}"), "private")
                for key, outcome in outcomes.items()
            },
            cells={},
            more={},
        )


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A published edition."""
    house = Evening(tmp_path_factory.mktemp("evening"))
    house.release()
    with unverified():
        publish_warehouse(house.settings)
        yield house


@pytest.fixture(scope="module")
def made(shown: House) -> dict[str, bytes]:
    """Every document by its name."""
    paths = make_ceremony(shown.settings, EDITION)
    folder = shown.settings.ceremony(EDITION, 1)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def words_in(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.split())


def pages_of(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def test_there_is_a_document_for_each_hand(made: dict[str, bytes]) -> None:
    diplomas = {f"diplomas/{key}.pdf" for key in ("a-1", "a-2", "b", "c")}
    assert made.keys() == SHEETS | {"slides.pdf"} | diplomas
    assert pages_of(made["slides.pdf"]) == 3 + 2, "the title, a category a page, the end"
    assert pages_of(made["envelopes.fr.pdf"]) == 3 * 2, "an outside and a card each"
    assert {pages_of(made[name]) for name in diplomas} == {1}


def test_the_same_release_gives_the_same_bytes(shown: House, made: dict[str, bytes]) -> None:
    folder = shown.settings.ceremony(EDITION, 1)
    again = {path.relative_to(folder).as_posix(): path.read_bytes() for path in make_ceremony(shown.settings, EDITION)}
    assert again == made


def test_the_elected_are_named_and_nobody_else(made: dict[str, bytes]) -> None:
    for name, pdf in made.items():
        text = words_in(pdf)
        for other in OTHERS:
            assert other not in text, (name, other)
    for name in ("slides.pdf", "running-order.en.pdf", "press.ar.pdf", "envelopes.fr.pdf"):
        assert "Banque Une" in words_in(made[name]) and "Banque Deux" in words_in(made[name]), name
        assert "<script>" in words_in(made[name]), "a name is shown as it is"
    assert "Banque Deux" in words_in(made["diplomas/a-1.pdf"]) and "Banque Une" not in words_in(
        made["diplomas/a-1.pdf"]
    )
    assert "ex æquo" in words_in(made["diplomas/a-1.pdf"]) and "ex æquo" not in words_in(made["diplomas/b.pdf"])


def test_what_is_outside_an_envelope_names_no_company(made: dict[str, bytes]) -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made["envelopes.fr.pdf"])).pages]
    for outside, card in zip(pages[::2], pages[1::2], strict=True):
        assert "Banque" not in outside and "script" not in outside and "Société" not in outside
        assert "élu" in card


def test_all_are_archivable_and_accessible(made: dict[str, bytes]) -> None:
    for name, pdf in made.items():
        read = PdfReader(io.BytesIO(pdf))
        xmp = read.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]
        assert "<pdfaid:part>2</pdfaid:part>" in xmp and "<pdfuaid:part>1</pdfuaid:part>" in xmp, name


def test_two_checkers_find_no_barrier(made: dict[str, bytes], tmp_path: Path) -> None:
    assert barriers({name: pdf for name, pdf in made.items() if ".en." not in name}, tmp_path) == []


def test_a_category_without_a_title_is_not_called_but_told_to_the_press(made: dict[str, bytes]) -> None:
    assert "univers d" not in words_in(made["slides.pdf"])
    assert "L’univers d" in words_in(made["press.fr.pdf"])


def test_the_press_knows_until_when(shown: House, made: dict[str, bytes]) -> None:
    assert "SOUS EMBARGO jusqu’au ...." in words_in(made["press.fr.pdf"])
    whole = SimpleNamespace(folder=SHIPPED, bytes_of=lambda name: (SHIPPED / name).read_bytes())
    until = until_of("2026-01-15T20:30", whole)  # type: ignore[arg-type]
    assert until is not None and until("fr") == "15\u00a0janvier 2026 à 20\u00a0h\u00a030 (UTC+1)"
    page, _ = public_page(shown.settings, EDITION)
    pdf = next(pdf for name, pdf in documents(page, until) if name == "press.en.pdf")
    assert "UNDER EMBARGO until 15 January 2026, 20:30 (UTC+1)" in words_in(pdf)
    for wrong in ("tomorrow", "2026-01-15", "2026-13-01T20:00", "2026-01-15T20:30:00", "\uff12026-01-15T20:30"):
        with pytest.raises(InputError, match="no local time"):
            until_of(wrong, whole)  # type: ignore[arg-type]


def test_nothing_is_made_before_publication(tmp_path: Path) -> None:
    house = House(tmp_path)
    with pytest.raises(Refused, match="2031 is not published"):
        make_ceremony(house.settings, EDITION)
    assert not (house.settings.home / "ceremony").exists()


def test_nothing_is_made_of_a_publication_that_was_cut_short(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.release()
    with unverified(), pytest.raises(Refused, match="cut short"):
        make_ceremony(house.settings, EDITION)
    with unverified():
        publish_warehouse(house.settings)
        (house.settings.published / "current" / STATE).write_text("other", encoding="ascii")
        with pytest.raises(Refused, match="cut short"):
            make_ceremony(house.settings, EDITION)


def test_nothing_is_made_of_a_release_that_was_altered(tmp_path: Path) -> None:
    house = House(tmp_path)
    release = house.release()
    with unverified():
        publish_warehouse(house.settings)
    (release / "palmares.json").write_bytes((release / "palmares.json").read_bytes().replace(b"16", b"17"))
    with pytest.raises(PalmaresError):
        make_ceremony(house.settings, EDITION)
    assert not (house.settings.home / "ceremony").exists()


def test_after_a_revocation_there_is_no_evening(tmp_path: Path) -> None:
    house = House(tmp_path)
    release = house.release()
    dossier = json.loads((release / "release.json").read_bytes())["digests"]["dossier_sha256"]
    log = EvidenceLog(house.settings.evidence_log(EDITION))
    enter(log, "revocation", {"dossier_sha256": dossier, "by": "Maître Essai", "reason": "vu", "release": 1})
    with unverified():
        publish_warehouse(house.settings)
        with pytest.raises(Refused, match=r"2031/1: Maître Essai took back the signature"):
            make_ceremony(house.settings, EDITION)
