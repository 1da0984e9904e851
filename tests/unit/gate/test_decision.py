"""The gate: truth tables, random histories against a plain model, and attempts to slip through."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.evidence.bodies import CheckResult, Outcome
from orchestration.evidence.checks import SEVERITIES, CheckSpec
from orchestration.evidence.records import EvidenceBroken, Fingerprints
from orchestration.evidence.standing import CheckStanding, CheckState, SignoffFacts, standings
from orchestration.gate.decision import Decision, _reasons_of, decide, decide_dossier
from orchestration.gate.reasons import CAUSES, CONSEQUENCES, causes_first, reason, say
from tests.fixtures.records import Event, chain

NOW = Fingerprints("a" * 64, "b" * 64, code_sha256="c" * 64, results_sha256="d" * 64, intake_sha256="e" * 64)
DOSSIER = "f" * 64
ALL = frozenset({"audit", "survey", "vote"})


def _spec(check_id: str, severity: str = "blocking", **more: object) -> CheckSpec:
    words = {"fr": f"{check_id} fr.", "en": f"{check_id} en.", "ar": "ar", "expected": "0"}
    return CheckSpec(check_id, severity, "own", **words, remedy_fr="réparer", remedy_en="repair", **more)  # type: ignore[arg-type]


BLOCK, WARN, INFO = _spec("intake.b_x"), _spec("intake.w_x", "warning"), _spec("intake.i_x", "info")
VOTE = _spec("scoring.v_x", component="vote")
SCORE, PUB = _spec("scoring.s_x", optional=True), _spec("publication.p_x")
REGISTRY = (BLOCK, WARN, INFO, VOTE, SCORE, PUB)
SIGNED = SignoffFacts(DOSSIER, frozenset({"1" * 64}), 1)


def _check(spec: CheckSpec | str, outcome: Outcome = "passed", prints: Fingerprints = NOW, run: str = "r") -> Event:
    check_id = spec if isinstance(spec, str) else spec.id
    failing = 4 if outcome == "failed" else 0
    keys = ("T1", "T2", "T3", "T4") if failing else ()
    return (
        "check",
        asdict(
            CheckResult(
                check_id, outcome, expected="0", observed=str(failing), failing_count=failing, failing_keys=keys
            )
        ),
        prints,
        run,
    )


def _accept(spec: CheckSpec, prints: Fingerprints = NOW) -> Event:
    return ("acceptance", {"check_id": spec.id, "reason": "seen", "by": "Clerk"}, prints, "")


def _dossier(sha256: str = DOSSIER, prints: Fingerprints = NOW) -> Event:
    return ("dossier", {"dossier_sha256": sha256, "identity": "1" * 64}, prints, "")


def _no(kind: str, sha256: str = DOSSIER) -> Event:
    return (kind, {"dossier_sha256": sha256, "reason": "not so", "by": "Bailiff"}, None, "")


def _reserve() -> Event:
    return ("reservation", {"reason": "but", "by": "Bailiff"}, NOW, "")


def _history(**outcomes: Outcome) -> list[Event]:
    """A clean history: checks of two gates, the dossier, the checks of publication."""
    run = [_check(spec, outcomes.get(spec.id.split(".")[1][0], "passed")) for spec in REGISTRY]
    return [*run[:-1], _dossier(), run[-1]]


def _decide(events: Sequence[Event], **changes: object) -> Decision:
    arguments = {"registry": REGISTRY, "current": NOW, "signoff": SIGNED, "uses": ALL, **changes}
    return decide(records=chain(events), **arguments)  # type: ignore[arg-type]


def _codes(decision: Decision) -> set[str]:
    assert decision.allowed == (not decision.reasons)
    return {reason.code for reason in decision.reasons}


def test_a_clean_history_is_allowed() -> None:
    assert _decide(_history()).allowed
    assert decide_dossier(REGISTRY, chain(_history()), NOW, ALL).allowed


@pytest.mark.parametrize(
    ("outcome", "block", "warn", "info", "optional"),
    [
        ("passed", None, None, None, None),
        ("failed", "check_failed", "warning_open", None, "check_failed"),
        ("error", "check_error", "check_error", "check_error", "check_error"),
        ("not_applicable", "check_must_apply", "check_must_apply", "check_must_apply", None),
    ],
)
def test_what_each_outcome_means_at_each_severity(
    outcome: Outcome, block: str | None, warn: str | None, info: str | None, optional: str | None
) -> None:
    for letter, code in {"b": block, "w": warn, "i": info, "s": optional}.items():
        assert _codes(_decide(_history(**{letter: outcome}))) == ({code} if code else set())


def test_the_dossier_needs_no_acceptance_and_no_publication_checks() -> None:
    events = [_check(BLOCK), _check(WARN, "failed"), _check(INFO), _check(VOTE), _check(SCORE)]
    assert decide_dossier(REGISTRY, chain(events), NOW, ALL).allowed
    events[0] = _check(BLOCK, "failed")
    assert _codes(decide_dossier(REGISTRY, chain(events), NOW, ALL)) == {"check_failed"}


@pytest.mark.parametrize("spec", REGISTRY)
def test_a_missing_check_refuses(spec: CheckSpec) -> None:
    events = [event for event in _history() if event[1].get("check_id") != spec.id]
    expected = "gate_not_run" if spec is PUB else "check_missing"
    assert _codes(_decide(events)) >= {expected}


def test_a_component_that_is_not_used_needs_no_check() -> None:
    events = [event for event in _history() if event[1].get("check_id") != VOTE.id]
    assert _decide(events, uses=frozenset({"audit"})).allowed
    assert _codes(_decide(events)) == {"check_missing"}
    failed = [*events, _check(VOTE, "failed")]
    assert _decide(failed, uses=frozenset({"audit"})).allowed


@pytest.mark.parametrize("name", ["custody_head", "rulebook_sha256", "code_sha256", "intake_sha256", "results_sha256"])
def test_whatever_changed_since_is_named(name: str) -> None:
    decision = _decide(_history(), current=replace(NOW, **{name: "9" * 64}))
    stale = {"gate_stale", "dossier_stale"}
    assert _codes(decision) == stale
    gates = {"scoring", "publication"} if name == "results_sha256" else {"intake", "scoring", "publication"}
    assert {gate for gate in ("intake", "scoring", "publication") if f"gate {gate} " in str(decision)} == gates
    word = {"custody_head": "deposits", "rulebook_sha256": "rulebook", "code_sha256": "code"}
    assert word.get(name, "results" if name == "results_sha256" else "rows") in decision.reasons[0].message


@pytest.mark.parametrize("name", ["intake_sha256", "results_sha256"])
def test_a_fingerprint_that_nobody_took_refuses(name: str) -> None:
    nothing: dict[str, Any] = {name: None}
    unknown = replace(NOW, **nothing)
    events = [(kind, body, unknown, run) for kind, body, _, run in _history()]
    assert _codes(_decide(events, current=unknown)) == {"fingerprint_missing"}


def test_the_dossier_asks_for_no_results_at_the_intake_gate() -> None:
    before = replace(NOW, results_sha256=None)
    events = [_check(BLOCK, prints=before), _check(WARN, prints=before), _check(INFO, prints=before)]
    events += [_check(VOTE), _check(SCORE)]
    assert decide_dossier(REGISTRY, chain(events), NOW, ALL).allowed


def test_one_stale_check_among_fresh_ones_is_named() -> None:
    events = _history()
    events[4] = _check(SCORE, prints=replace(NOW, results_sha256="9" * 64))
    decision = _decide(events)
    assert [(reason.code, reason.check_id) for reason in decision.reasons] == [("check_stale", SCORE.id)]
    assert "the results" in decision.reasons[0].message


def test_the_newest_record_for_the_current_state_speaks() -> None:
    assert _codes(_decide([*_history(), _check(PUB, "failed", run="r2")])) == {"check_failed"}
    assert _decide([_check(PUB, "failed", run="r0"), *_history()]).allowed
    other = replace(NOW, code_sha256="9" * 64)
    assert _decide([*_history(), _check(PUB, "failed", prints=other, run="r2")]).allowed


def test_a_run_that_says_two_things_is_not_believed() -> None:
    assert _codes(_decide([_check(PUB, "failed"), *_history()])) == {"check_contradictory"}
    assert _decide([_check(PUB), *_history()]).allowed


def test_a_check_that_changed_its_mind_after_the_dossier_was_made_needs_a_new_dossier() -> None:
    events = [_check(WARN, "failed", run="r0"), *_history(), _accept(WARN)]
    assert _decide(events).allowed
    again = [*_history(), _check(INFO, "failed", run="r2")]
    assert _codes(_decide(again)) == {"check_changed_since_dossier"}
    without = [_dossier(), *[event for event in _history() if event[0] != "dossier"]]
    assert _codes(_decide(without)) == {"check_changed_since_dossier"}


def test_an_accepted_warning_passes_only_if_accepted_before_the_dossier() -> None:
    failed = _history(w="failed")
    assert _decide([_accept(WARN), *failed]).allowed
    assert _codes(_decide([*failed, _accept(WARN)])) == {"warning_accepted_late"}
    assert _decide([_accept(WARN), *failed, _accept(WARN)]).allowed


def test_an_acceptance_counts_only_under_the_same_deposits() -> None:
    other = replace(NOW, custody_head="9" * 64)
    assert _codes(_decide([_accept(WARN, other), *_history(w="failed")])) == {"warning_open"}
    same_deposits = replace(NOW, code_sha256="9" * 64, results_sha256=None)
    assert _decide([_accept(WARN, same_deposits), *_history(w="failed")]).allowed


def test_a_blocking_check_cannot_be_accepted() -> None:
    assert _codes(_decide([_accept(BLOCK), *_history(b="failed")])) == {"check_failed"}


def test_a_dossier_recorded_again_does_not_move_its_date() -> None:
    failed = _history(w="failed")
    assert _codes(_decide([*failed, _accept(WARN), _dossier()])) == {"warning_accepted_late"}
    assert _codes(_decide([*_history(), _no("refusal", "8" * 64), _dossier()])) == {"refusal"}


@pytest.mark.parametrize("kind", ["refusal", "revocation"])
def test_a_refusal_or_revocation_blocks(kind: str) -> None:
    assert _codes(_decide([*_history(), _no(kind)])) == {kind}
    assert _codes(_decide([_no(kind), *_history()])) == {kind}
    assert _decide([_no(kind, "8" * 64), *_history()]).allowed
    decision = _decide([*_history(), _no(kind)])
    assert "Bailiff, 2026-01-01" in decision.reasons[0].message
    assert "not so" in decision.reasons[0].message.fr


def test_a_revocation_of_a_published_release_leaves_the_dossier_of_its_correction_alone() -> None:
    kind, body, prints, run = _no("revocation", "8" * 64)
    assert _decide([*_history(), (kind, {**body, "release": 1}, prints, run)]).allowed
    kind, body, prints, run = _no("revocation")
    assert _codes(_decide([*_history(), (kind, {**body, "release": 1}, prints, run)])) == {"revocation"}


def test_a_reservation_is_in_the_dossier_or_there_is_no_publication() -> None:
    decision = _decide([*_history(), _reserve()])
    assert _codes(decision) == {"entered_since_dossier"}
    assert "reservation 2026-01-01" in decision.reasons[0].message
    assert _decide([_reserve(), *_history()]).allowed


def test_a_refusal_without_any_dossier_blocks_too() -> None:
    events = [event for event in _history() if event[0] != "dossier"]
    assert _codes(_decide([_no("refusal", "8" * 64), *events])) == {"refusal", "dossier_unrecorded"}


@pytest.mark.parametrize(
    ("signoff", "codes"),
    [
        (SignoffFacts(DOSSIER, frozenset(), 1), {"signoff_missing"}),
        (SignoffFacts(DOSSIER, frozenset(), 0), {"signoff_missing"}),
        (SignoffFacts(DOSSIER, frozenset({"1" * 64}), 2, ("covered",)), {"signoff_missing"}),
        (SignoffFacts(DOSSIER, frozenset({"1" * 64, "2" * 64}), 2), set()),
        (SignoffFacts(None, frozenset({"1" * 64}), 1), {"dossier_missing"}),
        (SignoffFacts("7" * 64, frozenset({"1" * 64}), 1), {"dossier_unrecorded"}),
    ],
)
def test_the_sign_off_must_be_whole(signoff: SignoffFacts, codes: set[str]) -> None:
    decision = _decide(_history(), signoff=signoff)
    assert _codes(decision) == codes
    if signoff.problems:
        assert "1 / 2; covered" in decision.reasons[0].message


def test_a_dossier_of_another_state_does_not_count() -> None:
    events = [_dossier(prints=replace(NOW, results_sha256="9" * 64)) if e[0] == "dossier" else e for e in _history()]
    assert _codes(_decide(events)) == {"dossier_stale"}


def test_no_evidence_at_all_refuses_at_every_gate() -> None:
    decision = _decide([])
    assert _codes(decision) == {"gate_not_run", "dossier_unrecorded"}
    assert len(decision.reasons) == 4


def test_a_registry_without_checks_of_a_gate_refuses() -> None:
    assert _codes(_decide(_history(), registry=REGISTRY[:-1])) == {"gate_without_checks", "check_unknown"}
    assert "gate_without_checks" in _codes(decide_dossier((), (), NOW, ALL))


def test_a_check_registered_twice_refuses() -> None:
    assert _codes(_decide(_history(), registry=(*REGISTRY, INFO))) == {"check_registered_twice"}


def test_a_result_of_an_unknown_check_refuses_unless_it_is_history() -> None:
    assert _codes(_decide([*_history(), _check("intake.u_x")])) == {"check_unknown"}
    for name in ("code_sha256", "custody_head"):
        old = _check("intake.u_x", prints=replace(NOW, **{name: "9" * 64}))
        assert _decide([old, *_history()]).allowed


def test_evidence_that_cannot_be_trusted_refuses() -> None:
    broken = EvidenceBroken("line 3 is not an evidence record")
    for decision in (
        decide(REGISTRY, broken, current=NOW, signoff=SIGNED, uses=ALL),
        decide_dossier(REGISTRY, broken, NOW, ALL),
    ):
        assert _codes(decision) == {"evidence_broken"}
        assert "line 3" in decision.reasons[0].message.fr
    for records in (chain(_history())[1:], chain(_history())[::-1]):
        assert _codes(decide(REGISTRY, records, current=NOW, signoff=SIGNED, uses=ALL)) == {"evidence_broken"}
        assert _codes(decide_dossier(REGISTRY, records, NOW, ALL)) == {"evidence_broken"}


def test_an_edited_result_breaks_thechain() -> None:
    records = list(chain(_history(b="failed")))
    records[0] = records[0].model_copy(update={"body": CheckResult(BLOCK.id, "passed", "0", "0")})
    assert _codes(decide(REGISTRY, records, current=NOW, signoff=SIGNED, uses=ALL)) == {"evidence_broken"}


def test_an_unknown_severity_is_as_strict_as_the_strictest() -> None:
    odd = _spec("intake.b_x")
    object.__setattr__(odd, "severity", "cosmetic")
    assert _codes(_decide(_history(b="failed"), registry=(odd, *REGISTRY[1:]))) == {"check_failed"}


def test_a_state_that_the_gate_does_not_know_is_a_reason() -> None:
    """Closed by default: what may pass is listed."""
    odd = cast("CheckState", "excused")
    unknown = [CheckStanding(replace(BLOCK, severity=severity), odd) for severity in SEVERITIES]
    reasons = [[r.code for r in _reasons_of(standing, None, warnings=True)] for standing in unknown]
    assert reasons == [["check_error"]] * len(SEVERITIES)


def test_a_reason_says_what_was_found_and_how_to_mend_it_in_two_languages() -> None:
    failed = _decide(_history(b="failed")).reasons[0]
    assert failed.check_id == BLOCK.id
    assert failed.message == ("Failed check [intake.b_x]: intake.b_x en. Expected: 0; observed: 4 (T1, T2, T3, …)")
    assert failed.text().fr.endswith("Remède\u00a0: réparer")
    assert failed.text().endswith("How to mend it: repair")
    warning = _decide(_history(w="failed")).reasons[0]
    assert "palmares accept" in warning.remedy.fr
    assert warning.remedy.endswith("repair")


def test_every_reason_has_words_in_both_languages() -> None:
    for code in say.keys("reason"):
        told = reason(code, BLOCK, detail="d", quote="q", changed=("code_sha256",))
        assert told.message.strip() and told.remedy.strip() and told.message != told.message.fr, code
        assert told.text().fr == f"{told.message.fr}\n  Remède\u00a0: {told.remedy.fr}"


def test_standings_tell_where_each_check_stands() -> None:
    found = {s.spec.id: s for s in standings(REGISTRY, chain(_history(w="failed")[:3]), NOW, ALL)}
    assert found[WARN.id].open_warning
    result = found[WARN.id].result
    assert result is not None and result.failing_count == 4
    assert found[SCORE.id].state == "missing"
    assert found[SCORE.id].result is None
    assert not found[BLOCK.id].open_warning


_OUTCOMES = st.sampled_from(["passed", "failed", "error", "not_applicable"])
_PRINTS = st.sampled_from([NOW, NOW, NOW, replace(NOW, custody_head="9" * 64), replace(NOW, results_sha256=None)])
_EVENTS = st.one_of(
    st.builds(_check, st.sampled_from(REGISTRY), _OUTCOMES, _PRINTS, st.integers(0, 10**6).map(str)),
    st.builds(_accept, st.just(WARN), _PRINTS),
    st.builds(_dossier, st.sampled_from([DOSSIER, "8" * 64]), _PRINTS),
    st.builds(_no, st.sampled_from(["refusal", "revocation"]), st.sampled_from([DOSSIER, "8" * 64])),
    st.builds(_reserve),
)


def _model(events: Sequence[Event]) -> bool:
    """The rule in its plainest form: what has to hold for a publication."""
    dossiers = [i for i, e in enumerate(events) if e[0] == "dossier" and e[1]["dossier_sha256"] == DOSSIER]
    if not dossiers or events[dossiers[0]][2] != NOW:
        return False
    made = dossiers[0]
    if any(e[0] in ("refusal", "revocation") and (i > made or e[1]["dossier_sha256"] == DOSSIER)
           for i, e in enumerate(events)):  # fmt: skip
        return False
    if any(e[0] == "reservation" for e in events[made:]):
        return False
    accepted = any(
        e[0] == "acceptance" and e[2] is not None and e[2].custody_head == NOW.custody_head for e in events[:made]
    )
    for spec in REGISTRY:
        intake = spec.gate == "intake"
        of_check = [
            (i, e[1]["outcome"], e[3])
            for i, e in enumerate(events)
            if e[1].get("check_id") == spec.id
            and e[0] == "check"
            and (e[2] == NOW or (intake and e[2] is not None and e[2].custody_head == NOW.custody_head))
        ]
        if not of_check:
            return False
        _, outcome, run = of_check[-1]
        if {o for _, o, r in of_check if r == run} != {outcome}:
            return False  # one run that says two things of one check says nothing
        if spec is not PUB and [o for i, o, _ in of_check if i < made][-1:] != [outcome]:
            return False
        fine = outcome == "passed" or (outcome == "not_applicable" and spec is SCORE)
        fine = fine or (outcome == "failed" and (spec is INFO or (spec is WARN and accepted)))
        if not fine:
            return False
    return True


@settings(max_examples=400)
@given(st.lists(_EVENTS, max_size=6), st.lists(_EVENTS, max_size=3), st.sampled_from(["passed", "failed"]))
def test_random_histories_are_judged_as_the_plain_model_says(
    before: list[Event], after: list[Event], warn: Outcome
) -> None:
    events = [*before, *_history(w=warn), *after]
    assert _decide(events).allowed == _model(events)


@settings(max_examples=200)
@given(st.data())
def test_leaving_out_any_record_of_a_clean_history_refuses(data: st.DataObject) -> None:
    events = [_accept(WARN), *_history(w="failed")]
    assert _decide(events).allowed
    kept = data.draw(st.sets(st.integers(0, len(events) - 1), max_size=len(events) - 1))
    assert not _decide([events[i] for i in sorted(kept)]).allowed


def _act(kind: str) -> Event:
    """A seal, a draw, or the result of one."""
    bodies: dict[str, dict[str, Any]] = {
        "seal": {"stage": "rules", "fingerprint": NOW.rulebook_sha256, "by": "Me", "corrects": None, "number": 1},
        "draw": {"seed": "46132", "size": 1, "close_at_most": 1, "tests": ["T1"], "whole": {}},
        "trace": {
            "draw": "a" * 64,
            "seed": "46132",
            "by": "Me",
            "corrects": None,
            "outcomes": {"T1": "conform"},
            "sheet_sha256": "b" * 64,
        },
    }
    return (kind, bodies[kind], NOW, "r")


@pytest.mark.parametrize("kind", ["seal", "draw", "trace"])
def test_what_the_bailiff_did_after_the_dossier_was_made_asks_for_a_new_dossier(kind: str) -> None:
    act = _act(kind)
    assert _decide([act, *_history()]).allowed
    decision = _decide([*_history(), act])
    assert _codes(decision) == {"entered_since_dossier"}
    assert kind.replace("trace", "result of a draw") in decision.reasons[0].text()


FRENCH = {"seal": "scellé du", "draw": "tirage du", "trace": "résultat d’un tirage du"}


@pytest.mark.parametrize("kind", ["seal", "draw", "trace"])
def test_what_the_bailiff_did_after_the_checks_is_judged_before_a_dossier_is_made(kind: str) -> None:
    checks = [event for event in _history() if event[0] == "check"]
    assert decide_dossier(REGISTRY, chain([_act(kind), *checks]), NOW, ALL).allowed
    decision = decide_dossier(REGISTRY, chain([*checks, _act(kind)]), NOW, ALL)
    assert _codes(decision) == {"entered_since_checks"}
    assert FRENCH[kind] in decision.reasons[0].text().fr and "palmares run" in decision.reasons[0].text()


def test_a_reservation_needs_no_check_before_it_is_printed() -> None:
    checks = [event for event in _history() if event[0] == "check"]
    assert decide_dossier(REGISTRY, chain([*checks, _reserve()]), NOW, ALL).allowed


def _many(number: int) -> tuple[CheckSpec, ...]:
    return (*REGISTRY, *(replace(SCORE, id=f"scoring.more_{place:02}") for place in range(number)))


def test_one_changed_comment_is_told_first_and_what_follows_from_it_is_counted() -> None:
    """Checks were made anew with the code as it is now: it is the dossier that is old, and nothing else is wrong."""
    registry, now = _many(86), replace(NOW, code_sha256="9" * 64)
    more = [_check(spec) for spec in registry[len(REGISTRY) :]]
    again = [(kind, body, now, "r2") for kind, body, _, _ in (*_history(), *more) if kind == "check"]
    records = chain([*more, *_history(), *again])
    decision = decide(registry, records, current=now, signoff=SIGNED, uses=ALL)
    assert len(decision.reasons) > 86 and decision.reasons[0].code == "check_changed_since_dossier"
    told = causes_first(decision.reasons)
    assert told[0].startswith("The dossier speaks of an earlier state (changed since: the code)")
    assert len(told) == 2
    changed = [one for one in decision.reasons if one.code == "check_changed_since_dossier"]
    assert f"{len(changed)} checks no longer say what the signed dossier says" in told[1]
    assert all(str(one.check_id) in told[1] for one in changed[:3]) and "…" in told[1] and "--json" in told[1]
    assert "contrôles ne disent plus" in told[1].fr


def test_without_a_cause_each_check_speaks_for_itself_and_a_single_consequence_is_no_crowd() -> None:
    loose = [reason("check_changed_since_dossier", spec) for spec in REGISTRY]
    assert causes_first(loose) == [one.text() for one in loose]
    stale = reason("dossier_stale", changed=("code_sha256",))
    assert causes_first([loose[0], stale]) == [stale.text(), loose[0].text()]
    two = causes_first([*loose[:2], stale])
    assert len(two) == 2 and "…" not in two[1]


def test_causes_stand_in_their_order_and_other_reasons_are_kept() -> None:
    given = [reason("refusal", detail="d", quote="q"), reason("gate_stale", detail="intake"), reason("dossier_stale")]
    assert [one.text() for one in (given[2], given[1], given[0])] == causes_first(given)
    assert causes_first([]) == []
    assert {code for code in say.keys("folded")} == set(CONSEQUENCES)
    assert set(CAUSES) | set(CONSEQUENCES) <= set(say.keys("reason"))
