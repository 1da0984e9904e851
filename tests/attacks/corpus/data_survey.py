"""Wrong data in the survey (SPEC 3.3): responses, profiles, the population's margins."""

from datetime import datetime, timedelta

from tests.attacks.attack import Family, Make, blocked, harmless, quarantined, unread, warned
from tests.attacks.corpus.making import SURVEY, TARGETS, spare_response, withdrawn
from tests.fixtures.tiny import TinyEdition

FAMILY = Family("data_survey")
attack = FAMILY.attack
PLACE = f"{SURVEY},34,X900"


def spoilt(**changes: str) -> Make:
    """A spare response with a value that is wrong."""
    return lambda edition: spare_response(edition, **changes) and None


for name, column, value, reason in (
    ("satisfaction-of-eleven", "satisfaction", "11", "malformed_value"),
    ("satisfaction-of-seven-and-a-half", "satisfaction", "7.5", "malformed_value"),
    ("recommendation-below-zero", "recommendation", "-1", "malformed_value"),
    ("effort-of-zero", "effort", "0", "malformed_value"),
    ("effort-of-eight", "effort", "8", "malformed_value"),
    ("fact-of-two", "repeated", "2", "malformed_value"),
    ("fact-in-words", "resolved", "yes", "malformed_value"),
    ("contacts-beyond-belief", "contacts", "40000", "malformed_value"),
    ("respondent-empty", "respondent_id", "", "malformed_value"),
    ("candidate-unknown", "candidate_id", "zenith-hotels", "unknown_candidate"),
    ("answered-in-words", "answered_at", "last week", "malformed_value"),
    ("answered-a-second-too-early", "answered_at", "2025-10-31T23:59:59", "outside_window"),
    ("answered-a-second-too-late", "answered_at", "2025-12-01T00:00:00", "outside_window"),
    ("answered-too-late-by-its-offset", "answered_at", "2025-11-30T23:30:00Z", "outside_window"),
    ("profile-unknown", "region", "east", "unknown_profile_value"),
    ("profile-empty", "gender", "", "unknown_profile_value"),
):
    place = f"{SURVEY},34,{'' if column == 'respondent_id' else 'X900'}"
    FAMILY.add(name, spoilt(**{column: value}), quarantined(reason, place, column))

FAMILY.add(
    "response-without-an-answer",
    spoilt(satisfaction="", recommendation="", effort=""),
    quarantined("no_answer", PLACE),
)


@attack("one-person-of-two-genders", quarantined("contradictory_profile", PLACE, f"{SURVEY},35,X900", rows=2))
def _(edition: TinyEdition) -> None:
    spare_response(edition)
    spare_response(edition, candidate_id="atlas-banks", gender="m")


@attack("second-response-is-superseded", harmless(f"survey,excluded,superseded_response,{SURVEY},34,R001"))
def _(edition: TinyEdition) -> None:
    spare_response(edition, "R001", answered_at="2025-11-01T08:00:00", satisfaction="0", effort="1")


# ---- quotas and files ------------------------------------------------------------------------------------------------
@attack(
    "one-respondent-too-few",
    blocked("intake.respondents_enough", "scoring.respondents_enough", names=("atlas-hotels 7", "≥ 8")),
)
def _(edition: TinyEdition) -> None:
    assert edition.survey is not None
    del edition.survey[0]


@attack(
    "one-respondent-too-few-once-answers-count",
    blocked("scoring.respondents_enough", names=("atlas-hotels 7", "no_weighted_answer")),
)
def _(edition: TinyEdition) -> None:
    assert edition.survey is not None
    edition.rulebook["survey"]["weights"] = {"satisfaction": 10000, "recommendation": 0, "effort": 0}
    edition.survey[0]["satisfaction"] = ""


@attack("no-survey-file", unread("missing_file", names=("survey/", "deposit it")))
def _(edition: TinyEdition) -> None:
    edition.survey = None


@attack("no-targets-file", unread("missing_file", names=(TARGETS, "deposit it")))
def _(edition: TinyEdition) -> None:
    edition.targets = None


for column in ("effort", "region"):

    @attack(f"column-{column}-missing", unread("missing_column", names=(SURVEY, "line 1", column)))
    def _(edition: TinyEdition, column: str = column) -> None:
        for row in edition.survey or ():
            del row[column]


# ---- the population's margins ----------------------------------------------------------------------------------------
for name, number, changes, names in (
    ("margins-that-miss-a-percent", 0, {"share": "0.51"}, ("gender sum to 0.99",)),
    ("margin-in-percent", 0, {"share": "52%"}, ("line 2",)),
    ("margin-below-zero", 0, {"share": "-0.52"}, ("line 2",)),
    ("margin-of-nothing", 3, {"value": ""}, ("line 5",)),
    ("margin-of-another-variable", 3, {"variable": "district"}, ("line 5", "region sum to")),
    ("margin-twice", 1, {"value": "f"}, ("line 3",)),
):

    @attack(name, unread("bad_target", names=(TARGETS, *names)))
    def _(edition: TinyEdition, number: int = number, changes: dict[str, str] = changes) -> None:
        assert edition.targets is not None
        edition.targets[number].update(changes)


def margins(edition: TinyEdition, women: str, men: str, north: str, south: str, cap: str) -> None:
    """Other margins and another cap of the weights."""
    assert edition.targets is not None
    for row, share in zip(edition.targets, (women, men, north, south), strict=True):
        row["share"] = share
    edition.rulebook["survey"]["raking"]["max_weight"] = cap


SHORT_OF_MARGINS = blocked(
    "intake.raking_converged", "scoring.raking_reproduces", "scoring.recount_agrees",
    names=("100000 ppm", "region=east share"),
)  # fmt: skip


@attack("margin-of-somebody-whom-nobody-asked", SHORT_OF_MARGINS)
def _(edition: TinyEdition) -> None:
    assert edition.targets is not None
    edition.targets[3]["share"] = "0.45"
    edition.targets.append({"variable": "region", "value": "east", "share": "0.10"})


FAMILY.add(
    "weights-that-may-not-reach-the-margins",
    lambda edition: margins(edition, women="0.9", men="0.1", north="0.45", south="0.55", cap="1.2"),
    blocked(
        "intake.raking_converged",
        "intake.weights_moderate",
        "scoring.raking_reproduces",
        "scoring.recount_agrees",
        names=("raking 1000", "gender=f share"),
    ),
)
FAMILY.add(
    "margins-far-from-the-sample",
    lambda edition: margins(edition, women="0.99", men="0.01", north="0.2", south="0.8", cap="1000"),
    warned("intake.raking_efficient", names=("≥ 5000 bp",)),
)
FAMILY.add(
    "many-weights-at-the-cap",
    lambda edition: margins(edition, women="0.6", men="0.4", north="0.6", south="0.4", cap="1.4"),
    warned("intake.weights_moderate", names=("8 / 32",)),
)


# ---- possible but suspicious -----------------------------------------------------------------------------------------
@attack("one-opinion-on-everything", warned("intake.answers_varied", names=("X900 6",)))
def _(edition: TinyEdition) -> None:
    for place, candidate in enumerate(withdrawn(edition, 6)):
        spare_response(edition, candidate_id=candidate, answered_at=f"2025-11-{place + 10}T11:00:00")


@attack("seven-opinions-in-twelve-seconds", warned("intake.answers_unhurried", names=("X900 6",)))
def _(edition: TinyEdition) -> None:
    for place, candidate in enumerate(withdrawn(edition, 7)):
        times = {"answered_at": f"2025-11-10T11:00:{2 * place:02d}"}
        spare_response(edition, candidate_id=candidate, satisfaction=str(place), **times)


@attack("thirty-people-in-one-second", warned("intake.answers_spread", names=("w0-hotels 2025-11-10T10:00:00Z 30",)))
def _(edition: TinyEdition) -> None:
    [candidate] = withdrawn(edition, 1)
    start = datetime(2025, 11, 10, 11, 0)
    for place in range(30):
        moment = (start + timedelta(milliseconds=20 * place)).isoformat(timespec="milliseconds")
        spare_response(edition, f"X{place:03d}", candidate_id=candidate, answered_at=moment)
