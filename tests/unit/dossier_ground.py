"""Ground for the dossier's tests: a little edition with every case that a dossier must be able to tell.

Belongs here: facts made by hand, hostile names among them. What is asserted of them stands in the tests.
"""

from dataclasses import replace
from typing import Any

from orchestration.dossier.model import (
    Acceptance,
    CheckFact,
    Conditions,
    CorrectionFact,
    DepositFact,
    FileAccount,
    Inputs,
    LeftOut,
    ReasonCount,
    SignerFact,
)
from orchestration.release.dossier_keywords import DossierDigests
from orchestration.rulebook import Rulebook, parse_rulebook
from orchestration.scoring.model import (
    CandidateFact,
    CategoryFact,
    ChannelFact,
    ComponentFact,
    RecountDifference,
    RecountFact,
    RecountFinal,
    RecountTable,
)
from orchestration.units import MICRO

PHONE = "audits/field_firm_north/phone.csv"
HOSTILE = ("#panic(1)", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", 'شركة "دلتا" & Co $x$ *y* _z_ @a \\ `b`')

RULEBOOK = """
edition: "2031"
title: {fr: "Élu Service Client de l’Année Maroc 2031", en: "Customer Service of the Year Morocco 2031", ar: "خدمة الزبناء للسنة 2031"}
organiser: "Baromètre <b>Service</b> Client #panic(1)"
timezone: Africa/Casablanca
fieldwork: {start: 2030-08-25, end: 2030-11-14}
components: {audit: 7000, survey: 2000, vote: 1000}
eligibility: {min_mark: "12.50", min_candidates: 2, min_completion: 9500}
tie_break: [audit, "channel:phone", survey, vote]
unresolved_tie: joint
quarantine: {max_share: 250}
categories:
  - {id: banks, sector: private, label: {fr: Banques, en: Banks, ar: الأبناك}}
  - {id: hotels, sector: private, label: {fr: Hôtels, en: Hotels, ar: الفنادق}}
  - {id: taxis, sector: private, label: {fr: "Taxis <i>#strike[x]</i>"}}
channels:
  phone: {weight: 6000, planned_tests: 3, grid: phone, unanswered: zero}
  email: {weight: 4000, planned_tests: 2, grid: phone, unanswered: exclude}
grids:
  phone:
    - {id: waiting_time, family: reachability, weight: 1, max: 2, label: {fr: Attente}}
survey:
  window: {start: 2030-11-01, end: 2030-11-30}
  weights: {satisfaction: 5000, recommendation: 2000, effort: 3000}
  keep: last
  min_respondents: 100
vote:
  window: {opens: "2030-10-01T09:00:00+01:00", closes: "2030-10-31T23:59:59+01:00"}
  one_per: [voter_key, category_id]
  keep: first
  mark: share_of_leader
  min_votes: 200
  burst: {max_per_ip_hour: 60, action: exclude}
independence:
  max_shopper_share: 2500
  min_recheck_share: 1000
  conflicts: [{shopper_id: S017, company_id: orange}]
bailiff: {signers: [bailiff.pem, second.pem], required: 1}
"""  # noqa: E501


def rulebook(**changes: str) -> Rulebook:
    """The rulebook, with pieces of its text replaced (`old="new"` given as pairs in `changes`)."""
    text = RULEBOOK
    for old, new in changes.items():
        text = text.replace(old, new)
    return parse_rulebook(text.encode(), "rulebook.yml")


def candidate(
    key: str, company: str, final: float | None, rank: int | None, tests: tuple[float, ...] = (), **more: Any
) -> CandidateFact:
    """A candidate whose three phone and two e-mail tests have the marks given (all equal to the final otherwise)."""
    micro = None if final is None else round(final * MICRO)
    marks = tuple(round(t * MICRO) for t in tests) or (micro or 0,) * 5
    given: dict[str, Any] = {
        "low": None if final is None else round((final - 0.6) * 100),
        "high": None if final is None else round((final + 0.6) * 100),
        "eligible": True,
        "components": tuple(ComponentFact(name, micro, 5) for name in ("audit", "survey", "vote")),
        "channels": (
            ChannelFact("phone", 6000, 3, 3, micro, marks[:3]),
            ChannelFact("email", 4000, 2, 2, micro, marks[3:]),
        ),
    }
    return CandidateFact(key, company, final=micro, rank=rank, **{**given, **more})


def categories() -> tuple[CategoryFact, ...]:
    """Three categories: one elected with a withdrawn candidate, one under the minimum, one with a single candidate."""
    banks = CategoryFact(
        "banks",
        "elected",
        (
            candidate("C-1", HOSTILE[0], 16.123456, 1, margin=2_123_456),
            candidate("C-2", HOSTILE[1], 14.0, 2, margin=900_000),
            candidate("C-3", "Zêta d’Œuvre – très long nom de société anonyme marocaine à responsabilité", 13.1, 3),
            candidate("C-9", "Retirée SA", None, None, withdrawn=True),
        ),
    )
    hotels = CategoryFact(
        "hotels",
        "no_award_min_mark",
        (
            candidate("C-4", HOSTILE[3], 11.0, 1, margin=1_000_000, eligible=False, reason="below_min_mark"),
            candidate("C-5", "Gamma", 10.0, 2, eligible=False, reason="below_min_mark"),
        ),
    )
    taxis = CategoryFact(
        "taxis",
        "no_award_too_few_candidates",
        (candidate("C-6", HOSTILE[2], 19.0, 1, eligible=False, reason="too_few_candidates", low=None, high=None),),
    )
    return banks, hotels, taxis


def checks() -> tuple[CheckFact, ...]:
    """A check of every severity and outcome that a dossier may print."""

    def check(name: str, outcome: str, severity: str = "blocking", **more: Any) -> CheckFact:
        words = {"fr": f"Chaque {name} est en ordre.", "en": f"Every {name} is in order.", "ar": f"كل {name} سليم."}
        facts = {"expected": "0", "observed": "0" if outcome == "passed" else "12", **more}
        return CheckFact(f"intake.{name}_valid", "intake", severity, **words, outcome=outcome, **facts)

    accepted = Acceptance("M. Idrissi", "Nuits de Ramadan <b>", "2030-12-02T10:00:00+00:00")
    return (
        check("deposit", "passed"),
        check("shopper", "failed", "warning", failing_count=12, failing_keys=("T1", "T2"), acceptance=accepted),
        check("burst", "failed", "warning", failing_count=2, failing_keys=("V1", "V2")),
        check("language", "failed", "info"),
        check("raking", "not_applicable"),
        replace(check("recount", "passed"), id="scoring.recount_agrees", gate="scoring", expected="14 812 / 14 812"),
    )


def inputs(**changes: Any) -> Inputs:
    """The facts of edition 2031; keywords replace whole fields."""
    digest = {name: (name[0] * 2 + f"{number}f").ljust(4, "0") * 16 for number, name in enumerate(("a", "b", "c", "d"))}
    deposits = tuple(
        DepositFact(
            seq=number,
            path=path,
            sha256=f"{number:02x}" * 32,
            bytes=1024 * number,
            supplier="Field <i>firm</i>" if number > 2 else "Organisateur",
            received_at=f"2030-11-{10 + number}T09:15:00+01:00",
            received_by="greffe",
            replaces="03" * 32 if number == 5 else None,
            current=number != 3,
        )
        for number, path in enumerate(
            (
                "rulebook.yml",
                "candidates.csv",
                "audits/field_firm_north/phone_before_the_correction_of_november.csv",
                "survey/responses.csv",
                "audits/field_firm_north/phone.csv",
            ),
            1,
        )
    )
    finals = tuple(
        RecountFinal(c.candidate_id, c.final, c.final) for k in categories() for c in k.candidates if not c.withdrawn
    )
    given = Inputs(
        edition="2031",
        rulebook=rulebook(),
        digests=DossierDigests(digest["a"], digest["b"], digest["c"], digest["d"]),
        conditions=Conditions(
            machine="x86_64, 2 processeurs",
            system="Linux 6.1",
            started_at="2030-12-01T08:00:00+00:00",
            ended_at="2030-12-01T08:04:09+00:00",
            clock="UTC",
            versions=(("Python", "3.11.7"), ("duckdb", "1.5.6")),
            run_id="1234-abcd",
        ),
        deposits=deposits,
        accounts=(
            FileAccount("audits/field_firm_north/phone.csv", "audits", 1500, 1400, 80, 20),
            FileAccount("survey/responses.csv", "survey", 2000, 1950, 49, 1),
            FileAccount("votes/votes.ndjson.gz", "votes", 200_000, 190_000, 10_000, 0),
            FileAccount("candidates.csv", "candidates", 7, 7, 0, 0),
        ),
        reasons=(
            ReasonCount("audits", "quarantined", "malformed_value", 20),
            ReasonCount("audits", "excluded", "recheck", 80),
            ReasonCount("survey", "excluded", "superseded_response", 49),
            ReasonCount("survey", "quarantined", "a_reason_without_words", 1),
            ReasonCount("votes", "excluded", "repeated_vote", 10_000),
        ),
        left_out=(
            *(
                LeftOut("audits", PHONE, n, f"T{n:05d}", "quarantined", "malformed_value", "rating")
                for n in range(2, 22)
            ),
            *(LeftOut("audits", PHONE, n, f"R{n:05d}", "excluded", "recheck") for n in range(80)),
            LeftOut("survey", "survey/responses.csv", 17, "", "quarantined", "a_reason_without_words"),
        ),
        corrections=(
            CorrectionFact(
                "COR-1", "candidates.csv", 4, "C-3", "company", "Zeta", "Zêta d’Œuvre", "Faute de frappe", "A. Alami",
                "2030-11-20",
            ),
            CorrectionFact(
                "COR-2", "candidates.csv", None, "C-4", "company", "", HOSTILE[0], "–", "A. Alami", "2030-11-21",
            ),
        ),
        checks=checks(),
        categories=categories(),
        recount=RecountFact(
            tables=(RecountTable("fct_ranking", 6, 66, 0), RecountTable("fct_test_mark", 30, 390, 0)), finals=finals
        ),
        signers=(
            SignerFact("bailiff.pem", "Maître Essai, Étude", "ab" * 32, "2030-01-01", "2035-01-01", False),
            SignerFact("second.pem", "Maître Deux", "cd" * 32, "2030-01-01", "2035-01-01", False),
        ),
    )  # fmt: skip
    return replace(given, **changes)


DISAGREEMENT = RecountFact(
    tables=(RecountTable("fct_ranking", 6, 66, 1),),
    finals=(RecountFinal("C-1", 16_123_456, 16_123_455), RecountFinal("C-2", None, 14_000_000)),
    differences=(RecountDifference("fct_ranking", "C-1", "final_micro", "16123456", "16123455"),),
)
