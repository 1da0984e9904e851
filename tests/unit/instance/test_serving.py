"""Why the UI is not served is said in both languages."""

import signal
import socket
import subprocess
from types import SimpleNamespace

import pytest

from orchestration.errors import PalmaresError
from orchestration.instance import serving
from orchestration.settings import Settings
from orchestration.words import in_language, told


def refused(settings: Settings, port: int) -> tuple[str, str]:
    with pytest.raises(PalmaresError) as wrong:
        serving.serve_ui(settings, "127.0.0.1", port)
    assert str(told(wrong.value)) == str(wrong.value)
    return str(wrong.value), in_language(told(wrong.value), "fr")


def test_an_address_that_is_taken_is_told(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        english, french = refused(settings, port)
    assert english.startswith(f"127.0.0.1:{port}: cannot listen there: ")
    assert english.endswith("\n  How to mend it: choose another (--port, --host)")
    assert french.startswith(f"127.0.0.1:{port}\u00a0: impossible d’écouter à cette adresse\u00a0: ")
    assert french.endswith("\n  Remède\u00a0: en choisir une autre (--port, --host)")


def test_a_second_server_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "cannot_listen", lambda *_: None)
    monkeypatch.setattr(serving, "hold_service", lambda *_: None)
    assert refused(settings, 1) == (
        f"{settings.home}: another `palmares ui` already serves this state folder\n"
        "  How to mend it: use that one, or stop it (Ctrl-C) and start again",
        f"{settings.home}\u00a0: un autre «\u00a0palmares ui\u00a0» sert déjà ce répertoire d’état\n"
        "  Remède\u00a0: utiliser celui-là, ou l’arrêter (Ctrl-C) et relancer",
    )


def test_a_server_that_ends_by_itself_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "cannot_listen", lambda *_: None)
    monkeypatch.setattr(serving, "hold_service", lambda *_: 3)
    for name in ("prepare_dagster_home", "ensure_manifest", "put_right", "_end_all"):
        monkeypatch.setattr(serving, name, lambda *_: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: SimpleNamespace(wait=lambda: 7))
    english, french = refused(settings, 1)
    assert english == "Dagster's server ended by itself (exit code 7); its last words stand above"
    assert french.startswith("le serveur de Dagster s’est arrêté de lui-même (code de sortie 7)\u202f; ")
