"""What is written into a folder of its own, outside the deposits: the draft of an edition, and what suppliers are told.

Belongs here: which files there are. Nothing of a draft is in custody until somebody deposits it.
"""

from collections import defaultdict
from pathlib import Path

import yaml

from orchestration.drafting.commented import SCHEMA, flow, rulebook_yaml
from orchestration.drafting.contract_page import contract_page
from orchestration.drafting.contracts import Delivery, contract, deliveries
from orchestration.drafting.example import Shape, files, rules
from orchestration.drafting.key import throwaway
from orchestration.drafting.pages import field_firm, readme
from orchestration.drafting.precheck_page import precheck_page
from orchestration.drafting.say import say
from orchestration.drafting.schema import corrections_json, rulebook_json
from orchestration.errors import InputError
from orchestration.rulebook import IDENTIFIER, parse_rulebook
from orchestration.settings import RULEBOOK_FILE, Settings, check_edition_id
from orchestration.storage import read_file, sha256_bytes, write_atomic
from orchestration.words import LANGUAGES, in_language

PAGES = ("fr", "en")
PRECHECK = "precheck"
ENTRY = {
    **{"id": "K1", "file": "audits/field-firm/phone.csv", "key": "A-003", "column": "solution", "expect": "3"},
    **{"value": "4", "reason": "The firm's sheet says 4.", "by": "N. Clerk", "on": "2026-11-10"},
}


def draft(folder: Path, shape: Shape, lang: str = "en") -> list[Path]:
    """Write the draft of an edition; returns its files. Raises InputError where something stands already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(say("draft.there"), str(folder), say("draft.there_mend"))
    book, (key, certificate) = rules(shape), throwaway()
    contents = {
        "README.md": readme(shape, folder, lang).encode(),
        "field-firm.md": field_firm(shape, book, lang).encode(),
        "rulebook.schema.json": rulebook_json(lang).encode(),
        "corrections.schema.json": corrections_json(lang).encode(),
        "corrections.yml": _corrections(lang).encode(),
        "bailiff-throwaway.p12": key,
        "deposits/rulebook.yml": rulebook_yaml(book, lang).encode(),
        "deposits/bailiff.pem": certificate,
        **{f"deposits/{path}": data for path, data in files(shape)},
    }
    for path, data in contents.items():
        write_atomic(folder / path, data)
    return [folder / path for path in contents]


def write_contracts(settings: Settings, edition: str, folder: Path, lang: str) -> list[Path]:
    """Write what each supplier agrees to, by the rulebook in `raw/<edition>`: a folder a supplier, a contract and its
    pages a file, a page that looks at its files before they are sent. Files of the same names are written over.

    Raises InputError for a rulebook that cannot be used."""
    source = settings.edition_raw(edition) / RULEBOOK_FILE
    if not source.is_file():
        raise InputError(say("draft.no_rulebook", edition=edition), str(source), say("draft.no_rulebook_mend"))
    data = read_file(source)
    rulebook, sha256 = parse_rulebook(data, str(source), edition), sha256_bytes(data)
    texts, by_supplier = {}, defaultdict[str, list[Delivery]](list)
    for delivery in deliveries(rulebook):
        by_supplier[delivery.supplier].append(delivery)
        place = folder / delivery.supplier / delivery.name
        text = yaml.safe_dump(
            contract(delivery, rulebook, sha256, lang), allow_unicode=True, sort_keys=False, width=120
        )
        texts[place.with_name(f"{delivery.name}.odcs.yaml")] = text
        for page in PAGES:
            texts[place.with_name(f"{delivery.name}.{page}.html")] = contract_page(delivery, rulebook, sha256, page)
    for supplier, owed in by_supplier.items():
        for page in PAGES:
            texts[folder / supplier / f"{PRECHECK}.{page}.html"] = precheck_page(owed, rulebook, page)
    for path, text in texts.items():
        write_atomic(path, text.encode())
    return list(texts)


def shaped(
    edition: str, categories: int, channels: list[str], languages: list[str], *, survey: bool, votes: bool
) -> Shape:
    """The shape that was asked for in words. Raises InputError for lists that are none."""
    names = [name.strip() for name in channels]
    if len(set(names)) < len(names) or not all(map(IDENTIFIER.fullmatch, names)):
        raise InputError(say("draft.channels", text=",".join(channels)), mend=say("draft.channels_mend"))
    spoken = [name.strip() for name in languages]
    if len(set(spoken)) < len(spoken) or "fr" not in spoken or not set(spoken) <= set(LANGUAGES):
        raise InputError(say("draft.languages", text=",".join(languages)), mend=say("draft.languages_mend"))
    return Shape(check_edition_id(edition), categories, tuple(names), tuple(spoken), survey=survey, votes=votes)


def _corrections(lang: str) -> str:
    """The form of a correction, as a comment: an empty list corrects nothing."""
    head = SCHEMA.replace("../rulebook", "corrections")
    return f"{head}\n# {in_language(say('draft.corrections'), lang)}\n# - {flow(ENTRY)}\n"
