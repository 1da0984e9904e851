"""What the record of a seal, a draw or a trace must hold: strict, so that whoever reads the evidence may rely on it.

Belongs here: the shape of those three bodies. Their order (which seal corrects which) is `seals.py` and `draw/`; the
records themselves are `evidence.py`.
"""

import re
from collections.abc import Mapping
from typing import Any

SEALS = {"rules": "rulebook_sha256", "collection": "custody_head", "results": "results_sha256"}
"""What can be sealed, in the order in which it comes to be, and the fingerprint that says what it was."""
TRACE_OUTCOMES = ("conform", "not_conform", "not_found")
MIN_SEED, MAX_SEED = 5, 40
"""Dice that make a seed: five give 7776 possibilities with six faces, too many to prepare a false test against."""
_SEED = re.compile(rf"[0-9]{{{MIN_SEED},{MAX_SEED}}}")
_HEX = re.compile(r"[0-9a-f]{64}")


def check_seal(body: Mapping[str, Any], fingerprints: Any) -> None:
    """A seal: `stage`, `fingerprint` (the one of that name among the record's own), `by`, `corrects`, `number`."""
    _exactly("seal", body, ("stage", "fingerprint", "by", "corrects", "number"))
    if body["stage"] not in SEALS:
        raise ValueError(f"a seal is one of {', '.join(SEALS)}")
    if body["fingerprint"] is None or body["fingerprint"] != getattr(fingerprints, SEALS[body["stage"]]):
        raise ValueError("a seal bears the fingerprint that its record is tied to")
    _text("seal", body, "by")
    _reason("seal", body)
    if type(body["number"]) is not int or body["number"] < 1:
        raise ValueError("seals are numbered from 1")


def check_draw(body: Mapping[str, Any], fingerprints: Any) -> None:
    """A draw: `seed`, `size`, `close_at_most`, `tests` (drawn, in order) and `whole` (of close categories)."""
    _exactly("draw", body, ("seed", "size", "close_at_most", "tests", "whole"))
    if fingerprints.results_sha256 is None:
        raise ValueError("a draw is made from results")
    _seed("draw", body)
    for name, least in (("size", 1), ("close_at_most", 0)):
        if type(body[name]) is not int or body[name] < least:
            raise ValueError(f"the {name} of a draw is a whole number, {least} or more")
    lists = [body["tests"], *body["whole"].values()]
    if not all(isinstance(tests, list) for tests in lists) or not body["tests"]:
        raise ValueError("a draw lists tests")
    names = [test for tests in lists for test in tests]
    if not all(isinstance(name, str) and name for name in [*names, *body["whole"]]):
        raise ValueError("a test is known by its id")
    if len(set(names)) != len(names) or len(body["tests"]) > body["size"]:
        raise ValueError("a draw lists no test twice, and no more than its size")


def check_trace(body: Mapping[str, Any], _fingerprints: Any) -> None:
    """The result of a draw: `draw` (SHA-256 of its record), `seed`, `by`, `corrects`, `outcomes`, `sheet_sha256`."""
    _exactly("trace", body, ("draw", "seed", "by", "corrects", "outcomes", "sheet_sha256"))
    for name in ("draw", "sheet_sha256"):
        if not isinstance(body[name], str) or not _HEX.fullmatch(body[name]):
            raise ValueError(f"the {name} of a trace is 64 lower-case hexadecimal digits")
    _seed("trace", body)
    _text("trace", body, "by")
    _reason("trace", body)
    outcomes = body["outcomes"]
    if not isinstance(outcomes, dict) or not outcomes or not set(outcomes.values()) <= set(TRACE_OUTCOMES):
        raise ValueError(f"the outcome of each traced test is one of {', '.join(TRACE_OUTCOMES)}")


CHECKS = {"seal": check_seal, "draw": check_draw, "trace": check_trace}
"""By kind of record. All three need fingerprints."""


def _exactly(kind: str, body: Mapping[str, Any], names: tuple[str, ...]) -> None:
    if set(body) != set(names):
        raise ValueError(f"the body of a {kind} has exactly {', '.join(names)}")


def _text(kind: str, body: Mapping[str, Any], name: str) -> None:
    if not isinstance(body[name], str) or not body[name].strip():
        raise ValueError(f"a record of kind {kind} needs {name}")


def _reason(kind: str, body: Mapping[str, Any]) -> None:
    if body["corrects"] is not None:
        _text(kind, body, "corrects")


def _seed(kind: str, body: Mapping[str, Any]) -> None:
    if not isinstance(body["seed"], str) or not _SEED.fullmatch(body["seed"]):
        raise ValueError(f"the seed of a {kind} is {MIN_SEED} to {MAX_SEED} digits")
