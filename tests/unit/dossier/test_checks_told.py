"""How the checks and the rows left out are told: in full what is not in order, the rest by family."""

import re
from dataclasses import replace

import pytest

from orchestration.dossier.model import LeftOut, ReasonCount
from orchestration.evidence.bodies import OUTCOMES
from orchestration.evidence.checks import SEVERITIES, Severity
from orchestration.words.typography import NBSP, THIN
from tests.fixtures.dossier_ground import checks, inputs
from tests.fixtures.dossier_reader import dossier, part_of, told


def test_checks_say_expected_observed_consequence_and_who_accepted() -> None:
    text = told(dossier(), "unlike")
    assert f"Accepté par M. Idrissi le 2{NBSP}décembre 2030 à 10{NBSP}h{NBSP}00 (UTC+0)." in text
    assert "Nuits de Ramadan <b>" in text
    assert f"Pas encore accepté. Conséquence{NBSP}: rien ne peut être publié." in text
    assert f"Cas (12), dont{NBSP}: T1, T2" in text
    assert f"Cas (2){NBSP}: V1, V2" in text
    every = told(dossier(), "checks")
    assert "signalé" in every and "relevé" in every and "sans objet" in every


def test_the_body_has_in_full_only_what_is_not_in_order_and_the_rest_by_family() -> None:
    text = told(dossier(), "unlike")
    assert "Chaque deposit est en ordre." not in text and "Chaque language est en ordre." in text
    assert "conformes 1 · points signalés 2 · relevés 1 · sans objet 1" in text
    assert "Second calcul\nconformes 1" in text


def test_the_families_sum_up_every_check_in_its_state() -> None:
    made = tuple(
        replace(
            checks()[0], id=f"{gate}.{state}_{severity}", gate=gate, severity=severity, outcome=state, component=part
        )
        for gate in ("intake", "scoring", "publication")
        for state in OUTCOMES
        for severity in SEVERITIES
        for part in ("audit", "vote", None)
    )
    document = dossier(checks=made)
    shown = next(b for b in reversed(part_of(document, "unlike").blocks) if b["kind"] == "facts")["rows"]
    assert sum(int(n) for row in shown for n in re.findall(r"[0-9]+", row["cell"]["text"])) == len(made)


def test_rows_that_the_body_does_not_name_stand_in_the_annex() -> None:
    few, many = ("T1", "T2"), tuple(f"T{n}" for n in range(10))
    noted = replace(checks()[3], failing_count=2, failing_keys=few)
    flagged = replace(checks()[1], failing_count=10, failing_keys=many)
    document = dossier(checks=(noted, flagged))
    body, annex = told(document, "unlike"), told(document, "checks")
    assert f"Cas (10), dont{NBSP}: T0, T1, T2, T3, T4, T5\n" in body and "T9" not in body
    assert f"Cas (10){NBSP}: {', '.join(many)}" in annex
    assert f"Cas (2){NBSP}: T1, T2" in annex


def test_what_a_draw_lacks_is_told_in_words_and_not_in_the_codes_of_the_evidence() -> None:
    keys = ("46132 [open] 5", "55555 T002 [not_found]", "55555 T7 [not_conform]")
    flagged = replace(checks()[1], failing_count=3, failing_keys=keys)
    body = told(dossier(checks=(flagged,)), "unlike")
    assert "tirage 46132, 5 tests" in body and "résultat non saisi" in body
    assert "55555 T002 (INTROUVABLE), 55555 T7 (NON CONFORME)" in body and "[" not in body


def test_checks_that_failed_come_first_with_their_consequence() -> None:
    failed = replace(checks()[0], outcome="failed", failing_count=3)
    missing = replace(checks()[5], outcome="error")
    document = dossier(checks=(checks()[1], failed, missing))
    text = told(document, "unlike")
    assert text.index("Contrôles bloquants en échec") < text.index("Points signalés")
    assert "rien ne peut être publié tant que ce contrôle échoue" in text
    assert "NON ÉVALUÉ" in told(document, "checks") and "ÉCHEC" in told(document, "checks")


def test_without_a_flagged_point_that_is_said() -> None:
    assert "Aucun point n’a été signalé." in told(dossier(checks=checks()[:1]), "unlike")


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("≤ 250 bp", f"≤ 2,5{NBSP}%"),
        ("0", "aucun cas"),
        ("0 / 222985", f"aucun cas sur 222{THIN}985"),
        ("14812 / 222985", f"14{THIN}812 cas sur 222{THIN}985"),
        ("12 ppm", "12 millionièmes"),
        ("0 ppm", "aucun cas"),
        ("1 tables, 1 files", "1 table, 1 fichier"),
        ("5 s – 6 h (45 d)", f"5{NBSP}s – 6{NBSP}h (45 jours)"),
        ("≤ 60 / h", "≤ 60 par heure"),
        ("audits 60 bp, votes 1 bp", f"Audits 0,6{NBSP}%, Votes 0,01{NBSP}%"),
        ("max 215796 µ", "au plus 0,22"),
        ("11 tables, 19 files", "11 tables, 19 fichiers"),
        ("7–22 h", f"7–22{NBSP}h"),
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
def test_each_check_says_what_would_follow_if_it_failed(severity: Severity, consequence: str) -> None:
    check = replace(checks()[0], severity=severity)
    assert consequence in told(dossier(checks=(check,)), "checks").split("\n")


def test_the_rulebook_is_said_to_be_unchanged_only_when_the_register_says_so() -> None:
    only = told(dossier(), "rules")
    assert "a été déposé le 11" in only and "n’a pas été remplacé depuis" in only
    old, *others = inputs().deposits
    newer = replace(old, seq=9, received_at="2030-11-20T09:15:00+01:00", replaces=old.seq)
    replaced = told(dossier(deposits=(replace(old, current=False), *others, newer)), "rules")
    assert "n’a pas été remplacé" not in replaced
    assert f"déposé le 20{NBSP}novembre 2030" in replaced and f"1, la première du 11{NBSP}novembre 2030" in replaced


def test_rows_left_out_are_named_by_file_line_and_key() -> None:
    text = told(dossier(annex_sha256="ee" * 32), "left")
    assert "Audits – valeur mal écrite ou impossible (20)" in text
    assert "T00002" in text and "R00079" in text
    assert "a_reason_without_words" in text
    assert "Empreinte de la liste complète (annex.csv, à côté de ce document)" in text


def test_rows_beyond_those_printed_are_counted() -> None:
    rows = tuple(
        LeftOut("votes", "votes/v.csv", line=n, key=f"V{n}", outcome="excluded", reason="repeated_vote")
        for n in range(1, 5)
    )
    reasons = (ReasonCount("votes", "excluded", "repeated_vote", 10_000),)
    text = told(dossier(left_out=rows, reasons=reasons), "left")
    assert f"4 lignes imprimées sur 10{THIN}000." in text
    assert f"Lignes non imprimées{NBSP}: 9{THIN}996." in text
    assert "Aucune ligne n’a été mise de côté." in text


def test_without_rows_left_out_or_corrections_that_is_said() -> None:
    document = dossier(left_out=(), reasons=(), corrections=())
    text = told(document, "left") + told(document, "altered") + told(document, "contests")
    assert "Aucune ligne n’a été mise de côté." in text
    assert "Aucune ligne n’a été exclue." in text
    assert "Aucune correction n’a été apportée" in text
    assert "Empreinte de la liste" not in text


def test_each_correction_shows_before_after_why_and_by_whom() -> None:
    text = told(dossier(), "altered").split("\n")
    at = text.index("Correction")
    assert text[at : at + 12] == [
        "Correction", "Où", "Valeur reçue", "Valeur corrigée", "Motif",
        "COR-1", f"A. Alami, 20{NBSP}nov.{NBSP}2030", "candidates.csv", "ligne 4, C-3, colonne company",
        "Zeta", "Zêta d’Œuvre", "Faute de frappe",
    ]  # fmt: skip


@pytest.mark.parametrize("observed", ["11705 / 199977", "11705 / 199977 (3)"])
def test_repeated_votes_are_told_in_votes_as_the_account_of_rows_tells_them(observed: str) -> None:
    check = replace(checks()[3], id="scoring.votes_repeated", gate="scoring", observed=observed)
    text = told(dossier(checks=(check,)), "unlike")
    assert f"11{THIN}705 votes répétés, exclus, sur 199{THIN}977 votes acceptés" in text


def test_what_was_looked_at_is_said_with_its_unit() -> None:
    votes = replace(checks()[0], observed="3 / 199977", unit="intake.vote")
    load = replace(checks()[0], id="intake.shopper_load", expected="≤ 80", observed="7")
    text = told(dossier(checks=(votes, load)), "checks")
    assert f"3 cas (examen de 199{THIN}977 votes)" in text
    assert "≤ 80 tests en un jour\n7 tests en un jour" in text
