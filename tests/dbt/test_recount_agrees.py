"""The SQL and the recount, each from the same deposits: two codes that share nothing say the same of every cell.

Belongs here: editions with contests, journeys, places, measured criteria and names of firms. What they must say:
`oracle.py` and `oracle_shown.py`, from rows; `docs/method.md`, by hand.
"""

from pathlib import Path
from random import Random

import pytest

from benchmarks.compiled import Compiled
from orchestration.recount import Difference, compare, recount
from orchestration.recount.comparison import Declared
from orchestration.storage.warehouse import connect
from tests.dbt.warehouse import declared
from tests.fixtures.tiny import TinyEdition
from tests.integration.intake_ground import take_in
from tests.unit.recount.recount_ground import contest, contested, measured

NAMES = ("", "Rabat", "Fès", 'Aït "Melloul", centre', "rabat")
FACTS = ("repeated", "redirected", "travelled", "contradicted", "resolved")


def with_everything(tiny: TinyEdition, chance: Random) -> TinyEdition:
    """The edition with random cells in all columns of SPEC 3.2, a measured criterion, contests, and a withdrawal."""
    measured(tiny)
    for test in tiny.tests():
        for column in ("site", "city", "operator"):
            test[column] = chance.choice(NAMES)
        test["persona"] = chance.choice(("", "resident", "visitor"))
        test["journey_id"] = chance.choice(("", f"J-{test['candidate_id']}", f"J2-{test['candidate_id']}", "J-shared"))
        test["step"] = chance.choice(("", *map(str, range(1, 30)))) if test["journey_id"] else ""
        for fact in FACTS:
            test[fact] = chance.choice(("", "0", "1"))
        if test["channel"] == "email" and test["delay"]:
            test["delay"] = chance.choice(("0", "60.499", "60.5", "1440.0", "NA", "999999.999"))
    chosen = chance.sample(list(tiny.tests()), 10)
    decisions = ("", "rejected", "excluded", "excluded")
    contests = [
        contest(f"K{place}", test["test_id"], chance.choice(decisions), candidate_id=test["candidate_id"])
        for place, test in enumerate([*chosen, chosen[0]])
    ]
    contested(tiny, *contests, contest("K-late", "T001", opened_on="2025-12-01"), contest("K-none", "T999"))
    if chance.random() < 0.5:
        tiny.rulebook["field_firms"] = {"south": "Zahwane, Études & Cie", "north": chance.choice(("Tissouk", "south"))}
    if chance.random() < 0.3:
        tiny.withdraw("cedre-banks")
    if chance.random() < 0.3:
        tiny.audits_only()
    tiny.rulebook["eligibility"]["min_mark"] = "0.00"
    return tiny


def computed_twice(compiled: Compiled, edition: TinyEdition, folder: Path) -> tuple[Declared, list[Difference]]:
    """The tables that the SQL makes of the edition's deposits, and what the recount has otherwise."""
    taken = take_in(edition, folder)
    assert taken.report.problems == ()
    weights = dict(taken.rows("SELECT respondent_id, weight_micro FROM intake.survey_weight"))
    taken.con.close()
    with connect(taken.settings.work_db(edition.edition)) as con:
        compiled.run(con)
        tables = declared(con)
        # Contests may leave a channel without a test: then its marks are missing, as the gate must hear.
        failed = {failure.check for failure in compiled.failures(con)}
    assert failed <= {"scoring.marks_complete", "scoring.channels_present"}
    return tables, compare(recount(taken.settings.edition_raw(edition.edition), weights), tables)


@pytest.mark.parametrize("seed", range(6))
def test_every_cell_of_an_edition_with_everything_is_the_same(
    compiled: Compiled, tiny: TinyEdition, tmp_path: Path, seed: int
) -> None:
    tables, differences = computed_twice(compiled, with_everything(tiny, Random(seed)), tmp_path)
    assert differences == []
    shown = ("fct_segment_mark", "fct_measure", "fct_journey", "fct_observed_effort", "fct_contest", "laureates")
    assert all(tables[table] for table in shown)


def test_an_edition_without_the_new_columns_has_the_new_tables_empty(
    compiled: Compiled, tiny: TinyEdition, tmp_path: Path
) -> None:
    tables, differences = computed_twice(compiled, tiny, tmp_path)
    assert differences == []
    assert not any(tables[table] for table in ("fct_measure", "fct_journey", "fct_contest"))
    assert {row["segment"] for row in tables["fct_segment_mark"]} == {"scenario", "language"}
    assert {row["journeys"] for row in tables["fct_observed_effort"]} == {"0"}
