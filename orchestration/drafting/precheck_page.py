"""The page by which a supplier looks at its own files before it sends them: one file, no network.

Belongs here: what the page's template is given, from the rulebook and the catalogues. The judgement itself is in
JavaScript (`precheck/`), held by a test to what `palmares check --file` says.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from orchestration.drafting.contract_page import allowed, supplier_name
from orchestration.drafting.contracts import Delivery
from orchestration.drafting.say import own_words
from orchestration.intake import facts_of, problem_words, reasons_of
from orchestration.rulebook import Rulebook
from orchestration.typesetting import web_page
from orchestration.words import Words, french

SCRIPTS = Path(__file__).with_name("precheck")
PARTS = ("persons.js", "reading.js", "rules.js", "judge.js", "page.js")
BESIDE = {"candidates": "candidates.csv", "targets": "survey/targets.csv"}
"""Other files that decide about rows, which a supplier may have been given."""


def precheck_page(deliveries: Sequence[Delivery], rulebook: Rulebook, lang: str) -> str:
    """The page of one supplier, for all the files that it owes."""
    words, codes = own_words(lang), Words(lang)
    sources = list(dict.fromkeys(delivery.source for delivery in deliveries))
    facts = facts_of(rulebook)
    candidates = [name for name in BESIDE if name in facts["sources"] and _decides(name, sources)]
    forms: dict[str, dict[str, dict[str, str]]] = {source: {} for source in sources}
    for delivery in deliveries:
        forms[delivery.source][delivery.channel] = {
            column.name: allowed(column, rulebook, words) for column in delivery.columns
        }
    data = {
        "facts": facts,
        "words": words.section("precheck"),
        "problems": problem_words(lang),
        "reasons": {code: codes.code("reason", code) for name in sources for code in reasons_of(name, rulebook)},
        "forms": forms,
        "places": {
            delivery.source: delivery.place.rpartition("/")[0] + "/" * ("/" in delivery.place)
            for delivery in deliveries
        },
    }
    script = "\n".join((SCRIPTS / part).read_text(encoding="utf-8") for part in PARTS)
    title = rulebook.title.of(lang)
    return web_page(
        SCRIPTS / "page.html",
        lang=lang,
        say=lambda key, **values: words(f"precheck.{key}", **values),
        title=french(title) if lang == "fr" else title,
        supplier=supplier_name(deliveries[0], rulebook, words),
        sources=[(name, codes.code("source", name)) for name in sources],
        beside=[(name, BESIDE[name]) for name in candidates],
        command=f"palmares check {rulebook.edition} --file {Path(deliveries[0].place).name} --as {deliveries[0].place}",
        data=_inert(data),
        script=script,
        allowed=f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'",
    )


def _decides(name: str, sources: Sequence[str]) -> bool:
    """Whether a file beside says something about the rows of these sources."""
    about = ("survey",) if name == "targets" else ("audits", "survey", "votes", "contests")
    return any(source in about for source in sources)


def _inert(data: Any) -> str:
    """JSON that cannot end the element in which it stands."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
