"""A withdrawal that came late is told with its day, its deposits, and the outcome that there would be without it."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration.dossier.model import Otherwise
from orchestration.dossier.withdrawn import otherwise
from orchestration.intake import Withdrawal
from orchestration.storage import connect
from orchestration.words.typography import NBSP
from tests.fixtures.dossier_ground import checks
from tests.fixtures.dossier_reader import dossier, told
from tests.fixtures.tiny import TinyEdition

LATE = Withdrawal(
    "C-9",
    "Retirée SA",
    category_id="banks",
    withdrawn_on=date(2030, 12, 20),
    entered_in=(2,),
    withdrawn_in=(11,),
    late=("after_fieldwork",),
)


def text(late: Withdrawal, *without: Otherwise, part: str = "unlike") -> str:
    flagged = replace(checks()[1], id="intake.withdrawals_timely", acceptance=None)
    return told(dossier(checks=(flagged,), withdrawals=(late,), otherwise=without), part)


def test_who_when_which_lists_and_what_the_outcome_would_be() -> None:
    shown = text(LATE, Otherwise("banks", "joint", ("C-9", "C-2")))
    assert f"Retirée SA\nBanques\n20{NBSP}décembre 2030" in shown
    assert f"Inscrit{NBSP}: dépôts 2. Retiré{NBSP}: dépôts 11." in shown
    assert f"élus à égalité{NBSP}: Retirée SA, <script>alert(1)</script>" in shown


@pytest.mark.parametrize(
    ("without", "words"),
    [
        ((Otherwise("banks", "no_award_tie"),), "pas de titre\u202f: égalité"),
        ((Otherwise("banks"),), "ne peut pas être calculée"),
        ((), "ne peut pas être calculée"),
    ],
)
def test_an_outcome_without_a_holder_and_one_that_cannot_be_computed(
    without: tuple[Otherwise, ...], words: str
) -> None:
    shown = text(replace(LATE, withdrawn_on=None, category_id="banks"), *without)
    assert "sans date" in shown and words.replace("\u202f", NBSP) in shown


def test_one_that_is_in_order_stands_with_its_day_in_its_category_alone() -> None:
    timely = replace(LATE, late=())
    assert "Retraits à expliquer" not in text(timely)
    assert f"Retiré{NBSP}: Retirée SA (le 20{NBSP}décembre 2030)." in text(timely, part="results")


def test_the_outcome_without_a_withdrawal_is_the_second_computations(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.audits_only().withdraw("atlas-hotels", "2025-12-20")
    run: Any = SimpleNamespace(raw=tiny.write(tmp_path))
    late = Withdrawal(
        "atlas-hotels",
        "Atlas",
        category_id="hotels",
        withdrawn_on=date(2025, 12, 20),
        entered_in=(),
        withdrawn_in=(7,),
        late=("after_fieldwork",),
    )
    with connect(":memory:") as con:
        con.execute("CREATE SCHEMA marts")
        con.execute("CREATE TABLE marts.fct_survey_weight (respondent_id VARCHAR, weight_micro BIGINT)")
        assert otherwise(con, run, [late]) == (Otherwise("hotels", "elected", ("atlas-hotels",)),)
        assert otherwise(con, run, [replace(late, late=())]) == ()
        (run.raw / "candidates.csv").unlink()
        assert otherwise(con, run, [late]) == (Otherwise("hotels"),)
