"""The main job on the two shipped editions, start to finish (`palmares demo`).

Belongs here: the order of acts and what is said of each. Every act is the one that its own command does.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.bailiff import (
    draw_tests,
    enter_acceptances,
    enter_reservation,
    enter_trace,
    seal_stage,
    sign_dossier,
)
from orchestration.cli.say import say
from orchestration.errors import InputError, Refused
from orchestration.instance import launch
from orchestration.progress import report
from orchestration.release import newest_release, read_record
from orchestration.sample import KEY_FILE, PASSWORD
from orchestration.settings import Settings
from orchestration.status import EditionStage, State, describe, read_results
from orchestration.storage import connect, write_atomic
from orchestration.words import coded, joined, marked

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

EDITIONS = ("2025", "2026")
"""In the order of their years: what an edition's laureates held before stands in the releases of the earlier ones."""
PUBLISHED = ("palmares.duckdb", "parquet", "index.html", "index.json")
ACCEPTED = "Démonstration : les données sont inventées."
DEMONSTRATION = "Démonstration de Palmarès"
BAILIFF = "Huissier de démonstration (sans valeur)"
RESERVATION = "Démonstration : les enregistrements des appels n’ont pas été écoutés."
REPLAYED = "la démonstration est rejouée avec d’autres dépôts ou un autre programme"
CHANGED = "la démonstration est rejouée avec d’autres dépôts"
DICE, DRAWN = 46132, 5


@dataclass(frozen=True)
class Played:
    """What the demonstration did, for JSON and for people."""

    data: dict[str, Any]
    lines: list[str]


def play(settings: Settings) -> Played:
    """Run, sign with the throw-away key and publish the shipped editions; what is done already is said, not redone."""
    for edition in EDITIONS:
        if not (settings.raw / edition).is_dir():
            raise InputError(say("demo.missing", edition=edition, raw=settings.raw), mend=say("demo.missing_mend"))
    lines: list[str] = [say("demo.head")]
    data: dict[str, Any] = {}
    begun = _begin(settings, EDITIONS[-1])
    for place, edition in enumerate(EDITIONS):
        report(say("demo.place", edition=edition), place, len(EDITIONS))
        state, acts = _published(settings, edition, begun)
        lines += ["", say("demo.edition", edition=edition), *acts]
        release = newest_release(settings.releases, edition)
        assert release is not None, "the demonstration ends with a release"
        data = {"edition": edition, **_paths(settings, state, release), "state": state.data}
    for edition in EDITIONS:
        lines += ["", *_palmares(settings, edition)]
    lines += ["", *(f"{name:<10} {data[name]}" for name in ("dossier", "page", "release", *PUBLISHED))]
    paper = read_record(Path(data["release"])).digests.results_sha256
    command = f"  palmares verify {data['release']} --raw {settings.raw / EDITIONS[-1]} --fingerprint {paper}"
    lines += ["", say("demo.verify"), command]
    return Played(data, lines)


def _begin(settings: Settings, edition: str) -> "BaseProcess | None":
    """Seal the newest edition and begin with it, while the one before is played; None when it has its dossier."""
    if describe(settings, edition).dossier is not None:
        return None
    for stage in ("rules", "collection"):
        try:
            seal_stage(settings, edition, stage, BAILIFF)
        except Refused:  # sealed before the deposits changed
            seal_stage(settings, edition, stage, by=BAILIFF, corrects=CHANGED)
    return launch.begin(settings, edition)


def _published(settings: Settings, edition: str, begun: "BaseProcess | None") -> tuple[State, list[str]]:
    """One edition, from its deposits to its release: where it stands then, and what was done."""
    state = describe(settings, edition)
    acts: list[str] = [say("demo.run_again")]
    if state.dossier is None:
        acts = _witness(settings, edition, begun) if edition == EDITIONS[-1] else _prepare(settings, edition)
        state = describe(settings, edition)
    if state.stage is EditionStage.PUBLISHED:
        return state, [*acts, say("demo.sign_again"), say("demo.publish_again")]
    acts += _sign_and_publish(settings, state)
    return describe(settings, edition), acts


def _prepare(settings: Settings, edition: str) -> list[str]:
    launch.prepare(settings, edition)
    return [say("demo.run")]


def _witness(settings: Settings, edition: str, begun: "BaseProcess | None") -> list[str]:
    """Everything up to the dossier, with what a bailiff does on the way: so that no part of it has nothing to say."""
    launch.judge(settings, edition, begun)
    state = describe(settings, edition)
    # Dice serve once: with other results they are rolled anew.
    drawn = draw_tests(settings, edition, str(DICE + len(state.witnessed.draws)), DRAWN, at_most=0)
    write_atomic(drawn.form, drawn.form.read_bytes().replace(b",,\n", b",conform,\n"))
    enter_trace(settings, edition, drawn.draw.seed, sheet=drawn.form, by=BAILIFF)
    accepted = _accept(settings, state)
    if not state.reservations:
        enter_reservation(settings, edition, RESERVATION, BAILIFF)
    launch.judge_again(settings, edition)
    return [say("demo.run"), say("demo.witnessed", tests=DRAWN, accepted=accepted)]


def _accept(settings: Settings, state: State) -> int:
    """Accept the warnings that are open; how many."""
    warnings = dict.fromkeys((check.id for check in state.open_warnings), ACCEPTED)
    if warnings:
        enter_acceptances(settings, state.edition, warnings, DEMONSTRATION)
    return len(warnings)


def _sign_and_publish(settings: Settings, state: State) -> list[str]:
    if _accept(settings, state):
        launch.remake_dossier(settings, state.edition)
    signed = say("demo.sign_again")
    if state.stage not in (EditionStage.SIGNED, EditionStage.CUT_SHORT):
        signed = say("demo.sign", name=sign_dossier(settings, state.edition, KEY_FILE, PASSWORD.decode()).signer)
    before = newest_release(settings.releases, state.edition)
    why = REPLAYED if before else None
    launch.publish(settings, state.edition, reason=why, by=DEMONSTRATION if before else None)
    return [signed, say("demo.publish")]


def _palmares(settings: Settings, edition: str) -> list[str]:
    """The laureates, category by category, as the public sees them, with the titles that they held before."""
    held = _held_before(settings, edition)
    out: list[str] = [say("demo.palmares", edition=edition)]
    for category in read_results(settings, edition).data["categories"]:
        first = [place for place in category["ranking"] if place["rank"] == 1]
        if category["outcome"] in ("elected", "joint"):
            won = [_laureate(place, held.get(place["company"], [])) for place in first]
            ending = won[0] if len(won) == 1 else say("demo.joint", one=won[0], other=joined(", ", won[1:]))
        else:
            ending = say("demo.none", outcome=coded("outcome", category["outcome"]))
        out.append(say("demo.category", category=f"{category['category_id']:<28}", ending=ending))
    return out


def _laureate(place: dict[str, Any], held: list[str]) -> str:
    laureate = say("demo.laureate", company=place["company"], mark=marked(place["final_micro"]))
    return say("demo.held", laureate=laureate, titles=joined(", ", held)) if held else laureate


def _held_before(settings: Settings, edition: str) -> dict[str, list[str]]:
    """The titles of earlier editions by company, each as "2025 category"."""
    titles: dict[str, list[str]] = {}
    with connect(settings.published_db, read_only=True) as con:
        for company, year, category in con.execute(
            "SELECT company, edition, category_id FROM title_history WHERE edition < ? "
            "ORDER BY company_id, edition, category_id",
            [edition],
        ).fetchall():
            titles.setdefault(company, []).append(f"{year} {category}")
    return titles


def _paths(settings: Settings, state: State, release: Path) -> dict[str, str]:
    assert state.dossier is not None, "a release has a dossier"
    return {
        "dossier": str(state.dossier.pdf),
        "page": str(state.dossier.page),
        "release": str(release),
        **{name: str(settings.published / name) for name in PUBLISHED},
    }
