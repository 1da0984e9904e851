"""Writes docs/troubleshooting.md: every message of the program, why it comes, what mends it.

Belongs here: the page, and where its messages are found: the catalogues of the rooms, the registry of checks, and the
sentences that stand in the code itself. `python -m tests.lint.troubleshooting` writes it; a test holds it whole.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from expectations import all_checks
from orchestration.settings import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "troubleshooting.md"

_RULES = "In `rulebook.yml` (every key: [the rulebook](rulebook.md)), at the line and the key that stand before it,"
_RIGHT = "the message ends with what is right"
_LOG = "restore the original log from a backup; keep the altered one for the inquiry"
TROUBLE = {
    "words/house": {
        "edition": ("An edition or a release is asked for that is not there, or somebody else works on it", ""),
        "environment": ("A variable of the environment holds what cannot be taken", "set it as the message says, or unset it"),
    },
    "custody": {
        "problem": (
            "The folder of deposits and its log do not agree: a file was changed, moved or added by hand",
            "take the file out of the folder and keep it, then deposit the original again (it is put back)",
        ),
        "log": ("The custody log was written, cut or reordered by something else than `palmares deposit`",
                "restore `deposits.jsonl` from a backup or a release; lines are never edited"),
        "line": ("A line of the custody log was edited", "restore `deposits.jsonl` from a backup or a release"),
        "busy": ("Two processes take deposits at once", ""),
        "journal": ("A deposit was interrupted and its log changed since", ""),
        "deposit": ("What is handed in cannot be taken into custody as asked", "correct what is named, then deposit again"),
        "place": ("It is not clear where a file belongs in the edition", ""),
    },
    "intake": {
        code: (cause, "")
        for code, cause in {
            "missing_file": "The rulebook asks for a file that is not deposited",
            "unreadable_file": "A file is damaged, protected, or not what its name says",
            "too_large": "A file passes a limit that protects the machine",
            "changed_while_read": "Somebody wrote into the folder during the run",
            "no_header": "The first line is not a header, often for its encoding",
            "header_name": "A column that is read, or one that lacks, hides behind signs that do not print",
            "duplicate_column": "Two columns bear one name, and it is one that is read (in Parquet: any)",
            "missing_column": "A column agreed is not there, or is spelt otherwise",
            "column_type": "A Parquet column that is read is no flat value",
            "several_sheets": "A workbook has more than one sheet with something in it",
            "several_channels": "A file mixes channels",
            "personal_data": "Cells look like a person's address, number or identity",
            "bad_target": "survey/targets.csv does not fit the rulebook",
            "correction_malformed": "corrections.yml is not in its form",
            "correction_file": "A correction names a file that is not deposited",
            "correction_column": "A correction names a column that is not there, stands twice or is no flat value",
            "correction_no_row": "A correction finds no row: the supplier mended it, or its key is wrong",
            "correction_several_rows": "A correction finds several rows",
            "correction_unexpected": "A correction finds another value than it expects",
        }.items()
    },
    "gate": {"reason": ("A gate is closed; what fails behind it is counted", ""),
             "folded": ("Reasons that follow from one already named", "mend the first reason")},
    "dossier": {"load": ("A dossier is asked for and its results are not whole", "palmares run EDITION"),
                "signers": ("Files stand among the sign-offs that are not looked at", "")},
    "signoff": {
        "rejected": ("A file handed back does not count as a sign-off",
                     "have the dossier signed as it was handed over, in its box, and hand that file back"),
        "key": ("The key cannot sign", ""),
        "dossier": ("The document cannot be signed", ""),
        "stamp": ("The time-stamp server gave no stamp", ""),
    },
    "publication": {
        "refused": ("What is to be published is not what was signed, or a correction says too little", ""),
        "proof": ("A published release is not what the evidence knows", "put it back from a backup"),
        "unmade": ("What is to be published is not as the contract of its tables has it, or there is nothing", ""),
        "server": ("Tables cannot be copied into the PostgreSQL server of `--also`", ""),
        "public": ("What is asked for is not published, or no longer stands", ""),
        "told": ("Something lies in the published folder that publication did not make so", "none needed"),
        "workbook": ("A workbook cannot be written", ""),
    },
    "release": {
        "unread": ("`palmares diff` has nothing to compare", ""),
        "chain": ("The releases are not as publication left them", ""),
        "read": ("A file of a release is not as it was published", "put it back from a backup"),
        "manifest": ("The manifest of a release was changed", "put it back from a backup"),
        "record": ("A release's record, or the chain of releases, was changed", "put it back from a backup"),
        "form": ("A table of a release was written by something else than publication", "put it back from a backup"),
        "mart": ("The working warehouse is not as its contract has it", "palmares run EDITION"),
        "dossier": ("A PDF is no dossier of Palmarès, or was changed", "take the dossier as `palmares run` made it"),
    },
    "evidence": {
        "code": (
            "Something stands among the program's own files that is none of them",
            "move it away; if it belongs to the program, name its kind in evidence/fingerprints.py",
        ),
        "log": ("The log of evidence is not what was written", _LOG),
        "record": ("A record of the log of evidence does not follow from those before it", _LOG),
    },
    "instance": {"serve": ("`palmares ui` cannot serve", "")},
    "defs": {
        "asked": ("A source is to be read again that there is not", "name one of the sources that the message lists"),
        "notify": ("A notice has nowhere to go", "smtp://host:25?from=sender&to=receiver"),
        "marks": ("dbt failed", ""),
    },
    "sample": {
        "size": ("A sample edition is asked for in a size that cannot be", ""),
        "edition": ("A sample edition cannot be made under that name", ""),
        "key": ("The throw-away key of demonstrations is not whole", "restore the file from the repository"),
    },
    "bailiff": {
        "entered": ("Words that are entered would not print, or act as a formula", ""),
        "refused": ("An act is asked for that the state of the edition does not allow", ""),
        "sealing": ("A seal says something else than is asked", ""),
        "drawing": ("A seed was used already", ""),
        "tracing": ("What was found on a draw does not fit it", ""),
        "signing": ("This signature would not count", ""),
    },
    "draw": {"seed": ("The dice are not a row of digits", ""), "draw": ("There is nothing to draw from", ""),
             "form": ("The filled form is not the printed one", "fill in the form as it was given; save the sheets as PDF, or the CSV in UTF-8")},
    "entrants": {"contest": ("A contest is not taken", "")},
    "scoring": {
        "refused": ("There are no marks to tell", "palmares run EDITION"),
        "dbt": ("dbt cannot read its project", "the lines below the message are dbt's own"),
        "engine": (
            "Spark is asked to make the marks and is not there, or cannot",
            "what is named is missing or said in the log; `palmares run EDITION` without `--engine` scores with DuckDB",
        ),
    },
    "rulebook": {
        "key": (f"{_RULES} a key is missing, unknown, or holds what it cannot hold", _RIGHT),
        "value": (f"{_RULES} a value is not what its key takes", _RIGHT),
        "section": (f"{_RULES} values of one section do not go together", _RIGHT),
        "between": (f"{_RULES} one section does not fit another", _RIGHT),
        "certificate": (
            "A certificate beside the rulebook cannot be used",
            "deposit a PEM file that holds the signer's certificate and nothing else",
        ),
    },
    "storage": {
        "yaml": ("A YAML file (rulebook, corrections) is not the narrow YAML that is read alike by everyone", ""),
        "disk": ("The disk does not do what is asked, at the place that is named", ""),
        "warehouse": ("Two processes want one working warehouse", ""),
        "chain": ("A line of a chain was written by another program", "put the file back from a backup"),
        "file": ("What stands at the place that is named is no file of the house", "put the file itself there, from a backup"),
    },
    "status": {"inspect": ("`palmares check` tells what it found", ""), "missing": ("Signatures are missing", ""), "lacks": ("Deposits are missing", "deposit what is named: `palmares deposit`")},
    "drafting": {"draft": ("`palmares init` or `palmares contract` cannot write what is asked for", "")},
    "doctor": {
        name: (cause, "")
        for name, cause in {
            "doctor": "`palmares doctor` could not look at something",
            "python": "The Python of the installation is not one that was tested, or checks less",
            "packages": "A package is missing, or of another version than the pinned one",
            "program": "The program's own folder is not whole",
            "typesetting": "What sets the documents is not whole",
            "time_zones": "Another time zone database is read than the pinned one",
            "folders": "A folder cannot be used by this account, or by too many",
            "room": "The disk is nearly full",
            "clock": "The machine's clock was set back, or was ahead before",
            "locks": "Something holds an edition that no longer should",
            "deposits": "A deposit was interrupted",
            "evidence": "The evidence was written or cut by something else",
            "releases": "The releases are not as publication left them",
            "published": "The published folder holds what is not publication's",
            "dagster": "Dagster's home is not in order",
            "runs": "A run died and nothing noticed",
            "port": "The UI cannot listen",
        }.items()
    },
    "objects": {
        "address": ("An address in object storage is written wrongly", ""),
        "store": ("The object storage cannot be used, or refuses", ""),
        "left": ("An object of a bucket is not taken into custody; the others are", "have its supplier put it right, or name the object itself"),
        "fetch": ("Nothing is fetched", ""),
        "send": ("What is published cannot be sent, or only in part", ""),
    },
    "backup": {
        "archive": ("An archive is not a backup as it was made", ""),
        "make": ("A backup cannot be written there", ""),
        "restore": ("A backup cannot be put there", ""),
    },
    "cli": {"refused": ("How every refusal is framed", ""), "refuse": ("A refusal or revocation is asked for wrongly", ""),
            "sign": ("Options of `palmares sign`", ""), "report": ("Options of `palmares report`", ""),
            "verify": ("Options of `palmares verify`", ""), "demo": ("The demonstration", ""),
            "check": ("Options of `palmares check`", "")},
    "verify": {
        name: (cause, "fetch the release anew from its publisher; do not rely on this copy")
        for name, cause in {
            "verdict": "The verdict of `palmares verify`",
            "folder": "A file of the release is missing, added or changed",
            "seals": "The release does not fit its record, its chain or its deposits",
            "signed": "The signed dossier does not fit the release",
            "tables": "A table does not follow from the others",
            "deposits": "The deposits given are not those of the release",
            "fingerprint": "The fingerprint given is none",
            "remark": "Nothing wrong: something a reader should know",
        }.items()
    },
}  # fmt: skip
"""Sections of a room's catalogue that hold messages of trouble: the cause, and what mends it where the text does not."""

PLAIN = {
    "words/house": {"custody", "frame", "holder", "one_of", "place", "turn"},
    "bailiff": {"stage"},
    "ceremony": None,
    "cli": {"backup", "contest", "doctor", "draw", "objects", "seal", "table", "trace", "work", "written"},
    "drafting": None,
    "entrants": {"statement"},
    "gate": {"changed", "entered", "remedy"},
    "instance": {"served"},
    "intake": {"custody"},
    "publication": {"standing"},
    "release": {"counted", "diff", "kind"},
    "report": None,
    "rulebook": {"frame", "right", "shown"},
    "scoring": {"explain"},
    "status": {"command", "draw", "fresh", "line", "next", "results", "seal", "source", "stage", "who"},
    "verify": {"anchor", "report"},
}
"""Sections that tell no trouble: words of documents, headings, parts of sentences. None: all other sections."""

_INTRO = """# Troubleshooting: message, cause, remedy

Made from the catalogues, the registry of checks and the code by `python -m tests.lint.troubleshooting`: change it there. Search this
page for words of the message; `…` stands for what differs. `--lang en` gives any answer in these words. Exit codes: 1 a gate refused,
2 wrong use or unreadable input.

## What you see first

| what you see | cause | what to do |
|---|---|---|
| `palmares run` ends with *Refused* | a gate is closed, every reason is printed | mend the first reason first: others may follow from it |
| a check names a file or counts rows | rows were set aside | `palmares quarantine EDITION` (of the last run) or `palmares check EDITION --all`: file, line, column, reason; `--csv FILE` for the supplier |
| dozens of *unknown candidate* | a line of `candidates.csv` cannot be used, often for its encoding | `palmares check` names it first: save as CSV UTF-8, deposit with `--replaces` |
| custody is broken after somebody "just mended" a file | received files never change | move that file away and keep it; deposit the original again, then the new version with `--replaces` |
| *waiting for the bailiff* and he has signed | the file lies elsewhere, or does not count | put it into `raw/EDITION/signoffs/`; `palmares status EDITION` says why it does not count |
| a signature no longer counts | deposits, rules, results or the program changed since | `palmares run EDITION`, and have the new dossier signed |
| a run was killed | nothing half-made remains | start the same command again |
| *is being worked on by another run* | a command or the UI holds the edition | wait; the lock ends with its process |
| many red checks in the UI | one edition never got as far as them | look at the first failed step of that edition's run |
| publication refused though signed | something changed, or a warning was accepted too late | every reason names what: make the dossier anew, have it signed |

"""


@dataclass(frozen=True)
class Message:
    """A message and what mends it."""

    text: str
    remedy: str


def catalogues() -> dict[str, dict[str, dict[str, str]]]:
    """The rooms' English catalogues, by room."""
    found = {path.parents[1].name: path for path in sorted((PROJECT_DIR / "orchestration").glob("*/words/en.yml"))}
    found["words/house"] = PROJECT_DIR / "orchestration" / "words" / "house" / "en.yml"
    return {room: yaml.load(path.read_bytes(), yaml.CBaseLoader) for room, path in found.items()}


def messages(room: str, section: str, words: dict[str, str]) -> Iterator[Message]:
    """The messages of a section, each with its own remedy: beside it, in it, or the section's."""
    remedies = catalogues()["gate"]["remedy"] if (room, section) == ("gate", "reason") else {}
    for key, text in words.items():
        if key == "mend" or key.endswith("_mend") or (section, key) == ("deposit", "disk"):
            continue
        own = words.get(f"{key}_mend") or remedies.get(key) or (remedies.get("run") if remedies else None)
        what, _, inside = text.partition("\n  How to mend it: ")
        inside = "" if inside in ("{mend}", "{mend}.") else inside
        yield Message(what, own or inside or TROUBLE[room][section][1] or "as the message says")


def in_code() -> Iterator[tuple[str, Message]]:
    """Messages that stand in the code itself, the recount's alone: (module, message)."""
    for path in sorted((PROJECT_DIR / "orchestration").rglob("*.py")):
        name = path.relative_to(PROJECT_DIR).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            text = _template(node.args[0]) if called == "CannotRecount" and node.args else None
            if text:
                yield name, Message(text, "as the message says")


def _template(node: ast.expr) -> str | None:
    """The text of a literal, its holes as `…`; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [_template(node.left), _template(node.right)]
        return "".join(part or "…" for part in parts)
    return None


def _cell(text: str) -> str:
    several = re.sub(r"\{[a-z_0-9]+\|[^{}]*\|([^{}|]*)\}", lambda forms: forms[1].replace("#", "…"), text)
    shown = re.sub(r"\{\{?[a-z_0-9]+\}?\}", "…", several).replace("\n", " ").strip()
    for sign, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "&#124;"), ("*", "\\*"), ("[", "\\[")):
        shown = shown.replace(sign, instead)
    return shown


def _table(rows: Iterator[Message]) -> Iterator[str]:
    yield "| message | remedy |\n|---|---|"
    for message in dict.fromkeys(rows):
        yield f"| {_cell(message.text)} | {_cell(message.remedy)} |"
    yield ""


def page() -> str:
    """The whole page."""
    lines = [_INTRO, "## Checks", "", "The gate names a check by its id; more in [the checks](checks.md).", ""]
    lines += ["| check | what failed | remedy |", "|---|---|---|"]
    lines += [f"| `{spec.id}` | not so: {_cell(spec.en)} | {_cell(spec.remedy_en)} |" for spec in all_checks()]
    shared = yaml.load((PROJECT_DIR / "orchestration/words/shared/en.yml").read_bytes(), yaml.CBaseLoader)
    lines += ["", "## Rows set aside or left out", "", "The reason of a row, as lists and tables have it.", ""]
    lines += [
        "| reason | in words |",
        "|---|---|",
        *(f"| `{code}` | {text} |" for code, text in shared["reason"].items()),
    ]
    for room, found in catalogues().items():
        told = {name: words for name, words in found.items() if name in TROUBLE.get(room, {})}
        if told:
            lines += ["", f"## {room.rpartition('/')[2].capitalize()}", ""]
        for section, words in told.items():
            lines += [f"### {room.rpartition('/')[2]}: {section}", "", f"Cause: {TROUBLE[room][section][0]}.", ""]
            lines += _table(messages(room, section, words))
    lines += ["## Recount", "", "Cause: the second count cannot read what it is given.", ""]
    return "\n".join([*lines, *_table(message for _, message in in_code())])


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
