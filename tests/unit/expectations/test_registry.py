"""The registry of checks: complete, strict, in step with what implements it and with its page."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import expectations
from expectations import docs, own
from expectations.checks import GateFile
from expectations.failing import failing_rows
from expectations.registry import all_checks, gate_file, read_gate, spec_of
from expectations.sql import prepare
from orchestration.assurance import looked_at
from orchestration.errors import InputError
from orchestration.evidence.checks import GATES, CheckSpec
from orchestration.scoring.dbt import DBT_DIR

EVERY = frozenset({"audit", "survey", "vote"})
BETWEEN = "expect_column_values_to_be_between"
GOOD = {
    "thresholds": {"few": {"value": 3, "why": "three is few"}},
    "parameters": {"most": "SELECT 7"},
    "remedies": {"mend": {"fr": "réparer", "en": "mend"}},
    "prepare": [{"name": "check_x", "sql": "SELECT 1"}],
    "checks": [
        {
            "id": "intake.rows_few",
            "severity": "warning",
            "kind": "gx",
            "fr": "Peu.",
            "en": "Few.",
            "ar": "قليل.",
            "remedy": "mend",
            "rows": "intake.test",
            "sql": "SELECT 'k' FROM check_x WHERE 1 > [[few]]",
        },
        {
            "id": "intake.rows_some",
            "severity": "info",
            "kind": "gx",
            "fr": "Quelques-uns.",
            "en": "Some.",
            "ar": "بعض.",
            "remedy": "mend",
            "rows": "intake.test",
            "asset": "SELECT n FROM intake.test",
            "key": "n",
            "expectations": [
                {"type": BETWEEN, "kwargs": {"column": "n", "max_value": {"$PARAMETER": "most"}}},
                {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "n"}},
                {"asset": "intake.test", "type": "expect_column_values_to_not_be_null", "kwargs": {"column": "n"}},
            ],
        },
        {
            "id": "intake.custody_fine",
            "severity": "blocking",
            "kind": "own",
            "fr": "Bon.",
            "en": "Fine.",
            "ar": "جيد.",
            "remedy": "mend",
        },
    ],
}


def _read(tmp_path: Path, change: dict | None = None, check: dict | None = None, number: int = 0) -> GateFile:
    data = json.loads(json.dumps(GOOD))
    data |= change or {}
    if check:
        data["checks"][number] = {k: v for k, v in (data["checks"][number] | check).items() if v is not None}
    path = tmp_path / "intake.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return read_gate("intake", path)


def test_a_gate_file_is_read_with_its_thresholds_filled_in(tmp_path: Path) -> None:
    found = _read(tmp_path)
    assert [spec.id for spec in found.specs] == ["intake.rows_few", "intake.rows_some", "intake.custody_fine"]
    [asset] = found.gx[0].assets
    assert asset.expectations[0].kwargs == {"unexpected_rows_query": "SELECT 'k' FROM check_x WHERE 1 > 3"}
    assert (found.gx[0].needs, found.gx[0].native) == ({"check_x"}, False)
    assert (found.specs[0].mend, found.specs[0].mend.fr) == ("mend", "réparer")
    assert [found.specs[0].sentence(lang) for lang in ("fr", "en", "ar")] == ["Peu.", "Few.", "قليل."]
    assert found.thresholds[0].why == "three is few"


def test_expectations_stand_by_the_asset_that_they_are_about(tmp_path: Path) -> None:
    check = _read(tmp_path).gx[1]
    assert [(asset.source, asset.key, len(asset.expectations)) for asset in check.assets] == [
        ("SELECT n FROM intake.test", "n", 2),
        ("intake.test", "n", 1),
    ]
    assert (check.needs, check.native) == ({"most"}, True)
    one_row_twice = failing_rows(check, {"most": 7}).partition(" UNION ALL ")[0]
    assert one_row_twice.endswith(
        'QUALIFY (asset."n" > 7) OR (asset."n" IS NOT NULL AND row_number() OVER (PARTITION BY asset."n") = 2)'
    )


@pytest.mark.parametrize(
    ("check", "what"),
    [
        ({"id": "intake.rows"}, "noun"),
        ({"id": "scoring.rows_few"}, "file of the gate"),
        ({"severity": "cosmetic"}, "severity"),
        ({"kind": "magic"}, "kind"),
        ({"component": "phone"}, "component"),
        ({"fr": " "}, "fr is empty"),
        ({"en": None}, "en"),
        ({"mood": "good"}, "mood"),
        ({"remedy": "pray"}, "remedy"),
        ({"sql": None}, "either sql"),
        ({"key": "n"}, "either sql"),
        ({"rows": None}, "have rows"),
        ({"kind": "own"}, "nothing to evaluate"),
        ({"rows": "intake.test; DROP TABLE x"}, "one table"),
        ({"sql": "SELECT [[many]]"}, "many"),
        ({"sql": "SELECT 1"}, "few"),
        ({"optional": True}, "applies"),
        ({"applies": "SELECT true"}, "applies"),
    ],
)
def test_a_line_that_is_not_right_is_named(tmp_path: Path, check: dict, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        _read(tmp_path, check=check)


@pytest.mark.parametrize(
    ("check", "what"),
    [
        ({"key": None}, "key says"),
        ({"expectations": [{"type": BETWEEN}]}, "kwargs"),
        ({"expectations": [{"type": "expect_column_mean_to_be_between", "kwargs": {"column": "n"}}]}, "no SQL"),
        ({"expectations": [{"type": BETWEEN, "kwargs": {"columns": ["n"]}}]}, "columns"),
        (
            {"expectations": [{"type": BETWEEN, "kwargs": {"column": "n", "max_value": {"$PARAMETER": "x"}}}]},
            "no value",
        ),
        ({"expectations": [{"type": BETWEEN, "kwargs": {"column": "n", "max_value": 1}}]}, "most"),
    ],
)
def test_an_expectation_that_is_not_right_is_named(tmp_path: Path, check: dict, what: str) -> None:
    with pytest.raises((ValueError, LookupError), match=what):
        _read(tmp_path, check=check, number=1)


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"thresholds": {"few": {"value": 3}}},
        {"remedies": {"mend": {"fr": "réparer"}}},
        {"prepare": [{"name": "check_x"}]},
    ],
)
def test_a_file_with_missing_or_unknown_parts_is_refused(tmp_path: Path, change: dict) -> None:
    with pytest.raises(ValueError, match="missing or unknown"):
        _read(tmp_path, change)


def test_a_gate_file_is_strict_yaml(tmp_path: Path) -> None:
    path = tmp_path / "intake.yml"
    path.write_text("a: &x 1\nb: *x\n", "utf-8")
    with pytest.raises(InputError):
        read_gate("intake", path)


def test_there_are_three_gates_and_no_other() -> None:
    with pytest.raises(ValueError, match="no gate"):
        gate_file("heaven")
    with pytest.raises(KeyError):
        spec_of("intake.nothing_here")


def test_the_registry_is_read_once_and_has_no_id_twice() -> None:
    ids = [spec.id for spec in all_checks()]
    assert len(ids) == len(set(ids)) >= 90
    with pytest.raises(AttributeError):
        getattr(expectations, "NOTHING")  # noqa: B009


def test_sentences_end_in_a_stop_and_say_three_different_things() -> None:
    for spec in all_checks():
        assert len({spec.fr, spec.en, spec.ar}) == 3, spec.id
        assert all(text.endswith(".") for text in (spec.fr, spec.en, spec.ar)), spec.id
        assert re.search(r"[\u0600-\u06ff]", spec.ar), spec.id
        assert not re.search(r"[^\u00a0\u202f][;:!?»](\s|$)|« (?!\u00a0)", spec.fr + spec.remedy_fr), spec.id


def test_blocking_is_what_breaks_the_rulebook() -> None:
    for name in ("shopper_share", "recheck_share", "completion_reached", "respondents_enough", "votes_enough"):
        assert spec_of(f"intake.{name}").severity == "blocking"
    for name in ("tests_open_hours", "tests_apart", "tests_distinct", "evidence_unique", "vote_bursts_absent"):
        assert spec_of(f"intake.{name}").severity == "warning"
    of_publication = {spec.id: spec.severity for spec in all_checks() if spec.gate == "publication"}
    # A date that cannot be is told and stops nothing: nobody could accept it before the dossier is made.
    assert of_publication.pop("publication.signature_dated") == "info"
    assert set(of_publication.values()) == {"blocking"}


def test_every_dbt_check_is_registered_and_every_registered_one_has_tests() -> None:
    folders = [DBT_DIR / name for name in ("models", "seeds", "tests", "macros")]
    paths = [path for folder in folders for kind in ("*.sql", "*.yml") for path in folder.rglob(kind)]
    texts = [path.read_text("utf-8") for path in paths]
    named = {
        found for text in texts for found in re.findall(r"'?check'?: '?((?:intake|scoring|publication)\.\w+)", text)
    }
    assert named | {own.MODELS_BUILT} == set(own.dbt_checks())


def test_every_python_check_is_registered_and_implemented() -> None:
    where = [*Path(str(own.__file__)).parent.glob("*.py"), Path(looked_at.__file__)]
    source = "".join(path.read_text("utf-8") for path in where)
    parts = {f"intake.custody_{part}" for part in ("chained", "complete", "unchanged")}
    named = set(re.findall(r'"((?:intake|scoring|publication)\.[a-z_]+)"', source)) - {own.MODELS_BUILT} | parts
    assert named == {spec.id for spec in all_checks() if spec.kind == "own"}


def test_a_check_applies_where_its_component_is_in_use() -> None:
    spec = spec_of("intake.votes_enough")
    assert spec.applies(frozenset({"vote"}))
    assert not spec.applies(frozenset({"audit"}))
    assert spec_of("intake.files_readable").applies(frozenset())


@pytest.mark.parametrize(
    ("check_id", "made", "read"),
    [
        ("intake.rechecks_consistent", ["check_vector", "check_pair", "check_chance"], []),
        ("intake.votes_enough", ["check_vote_count"], ["min_votes"]),
    ],
)
def test_only_what_the_applicable_checks_need_is_prepared(check_id: str, made: list[str], read: list[str]) -> None:
    file = gate_file("intake")
    (check,) = (check for check in file.gx if check.spec.id == check_id)
    for uses, tables, parameters in ((EVERY, made, read), (frozenset[str](), [], [])):
        asked: list[str] = []
        ready = prepare(replace(file, gx=(check,)), uses, asked.append)
        assert [sql.split()[3] for sql in asked if sql.startswith("CREATE")] == tables
        assert ready.values.keys() - {threshold.name for threshold in file.thresholds} == set(parameters)


def test_the_page_of_checks_is_current() -> None:
    assert docs.PAGE.read_text("utf-8") == docs.page(), "run `python -m expectations.docs`"


def test_the_page_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "docs" / "checks.md"
    assert docs.main(path) == 0
    assert f"{len(all_checks())} checks" in capsys.readouterr().out
    assert path.read_text("utf-8") == docs.page()
    assert all(f"`{spec.id}`" in path.read_text("utf-8") for spec in all_checks())


def test_a_specification_knows_its_gate() -> None:
    assert {spec.gate for spec in all_checks()} == set(GATES)
    assert isinstance(spec_of("scoring.recount_agrees"), CheckSpec)
