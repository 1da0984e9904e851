"""Every catalogue of words: the same keys and values in each language, French set as French, no key missing or idle."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_DIR
from orchestration.storage import load
from orchestration.words import Phrasebook
from orchestration.words.catalogue import catalogue

CODE = PROJECT_DIR / "orchestration"
FOLDERS = sorted({path.parent for path in CODE.rglob("en.yml")})
SAYS = [path for path in sorted(CODE.rglob("*.py")) if re.search(r"\bsay\(", path.read_text("utf-8"))]


def name(path: Path) -> str:
    return path.relative_to(CODE).as_posix()


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_a_catalogue_says_the_same_in_each_of_its_languages(folder: Path) -> None:
    languages = {path.stem: catalogue(path.stem, (folder,)) for path in folder.glob("*.yml")}
    assert {"en", "fr"} <= languages.keys() <= {"en", "fr", "ar"}
    for lang, words in languages.items():
        assert words.keys() == languages["en"].keys(), lang
        for key, text in words.items():
            assert text.strip(), (lang, key)
            assert placeholders(text) == placeholders(languages["en"][key]), (lang, key)
    for path in folder.glob("*.yml"):
        assert load(path), "read strictly too: no key stands twice"


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{([\w:]+)[|}]", text))


BY_ENGLISH = sorted({path.parent for path in CODE.rglob("fr.yml")} - {*FOLDERS, CODE / "cli" / "words" / "help"})
"""French by the English that stands in the code. That of help, with click's signs in it, has a test of its own."""


@pytest.mark.parametrize("folder", [*FOLDERS, *BY_ENGLISH], ids=name)
def test_french_is_set_as_french(folder: Path) -> None:
    for key, text in catalogue("fr", (folder,)).items():
        assert not re.search(r" [;:!?»%]|« |'", text), key
        assert not re.search(r"[a-zé][;!?]", text.replace("://", "")), key


HOUSE = CODE / "words" / "house"


def book_of(path: Path) -> Path:
    """The folder of the catalogue that a module's `say` reads."""
    source = path.read_text("utf-8")
    module = ".".join(path.relative_to(PROJECT_DIR).with_suffix("").parts)
    if "\nsay = Phrasebook(" not in source:
        room = re.search(r"^from orchestration\.(\w+)(?:\.say)? import (?:[^\n]*, )?say(?:,|$)", source, re.M)
        assert room, f"{path}: whose words does it say?"
        module = "orchestration.words" if room[1] == "words" else f"orchestration.{room[1]}.say"
    book: Phrasebook = import_module(module).say
    return book.folder


def asked(path: Path, function: str) -> set[str]:
    """The keys that a module asks for by name in calls of `say`, or of `house`, which is the `say` of all rooms."""
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    named = (call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == function)
    return {str(key.value) for key in named if isinstance(key, ast.Constant)}


@pytest.mark.parametrize("path", SAYS, ids=name)
def test_what_a_module_says_stands_in_its_catalogue(path: Path) -> None:
    assert asked(path, "say") - catalogue("en", (book_of(path),)).keys() == set()


def test_what_rooms_say_alike_stands_in_the_catalogue_of_the_house() -> None:
    named = {key for path in CODE.rglob("*.py") for key in asked(path, "house")}
    assert named and named - catalogue("en", (HOUSE,)).keys() == set()


def patterns(path: Path) -> Iterator[str]:
    """Keys that a module names, as regular expressions: its constants, its f-strings with anything in their gaps."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in node.values]
            if "." in "".join(part for part in parts if part != ".+"):
                yield "".join(parts)


def test_no_sentence_is_said_by_nobody() -> None:
    idle = []
    for folder in sorted({book_of(path) for path in SAYS}):
        room = CODE if folder == HOUSE else folder.parent
        used = {found for path in room.rglob("*.py") for found in patterns(path)}
        whole = re.compile("|".join(sorted(used)))
        idle += [f"{name(folder)}: {key}" for key in catalogue("en", (folder,)) if not whole.fullmatch(key)]
    assert idle == []


def test_a_sentence_carries_both_languages_through_a_process() -> None:
    import pickle

    from orchestration.errors import InputError, Refused
    from orchestration.words import Sentence, say

    sentence = say("edition.unknown", edition="{edition} \\1")
    assert sentence == "there is no edition {edition} \\1" and sentence.fr == "il n’y a pas d’édition {edition} \\1"
    for error in (Refused([sentence]), InputError(sentence, "there", sentence)):
        back = pickle.loads(pickle.dumps(error))
        told = back.reasons[0] if isinstance(back, Refused) else back.mend
        assert isinstance(told, Sentence) and told == sentence and told.fr == sentence.fr and str(back) == str(error)


def test_sentences_are_put_together_in_each_language() -> None:
    from orchestration.words import Sentence, in_language, joined, remedied

    one, other = Sentence("one", "un"), "2"
    assert in_language(one, "fr") == "un" and in_language(one, "en") == "one" and in_language(other, "fr") == "2"
    both = joined("; ", [one, other])
    assert (both, both.fr) == ("one; 2", "un; 2")
    told = remedied(one, both)
    assert (told, told.fr) == ("one\n  How to mend it: one; 2", "un\n  Remède\u00a0: un; 2")
    assert isinstance(Phrasebook(CODE / "words" / "house")("edition.no_id", text=one), Sentence)


def test_a_text_that_stands_in_the_code_finds_its_french_with_its_figures(tmp_path: Path) -> None:
    from orchestration.words import with_french

    (tmp_path / "fr.yml").write_text(
        'sign:\n  "{a}, not {a}": "non {a}"\n  "from {low} to {high}": "{high} dès {low}"\n'
    )
    told = {text: with_french(text, tmp_path, "sign").fr for text in ("from 1 to 20", "{a}, not {a}", "from 1 to x")}
    assert told == {"from 1 to 20": "20 dès 1", "{a}, not {a}": "non {a}", "from 1 to x": "from 1 to x"}


def test_an_error_is_told_in_each_language_with_its_place_and_remedy() -> None:
    from orchestration.errors import InputError, PalmaresError
    from orchestration.words import Sentence, in_language, told

    one, place, mend = Sentence("one", "un"), Sentence("here", "ici"), Sentence("mend it", "réparer")
    for error in (InputError(one, place, mend), InputError(one, "there"), InputError("plain"), PalmaresError(one)):
        assert str(told(error)) == str(error)
    assert in_language(told(InputError(one, place, mend)), "fr") == "ici\u00a0: un\n  Remède\u00a0: réparer"
    assert in_language(told(PalmaresError(one)), "fr") == "un" and told(PalmaresError("plain")) == "plain"
