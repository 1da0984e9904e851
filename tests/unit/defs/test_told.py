"""What Dagster's forms, notices and dbt say no to is said in French too; in English it is what it always was."""

from collections.abc import Callable

import pytest

from orchestration.defs.asking import Reread, asked
from orchestration.defs.notices import SMTP, WEBHOOK, Notice, _mail, _post
from orchestration.defs.scoring import dbt_failure
from orchestration.defs.sources import BY_NOUN
from orchestration.errors import PalmaresError
from orchestration.words import in_language, told

NOTICE = Notice("a run failed", "prepare_edition", "0123", {})


def both(ask: Callable[[], object]) -> tuple[str, str]:
    """What an error says in English and in French."""
    with pytest.raises(PalmaresError) as wrong:
        ask()
    assert str(told(wrong.value)) == str(wrong.value)
    return str(wrong.value), in_language(told(wrong.value), "fr")


def test_a_source_that_there_is_not_is_told() -> None:
    noun = next(iter(BY_NOUN))
    assert both(lambda: asked(Reread(source=f"{noun}x"), "2026")) == (
        f"source: there is no source '{noun}x'\n  How to mend it: perhaps {noun}",
        f"source\u00a0: il n’y a pas de source '{noun}x'\n  Remède\u00a0: peut-être {noun}",
    )
    english, french = both(lambda: asked(Reread(source="?"), "2026"))
    known = ", ".join(BY_NOUN)
    assert english.endswith(f"mend it: one of: {known}") and french.endswith(f"Remède\u00a0: au choix\u00a0: {known}")


def test_an_address_to_which_no_notice_can_go_is_told() -> None:
    assert both(lambda: _post("ftp://here", NOTICE)) == (
        f"{WEBHOOK} is no http address\n  How to mend it: name an address that begins with https://",
        f"{WEBHOOK} n’est pas une adresse http\n  Remède\u00a0: donner une adresse qui commence par https://",
    )
    english, french = both(lambda: _mail("smtp://", NOTICE))
    assert english.startswith(f"{SMTP} is no address of a mail server\n  How to mend it: smtp://")
    assert french.startswith(f"{SMTP} n’est pas l’adresse d’un serveur de courrier\n  Remède\u00a0: smtp://")


def test_what_dbt_could_not_make_is_told_with_its_own_words() -> None:
    failure = dbt_failure(RuntimeError("it failed. Errors parsed from dbt logs:\n\nIO Error: held\n"))
    assert str(failure) == (
        "dbt could not make the marks:\nIO Error: held\n"
        "  How to mend it: if another process holds the working warehouse, wait until it has ended and start again; "
        "otherwise it is an error of the program or of the dbt project."
    )
    assert in_language(told(failure), "fr") == (
        "dbt n’a pas pu calculer les notes\u00a0:\nIO Error: held\n"
        "  Remède\u00a0: si un autre processus tient la base de travail, attendre sa fin et relancer\u202f; "
        "sinon, c’est une erreur du programme ou du projet dbt."
    )
