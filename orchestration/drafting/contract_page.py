"""What a supplier agrees to, for people: a page of each file that is due, in French and English, whole without network.

Belongs here: what the page's template (`contract_page.html`) is given. The same document for machines: `contracts.py`.
"""

from datetime import date, timedelta
from pathlib import Path

from orchestration.drafting.contracts import Delivery, meaning, usable_rows
from orchestration.drafting.say import own_words
from orchestration.intake import Column, reasons_of
from orchestration.rulebook import Rulebook
from orchestration.typesetting import web_page
from orchestration.words import Words, day, french, moment

PAGE = Path(__file__).with_name("contract_page.html")
FORMS = {"audits": "form_audits", "survey": "form_survey", "votes": "form_votes"}


def contract_page(delivery: Delivery, rulebook: Rulebook, rulebook_sha256: str, lang: str) -> str:
    """The page of a file that is due."""
    words, codes = own_words(lang), Words(lang)
    title = rulebook.title.of(lang)
    return web_page(
        PAGE,
        lang=lang,
        say=lambda key, **values: words(f"contract.{key}", **values),
        title=french(title) if lang == "fr" else title,
        facts=_facts(delivery, rulebook, rulebook_sha256, words),
        form=FORMS.get(delivery.source, "form_csv"),
        what=words(f"contract.what_{delivery.source}"),
        header=",".join(column.name for column in delivery.columns if column.needed),
        columns=[
            {
                **{"name": column.name, "needed": column.needed, "what": meaning(column, delivery.source, words)},
                "values": allowed(column, rulebook, words),
            }
            for column in delivery.columns
        ],
        reasons=[(code, codes.code("reason", code)) for code in reasons_of(delivery.source, rulebook)],
        usable=usable_rows(delivery, rulebook, words),
        place=delivery.place,
        command=f"palmares check {rulebook.edition} --file {Path(delivery.place).name} --as {delivery.place}",
    )


def _facts(delivery: Delivery, rulebook: Rulebook, rulebook_sha256: str, words: Words) -> list[tuple[str, str]]:
    """What stands at the head of the page: term and text."""
    rows = [("edition", rulebook.edition), ("organiser", rulebook.organiser)]
    rows.append(("supplier", supplier_name(delivery, rulebook, words)))
    rows.append(("file", delivery.place))
    dated = (column for column in delivery.columns if column.form.least and column.form.kind in ("time", "day"))
    if (first := next(dated, None)) is not None:
        rows.append(("period", words("contract.period_days", **_bounds(first, rulebook, words.lang))))
    rows.append(("version", rulebook_sha256[:12]))
    return [(words(f"contract.{name}"), text) for name, text in rows]


def supplier_name(delivery: Delivery, rulebook: Rulebook, words: Words) -> str:
    """Who sends a file, as people call it."""
    suppliers = {"organiser": rulebook.organiser, "panel": words("contract.supplier_panel")}
    suppliers["platform"] = words("contract.supplier_platform")
    return suppliers.get(delivery.supplier) or rulebook.field_firms.get(delivery.supplier, delivery.supplier)


def allowed(column: Column, rulebook: Rulebook, words: Words) -> str:
    """What a cell may hold, in words."""
    form, kind = column.form, str(column.form.kind)
    values = {
        "values": ", ".join(form.values),
        "longest": str(form.longest),
        "unit": Words(words.lang).code("measured_in", column.unit),
    }
    values |= _bounds(column, rulebook, words.lang) if kind in ("time", "day") else {}
    values |= {"least": form.least or "", "most": form.most or ""} if kind == "whole" else {}
    if kind == "text" and form.longest:
        kind = "text_longest"
    if kind == "day" and form.least:
        kind = "day_within"
    sentence = words(f"form.{kind}", **values)
    missing = {1: "form.empty", 2: "form.empty_or_na"}.get(len(form.missing))
    return f"{sentence}, {words(missing)}" if missing else sentence


def _bounds(column: Column, rulebook: Rulebook, lang: str) -> dict[str, str]:
    """The first and the last day, or instant, that a time may have."""
    form = column.form
    if form.least is None:
        return {}
    if "T" in form.least:
        return {name: moment(str(at), rulebook.zone, lang) for name, at in (("least", form.least), ("most", form.most))}
    last = form.most or str(date.fromisoformat(str(form.below)) - timedelta(days=1))
    return {"least": day(form.least, lang), "most": day(last, lang)}
