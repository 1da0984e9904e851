"""The data dictionary in English and French, made from the tables' own descriptions
(`python -m orchestration.publication.dictionary`).

Belongs here: the pages' layout. What a column is stands in `release/catalogue.py`, or in the models of schema
`analytics`; in French in `dictionary_fr.yml`. Where figures come from: `lineage.py`.
"""

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from orchestration.publication.analytics import SCHEMA, Model, declared
from orchestration.publication.dims import DIMENSIONS
from orchestration.publication.lineage import CRITERION, DEPOSITS, deposits_of, parents, way_of_the_mark
from orchestration.release import OUTSIDE_DIGEST, TABLES, TITLE_HISTORY, Table
from orchestration.settings import PROJECT_DIR, RULEBOOK_FILE
from orchestration.storage import strictyaml
from orchestration.words import french

DOCS = PROJECT_DIR / "docs"
PAGES = {"en": DOCS / "data-dictionary.md", "fr": DOCS / "data-dictionary.fr.md"}
FRENCH = Path(__file__).with_name("dictionary_fr.yml")
WORDS = {
    "en": {
        "introduction": """# Data dictionary

Made by `python -m orchestration.publication.dictionary` from `orchestration/release/catalogue.py`; a test holds it.
[In French](data-dictionary.fr.md).

Each table stands in the published warehouse (schema `main`: the newest release of each edition; schema `archive`:
every release), as Parquet beside it, and in each release as `results/<table>.csv` and `.parquet`. Columns of the key
come first. `*_micro` are millionths of a point out of 20; the plain column is rounded half up to two places.

## From a title down to the criterion

Each line is made from the next. Every table below says what it is made from, and in the end from which files.
""",
        "analytics": """# Schema analytics

In the published warehouse alone: made by dbt (`dbt_project/models/analytics`) from the tables of schema `main`; the
last three tables name what codes mean, from the rulebook of each release and the program's words.
Rules differ from edition to edition: no table takes a mean over editions, and `criterion_trend` keeps to the common
core of criteria.
""",
        "undigested": "In no digest.",
        "from": "Made from {models}; in the end from {files}.",
        "head": "| column | type | what it is |",
        "key": "key",
    },
    "fr": {
        "introduction": """# Dictionnaire des données

Écrit par `python -m orchestration.publication.dictionary` à partir de `orchestration/release/catalogue.py` ; un test y
veille. [En anglais](data-dictionary.md).

Chaque table se trouve dans l'entrepôt publié (schéma `main` : la dernière publication de chaque édition ; schéma
`archive` : toutes), en Parquet à côté, et dans chaque publication sous `results/<table>.csv` et `.parquet`. Les
colonnes de la clé viennent d'abord. `*_micro` : millionièmes de point sur 20 ; la colonne simple est arrondie au plus
proche à deux décimales.

## D'un titre jusqu'au critère

Chaque ligne est faite de la suivante. Chaque table ci-dessous dit de quoi elle est faite, et en fin de compte de quels
fichiers.
""",
        "analytics": """# Schéma analytics

Dans l'entrepôt publié seulement : fait par dbt (`dbt_project/models/analytics`) à partir des tables du schéma `main` ;
les trois dernières tables disent ce que les codes signifient, d'après le règlement de chaque publication et les mots du
programme. Les règles diffèrent d'une édition à l'autre : aucune table ne fait de moyenne sur plusieurs éditions, et
`criterion_trend` s'en tient au socle commun de critères.
""",
        "undigested": "Dans aucune empreinte.",
        "from": "Faite de {models} ; en fin de compte de {files}.",
        "head": "| colonne | type | ce que c'est |",
        "key": "clé",
    },
}


def dictionary(lang: str = "en") -> str:
    """The whole page, in Markdown."""
    words = WORDS[lang]
    tables = [_section(table, lang) for table in (*TABLES.values(), TITLE_HISTORY)]
    analytics = [_analytics(model, lang) for model in (*declared(), *DIMENSIONS)]
    page = "\n".join([words["introduction"], *_ways(), "", *tables, words["analytics"], *analytics])
    return french(page) if lang == "fr" else page


@cache
def translations() -> dict[str, str]:
    """The descriptions in French, by the English ones."""
    return {str(key): str(text) for key, text in strictyaml.load_shipped(FRENCH).items()}


def _translated(text: str, lang: str) -> str:
    return translations()[text] if lang == "fr" else text


def _ways() -> list[str]:
    """From the laureates down to the ratings of a criterion, and to its weight in the rules."""
    ways = [
        [*way_of_the_mark(source), end]
        for source, end in zip(CRITERION, (DEPOSITS[CRITERION[0]], RULEBOOK_FILE), strict=True)
    ]
    return ["- " + " ← ".join(f"`{name}`" for name in way) for way in ways]


def _analytics(model: Model, lang: str) -> str:
    rows = [(c.name, c.name in model.key, c.type.lower(), _translated(c.comment, lang)) for c in model.columns]
    return _page(f"{SCHEMA}.{model.name}", [_translated(model.comment, lang), _made_from(model.name, lang)], rows, lang)


def _section(table: Table, lang: str) -> str:
    note = f" {WORDS[lang]['undigested']}" if table.name in OUTSIDE_DIGEST else ""
    rows = [(column.name, column.key, column.type, _translated(column.comment, lang)) for column in table.columns]
    return _page(table.name, [f"{_translated(table.comment, lang)}{note}", _made_from(table.name, lang)], rows, lang)


def _made_from(name: str, lang: str) -> str:
    """What dbt makes a table from; empty for one that it does not make."""
    files = deposits_of(name)
    if not parents().get(name) or not files:
        return ""
    listed = {"models": parents()[name], "files": files}
    shown = {key: ", ".join(f"`{source}`" for source in names) for key, names in listed.items()}
    return WORDS[lang]["from"].format(**shown)


def _page(name: str, paragraphs: Iterable[str], columns: Iterable[tuple[str, bool, str, str]], lang: str) -> str:
    """A table: each column with its name, whether it belongs to the key, its type and what it is."""
    words = WORDS[lang]
    key = f" ({words['key']})"
    rows = [f"| `{column}`{key if is_key else ''} | {type_} | {what} |" for column, is_key, type_, what in columns]
    lines = [line for paragraph in paragraphs if paragraph for line in (paragraph, "")]
    return "\n".join([f"## {name}", "", *lines, words["head"], "|---|---|---|", *rows, ""])


def main() -> None:
    """Write the pages."""
    for lang, path in PAGES.items():
        path.write_text(dictionary(lang), encoding="utf-8")
        sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    main()
