"""How the second computation, changes and reservations are told."""

from dataclasses import replace
from typing import Any

import pytest

from orchestration.dossier.changes import changes, snapshot
from orchestration.dossier.model import Earlier, Released, Reservation
from orchestration.scoring.model import (
    RecountFact,
)
from orchestration.typesetting.blocks import table
from orchestration.words.typography import NBSP, THIN
from tests.fixtures.dossier_ground import DISAGREEMENT, inputs
from tests.fixtures.dossier_reader import dossier, part_of, told, words_of


def test_the_second_computation_is_shown_as_declared_recomputed_difference() -> None:
    document = dossier(recount=DISAGREEMENT)
    section = part_of(document, "recount")
    finals = section.blocks[-1]["rows"]
    assert [cell["text"] for cell in finals[0][2:]] == [f"16{THIN}123{THIN}456", f"16{THIN}123{THIN}455", "1"]
    assert [cell["text"] for cell in finals[1][2:]] == ["–", f"14{THIN}000{THIN}000", "–"]
    assert "Des valeurs ne concordent pas" in told(document, "unlike")
    assert "Toutes les valeurs concordent" in told(dossier(), "unlike")


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
    text = told(dossier(previous=Earlier(before)), "changes").split("\n")
    assert "Fichier survey/old.csv" in text and "99999999…99999999" in text
    assert "15,00 (rang 2)" in text and "16,12 (rang 1)" in text
    assert "retiré" in text and "– (rang –)" in text
    assert "Catégorie Hôtels" in text and "Catégorie gone" in text
    assert "absent" in text and "en échec" in text and "conforme" in text
    assert "Programme de calcul" in text and "Contrôle Chaque deposit est en ordre." in text
    assert f"Faits changés depuis le dossier précédent{NBSP}: {len(changes(before, inputs()))}" in "\n".join(
        words_of(dossier(previous=Earlier(before)).front)
    )


def test_what_changed_since_the_release_is_told_apart_from_the_last_dossier() -> None:
    published: dict[str, Any] = snapshot(inputs())
    published["candidate"] |= {"C-1": "15000000|2"}
    both = dossier(released=Released(3, published), previous=Earlier(snapshot(inputs())))
    first, last = told(both, "changes").split("Depuis le dossier précédent")
    assert "Depuis la publication nº\u00a03" in first and "15,00 (rang 2)" in first and "16,12 (rang 1)" in first
    assert "Rien n’a changé depuis le dossier précédent" in last
    same = told(dossier(released=Released(3, published), previous=Earlier(published)), "changes")
    assert "Depuis le dossier précédent" not in same and "15,00 (rang 2)" in same
    equal = dossier(released=Released(3, snapshot(inputs())), previous=Earlier(published))
    assert "Rien n’a changé depuis la publication nº\u00a03" in told(equal, "changes")


def test_a_reservation_is_told_with_its_name_and_whether_it_was_entered_on_these_results() -> None:
    assert "Aucune réserve" in told(dossier(), "witnessed")
    one = Reservation("Maître A", "#panic(1) & <b>", "2031-01-02T10:00:00Z")
    old = Reservation("Maître B", "vu autrement", "2031-01-01T10:00:00Z", current=False)
    document = dossier(reservations=(one, old))
    text = told(document, "witnessed")
    assert text.index("Maître A") < text.index("#panic(1) & <b>") < text.index("Maître B") < text.index("vu autrement")
    assert text.count("état antérieur") == 1 and text.index("état antérieur") > text.index("vu autrement")
    assert f"Réserves de l’huissier, signées avec ce dossier{NBSP}: 2" in "\n".join(words_of(document.front))


def test_nothing_changed_and_first_dossier_are_said() -> None:
    assert "Rien n’a changé" in told(dossier(previous=Earlier(snapshot(inputs()))), "changes")
    assert "le premier de cette édition" in told(dossier(), "changes")


def test_a_dossier_whose_forerunner_is_lost_does_not_call_itself_the_first() -> None:
    """What it said could be deleted, or written anew by a hand that wants the bailiff to read that nothing changed."""
    lost = dossier(previous=Earlier(None))
    text = told(lost, "changes")
    assert "Un dossier a précédé celui-ci" in text and "premier" not in text and "Rien n’a changé" not in text
    assert f"Faits changés depuis le dossier précédent{NBSP}: inconnu" in "\n".join(words_of(lost.front))
    published = told(dossier(released=Released(3, None), previous=Earlier(snapshot(inputs()))), "changes")
    assert (
        "la publication nº\u00a03 n’est plus conservé" in published and "Rien n’a changé depuis le dossier" in published
    )
    assert told(dossier(released=Released(3, None), previous=Earlier(None)), "changes").count("plus conservé") == 1


def test_a_run_without_a_number_shows_a_dash() -> None:
    conditions = replace(inputs().conditions, run_id="")
    assert "–" in told(dossier(conditions=conditions), "conditions").split("\n")


def test_a_table_whose_rows_do_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="a row has not 2 cells"):
        table("Caption", [("a", 1), ("b", 1)], [[{"kind": "text", "text": "one"}]])


def test_the_dossier_says_that_spark_made_the_marks_and_nothing_of_an_engine_otherwise() -> None:
    spark = (("java", "17.0.15"), ("pyspark", "4.1.4"))
    conditions = replace(inputs().conditions, engine=spark)
    names = {
        "fr": ("Notes calculées par", "Apache Spark, à la place de DuckDB"),
        "en": ("Marks computed by", "Apache Spark, in place of DuckDB"),
        "ar": ("حُسبت النقط بواسطة", "Apache Spark"),
    }
    for lang, (label, value) in names.items():
        said, bare = told(dossier(lang, conditions=conditions), "conditions"), told(dossier(lang), "conditions")
        assert label in said and value in said and "pyspark" in said and "4.1.4" in said
        assert label not in bare and "Spark" not in bare
