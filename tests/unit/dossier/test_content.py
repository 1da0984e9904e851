"""What the dossier says: content, changes, and the blocks of every section in three languages."""

from dataclasses import replace
from typing import Any

import pytest

from orchestration.dossier.build import build_content
from orchestration.dossier.changes import changes, snapshot
from orchestration.dossier.compose import compose
from orchestration.dossier.model import Change, FileAccount, LeftOut, ReasonCount, Released, Reservation
from orchestration.scoring.model import (
    CategoryFact,
    ChannelFact,
    ComponentFact,
    RecountFact,
)
from orchestration.typesetting.blocks import Document, Section, table
from orchestration.typesetting.charts import interval, parts_bar, timeline
from orchestration.words.typography import NBSP, THIN
from tests.fixtures.dossier_ground import DISAGREEMENT, HOSTILE, candidate, categories, checks, inputs, rulebook

ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2069"))


def dossier(lang: str = "fr", **changed: Any) -> Document:
    return compose(build_content(inputs(**changed)), lang)


def words_of(value: Any) -> list[str]:
    """Every text of a document, without the pictures' markup and the marks of direction."""
    if isinstance(value, str):
        return [value.translate(ISOLATES)]
    if isinstance(value, dict):
        return [w for key, item in value.items() if key not in ("kind", "svg") for w in words_of(item)]
    if isinstance(value, list | tuple):
        return [w for item in value for w in words_of(item)]
    if isinstance(value, Section):
        return words_of([value.title, value.blocks])
    return words_of(list(vars(value).values())) if isinstance(value, Document) else []


def told(document: Document, section: str | None = None) -> str:
    part = next((s for s in document.sections if s.key == section), None)
    return "\n".join(words_of(part if part else document))


# --- content -----------------------------------------------------------------------------------------------------


def test_rows_that_do_not_add_up_make_no_dossier() -> None:
    lost = (FileAccount("audits/a.csv", "audits", 10, 5, 2, 2),)
    with pytest.raises(ValueError, match=r"audits/a\.csv: 10 rows received are not all accounted for"):
        build_content(inputs(accounts=lost))


def test_rows_left_out_are_listed_in_an_order_of_their_own() -> None:
    rows = tuple(LeftOut("votes", "b.csv", n, str(n), "excluded", "burst") for n in (3, 1, 2))
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
    assert titles == ["Ce qui vous est demandé", "Ce qui a été constaté", "Ce qui reste ouvert"]


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
    assert f"Attendu{NBSP}: aucun cas{THIN}; constaté{NBSP}: 12." in text
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


# --- the sections ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["fr", "en", "ar"])
def test_hostile_names_are_said_as_they_are_in_every_language(lang: str) -> None:
    text = told(dossier(lang))
    assert all(name in text for name in HOSTILE)
    assert "Zêta d’Œuvre" in text


@pytest.mark.parametrize("lang", ["fr", "en", "ar"])
def test_every_language_says_the_same_number_of_things(lang: str) -> None:
    french, other = dossier("fr"), dossier(lang)
    assert [[b["kind"] for b in s.blocks] for s in other.sections] == [
        [b["kind"] for b in s.blocks] for s in french.sections
    ]
    assert other.direction == ("rtl" if lang == "ar" else "ltr")


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
    results = next(s for s in document.sections if s.key == "results")
    assert all("Enquête" not in [c["text"] for c in b.get("columns", [])] for b in results.blocks)


def test_a_rulebook_without_audits_has_no_channels_and_no_false_tests() -> None:
    book = rulebook(**{"{audit: 7000, survey: 2000, vote: 1000}": "{audit: 0, survey: 9000, vote: 1000}",
                       "  burst: {max_per_ip_hour: 60, action: exclude}\n": ""})  # fmt: skip
    document = dossier(rulebook=book)
    assert "Canaux testés" not in told(document, "rules")
    assert "rafale" not in told(document, "rules")
    assert "Aucun nombre de tests faux" not in told(document, "results")


def test_every_deposit_is_listed_with_its_fingerprint_and_what_it_replaces() -> None:
    text = told(dossier(), "custody")
    for deposit in inputs().deposits:
        assert deposit.path in text
        assert deposit.sha256[:4] in text
    assert f"remplace le nº{NBSP}3" in text or "remplace le nº 3" in text
    assert "remplacé depuis" in text


def test_deposits_of_one_moment_stand_at_the_beginning_of_the_line() -> None:
    at_once = tuple(replace(d, received_at="2030-11-11T09:15:00+01:00") for d in inputs().deposits)
    assert "Dans le temps" in told(dossier(deposits=at_once), "custody")


def test_every_source_is_shown_as_a_sum_and_as_a_picture() -> None:
    section = next(s for s in dossier().sections if s.key == "rows")
    first = next(block for block in section.blocks if block["kind"] == "table")
    assert [row[0]["text"] for row in first["rows"]] == ["Audits", "Candidats", "Enquête", "Votes", "Total"]
    assert first["rows"][0][-1]["text"] == f"1{THIN}500 reçues{NBSP}: 1{THIN}400 comptées, 80 exclues, 20 mises de côté"
    assert "<svg" in first["rows"][0][-1]["svg"]


def test_a_source_without_rows_is_an_empty_bar() -> None:
    assert f"0 reçues{NBSP}: 0 comptées" in told(
        dossier(accounts=(FileAccount("votes/v.csv", "votes", 0, 0, 0, 0),)), "rows"
    )


def test_checks_say_expected_observed_consequence_and_who_accepted() -> None:
    text = told(dossier(), "checks")
    assert f"Accepté par M. Idrissi le 2{NBSP}décembre 2030 à 10{NBSP}h{NBSP}00 (UTC+0)." in text
    assert "Nuits de Ramadan <b>" in text
    assert f"Pas encore accepté. Conséquence{NBSP}: rien ne peut être publié." in text
    assert f"Lignes concernées (12), dont{NBSP}: T1, T2" in text
    assert f"Lignes concernées (2){NBSP}: V1, V2" in text
    assert "signalé" in text and "relevé" in text and "sans objet" in text


def test_checks_that_failed_come_first_with_their_consequence() -> None:
    failed = replace(checks()[0], outcome="failed", failing_count=3)
    missing = replace(checks()[5], outcome="error")
    text = told(dossier(checks=(checks()[1], failed, missing)), "checks")
    assert text.index("Contrôles bloquants en échec") < text.index("Points signalés")
    assert "rien ne peut être publié tant que ce contrôle échoue" in text
    assert "NON ÉVALUÉ" in text and "ÉCHEC" in text


def test_without_a_flagged_point_that_is_said() -> None:
    assert "Aucun point n’a été signalé." in told(dossier(checks=checks()[:1]), "checks")


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("≤ 250 bp", f"≤ 2,5{NBSP}%"),
        ("0", "aucun cas"),
        ("0 / 222985", f"aucun cas sur 222{THIN}985"),
        ("14812 / 222985", f"14{THIN}812 cas sur 222{THIN}985"),
        ("12 ppm", "12 millionièmes"),
        ("5 s – 6 h (45 d)", "5 s – 6 h (45 jours)"),
        ("≤ 60 / h", "≤ 60 par heure"),
        ("audits 60 bp, votes 1 bp", f"Audits 0,6{NBSP}%, Votes 0,01{NBSP}%"),
        ("max 215796 µ", "au plus 0,22"),
        ("11 tables, 19 files", "11 tables, 19 fichiers"),
        ("7–22 h", "7–22 h"),
        ("TM-PHONE-12345", "TM-PHONE-12345"),
        ("2025-11-14", "2025-11-14"),
    ],
)
def test_measures_are_put_into_a_reader_s_units(found: str, shown: str) -> None:
    check = replace(checks()[0], observed=found)
    assert shown in told(dossier(checks=(check,)), "checks").split("\n")


def test_a_check_that_must_find_all_counts_what_it_found_and_not_faults() -> None:
    check = replace(checks()[0], expected="50 / 50", observed="0 / 50", outcome="failed")
    text = told(dossier(checks=(check,)), "checks")
    assert "50 sur 50" in text and "0 sur 50" in text and "cas" not in text.split("0 sur 50")[0][-30:]


@pytest.mark.parametrize(
    ("severity", "consequence"),
    [("blocking", "bloquant"), ("warning", "à accepter"), ("info", "information")],
)
def test_each_check_says_what_would_follow_if_it_failed(severity: str, consequence: str) -> None:
    check = replace(checks()[0], severity=severity)
    assert consequence in told(dossier(checks=(check,)), "checks").split("\n")


def test_the_rulebook_is_said_to_be_unchanged_only_when_the_register_says_so() -> None:
    only = told(dossier(), "rules")
    assert "a été déposé le 11" in only and "n’a pas été remplacé depuis" in only
    old, *others = inputs().deposits
    newer = replace(old, seq=9, received_at="2030-11-20T09:15:00+01:00", replaces=old.sha256)
    replaced = told(dossier(deposits=(replace(old, current=False), *others, newer)), "rules")
    assert "n’a pas été remplacé" not in replaced
    assert f"déposé le 20{NBSP}novembre 2030" in replaced and f"1, la première du 11{NBSP}novembre 2030" in replaced


def _category(outcome: str, *finals: float, **first: Any) -> CategoryFact:
    ranked = [candidate(f"C-{n}", f"Compagnie {n}", final, n) for n, final in enumerate(finals, 1)]
    return CategoryFact("banks", outcome, (replace(ranked[0], **first), *ranked[1:]))


def _marks(name: str, mark: int, observations: int) -> tuple[ComponentFact, ...]:
    kept = (ComponentFact(part, 15_000_000, 5) for part in ("audit", "survey", "vote") if part != name)
    return (*kept, ComponentFact(name, mark, observations))


@pytest.mark.parametrize(
    ("category", "reason"),
    [
        (_category("elected", 15, 14), "note finale la plus haute, 15,00"),
        (_category("elected", 15, 14), f"la note minimale de 12,50 est atteinte{THIN}; candidats en lice{NBSP}: 2"),
        (_category("joint", 15, 15), "le règlement partage alors le titre"),
        (_category("no_award_tie", 15, 15), "le règlement n’attribue alors pas le titre"),
        (_category("no_award_min_mark", 11, 10), "11,00, est inférieure à la note minimale, 12,50"),
        (_category("no_award_too_few_candidates", 15), f"candidats en lice{NBSP}: 1, au moins 2 exigés"),
        (_category("elected", 15, 15, components=_marks("audit", 16_000_000, 5)), f"départage par{NBSP}: note d’audit"),
        (_category("elected", 15, 15, components=_marks("survey", 16_000_000, 5)), f"par{NBSP}: note d’enquête"),
        (_category("elected", 15, 15, components=_marks("vote", 15_000_000, 6)), f"par{NBSP}: nombre de votes comptés"),
        (
            _category("elected", 15, 15, channels=(ChannelFact("phone", 6000, 3, 3, 16_000_000),)),
            f"Même note finale pour Compagnie 2{THIN}; départage par{NBSP}: canal téléphone",
        ),
    ],
)
def test_each_outcome_says_why(category: CategoryFact, reason: str) -> None:
    assert reason in told(dossier(categories=(category,)), "results")


def test_the_criterion_that_separated_the_last_of_several_equals_is_named() -> None:
    first, second, third = _category("elected", 15, 15, 15).candidates
    first = replace(first, components=_marks("vote", 15_000_000, 9))
    second = replace(second, components=_marks("audit", 14_000_000, 5))
    text = told(dossier(categories=(CategoryFact("banks", "elected", (first, second, third)),)), "results")
    assert f"Même note finale pour Compagnie 2, Compagnie 3{THIN}; départage par{NBSP}: nombre de votes comptés" in text


def test_rows_left_out_are_named_by_file_line_and_key() -> None:
    text = told(dossier(annex_sha256="ee" * 32), "left")
    assert "Audits – valeur mal écrite ou impossible (20)" in text
    assert "T00002" in text and "R00079" in text
    assert "a_reason_without_words" in text
    assert "Empreinte de la liste complète jointe" in text


def test_rows_beyond_those_printed_are_counted() -> None:
    rows = tuple(LeftOut("votes", "votes/v.csv", n, f"V{n}", "excluded", "repeated_vote") for n in range(1, 5))
    reasons = (ReasonCount("votes", "excluded", "repeated_vote", 10_000),)
    text = told(dossier(left_out=rows, reasons=reasons), "left")
    assert f"4 lignes imprimées sur 10{THIN}000." in text
    assert f"Lignes non imprimées{NBSP}: 9{THIN}996." in text
    assert "Aucune ligne n’a été mise de côté." in text


def test_without_rows_left_out_or_corrections_that_is_said() -> None:
    text = told(dossier(left_out=(), reasons=(), corrections=()), "left")
    assert "Aucune ligne n’a été mise de côté." in text
    assert "Aucune ligne n’a été exclue." in text
    assert "Aucune correction n’a été apportée" in text
    assert "Empreinte de la liste" not in text


def test_each_correction_shows_before_after_why_and_by_whom() -> None:
    text = told(dossier(), "left").split("\n")
    at = text.index("Correction COR-1")
    assert text[at : at + 11] == [
        "Correction COR-1", "Où", "candidates.csv, ligne 4, C-3, colonne company", "Valeur reçue", "Zeta",
        "Valeur corrigée", "Zêta d’Œuvre", "Motif", "Faute de frappe", "Par", f"A. Alami, le 20{NBSP}novembre 2030",
    ]  # fmt: skip


def test_titles_show_marks_margin_and_robustness() -> None:
    text = told(dossier(), "results")
    assert "L’écart en tête du classement dépasse l’incertitude due aux tests." in text
    assert f"Retiré{NBSP}: Retirée SA." in text
    assert f"Issue{NBSP}: pas de titre{NBSP}: note minimale non atteinte." in text
    assert f"non éligible{NBSP}: sous la note minimale" in text
    assert "Aucun nombre de tests faux ne changerait cette issue." in text
    assert "16,12" in text and "2,12" in text


def test_a_close_title_says_that_other_tests_could_give_another_order() -> None:
    close = CategoryFact("banks", "elected", (candidate("A", "A", 16.0, 1, margin=1), candidate("B", "B", 15.9, 2)))
    document = dossier(categories=(close,))
    assert "ne dépasse pas l’incertitude" in told(document, "results")
    assert f"Titres dont l’avance ne dépasse pas l’incertitude des tests{NBSP}: 1" in "\n".join(
        words_of(document.front)
    )


def test_a_shared_title_names_all_its_holders() -> None:
    tied = tuple(candidate(k, f"Société {k}", 16.0, 1) for k in "AB")
    text = told(dossier(categories=(CategoryFact("banks", "joint", tied),)), "results")
    assert f"Titre{NBSP}: Société A, Société B." in text


def test_a_category_where_nobody_is_left_has_no_table() -> None:
    gone = CategoryFact("banks", "no_award_too_few_candidates", (candidate("A", "A", None, None, withdrawn=True),))
    text = told(dossier(categories=(gone,)), "results")
    assert "Rang" not in text and f"Retiré{NBSP}: A." in text


def test_a_candidate_without_a_mark_is_shown_with_a_dash() -> None:
    nobody = CategoryFact("banks", "no_award_min_mark", (candidate("A", "A", None, None, eligible=False),))
    assert "–" in told(dossier(categories=(nobody,)), "results")


def test_the_second_computation_is_shown_as_declared_recomputed_difference() -> None:
    document = dossier(recount=DISAGREEMENT)
    text = told(document, "recount")
    assert "Des valeurs ne concordent pas" in text
    section = next(s for s in document.sections if s.key == "recount")
    finals = section.blocks[-1]["rows"]
    assert [cell["text"] for cell in finals[0][2:]] == [f"16{THIN}123{THIN}456", f"16{THIN}123{THIN}455", "1"]
    assert [cell["text"] for cell in finals[1][2:]] == ["–", f"14{THIN}000{THIN}000", "–"]
    assert "Toutes les valeurs concordent" in told(dossier(), "recount")


def test_a_candidate_that_only_the_recount_knows_is_named_by_its_id() -> None:
    stranger = replace(DISAGREEMENT, finals=(replace(DISAGREEMENT.finals[0], candidate_id="C-X"),))
    assert "C-X" in told(dossier(recount=stranger), "recount")


def test_a_recount_that_was_not_made_is_said_to_be_missing() -> None:
    document = dossier(recount=RecountFact())
    assert "Le second calcul n’a pas été fait" in told(document, "recount")
    assert "Le second calcul n’a pas été fait." in "\n".join(words_of(document.front))
    only_tables = RecountFact(tables=inputs().recount.tables)
    assert "Notes finales, en millionièmes" not in told(dossier(recount=only_tables), "recount")


def test_changes_are_told_in_words() -> None:
    before: dict[str, Any] = snapshot(inputs())
    before["deposit"]["survey/old.csv"] = "99" * 32
    before["candidate"] |= {"C-1": "15000000|2", "C-2": "withdrawn", "C-4": "None|None"}
    before["outcome"] |= {"hotels": "elected", "gone": "joint"}
    before["check"]["intake.deposit_valid"] = "failed"
    before["acceptance"] = {}
    before["code"] = {"code": "ab" * 32}
    text = told(dossier(previous=before), "changes").split("\n")
    assert "Fichier survey/old.csv" in text and "99999999…99999999" in text
    assert "15,00 (rang 2)" in text and "16,12 (rang 1)" in text
    assert "retiré" in text and "– (rang –)" in text
    assert "Catégorie Hôtels" in text and "Catégorie gone" in text
    assert "absent" in text and "en échec" in text and "conforme" in text
    assert "Programme de calcul" in text and "Contrôle Chaque deposit est en ordre." in text
    assert f"Faits changés depuis le dossier précédent{NBSP}: {len(changes(before, inputs()))}" in "\n".join(
        words_of(dossier(previous=before).front)
    )


def test_what_changed_since_the_release_is_told_apart_from_the_last_dossier() -> None:
    published: dict[str, Any] = snapshot(inputs())
    published["candidate"] |= {"C-1": "15000000|2"}
    both = dossier(released=Released(3, published), previous=snapshot(inputs()))
    first, last = told(both, "changes").split("Depuis le dossier précédent")
    assert "Depuis la publication nº 3" in first and "15,00 (rang 2)" in first and "16,12 (rang 1)" in first
    assert "Rien n’a changé depuis le dossier précédent" in last
    same = told(dossier(released=Released(3, published), previous=published), "changes")
    assert "Depuis le dossier précédent" not in same and "15,00 (rang 2)" in same
    equal = dossier(released=Released(3, snapshot(inputs())), previous=published)
    assert "Rien n’a changé depuis la publication nº 3" in told(equal, "changes")


def test_a_reservation_is_told_with_its_name_and_whether_it_was_entered_on_these_results() -> None:
    assert "Aucune réserve" in told(dossier(), "reservations")
    one = Reservation("Maître A", "#panic(1) & <b>", "2031-01-02T10:00:00Z")
    old = Reservation("Maître B", "vu autrement", "2031-01-01T10:00:00Z", current=False)
    document = dossier(reservations=(one, old))
    text = told(document, "reservations")
    assert text.index("Maître A") < text.index("#panic(1) & <b>") < text.index("Maître B") < text.index("vu autrement")
    assert text.count("état antérieur") == 1 and text.index("état antérieur") > text.index("vu autrement")
    assert f"Réserves de l’huissier, signées avec ce dossier{NBSP}: 2" in "\n".join(words_of(document.front))


def test_nothing_changed_and_first_dossier_are_said() -> None:
    assert "Rien n’a changé" in told(dossier(previous=snapshot(inputs())), "changes")
    assert "le premier de cette édition" in told(dossier(), "changes")


def test_a_run_without_a_number_shows_a_dash() -> None:
    conditions = replace(inputs().conditions, run_id="")
    assert "–" in told(dossier(conditions=conditions), "conditions").split("\n")


def test_a_table_whose_rows_do_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="a row has not 2 cells"):
        table("Caption", [("a", 1), ("b", 1)], [[{"kind": "text", "text": "one"}]])


# --- pictures ----------------------------------------------------------------------------------------------------


def test_a_very_small_part_is_still_visible() -> None:
    assert parts_bar((1_000_000, 1, 0)).count("<rect") == 2 + 2  # two parts, and two in the hatching
    assert parts_bar((0, 0, 0)).count("<rect") == 2


def test_an_interval_stays_on_its_scale_and_shows_the_minimum_only_where_it_lies() -> None:
    inside = interval(11, 12, 13, (10, 14), 12, holder=True)
    assert "stroke-dasharray" in inside and 'fill="#1a1a1a"' in inside
    outside = interval(-5, 12, 99, (10, 14), 5, holder=False)
    assert "stroke-dasharray" not in outside and 'x2="146.00"' in outside


def test_a_moment_is_a_full_dot_while_it_is_in_force() -> None:
    assert 'fill="#1a1a1a"' in timeline(0.5, current=True)
    assert 'fill="#ffffff"' in timeline(2.0, current=False)
