"""What a supplier agrees to, for people: a page of each file that is due, in French and English, whole without network.

Belongs here: what the page's template (`contract_page.html`) is given. The same document for machines: `contracts.py`.
"""

from datetime import date, timedelta
from pathlib import Path

from orchestration.drafting.contracts import Due, meaning, own_words, usable_rows
from orchestration.intake import Column, reasons_of
from orchestration.rulebook import Rulebook
from orchestration.typesetting import web_page
from orchestration.words import Words, day, french, moment

PAGE = Path(__file__).with_name("contract_page.html")
FORMS = {"audits": "form_audits", "survey": "form_survey", "votes": "form_votes"}


def contract_page(one: Due, rulebook: Rulebook, rulebook_sha256: str, lang: str) -> str:
    """The page of a file that is due."""
    words, codes = own_words(lang), Words(lang)
    title = rulebook.title.of(lang)
    return web_page(
        PAGE,
        lang=lang,
        say=lambda key, **values: words(f"contract.{key}", **values),
        title=french(title) if lang == "fr" else title,
        facts=_facts(one, rulebook, rulebook_sha256, words),
        form=FORMS.get(one.source, "form_csv"),
        what=words(f"contract.what_{one.source}"),
        header=",".join(column.name for column in one.columns if column.needed),
        columns=[
            {
                **{"name": column.name, "needed": column.needed, "what": meaning(column, one.source, words)},
                "values": allowed(column, rulebook, words),
            }
            for column in one.columns
        ],
        reasons=[(code, codes.code("reason", code)) for code in reasons_of(one.source, rulebook)],
        usable=usable_rows(one, rulebook, words),
        place=one.place,
        command=f"palmares check {rulebook.edition} --file {Path(one.place).name} --as {one.place}",
    )


def _facts(one: Due, rulebook: Rulebook, rulebook_sha256: str, words: Words) -> list[tuple[str, str]]:
    """What stands at the head of the page: term and text."""
    found = [("edition", rulebook.edition), ("organiser", rulebook.organiser)]
    found.append(("supplier", supplier_name(one, rulebook, words)))
    found.append(("file", one.place))
    dated = (column for column in one.columns if column.form.least and column.form.kind in ("time", "day"))
    if (first := next(dated, None)) is not None:
        found.append(("period", words("contract.period_days", **_bounds(first, rulebook, words.lang))))
    found.append(("version", rulebook_sha256[:12]))
    return [(words(f"contract.{name}"), text) for name, text in found]


def supplier_name(one: Due, rulebook: Rulebook, words: Words) -> str:
    """Who sends a file, as people call it."""
    suppliers = {"organiser": rulebook.organiser, "panel": words("contract.supplier_panel")}
    suppliers["platform"] = words("contract.supplier_platform")
    return suppliers.get(one.supplier) or rulebook.field_firms.get(one.supplier, one.supplier)


def allowed(column: Column, rulebook: Rulebook, words: Words) -> str:
    """What a cell may hold, in words."""
    form, kind = column.form, str(column.form.kind)
    known = {
        "values": ", ".join(form.values),
        "longest": str(form.longest),
        "unit": Words(words.lang).code("measured_in", column.unit),
    }
    known |= _bounds(column, rulebook, words.lang) if kind in ("time", "day") else {}
    known |= {"least": form.least or "", "most": form.most or ""} if kind == "whole" else {}
    if kind == "text" and form.longest:
        kind = "text_longest"
    if kind == "day" and form.least:
        kind = "day_within"
    told = words(f"form.{kind}", **known)
    missing = {1: "form.empty", 2: "form.empty_or_na"}.get(len(form.missing))
    return f"{told}, {words(missing)}" if missing else told


def _bounds(column: Column, rulebook: Rulebook, lang: str) -> dict[str, str]:
    """The first and the last day, or instant, that a time may have."""
    form = column.form
    if form.least is None:
        return {}
    if "T" in form.least:
        return {name: moment(str(at), rulebook.zone, lang) for name, at in (("least", form.least), ("most", form.most))}
    last = form.most or str(date.fromisoformat(str(form.below)) - timedelta(days=1))
    return {"least": day(form.least, lang), "most": day(last, lang)}
