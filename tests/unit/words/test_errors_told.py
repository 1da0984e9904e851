"""Every error that a person reads says itself in French too: none is raised with a plain English text."""

import ast
import pickle
import re
from collections.abc import Callable, Iterator

import pytest

from orchestration.errors import InputError, PalmaresError
from orchestration.release import TABLES, parse, parse_chain, parse_manifest, parse_record
from orchestration.settings import PROJECT_DIR, Settings, engine_threads, memory_allowed
from orchestration.words import in_language, told
from orchestration.words import say as house

CODE = PROJECT_DIR / "orchestration"
ERRORS = ("PalmaresError", "InputError", "Refused", "EvidenceBroken", "ManifestError", "RecordError")
APART = {"recount": "takes from no other room: the second count says what it says in English"}
"""Rooms that are not looked at, and why."""
AS_TYPED = {
    "palmares run …": "a command",
    "palmares status …": "a command",
    "palmares results …": "a command",
    "palmares report … CANDIDATE": "a command",
    "--accept CHECK=REASON": "an option",
    "--decide D --reason R": "options",
    "--file FILE": "an option",
    "--ground …": "an option",
    "2025-11-17": "a day, as it is written",
    "smtp://host:25?from=sender&to=receiver": "an address",
}
"""Remedies that are what one types, whatever the language."""


def template(node: ast.expr) -> str | None:
    """A text that is put together here, its gaps as `…`; None for what is made elsewhere."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.BinOp) and (parts := [template(node.left), template(node.right)]) != [None, None]:
        return "".join(part or "…" for part in parts)
    return None


def texts(node: ast.expr) -> Iterator[str]:
    """The texts that an argument may be: of a choice both, of a row each."""
    inside = {ast.IfExp: ("body", "orelse"), ast.ListComp: ("elt",), ast.GeneratorExp: ("elt",)}.get(type(node), ())
    parts = [getattr(node, name) for name in inside] + (node.elts if isinstance(node, ast.List | ast.Tuple) else [])
    for part in parts:
        yield from texts(part)
    if (text := template(node)) is not None:
        yield text


def said() -> Iterator[tuple[str, bool, str]]:
    """Each plain text of an error: where it is raised, whether it is the remedy, the text."""
    for path in sorted(CODE.rglob("*.py")):
        place = path.relative_to(CODE)
        for call in ast.walk(ast.parse(path.read_text("utf-8"))) if place.parts[0] not in APART else ():
            if not isinstance(call, ast.Call):
                continue
            if getattr(call.func, "id", getattr(call.func, "attr", "")) in ERRORS:
                named = {word.arg: word.value for word in call.keywords}
                given = [(at == 2, argument) for at, argument in enumerate(call.args) if at in (0, 2)]
                given += [(name == "mend", named[name]) for name in ("what", "mend") if name in named]
                for remedy, argument in given:
                    yield from ((f"{place}:{call.lineno}", remedy, text) for text in texts(argument))


def test_no_error_is_raised_with_a_plain_text() -> None:
    assert [(where, text) for where, remedy, text in said() if not (remedy and text in AS_TYPED)] == []


def test_what_is_excepted_is_still_said() -> None:
    assert {text for _, remedy, text in said() if remedy} == AS_TYPED.keys()
    assert [room for room in APART if not (CODE / room).is_dir()] == []


@pytest.mark.parametrize(
    ("variable", "value", "ask", "french"),
    [
        (
            "PALMARES_MEMORY",
            "much",
            memory_allowed,
            "environnement\u00a0: PALMARES_MEMORY n’est pas une quantité de mémoire d’au moins 512MB\n"
            "  Remède\u00a0: l’écrire comme 4GB ou 1.5GB",
        ),
        (
            "PALMARES_THREADS",
            "many",
            engine_threads,
            "environnement\u00a0: PALMARES_THREADS n’est pas un nombre entier de 1 à 999",
        ),
        (
            "PALMARES_ADDRESS",
            "here",
            Settings.from_env,
            "environnement\u00a0: PALMARES_ADDRESS n’est pas l’adresse d’une page, https://example.org/",
        ),
        (
            "PALMARES_RAW",
            "/srv/what?",
            Settings.from_env,
            "environnement\u00a0: PALMARES_RAW contient '?', que les bases de données ne lisent pas comme partie d’un "
            "chemin\n  Remède\u00a0: nommer un répertoire sans ces signes",
        ),
        (
            "PALMARES_HOME",
            "/dev/null",
            Settings.from_env,
            "/dev/null\u00a0: PALMARES_HOME ne nomme pas un répertoire\n"
            "  Remède\u00a0: nommer un répertoire, existant ou qui puisse être fait",
        ),
    ],
)
def test_a_wrong_environment_is_told_in_french(
    variable: str, value: str, ask: Callable[[], object], french: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InputError) as wrong:
        ask()
    across: PalmaresError = pickle.loads(pickle.dumps(wrong.value))  # steps run in processes of their own
    for error in (wrong.value, across):
        assert in_language(told(error), "fr") == french and str(told(error)) == str(error) == str(wrong.value)


@pytest.mark.parametrize(
    ("read", "english", "french"),
    [
        (
            lambda: parse_manifest(b"x\n"),
            "line 1 is not `<sha256>  <path>`",
            "la ligne 1 n’est pas `<sha256>  <chemin>`",
        ),
        (lambda: parse_record(b"{}"), "edition: Field required", "edition: Field required"),
        (lambda: parse_chain(b"{}"), "does not end with LF", "ne finit pas par LF"),
        (
            lambda: parse(TABLES["laureates"], b"a,b\n"),
            f"line 1: the header is not {','.join(TABLES['laureates'].names)}",
            f"ligne 1\u00a0: l’en-tête n’est pas {','.join(TABLES['laureates'].names)}",
        ),
    ],
)
def test_a_file_of_a_release_that_was_changed_is_told_in_french(
    read: Callable[[], object], english: str, french: str
) -> None:
    """A sentence that quotes the error, as those of `palmares verify` do, quotes it in its own language."""
    with pytest.raises(ValueError, match=re.escape(english)) as wrong:
        read()
    quoting = house("frame.at", where="x", what=wrong.value)
    assert (str(quoting), quoting.fr) == (f"x: {wrong.value}", f"x\u00a0: {french}")
