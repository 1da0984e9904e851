"""The glossary is law: one word for one thing in all that is said in French, Arabic and in the bailiff's guide."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations.registry import all_checks
from orchestration.settings import PROJECT_DIR
from orchestration.words.catalogue import catalogue

CODE = PROJECT_DIR / "orchestration"
GUIDE = PROJECT_DIR / "docs" / "bailiff.md"
S = r"[\s\u00a0\u202f]"
INSTEAD = {
    r"\bunivers\b(?! de consommation)": "catégorie",
    r"\bsondages?\b": "enquête (of the customers), tirage (of the bailiff)",
    r"(?<!votre )procès-verba": "dossier signé; the procès-verbal is the bailiff's own",
    r"\btitulaires?\b(?! du certificat)": "élu, lauréat",
    rf"constatée?s?{S}*[:{{]|a-t-on constaté": "relevé: the bailiff alone constate",
    r"journal des dépôts": "registre des dépôts",
    r"à l[’']écart": "mis de côté",
    r"tests? de contrôle": "re-contrôle",
    r"virgule flottante|faux nécessaires|quand même": "plain words",
    rf"sous-dossier|dossiers?{S}(?=vide|neuf|qui (?:la )?contien|de fichiers|de papier|nommé|ailleurs|\(PALMARES"
    r"|avec --to|(?:complet )?de la publication)": "répertoire (a folder)",
}
ARABIC = {
    "مختبِر": "متسوق (a shopper)",
    "هامش الشك": "هامش الخطأ",
    "بالتساوي": "مناصفة, لقب مقتسم",
    "محضر(?!كم)": "ملف الدورة",
}


def french() -> Iterator[tuple[str, str]]:
    for path in sorted(CODE.rglob("fr.yml")):
        for key, text in catalogue("fr", (path.parent,)).items():
            if key.startswith("minutes."):  # the model of the bailiff's own act speaks as he does
                continue
            yield f"{path.relative_to(CODE)} {key}", text
    for spec in all_checks():
        yield f"{spec.id} (sentence)", spec.sentence("fr")
        yield f"{spec.id} (remedy)", spec.remedy_fr
    yield from ((f"docs/bailiff.md {at}", line) for at, line in enumerate(GUIDE.read_text("utf-8").splitlines(), 1))


@pytest.mark.parametrize("word", INSTEAD)
def test_one_thing_has_one_word_in_french(word: str) -> None:
    assert [(where, INSTEAD[word]) for where, text in french() if re.search(word, text, re.I)] == []


def arabic(folder: Path) -> Iterator[tuple[str, str]]:
    return ((key, text) for key, text in catalogue("ar", (folder,)).items() if not key.startswith("minutes."))


@pytest.mark.parametrize("word", ARABIC)
def test_one_thing_has_one_word_in_arabic(word: str) -> None:
    folders = [path.parent for path in sorted(CODE.rglob("ar.yml"))]
    found = [(f.name, key) for f in folders for key, text in arabic(f) if re.search(word, text)]
    assert (found, ARABIC[word]) == ([], ARABIC[word])
