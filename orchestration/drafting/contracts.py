"""What a supplier agrees to, for machines: each file that is due as a data contract (Open Data Contract Standard 3.1).

Belongs here: which files are due by a rulebook, and the form of the document. What a column may hold stands in
`intake/columns.py`, words in `words/`, the page for people in `contract_page.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from orchestration.drafting.example import FIRM
from orchestration.drafting.say import own_words
from orchestration.intake import Column, Form, columns_of
from orchestration.rulebook import Rulebook
from orchestration.words import Words, percent

STANDARD = "v3.1.0"
LOGICAL = {
    **{"whole": "integer", "fact": "integer", "measure": "number", "share": "number"},
    **{"time": "timestamp", "day": "date"},
}
"""The standard's types; every other kind is a text."""

EVERY_ROW = ("candidates", "targets")
"""Of these no row may be set aside."""


@dataclass(frozen=True)
class Delivery:
    """A file that is due: `place` is its path in the edition, `supplier` the code of who sends it (a firm's folder)."""

    source: str
    supplier: str
    place: str
    columns: tuple[Column, ...]
    channel: str = ""

    @property
    def name(self) -> str:
        """What the contract's files are called."""
        return self.channel or self.source


def deliveries(rulebook: Rulebook) -> Iterator[Delivery]:
    """Every file that the rulebook asks for, the organiser's first. Who tests which channel stands in no rulebook: each
    firm has a contract for each."""
    yield _table("candidates", "organiser", "candidates.csv", rulebook)
    if rulebook.uses("audit"):
        for firm in sorted(rulebook.field_firms) or [FIRM]:
            for channel in rulebook.channels:
                columns = columns_of("audits", rulebook, channel)
                yield Delivery("audits", firm, place=f"audits/{firm}/{channel}.csv", columns=columns, channel=channel)
    if rulebook.uses("survey"):
        yield _table("survey", "panel", "survey/panel.csv", rulebook)
        if rulebook.survey is not None and rulebook.survey.raking is not None:
            yield _table("targets", "organiser", "survey/targets.csv", rulebook)
    if rulebook.uses("vote"):
        yield _table("votes", "platform", "votes/votes.csv", rulebook)
    if rulebook.contest is not None:
        yield _table("contests", "organiser", "contests.csv", rulebook)


def contract(delivery: Delivery, rulebook: Rulebook, rulebook_sha256: str, lang: str) -> dict[str, Any]:
    """The document, its words in `lang`. Its version is the rulebook's fingerprint: other rules, another contract."""
    words = own_words(lang)
    usable = {
        **{"id": "usable_rows", "type": "text", "dimension": "conformity", "severity": "error"},
        "description": usable_rows(delivery, rulebook, words),
    }
    table = {
        **{"id": delivery.source, "name": delivery.source, "physicalName": delivery.place, "physicalType": "file"},
        **{"logicalType": "object", "description": words(f"contract.what_{delivery.source}")},
        "properties": [_property(column, delivery, rulebook, words) for column in delivery.columns],
        "quality": [usable],
    }
    own = {"edition": rulebook.edition, "rulebookSha256": rulebook_sha256, "supplier": delivery.supplier}
    return {
        **{"apiVersion": STANDARD, "kind": "DataContract", "version": rulebook_sha256[:12], "status": "active"},
        "id": f"palmares-{rulebook.edition}-{delivery.supplier}-{delivery.name}",
        "name": f"{delivery.place} {rulebook.edition}",
        "tenant": rulebook.organiser,
        "dataProduct": rulebook.title.of(lang),
        "description": {
            "purpose": words(f"contract.what_{delivery.source}"),
            "usage": words("contract.before", edition=rulebook.edition, place=delivery.place),
            "limitations": words("contract.persons"),
        },
        "servers": [{"id": "edition", "server": "edition", "type": "local", "path": delivery.place, "format": "csv"}],
        "schema": [table],
        "customProperties": [{"property": name, "value": value} for name, value in own.items()],
    }


def _table(source: str, supplier: str, place: str, rulebook: Rulebook) -> Delivery:
    return Delivery(source, supplier, place, columns_of(source, rulebook))


def _property(column: Column, delivery: Delivery, rulebook: Rulebook, words: Words) -> dict[str, Any]:
    """A column. A value must stand where no cell is missing; `missingValues` are the cells that say nothing."""
    form, logical = column.form, LOGICAL.get(column.form.kind, "string")
    entry: dict[str, Any] = {
        **{"id": column.name, "name": column.name, "logicalType": logical, "physicalType": "text"},
        **{"required": not form.missing, "unique": column.unique},
        "description": meaning(column, delivery.source, words),
    }
    if column.label is not None:
        entry["businessName"] = column.label.of(words.lang)
    if options := _options(form, logical, rulebook):
        entry["logicalTypeOptions"] = options
    if form.values:
        rule: dict[str, Any] = {"id": "words", "type": "library", "metric": "invalidValues", "mustBe": 0}
        entry["quality"] = [{**rule, "arguments": {"validValues": [*form.values, *form.missing]}}]
    own = {"headerNeeded": column.needed, "missingValues": list(form.missing), "unit": column.unit or None}
    if column.refers:
        own["refersTo"] = column.refers
    entry["customProperties"] = [{"property": name, "value": value} for name, value in own.items() if value is not None]
    return entry


def _options(form: Form, logical: str, rulebook: Rulebook) -> dict[str, Any]:
    if logical == "string":
        options = {"pattern": f"^(?:{form.pattern})$" if form.pattern else None, "maxLength": form.longest}
    elif logical == "timestamp":
        bounds = {"minimum": _midnight(form.least), "maximum": form.most, "exclusiveMaximum": _midnight(form.below)}
        options = {**bounds, "defaultTimezone": rulebook.timezone}
    elif logical == "date":
        options = {"format": "yyyy-MM-dd", "minimum": form.least, "maximum": form.most}
    else:
        options = {"minimum": _number(form.least), "maximum": _number(form.most)}
    return {name: value for name, value in options.items() if value is not None}


def _midnight(day: str | None) -> str | None:
    return f"{day}T00:00:00" if day is not None and "T" not in day else day


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def usable_rows(delivery: Delivery, rulebook: Rulebook, words: Words) -> str:
    """How many rows may be set aside."""
    if delivery.source in EVERY_ROW:
        return words("contract.none_usable")
    share = percent(rulebook.quarantine.max_share, words.lang)
    return words("contract.usable", share=share)


def meaning(column: Column, source: str, words: Words) -> str:
    """What a column is, in words: a criterion by the label of the rulebook, a profile as what it is."""
    if column.label is not None:
        return column.label.of(words.lang)
    for section in (f"columns_{source}", "columns"):
        if words.knows(section, column.name):
            return words(f"{section}.{column.name}")
    return words("contract.profile", name=column.name)
