"""The page's judgement in JavaScript: personal data as intake sees it, words for whatever it can say.

What it says of files is held to intake by `tests/attacks/test_before_custody.py`.
"""

import json
import os
import re
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.drafting.contracts import deliveries
from orchestration.drafting.precheck_page import PARTS, SCRIPTS, precheck_page
from orchestration.intake import facts_of, problem_words, reasons_of
from orchestration.intake.facts import for_browsers
from orchestration.intake.personal import Kind, looks_personal
from orchestration.rulebook import Rulebook, parse_rulebook
from tests.fixtures.precheck import NODE, answers
from tests.fixtures.tiny import TinyEdition

CASES = yaml.safe_load((Path(__file__).parents[2] / "fixtures" / "personal_cases.yml").read_text("utf-8"))
needs_node = pytest.mark.skipif(not NODE and not os.environ.get("CI"), reason="needs node")


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    edition = TinyEdition()
    edition.measure("email", "delay", "minute", ("30", 2), ("", 0))
    edition.contest("T001")
    return parse_rulebook(edition.render()["rulebook.yml"], "rulebook.yml")


@needs_node
def test_personal_data_is_recognised_as_intake_recognises_it(rulebook: Rulebook, tmp_path: Path) -> None:
    cells = [cell for kinds in CASES.values() for found in kinds.values() for cell in found]
    cells += [
        "ana&commat;example&period;ma",
        "&num;",
        "x&ampy@z.ma",
        "\u1371612345678",
        "06&#50;2345678",
        "&#x80;",
        "\x1f06 12345678",
    ]
    asked = [(cell, kind) for cell in cells for kind in Kind]
    given = tmp_path / "asked.json"
    given.write_text(json.dumps([facts_of(rulebook), [(cell, kind.value) for cell, kind in asked]]), encoding="utf-8")
    script = (
        f"import {json.dumps((SCRIPTS / 'persons.js').as_uri())}; import {{ readFileSync }} from 'node:fs';"
        "const [facts, asked] = JSON.parse(readFileSync(process.argv[1]));"
        "const { looksPersonal } = Precheck.persons(facts);"
        "console.log(JSON.stringify(asked.map(([cell, kind]) => looksPersonal(cell, kind))));"
    )
    command = [str(NODE), "--input-type=module", "-e", script, str(given)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wrong = [
        (cell, kind)
        for (cell, kind), said in zip(asked, json.loads(done.stdout), strict=True)
        if said != looks_personal(cell, kind)
    ]
    assert len(asked) > 300
    assert wrong == []


def test_a_pattern_keeps_its_meaning_without_flags() -> None:
    assert for_browsers(r"(?i:c\.?[in](a|B))x[(?]") == r"(?:[cC]\.?[iInN]([aA]|[bB]))x[(?]"
    for text in ("C.Ibx(", "cnAx?", "ciaX(", "c.iax?"):
        plain, flagged = for_browsers(r"(?i:c\.?[in](a|B))x[(?]"), r"(?i:c\.?[in](a|B))x[(?]"
        assert bool(re.fullmatch(plain, text)) == bool(re.fullmatch(flagged, text))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_whatever_the_page_says_has_words(rulebook: Rulebook, lang: str) -> None:
    dues = list(deliveries(rulebook))
    page = precheck_page(dues, rulebook, lang)
    data = json.loads(re.findall(r'id="facts">(.*)</script>\n', page)[0])
    source = "".join((SCRIPTS / part).read_text("utf-8") for part in PARTS)
    for key in re.findall(r'say\("(\w+)"', source):
        assert data["words"][key]
    keys = set(re.findall(r'problem\("([a-z_.]+)"', source))
    assert keys <= set(problem_words(lang)) and len(keys) > 8
    for one in dues:
        for code in reasons_of(one.source, rulebook):
            assert data["reasons"][code] != code and data["words"][f"mend_{code}"]
            assert code in source or code == "unknown_test", "the page says that it does not judge this one"


@needs_node
@pytest.mark.parametrize(
    ("source", "path", "file", "says"),
    [
        ("audits", "phone.xlsx", b"", {"unread": "xlsx"}),
        ("audits", "phone.txt", b"", {"unread": "form"}),
        ("votes", "v.ndjson", b"", {"problems": [], "rows": [], "read": 0}),
        ("votes", "v.csv", b"\xef\xbb\xbf", {"problems": ["no_header"]}),
        ("votes", "v.csv", b"a\n" + b"x" * (33 << 20), {"problems": ["missing_column"]}),
        ("votes", "v.ndjson", b"\n" + b"x" * (33 << 20), {"problems": ["too_large"]}),
    ],
)  # fmt: skip
def test_what_is_not_judged_or_stops_at_once(
    rulebook: Rulebook, tmp_path: Path, source: str, path: str, file: bytes, says: dict[str, Any]
) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(facts_of(rulebook)), encoding="utf-8")
    (answer,) = answers(facts, [{"source": source, "path": path, "file": b64encode(file).decode()}])
    answer["problems"] = [one["code"] for one in answer["problems"]]
    assert {name: answer[name] for name in says} == says


@pytest.mark.parametrize("used", ["audit", "survey"])
def test_a_source_that_the_rulebook_does_not_use_has_no_facts(used: str) -> None:
    edition = TinyEdition()
    edition.rulebook["components"] = {"audit": 0, "survey": 0, "vote": 0, used: 10_000}
    edition.rulebook["tie_break"] = [used]
    for name in {"survey", "vote"} - {used}:
        del edition.rulebook[name]
    if used == "survey":
        del edition.rulebook["survey"]["raking"]
    facts = facts_of(parse_rulebook(edition.render()["rulebook.yml"], "rulebook.yml"))
    assert set(facts["sources"]) == {"candidates", {"audit": "audits"}.get(used, used)}
