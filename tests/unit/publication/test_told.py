"""Why nothing is published is said in French too; in English it is what it always was."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from orchestration.errors import PalmaresError
from orchestration.publication import analytics, copy_to_postgres, publish_warehouse
from orchestration.publication.content import _edition_row
from orchestration.publication.ddl import Field
from orchestration.publication.fill import _fill, _from_texts
from orchestration.publication.history import seed_rows
from orchestration.publication.postgres import _prepare
from orchestration.release import TABLES
from orchestration.settings import Settings
from orchestration.words import in_language, told


def both(ask: Callable[[], object]) -> tuple[str, str]:
    """What an error says in English and in French."""
    with pytest.raises(PalmaresError) as wrong:
        ask()
    assert str(told(wrong.value)) == str(wrong.value)
    return str(wrong.value), in_language(told(wrong.value), "fr")


def test_what_there_is_to_publish_is_told(settings: Settings, tmp_path: Path) -> None:
    assert both(lambda: publish_warehouse(settings)) == (
        "nothing is published yet: there is no release",
        "rien n’est encore publié\u00a0: il n’y a pas de publication",
    )
    seed = tmp_path / "seed.csv"
    seed.write_text("a,b\n", "utf-8")
    english, french = both(lambda: seed_rows(seed))
    assert english.startswith(f"{seed}: the header is not that of title_history\n  How to mend it: company_id,")
    assert french.startswith(f"{seed}\u00a0: l’en-tête n’est pas celui de title_history\n  Remède\u00a0: company_id,")


def test_rows_that_break_a_contract_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    con = duckdb.connect()
    con.execute("ATTACH ':memory:' AS published")
    con.execute("USE published")
    con.execute("CREATE SCHEMA rulebook")
    con.execute(
        "CREATE TABLE rulebook.edition (title_fr TEXT, organiser TEXT, fieldwork_start DATE, fieldwork_end DATE,"
        " min_mark_micro BIGINT)"
    )
    record: Any = None
    assert both(lambda: _edition_row(con, record)) == (
        "the working warehouse holds no single edition",
        "la base de travail ne contient pas une édition et une seule",
    )
    table = TABLES["category_outcome"]
    part = _from_texts(table, [["2031", "banks", "elected"]])
    assert both(lambda: _fill(con, "main", table, parts=[part, part], refers={})) == (
        "a row breaks a key of main.category_outcome: nothing is published",
        "une ligne rompt une clé de main.category_outcome\u00a0: rien n’est publié",
    )
    model = SimpleNamespace(name="m", comment="c", columns=[Field("a", "BIGINT", "an a")], key=("a",))
    monkeypatch.setattr(analytics, "declared", lambda: [model])
    monkeypatch.setattr(analytics, "compiled", lambda: {"m": "SELECT 1 AS a UNION ALL SELECT 1"})
    assert both(lambda: analytics.fill_analytics(con)) == (
        "a row breaks the contract of analytics.m: nothing is published",
        "une ligne rompt le contrat de analytics.m\u00a0: rien n’est publié",
    )


def test_a_server_that_cannot_be_reached_or_is_somebody_elses_is_told(tmp_path: Path) -> None:
    published = tmp_path / "palmares.duckdb"
    duckdb.connect(str(published)).close()
    assert both(lambda: copy_to_postgres(published, "postgresql://user:secret@127.0.0.1:1/base")) == (
        "PostgreSQL at 127.0.0.1/base: OperationalError; it holds what it held before.\n"
        "  How to mend it: the release stands; when the server answers, start the same command again.",
        "PostgreSQL sur 127.0.0.1/base\u00a0: OperationalError\u202f; il contient ce qu’il contenait auparavant.\n"
        "  Remède\u00a0: la publication tient\u202f; quand le serveur répondra, relancer la même commande.",
    )
    theirs: Any = SimpleNamespace(execute=lambda *_: SimpleNamespace(fetchone=lambda: ("theirs",)))
    assert both(lambda: _prepare(theirs, "palmares", [])) == (
        "the server has a schema palmares that Palmarès did not make; nothing was changed.\n"
        "  How to mend it: rename it, or name another database.",
        "le serveur a un schéma palmares que Palmarès n’a pas fait\u202f; rien n’a été changé.\n"
        "  Remède\u00a0: le renommer, ou nommer une autre base.",
    )
