"""What the dossier says: its content, its first page, its parts in three languages, its pictures."""

from dataclasses import replace

import pytest

from orchestration.dossier.build import build_content
from orchestration.dossier.changes import changes, snapshot
from orchestration.dossier.model import Change, FileAccount, LeftOut, ReasonCount
from orchestration.typesetting.blocks import Document
from orchestration.typesetting.charts import interval, parts_bar, timeline
from orchestration.words.typography import NBSP, THIN
from tests.fixtures.dossier_ground import HOSTILE, categories, checks, inputs, rulebook
from tests.fixtures.dossier_reader import dossier, part_of, told, words_of

# --- content -----------------------------------------------------------------------------------------------------


def test_rows_that_do_not_add_up_make_no_dossier() -> None:
    lost = (FileAccount("audits/a.csv", "audits", received=10, counted=5, excluded=2, set_aside=2),)
    with pytest.raises(ValueError, match=r"audits/a\.csv: 10 rows received are not all accounted for"):
        build_content(inputs(accounts=lost))


def test_rows_left_out_are_listed_in_an_order_of_their_own() -> None:
    rows = tuple(LeftOut("votes", "b.csv", line=n, key=str(n), outcome="excluded", reason="burst") for n in (3, 1, 2))
    content = build_content(inputs(left_out=rows, reasons=(ReasonCount("votes", "excluded", "burst", 10),)))
    assert [row.line for row in content.listed] == [1, 2, 3]
    assert content.not_listed == 7


def test_a_first_dossier_has_no_changes() -> None:
    assert changes(None, inputs()) == ()


def test_everything_that_differs_from_the_last_dossier_is_named() -> None:
    before = snapshot(inputs())
    moved = categories()
    other = replace(moved[0], outcome="joint", candidates=(replace(moved[0].candidates[0], withdrawn=True),))
    now = inputs(
        deposits=inputs().deposits[1:],
        categories=(other, *moved[1:]),
        checks=tuple(replace(c, outcome="passed", acceptance=None) for c in checks()),
        digests=replace(inputs().digests, code="ee" * 32),
    )
    found = changes(before, now)
    assert {change.kind for change in found} == {"deposit", "candidate", "outcome", "check", "acceptance", "code"}
    assert Change("deposit", "rulebook.yml", "01" * 32, None) in found
    assert Change("candidate", "C-1", "16123456|1", "withdrawn") in found
    assert Change("outcome", "banks", "elected", "joint") in found
    assert changes(snapshot(now), now) == ()


# --- the first page ----------------------------------------------------------------------------------------------


def test_the_first_page_says_what_is_asked_what_was_found_what_stands_open() -> None:
    titles = [block["title"] for block in dossier().front if block["kind"] == "panel"]
    assert titles == ["Ce qui vous est demandé", "Ce qui a été relevé", "Ce qui appelle votre attention"]


def test_the_first_page_bears_the_three_fingerprints_in_groups_of_four() -> None:
    facts = next(block for block in dossier().front if block["kind"] == "facts")
    assert [row["cell"]["text"].replace(" ", "").replace(NBSP, "") for row in facts["rows"]] == [
        inputs().digests.results, inputs().digests.custody_head, inputs().digests.rulebook,
    ]  # fmt: skip


def test_the_numbers_of_the_first_page_add_up() -> None:
    text = "\n".join(words_of(dossier().front))
    assert f"Lignes reçues{NBSP}: 203{THIN}507 = comptées 193{THIN}357 + exclues par le règlement 10{THIN}129" in text
    assert f"Contrôles{NBSP}: 6 = conformes 2 + points signalés 2 + relevés pour information 1 + sans objet 1 " in text
    assert "456 valeurs comparées, 0 en désaccord" in text


def test_what_is_open_is_named_one_by_one() -> None:
    text = "\n".join(words_of(dossier().front))
    assert f"Point signalé, à accepter ou à refuser{NBSP}: «{NBSP}Chaque burst est en ordre.{NBSP}»" in text
    assert f"Attendu{NBSP}: aucun cas{THIN}; relevé{NBSP}: 12." in text
    assert f"Points signalés déjà acceptés, avec leur motif{NBSP}: 1" in text
    assert "Votre signature, ou votre refus." in text


def test_a_blocking_failure_is_on_the_first_page() -> None:
    failed = replace(checks()[0], outcome="failed", failing_count=3)
    error = replace(checks()[5], outcome="error")
    text = "\n".join(words_of(dossier(checks=(failed, error)).front))
    assert text.count("Contrôle bloquant en échec") == 2


def test_two_required_signatures_are_asked_of_different_persons() -> None:
    text = told(dossier(rulebook=rulebook(**{"required: 1": "required: 2"})))
    assert "par des personnes différentes" in text


def test_a_demonstration_is_marked_on_the_first_and_the_last_page() -> None:
    signer = replace(inputs().signers[0], demonstration=True)
    document = dossier(signers=(signer,))
    assert document.demonstration == "DÉMONSTRATION"
    for blocks in (document.front, document.signature.blocks):
        assert any("aucune valeur" in text for text in words_of(blocks))
    assert dossier().demonstration is None


# --- the parts ---


@pytest.mark.parametrize("lang", ["fr", "en", "ar"])
def test_hostile_names_are_said_as_they_are_in_every_language(lang: str) -> None:
    text = told(dossier(lang))
    assert all(name in text for name in HOSTILE)
    assert "Zêta d’Œuvre" in text


@pytest.mark.parametrize("lang", ["fr", "en", "ar"])
def test_every_language_says_the_same_number_of_things(lang: str) -> None:
    def kinds(document: Document) -> list[list[str]]:
        parts = (*document.sections, document.signature, *document.annexes)
        return [[block["kind"] for block in part.blocks] for part in parts]

    french, other = dossier("fr"), dossier(lang)
    assert kinds(other) == kinds(french)


def test_no_sentence_keeps_a_hole() -> None:
    for lang in ("fr", "en", "ar"):
        text = told(replace(dossier(lang), page=""))
        assert "{" not in text and "}" not in text


def test_the_rulebook_is_told_with_its_weights_and_signers() -> None:
    text = told(dossier(), "rules")
    assert f"Audit 70{NBSP}% · Enquête 20{NBSP}% · Vote 10{NBSP}%" in text
    assert "note d’audit → canal téléphone → note d’enquête → nombre de votes comptés" in text
    assert f"60{NBSP}%" in text and "Maître Essai, Étude" in text
    assert "S017 pour orange" in text


def test_a_rulebook_of_audits_alone_says_nothing_of_survey_and_vote() -> None:
    alone = rulebook(
        **{
            "{audit: 7000, survey: 2000, vote: 1000}": "{audit: 10000, survey: 0, vote: 0}",
            "  conflicts: [{shopper_id: S017, company_id: orange}]\n": "",
            '[audit, "channel:phone", survey, vote]': "[]",
        }
    )
    document = dossier(rulebook=alone)
    assert "Vote du public" not in told(document, "rules")
    results = part_of(document, "results")
    assert all("Enquête" not in [c["text"] for c in b.get("columns", [])] for b in results.blocks)


def test_a_rulebook_without_audits_has_no_channels_and_no_false_tests() -> None:
    book = rulebook(**{"{audit: 7000, survey: 2000, vote: 1000}": "{audit: 0, survey: 9000, vote: 1000}",
                       "  burst: {max_per_ip_hour: 60, action: exclude}\n": ""})  # fmt: skip
    document = dossier(rulebook=book)
    assert "Canaux testés" not in told(document, "rules")
    assert "rafale" not in told(document, "rules")
    assert "Aucun nombre de tests faux" not in told(document, "results")


def test_every_deposit_is_listed_with_its_fingerprint_and_what_it_replaces() -> None:
    text = told(dossier(), "files")
    for deposit in inputs().deposits:
        assert deposit.path in text
        assert deposit.sha256[:4] in text
    assert f"remplace le nº{NBSP}3" in text or "remplace le nº 3" in text
    assert "remplacé depuis" in text


def test_the_body_tells_each_supplier_with_its_files_and_its_days() -> None:
    rows = next(b for b in part_of(dossier(), "custody").blocks if b["kind"] == "table")["rows"]
    shown = [[cell["text"] for cell in row] for row in rows]
    assert shown == [
        ["Organisateur", "2", "0", f"11{NBSP}novembre 2030", f"12{NBSP}novembre 2030", shown[0][5]],
        ["Field <i>firm</i>", "2", "1", f"13{NBSP}novembre 2030", f"15{NBSP}novembre 2030", shown[1][5]],
    ]
    assert sum(int(row[1]) + int(row[2]) for row in shown) == len(inputs().deposits)


def test_deposits_of_one_moment_stand_at_the_beginning_of_the_line() -> None:
    at_once = tuple(replace(d, received_at="2030-11-11T09:15:00+01:00") for d in inputs().deposits)
    assert "Dans le temps" in told(dossier(deposits=at_once), "custody")


def test_every_source_is_shown_as_a_sum_and_as_a_picture() -> None:
    section = part_of(dossier(), "rows")
    first = next(block for block in section.blocks if block["kind"] == "table")
    assert [row[0]["text"] for row in first["rows"]] == ["Audits", "Candidats", "Enquête", "Votes", "Total"]
    assert first["rows"][0][-1]["text"] == f"Reçues 1{THIN}500{NBSP}: comptées 1{THIN}400, exclues 80, mises de côté 20"
    assert "<svg" in first["rows"][0][-1]["svg"]


def test_a_source_without_rows_is_an_empty_bar() -> None:
    assert f"Reçues 0{NBSP}: comptées 0" in told(
        dossier(accounts=(FileAccount("votes/v.csv", "votes", received=0, counted=0, excluded=0, set_aside=0),)), "rows"
    )


# --- pictures ----------------------------------------------------------------------------------------------------


def test_a_very_small_part_is_still_visible() -> None:
    assert parts_bar((1_000_000, 1, 0)).count("<rect") == 2 + 2  # two parts, and two in the hatching
    assert parts_bar((0, 0, 0)).count("<rect") == 2


def test_an_interval_stays_on_its_scale_and_shows_the_minimum_only_where_it_lies() -> None:
    inside = interval(11, 12, high=13, bounds=(10, 14), minimum=12, holder=True)
    assert "stroke-dasharray" in inside and 'fill="#1a1a1a"' in inside
    outside = interval(-5, 12, high=99, bounds=(10, 14), minimum=5, holder=False)
    assert "stroke-dasharray" not in outside and 'x2="146.00"' in outside


def test_each_moment_is_a_dot_on_the_line() -> None:
    drawn = timeline([0.0, 0.5, 2.0])
    assert [drawn.count(f'cx="{x}"') for x in ("4.00", "55.00", "106.00")] == [1, 1, 1]


def test_a_scale_has_a_tick_at_each_whole_point() -> None:
    points = [n * 1_000_000 for n in (10, 12, 13, 14)]
    assert (
        interval(points[1], points[2], high=points[2], bounds=(points[0], points[3]), minimum=0, holder=True).count(
            "#b0b0b0"
        )
        == 1 + 5
    )


def test_the_palmares_to_be_published_has_its_fingerprint_on_the_first_page() -> None:
    assert "palmares.json" in told(dossier(palmares_sha256="ab" * 32))
    assert "palmares.json" not in told(dossier())
