"""The main job on the shipped edition, start to finish (`palmares demo`).

Belongs here: the order of acts and what is said of each. Every act is the one that its own command does.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.bailiff import enter_acceptances, sign_dossier
from orchestration.cli.say import say
from orchestration.errors import InputError
from orchestration.instance import launch
from orchestration.release import newest_release, read_record
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.status import EditionStage, State, describe, read_results
from orchestration.words import coded, joined, marked

EDITION = "2026"
KEY = PROJECT_DIR / "raw" / "throwaway-bailiff.p12"
KEY_PASSWORD = "throwaway"  # noqa: S105 - a throw-away key, marked as such wherever it shows
PUBLISHED = ("palmares.duckdb", "parquet", "index.html", "index.json")
ACCEPTED = "demonstration on invented data"


@dataclass(frozen=True)
class Played:
    """What the demonstration did, for JSON and for people."""

    data: dict[str, Any]
    lines: list[str]


def play(settings: Settings) -> Played:
    """Run, sign with the throw-away key and publish the shipped edition; what is already done is said, not redone."""
    if not (settings.raw / EDITION).is_dir():
        raise InputError(say("demo.missing", edition=EDITION, raw=settings.raw), mend=say("demo.missing_mend"))
    lines: list[str] = [say("demo.head"), ""]
    state = describe(settings, EDITION)
    if state.dossier is None:
        launch.prepare(settings, EDITION)
        state = describe(settings, EDITION)
        lines.append(say("demo.run"))
    else:
        lines.append(say("demo.run_again"))
    if state.stage is EditionStage.PUBLISHED:
        lines += [say("demo.sign_again"), say("demo.publish_again")]
    else:
        lines += _sign_and_publish(settings, state)
        state = describe(settings, EDITION)
    release = newest_release(settings.releases, EDITION)
    assert release is not None, "the demonstration ends with a release"
    paths = _paths(settings, state, release)
    lines += ["", *_palmares(settings), "", *(f"{name:<10} {path}" for name, path in paths.items())]
    paper = read_record(release).digests.results_sha256
    command = f"  palmares verify {paths['release']} --raw {settings.raw / EDITION} --fingerprint {paper}"
    lines += ["", say("demo.verify"), command]
    return Played({"edition": EDITION, **paths, "state": state.data}, lines)


def _sign_and_publish(settings: Settings, state: State) -> list[str]:
    warnings = [check.id for check in state.open_warnings]
    if warnings:
        enter_acceptances(settings, EDITION, dict.fromkeys(warnings, ACCEPTED), "Palmarès demonstration")
        launch.remake_dossier(settings, EDITION)
    signed = say("demo.sign_again")
    if state.stage not in (EditionStage.SIGNED, EditionStage.CUT_SHORT):
        signed = say("demo.sign", name=sign_dossier(settings, EDITION, KEY, KEY_PASSWORD).signer)
    before = newest_release(settings.releases, EDITION)
    why = "the demonstration was run again with other deposits or code" if before else None
    launch.publish(settings, EDITION, reason=why, by="Palmarès demonstration" if before else None)
    return [signed, say("demo.publish")]


def _palmares(settings: Settings) -> list[str]:
    """The laureates, category by category, as the public sees them: nobody else is named."""
    out: list[str] = [say("demo.palmares")]
    for category in read_results(settings, EDITION).data["categories"]:
        first = [one for one in category["ranking"] if one["rank"] == 1]
        if category["outcome"] in ("elected", "joint"):
            won = [say("demo.laureate", company=one["company"], mark=marked(one["final_micro"])) for one in first]
            ending = won[0] if len(won) == 1 else say("demo.joint", one=won[0], other=joined(", ", won[1:]))
        else:
            ending = say("demo.none", outcome=coded("outcome", category["outcome"]))
        out.append(say("demo.category", category=f"{category['category_id']:<28}", ending=ending))
    return out


def _paths(settings: Settings, state: State, release: Path) -> dict[str, str]:
    assert state.dossier is not None, "a release has a dossier"
    return {
        "dossier": str(state.dossier.pdf),
        "page": str(state.dossier.page),
        "release": str(release),
        **{name: str(settings.published / name) for name in PUBLISHED},
    }
