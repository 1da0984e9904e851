"""Which engine makes the marks: its name, what is installed of it, and the note in the working warehouse."""

from pathlib import Path

import pytest

from orchestration.errors import InputError
from orchestration.scoring import DUCKDB, ENGINES, SPARK, check_engine, check_spark, forget, installed, name_of, noted
from orchestration.scoring.engine import note
from orchestration.storage import connect

MADE_BY = {"dbt-spark": "1.11.0", "java": "17.0.1", "pyspark": "4.1.4"}


def an_environment(folder: Path, *packages: str) -> Path:
    """An environment in which these packages are installed, as far as their names tell."""
    site = folder / "env" / "lib" / "python3.11" / "site-packages"
    for package in packages:
        name, _, version = package.partition("==")
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (folder / "env" / "bin").mkdir(parents=True)
    (folder / "env" / "bin" / "python").touch()
    return folder / "env"


def a_java(folder: Path, says: str) -> Path:
    """A program called java that says this of its version, where Java says it: on the error stream."""
    (folder / "bin").mkdir(parents=True)
    java = folder / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    java.chmod(0o755)
    return java


def test_there_are_two_engines_and_no_other() -> None:
    assert [check_engine(name) for name in ENGINES] == [DUCKDB, SPARK]
    with pytest.raises(InputError, match="there is no engine 'flink'") as wrong:
        check_engine("flink")
    assert (wrong.value.where, wrong.value.mend) == ("--engine", "duckdb, spark")


def test_the_note_is_of_the_packages_until_it_is_taken_away(tmp_path: Path) -> None:
    work = tmp_path / "2026.duckdb"
    with connect(work) as con:
        assert (noted(con), name_of(noted(con))) == ({}, DUCKDB)
        note(con, {"pyspark": "4.0.0"})
        note(con, MADE_BY)
        assert (noted(con), name_of(noted(con))) == (MADE_BY, SPARK)
        con.execute("ATTACH ':memory:' AS other; USE other")
        assert noted(con) == {}, "of the warehouse that is open, not of one beside it"
    for _ in range(2):
        forget(work)
        with connect(work) as con:
            assert noted(con) == {}


def test_the_packages_are_those_of_the_environment(tmp_path: Path) -> None:
    both = an_environment(tmp_path / "both", "pyspark==4.1.4", "dbt-spark==1.11.0", "pandas==3.1.1")
    assert installed(SPARK, both) == {"dbt-spark": "1.11.0", "pyspark": "4.1.4"}
    assert installed(SPARK, tmp_path / "nowhere") == installed(DUCKDB, both) == {}


@pytest.mark.parametrize("packages", [(), ("pyspark==4.1.4",), ("dbt-spark==1.11.0",)])
def test_an_environment_that_is_not_whole_is_named_with_the_command_that_makes_it(
    tmp_path: Path, packages: tuple[str, ...]
) -> None:
    with pytest.raises(InputError, match="not there, or not whole") as wrong:
        check_spark(an_environment(tmp_path, *packages))
    assert wrong.value.where == str(tmp_path / "env")
    assert "make deploy/spark/.venv/.ready" in str(wrong.value.mend)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return an_environment(tmp_path, "pyspark==4.1.4", "dbt-spark==1.11.0")


def test_without_java_it_is_said_where_it_was_looked_for(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(InputError, match="there is no Java") as wrong:
        check_spark(whole)
    assert wrong.value.where == "PATH" and "Java 17 or newer" in str(wrong.value.mend)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    with pytest.raises(InputError, match="there is no Java") as wrong:
        check_spark(whole)
    assert wrong.value.where == f"{tmp_path}/jdk/bin", "Spark asks JAVA_HOME first, whatever stands on the path"


@pytest.mark.parametrize(
    ("says", "found"),
    [
        ('openjdk version "11.0.2" 2019-01-15', 'version "11.0.2"'),
        ('java version "1.8.0_402"', 'version "1.8.0_402"'),
        ("Unable to locate a Java Runtime", "Unable to locate"),
        ("", "–"),
    ],
)
def test_a_java_that_spark_does_not_run_on_is_refused(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, found: str
) -> None:
    java = a_java(tmp_path / "jdk", says)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    with pytest.raises(InputError, match="none that Spark runs on") as wrong:
        check_spark(whole)
    assert wrong.value.where == str(java) and found in wrong.value.what


@pytest.mark.parametrize("says", ['openjdk version "17.0.15" 2025-04-15', 'openjdk version "25" 2025-09-16'])
def test_seventeen_and_newer_will_do(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    monkeypatch.setenv("PATH", f"{a_java(tmp_path / 'jdk', says).parent}:/bin")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    check_spark(whole)
