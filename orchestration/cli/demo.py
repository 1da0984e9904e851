"""The main job on the shipped edition, start to finish (`palmares demo`).

Belongs here: the order of acts and what is said of each. Every act is the one that its own command does.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.bailiff import enter_acceptances, sign_dossier
from orchestration.errors import InputError
from orchestration.instance import launch
from orchestration.release import newest_release, read_record
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.status import EditionStage, State, describe, read_results
from orchestration.units import mark_text

EDITION = "2026"
KEY = PROJECT_DIR / "raw" / "throwaway-bailiff.p12"
KEY_PASSWORD = "throwaway"  # noqa: S105 - a throw-away key, marked as such wherever it shows
PUBLISHED = ("palmares.duckdb", "parquet", "index.html", "palmares.json")
ACCEPTED = "demonstration on invented data"


@dataclass(frozen=True)
class Played:
    """What the demonstration did, for JSON and for people."""

    data: dict[str, Any]
    lines: list[str]


def play(settings: Settings) -> Played:
    """Run, sign with the throw-away key and publish the shipped edition; what is already done is said, not redone."""
    if not (settings.raw / EDITION).is_dir():
        raise InputError(f"the shipped edition {EDITION} is not in {settings.raw}", mend="unset PALMARES_RAW")
    lines = ["DÉMONSTRATION: invented companies, throw-away key. Nothing here is a real award.", ""]
    state = describe(settings, EDITION)
    if state.dossier is None:
        launch.prepare(settings, EDITION)
        state = describe(settings, EDITION)
        lines.append("run        done: custody, rows, marks, checks, recount, dossier")
    else:
        lines.append("run        already done: deposits, rulebook and code are those of the dossier")
    if state.stage is EditionStage.PUBLISHED:
        lines.append("sign       already done")
        lines.append("publish    already done")
    else:
        lines += _sign_and_publish(settings, state)
        state = describe(settings, EDITION)
    release = newest_release(settings.releases, EDITION)
    assert release is not None, "the demonstration ends with a release"
    paths = _paths(settings, state, release)
    lines += ["", *_palmares(settings), "", *(f"{name:<10} {path}" for name, path in paths.items())]
    paper = read_record(release).digests.results_sha256
    lines += [
        "",
        "verify it, with the fingerprint that stands on the first page of the dossier (a bailiff has it on paper):",
    ]
    lines += [f"  palmares verify {paths['release']} --raw {settings.raw / EDITION} --fingerprint {paper}"]
    return Played({"edition": EDITION, **paths, "state": state.data}, lines)


def _sign_and_publish(settings: Settings, state: State) -> list[str]:
    warnings = [check.id for check in state.open_warnings]
    if warnings:
        enter_acceptances(settings, EDITION, dict.fromkeys(warnings, ACCEPTED), "Palmarès demonstration")
        launch.remake_dossier(settings, EDITION)
    signed = "already done"
    if state.stage not in (EditionStage.SIGNED, EditionStage.CUT_SHORT):
        signed = f"done by {sign_dossier(settings, EDITION, KEY, KEY_PASSWORD).signer}"
    before = newest_release(settings.releases, EDITION)
    why = "the demonstration was run again with other deposits or code" if before else None
    launch.publish(settings, EDITION, reason=why, by="Palmarès demonstration" if before else None)
    return [f"sign       {signed}", "publish    done: release, warehouse, palmarès"]


def _palmares(settings: Settings) -> list[str]:
    """The laureates, category by category, as the public sees them: nobody else is named."""
    out = ["Palmarès"]
    for category in read_results(settings, EDITION).data["categories"]:
        first = [one for one in category["ranking"] if one["rank"] == 1]
        if category["outcome"] in ("elected", "joint"):
            names = " and ".join(f"{one['company']} {mark_text(one['final_micro'])}" for one in first)
            out.append(f"  {category['category_id']:<28} {names}")
        else:
            out.append(f"  {category['category_id']:<28} ({category['outcome']})")
    return out


def _paths(settings: Settings, state: State, release: Path) -> dict[str, str]:
    assert state.dossier is not None, "a release has a dossier"
    return {
        "dossier": str(state.dossier.pdf),
        "page": str(state.dossier.page),
        "release": str(release),
        **{name: str(settings.published / name) for name in PUBLISHED},
    }
