"""The public palmarès: what the elected may be told by, in three languages, and nothing of anybody else."""

import json
import re
import struct
from dataclasses import replace
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from orchestration.evidence.log import EvidenceLog
from orchestration.publication.cards import _of
from orchestration.publication.palmares_page import Page, edition_page
from orchestration.publication.palmares_text import alphabetical, share
from orchestration.publication.public import public_page
from orchestration.publication.warehouse import publish_warehouse
from orchestration.release.record import Corrects
from orchestration.storage.files import sha256_file
from orchestration.words import LANGUAGES
from tests.fixtures.little_release import NASTY, SEED, House, TrueHouse, bailiff, moved_final
from tests.fixtures.marts import Category, Entry, Marts
from tests.fixtures.records import enter

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("invented")]

CORRECTION = Corrects(number=1, asked_by="Direction <b>", reason="note de C-4 ressaisie")
OTHERS = ("Zêta", "zeta", "Béta", "Gamma", "دلتا", "Epsilon", "C-2", "C-3", "C-4", "C-5", "C-6", "eps")


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "seed.csv"
    rows = ("alpha,Alpha,2018,banks,Banques,,press", "alpha,Alpha,2019,banks,Banques,,press")
    later = ("alpha,Alpha,2032,banks,Banques,,press", "zeta,Zêta,2018,hotels,Hôtels,,press")
    path.write_text(SEED + "\n".join((*rows, *later)) + "\n", encoding="utf-8")
    return path


def published(house: House, seed: Path | None = None) -> Path:
    publish_warehouse(house.settings, seed or house.settings.home / "no-seed.csv")
    return house.settings.published


def page_of(place: Path, lang: str = "fr", edition: str = "index") -> str:
    return (place / lang / f"{edition}.html").read_text("utf-8")


def texts(place: Path) -> dict[str, str]:
    """Every public file but the tables."""
    found = [*place.glob("current/*.html"), *place.glob("current/*.json"), *place.glob("current/*/*.html")]
    found += [*place.glob("current/editions/**/*.json"), *place.glob("current/*/feed.xml")]
    return {path.relative_to(place).as_posix(): path.read_text("utf-8") for path in found}


class Banks(House):
    """Two banks share a title; labels sort differently in each language."""

    def marts_now(self) -> Marts:
        labels = {"a": ("Zoos", "Apples", "ب"), "b": ("Écoles", "Zebras", "أ"), "c": ("Fer", "Éclairs", "ت")}
        return replace(
            super().marts_now(),
            entries=tuple(
                Entry(
                    f"X-{key}{n}",
                    f"{name} {key}",
                    category=key,
                    final=15_000_000,
                    rank=1,
                    company_id=f"{name.lower()}-{key}",
                )
                for key in labels
                for n, name in enumerate(("Beta", "Alpha"))
            ),
            categories={
                key: Category("joint", label, "public" if key == "c" else "private") for key, label in labels.items()
            },
            cells={},
            more={},
        )


def test_nothing_public_names_who_was_not_elected(house: House, seed: Path) -> None:
    house.release()
    found = texts(published(house, seed))
    assert len(found) == 13, sorted(found)
    for name, text in found.items():
        for other in OTHERS:
            assert other not in text, (name, other)


def test_palmares_json_is_the_very_file_whose_fingerprint_the_dossier_bears(house: House) -> None:
    release = house.release()
    place = published(house)
    file = place / "editions" / "2031" / "palmares.json"
    assert file.read_bytes() == (release / "palmares.json").read_bytes() == (place / "palmares.json").read_bytes()
    assert f"palmares-sha256={sha256_file(file)}".encode() in (release / "dossier.pdf").read_bytes()
    for lang in LANGUAGES:
        page = page_of(place, lang)
        groups = re.findall(r"<span>([0-9a-f]{4})</span>", page)
        assert "".join(groups[:16]) == sha256_file(file)
        assert 'href="../editions/2031/palmares.json"' in page
    for later in ("signed_by", "published_at", "release", "revoked", "Maître"):
        assert f'"{later}"' not in file.read_text("utf-8")


def test_palmares_json_says_what_is_known_before_the_signature(house: House) -> None:
    told = json.loads((house.release() / "palmares.json").read_bytes())
    assert told["format"] == "palmares/2" and told["title"]["ar"] == "Élu Essai 2031 (ar)"
    assert told["fieldwork"] == {"start": "2030-09-01", "end": "2030-09-30"} and told["firms"] == ["Nord & Cie"]
    assert told["rules"] == {
        "components": {"audit": 10_000}, "min_mark": "12.50", "min_candidates": 2, "contests": True,
    }  # fmt: skip
    counted = [row for row in house.results()["fct_test_mark"] if row[15] is True and row[2] != "C-6"]
    assert told["counts"] == {
        "categories": 3, "titles": 1, "candidates_ranked": 5, "tests": len(counted), "responses": 0, "votes": 0,
    }  # fmt: skip
    assert len(counted) == 20 and sum(one["tests"] for one in told["categories"]) == 20
    assert told["contests"] == {"open": 1, "rejected": 1}
    assert [(one["category_id"], one["outcome"], len(one["laureates"])) for one in told["categories"]] == [
        ("banks", "elected", 1), ("hotels", "no_award_min_mark", 0), ("taxis", "no_award_too_few_candidates", 0),
    ]  # fmt: skip
    (elected,) = told["categories"][0]["laureates"]
    assert (elected["company"], elected["company_id"]) == (NASTY, "alpha")
    assert (elected["final"], elected["final_micro"]) == ("16.12", 16_123_456)


def test_each_language_has_its_own_address_title_direction_and_order(tmp_path: Path) -> None:
    house = Banks(tmp_path)
    house.release()
    place = published(house)
    order = {"fr": ["Écoles", "Zoos", "Fer"], "en": ["Apples", "Zebras", "Éclairs"], "ar": ["أ", "ب", "ت"]}
    for lang, labels in order.items():
        page = page_of(place, lang)
        assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in page
        title = "Élu Essai 2031" + ("" if lang == "fr" else f" ({lang})")
        assert f"<title>{title} · " in page and f'<meta property="og:title" content="{title}">' in page
        assert re.findall(r'<p class="category">(.*?)</p>', page) == [one for one in labels for _ in range(2)]
        for other in LANGUAGES:
            assert f'hreflang="{other}" href="../{other}/2031.html"' in page
        assert page_of(place, lang, "2031") == page


def test_who_shares_a_title_is_named_on_each_card_and_each_has_an_address(tmp_path: Path) -> None:
    house = Banks(tmp_path)
    house.release()
    page = page_of(published(house))
    assert re.findall(r'<li class="card" id="(.*?)">', page) == ["b-1", "b-2", "a-1", "a-2", "c-1", "c-2"]
    assert re.findall(r'<p class="joint">(.*?)</p>', page)[:2] == [
        "Ex æquo avec <bdi>Beta b</bdi>", "Ex æquo avec <bdi>Alpha b</bdi>",
    ]  # fmt: skip
    assert re.findall(r'<section class="sector" id="(.*?)">', page) == ["sector-private", "sector-public"]


def test_titles_held_before_are_those_of_earlier_editions(house: House, seed: Path) -> None:
    house.release()
    place = published(house, seed)
    assert "Déjà 2\u00a0fois élu\u00a0: 2018, 2019" in page_of(place)
    assert "Elected 2 times before: 2018, 2019" in page_of(place, "en")
    (listed,) = json.loads((place / "index.json").read_bytes())["editions"]
    held = [{"edition": year, "category": "Banques"} for year in ("2018", "2019")]
    assert listed["titles_before"] == {"alpha": held}
    seed.write_text(SEED + "alpha,Alpha,2019,banks,Banques,,press\n", encoding="utf-8")
    assert "Déjà élu en 2019<" in page_of(published(house, seed))


def test_a_title_held_before_in_another_category_names_it(house: House, tmp_path: Path) -> None:
    seed = tmp_path / "seed.csv"
    rows = ("alpha,Alpha,2018,insurers,Assurance d'auto,,press", "alpha,Alpha,2019,banks,Banques,,press")
    seed.write_text(SEED + "\n".join(rows) + "\n", encoding="utf-8")
    house.release()
    place = published(house, seed)
    assert "Déjà 2\u00a0fois élu\u00a0: 2018 (Assurance d’auto), 2019<" in page_of(place)
    assert "Elected 2 times before: 2018 (Assurance d’auto), 2019<" in page_of(place, "en")


def test_titles_of_a_demonstration_count_in_a_demonstration_alone(house: House, tmp_path: Path) -> None:
    seed = tmp_path / "seed.csv"
    seed.write_text(SEED + "alpha,Alpha,2019,banks,Banques,,release 2019/1 (demonstration)\n", encoding="utf-8")
    house.release()
    assert "2019" not in page_of(published(house, seed))
    shown = House(tmp_path / "other", holder=bailiff("Essai", "Throw-away test key"))
    shown.release()
    assert "Déjà élu en 2019" in page_of(published(shown, seed))


def test_the_page_says_when_among_how_many_how_and_why_not(house: House) -> None:
    house.release()
    page = unescape(page_of(published(house)))
    for said in (
        "Tests du 1er\u00a0septembre 2030 au 30\u00a0septembre 2030", "16,12\u202f/\u202f20",
        "2\u00a0candidats · 8\u00a0tests comptés",
        "aucune note n’atteint le minimum de 12,50 sur 20", "trop peu de candidats", "Dossier signé par Maître Essai",
        "fait 20\u00a0tests qui comptent", "(Nord & Cie)", "100\u00a0% de la note", "Publication nº\u00a01.",
        "<b>1</b> <span>rejetées</span>", "<b>1</b> <span>en cours</span>", "inline-size:80.62%",
    ):  # fmt: skip
        assert said in page, said
    assert "DÉMONSTRATION" not in page and "vote du public" not in page


def test_every_value_is_escaped_and_nothing_is_fetched(house: House) -> None:
    house.release()
    place = published(house)
    for name, page in texts(place).items():
        if not name.endswith(".html"):
            continue
        assert page.count("<script>") == 1 and "default-src 'none'" in page, name
        fetched = page.replace('"https://schema.org"', "")
        assert not re.search(r"https?:|@import|url\(|src=", fetched), name
        assert len(page.encode()) < 300_000
    page = page_of(place)
    assert "Société &#34;A &amp; B&#34;, &lt;script&gt;" in page and page.count("<script") == 2


def test_machines_read_the_award_with_its_claim(house: House) -> None:
    house.release()
    place = published(house)
    for lang, begins in (("fr", "Élu "), ("en", "Elected 2031 "), ("ar", "منتخب 2031 ")):
        (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page_of(place, lang))
        assert not set(data) & set("<>&")
        linked = json.loads(data)
        (item,) = linked["mainEntity"]["itemListElement"]
        assert item["item"]["name"] == NASTY and item["item"]["award"].startswith(begins)
        assert linked["inLanguage"] == lang


def test_a_demonstration_says_so_everywhere(tmp_path: Path) -> None:
    house = House(tmp_path, holder=bailiff("Essai", "Throw-away test key"))
    house.release()
    place = published(house)
    for name, text in texts(place).items():
        assert "DÉMONSTRATION" in text or '"demonstration":true' in text, name
    assert "noindex" in page_of(place)


def test_a_revoked_release_names_nobody_and_is_not_lost(house: House, seed: Path) -> None:
    release = house.release()
    dossier = json.loads((release / "release.json").read_bytes())["digests"]["dossier_sha256"]
    log = EvidenceLog(house.settings.evidence_log("2031"))
    enter(log, "revocation", {"dossier_sha256": dossier, "by": "Maître <b>", "reason": "vu & revu", "release": 1})
    place = published(house, seed)
    for lang in LANGUAGES:
        page = page_of(place, lang)
        assert page.count("vu &amp; revu") == 1 and "Maître &lt;b&gt;" in page
        assert "16,12" not in page and "Société" not in page and "ld+json" not in page
    assert not (place / "editions").exists()
    (listed,) = json.loads((place / "index.json").read_bytes())["editions"]
    assert listed["palmares"] is None and listed["titles_before"] == {}
    (told,) = listed["releases"]
    assert (told["revoked"]["reason"], told["palmares_sha256"]) == ("vu & revu", sha256_file(release / "palmares.json"))
    house.marts(moved_final("C-4", 10_500_000))
    house.release(CORRECTION)
    place = published(house, seed)
    page = page_of(place)
    assert "vu &amp; revu" not in page and "Publication nº\u00a02, qui corrige la publication nº\u00a01." in page
    (listed,) = json.loads((place / "index.json").read_bytes())["editions"]
    assert [(one["number"], one["replaced"], bool(one["revoked"])) for one in listed["releases"]] == [
        (1, True, True), (2, False, False),
    ]  # fmt: skip


def test_two_editions_have_a_page_each_and_the_newest_opens(tmp_path: Path) -> None:
    for edition in ("2030", "2031"):
        house = House(tmp_path, edition)
        house.release()
    place = published(house)
    assert page_of(place) == page_of(place, "fr", "2031") != page_of(place, "fr", "2030")
    assert 'href="2030.html"' in page_of(place) and 'href="2031.html"' in page_of(place, "fr", "2030")
    assert "Déjà élu en 2030" in page_of(place) and "Déjà" not in page_of(place, "fr", "2030")


def test_a_release_older_than_palmares_json_is_shown_and_says_what_its_dossier_bears(tmp_path: Path) -> None:
    house = TrueHouse(tmp_path)
    house.bears_palmares = False
    assert not (house.release(palmares=None) / "palmares.json").exists()
    place = published(house)
    page = page_of(place)
    assert 'class="card"' in page and "est antérieur au fichier palmares.json" in page
    told = json.loads((place / "editions" / house.edition / "palmares.json").read_bytes())
    assert told["title"]["en"] == "Customer Service of the Year 2026"
    (listed,) = json.loads((place / "index.json").read_bytes())["editions"]
    assert listed["releases"][0]["palmares_sha256"] is None


def test_a_link_to_what_is_made_no_more_is_taken_away(house: House) -> None:
    house.release()
    place = published(house)
    (place / "palmares.html").symlink_to("current/palmares.html")
    (place / "mine").symlink_to("nowhere")
    published(house)
    assert not (place / "palmares.html").is_symlink() and (place / "mine").is_symlink()


def test_words_sort_without_accents_and_a_bar_is_its_part_of_twenty() -> None:
    assert sorted(["Zoo", "école", "Fer", "Eau"], key=alphabetical) == ["Eau", "école", "Fer", "Zoo"]
    assert alphabetical("أبناك") == alphabetical("ابناك")
    assert [share(micro) for micro in (0, 12_500_000, 16_123_456, 20_000_000)] == ["0.00", "62.50", "80.62", "100.00"]


# --- pictures and the feed -------------------------------------------------------------------------------------------


def test_each_laureate_has_a_picture_in_each_language(tmp_path: Path) -> None:
    house = Banks(tmp_path)
    house.release()
    place = published(house)
    laureates = [f"{key}-{n}" for key in "abc" for n in (1, 2)]
    expected = {f"{key}.{lang}.{kind}" for key in laureates for lang in LANGUAGES for kind in ("png", "svg")}
    pictures = {path.name: path for path in (place / "cards" / "2031").iterdir()}
    assert pictures.keys() == expected | {f"_edition.{lang}.png" for lang in LANGUAGES}
    for name, path in pictures.items():
        if name.endswith(".png"):
            assert struct.unpack(">II", path.read_bytes()[16:24]) == (1200, 630), name
    page = page_of(place, "ar")
    addresses = set(re.findall(r'(?:href|content)="\.\./(cards/[^"]+)"', page))
    assert len(addresses) == 13 and all((place / address).is_file() for address in addresses)
    picture = f'<meta property="og:image" content="https://e.org/elu/cards/{house.edition}/_edition.ar.png">'
    assert picture in edition_page(page_shown(house), "ar", [house.edition], "https://e.org/elu").decode()
    shown = {card.name: card for card in _of(page_shown(house), "fr")}
    assert shown["Alpha a"].below[-1] == "Ex æquo avec Beta a" and shown["Alpha a"].above == "Zoos"


def page_shown(house: House) -> Page:
    return public_page(house.settings, house.edition, house.settings.home / "no-seed.csv")[0]


def test_what_was_published_corrected_and_revoked_can_be_followed(house: House) -> None:
    house.release()
    house.marts(moved_final("C-1", 16_200_000))
    release = house.release(CORRECTION)
    place = published(house)
    atom = "{http://www.w3.org/2005/Atom}"

    def entry(lang: str) -> tuple[str | None, ...]:
        feed = ElementTree.fromstring((place / lang / "feed.xml").read_bytes())
        assert feed.find(f"{atom}updated") is not None and NASTY not in ElementTree.tostring(feed, "unicode")
        (found,) = feed.findall(f"{atom}entry")
        link = found.find(f"{atom}link")
        assert link is not None and (place / lang / str(link.get("href"))).is_file()
        return tuple(found.findtext(f"{atom}{name}") for name in ("id", "updated", "title"))

    before = {lang: entry(lang) for lang in LANGUAGES}
    assert before["fr"][1:] == (
        "2031-02-01T10:00:00Z",
        "Élu Essai 2031 – Publication nº\u00a02, qui corrige la publication nº\u00a01.",
    )
    assert len({found[0] for found in before.values()}) == 3
    dossier = json.loads((release / "release.json").read_bytes())["digests"]["dossier_sha256"]
    log = EvidenceLog(house.settings.evidence_log("2031"))
    enter(log, "revocation", {"dossier_sha256": dossier, "by": "Maître <b>", "reason": "vu", "release": 2})
    place = published(house)
    assert entry("fr")[0] != before["fr"][0] and not (place / "cards").exists()
