"""The published tables of SPEC 8: names, columns in order, types, keys, and what each column means.

Belongs here: facts about the tables, as plain data. The verifier, the release and the published warehouse read the same
list; what a table is made of stands in `table.py`, how rows are written in `csvform.py` and `canonical.py`.
"""

from orchestration.release.table import Column, Table

MARK = "decimal(4,2)"
EDITION = Column("edition", "text", "Edition of the award; the year of the title, not of the tests.", key=True)
RELEASE = Column("release", "integer", "Number of the release, from 1; a correction is a new number.")
CANDIDATE = Column("candidate_id", "text", "One company in one category.", key=True)
CATEGORY = Column("category_id", "text", "Category (univers de consommation) of the rulebook.")
CATEGORY_KEY = Column(CATEGORY.name, CATEGORY.type, CATEGORY.comment, key=True)
CHANNEL_KEY = Column("channel", "text", "Channel by which the company was contacted.", key=True)
COMPANY = Column("company", "text", "Name of the company.")


def _marks(column: str, what: str) -> tuple[Column, Column]:
    """A mark as SPEC 8 shows it: the exact integer, and the same rounded half up to two places."""
    micro, plain = (f"{column}_micro", column)
    return (
        Column(micro, "integer", f"{what}, in millionths of a point out of 20."),
        Column(plain, MARK, f"{what}, out of 20, rounded half up; to show, never to compare."),
    )


def _fact(column: str, what: str) -> Column:
    """A fact of a journey: 1, 0, or empty where no step says anything."""
    return Column(column, "integer", f"1: in some step {what}; 0: in none; empty: not asked.")


def _table(name: str, comment: str, *columns: Column) -> Table:
    return Table(name, comment, (EDITION, *columns))


_TABLES = (
    _table(
        "dim_edition",
        "One row for each edition: its rules, its release, and who signed it.",
        RELEASE,
        Column("title", "text", "Title of the edition, in French."),
        Column("organiser", "text", "Who organises the award."),
        Column("fieldwork_start", "date", "First local day of the tests."),
        Column("fieldwork_end", "date", "Last local day of the tests."),
        Column("min_mark", MARK, "Smallest final mark that may be elected."),
        Column("rulebook_sha256", "text", "SHA-256 of the rulebook in force."),
        Column("results_sha256", "text", "Results digest, which the signed dossier bears."),
        Column("signed_by", "text", "Name in the certificate of each bailiff who signed."),
        Column("signed_at", "time", "When the last required signature was made, UTC."),
        Column("published_at", "time", "When the release was made, UTC."),
    ),
    _table(
        "dim_category",
        "Categories of an edition and how many candidates each had.",
        CATEGORY_KEY,
        Column("label_fr", "text", "Label in French."),
        Column("label_en", "text", "Label in English."),
        Column("label_ar", "text", "Label in Arabic."),
        Column("sector", "text", "Sector of the rulebook."),
        Column("candidates_entered", "integer", "Candidates entered, withdrawn ones too."),
        Column("candidates_ranked", "integer", "Candidates ranked: withdrawn ones left out."),
    ),
    _table(
        "dim_candidate",
        "Every candidate of an edition.",
        CANDIDATE,
        Column("company_id", "text", "The company; it may have several candidates."),
        COMPANY,
        CATEGORY,
        Column("status", "text", "entered or withdrawn."),
    ),
    _table(
        "fct_test_mark",
        "Every accepted mystery test: its mark, or why it enters none.",
        Column("test_id", "text", "The test, unique in the edition.", key=True),
        Column("candidate_id", "text", "The candidate tested."),
        Column("field_firm", "text", "Field firm that sent the shopper."),
        Column("channel", "text", "Channel of the contact."),
        Column("scenario", "text", "before_sale, sale or after_sale."),
        Column("language", "text", "Language of the contact."),
        Column("city", "text", "City of the contact; empty where it was not said."),
        Column("site", "text", "Site that was tested; empty where it was not said."),
        Column("persona", "text", "Whom the shopper played, such as resident or visitor; empty where it was not said."),
        Column("operator", "text", "Who answered, the company itself or a partner; empty where it was not said."),
        Column("journey_id", "text", "Journey that the test is a step of; empty for none."),
        Column("step", "integer", "Place of the test in its journey, from 1."),
        Column("started_at", "time", "Start of the contact, UTC."),
        Column("outcome", "text", "completed, unanswered or aborted."),
        Column("counted", "boolean", "Whether the test enters its channel's mark."),
        Column("exclusion_reason", "text", "Rule that keeps the test out; empty when it is counted."),
        *_marks("mark", "Mark of the test"),
    ),
    _table(
        "fct_criterion",
        "Ratings of the counted, completed tests by criterion.",
        CANDIDATE,
        CHANNEL_KEY,
        Column("criterion_id", "text", "Criterion of the channel's grid.", key=True),
        Column("family", "text", "Family of the criterion."),
        Column("ratings", "integer", "Number of ratings that apply."),
        Column("rating_sum", "integer", "Sum of these ratings, without weights."),
        Column("rating_max_sum", "integer", "Sum of what these ratings could have been at best."),
    ),
    _table(
        "fct_channel_mark",
        "Mark of each ranked candidate on each channel.",
        CANDIDATE,
        CHANNEL_KEY,
        Column("planned_tests", "integer", "Tests that the rulebook plans."),
        Column("counted_tests", "integer", "Tests that enter the mark."),
        Column("weight", "integer", "Weight of the channel within the audit."),
        *_marks("mark", "Mark of the channel"),
    ),
    _table(
        "fct_component_mark",
        "Mark of each ranked candidate on each component in use.",
        CANDIDATE,
        Column("component", "text", "audit, survey or vote.", key=True),
        Column("weight", "integer", "Weight of the component, in basis points."),
        Column("observations", "integer", "Tests, responses or votes counted."),
        *_marks("mark", "Mark of the component"),
    ),
    _table(
        "fct_survey_weight",
        "The stored raking weight of each respondent.",
        Column("respondent_id", "text", "Respondent's number; no name.", key=True),
        Column("weight_micro", "integer", "Weight in millionths; 1000000 without raking."),
    ),
    _table(
        "fct_effort",
        "What customers had to do to be served, over the counted responses, each with its respondent's weight: shown, "
        "never part of a mark; empty where nobody answered.",
        CANDIDATE,
        Column("responses", "integer", "Counted responses."),
        Column("contacts_mean", "decimal(9,2)", "Mean number of contacts needed."),
        Column("repeated_share", "decimal(5,4)", "Share who had to repeat themselves."),
        Column("redirected_share", "decimal(5,4)", "Share who were redirected."),
        Column("travelled_share", "decimal(5,4)", "Share who had to travel."),
        Column("contradicted_share", "decimal(5,4)", "Share who were told contradictory things."),
        Column("resolved_share", "decimal(5,4)", "Share whose request was resolved."),
        Column("ces", "decimal(4,2)", "Mean customer effort score, 1 to 7, 7 being effortless."),
        Column("nps", "decimal(6,2)", "Net promoter score, -100 to 100."),
        Column("csat", "decimal(5,2)", "Per cent of satisfaction answers of 8 or more."),
    ),
    _table(
        "fct_segment_mark",
        "Mark of each ranked candidate over its counted tests of one scenario, language, city, site, persona or "
        "operator: shown, never part of a mark.",
        CANDIDATE,
        Column("segment", "text", "scenario, language, city, site, persona or operator.", key=True),
        Column("value", "text", "Value of the segment that these tests bear.", key=True),
        Column("tests", "integer", "Counted tests that bear it."),
        *_marks("mark", "Mark of these tests"),
    ),
    _table(
        "fct_measure",
        "What measured criteria came to on the counted, completed tests, by nearest rank.",
        CANDIDATE,
        CHANNEL_KEY,
        Column("criterion_id", "text", "Measured criterion of the channel's grid.", key=True),
        Column("unit", "text", "Unit of the values."),
        Column("tests", "integer", "Tests that have a value."),
        Column("median", "integer", "Median of the values, in thousandths of the unit."),
        Column("p90", "integer", "90th percentile of the values, in thousandths of the unit."),
    ),
    _table(
        "fct_journey",
        "Each journey of tests that were carried out: what the shopper had to do from its first step to its last.",
        Column("journey_id", "text", "The journey, unique in the edition.", key=True),
        Column("candidate_id", "text", "The candidate that all its tests are of."),
        Column("persona", "text", "The only persona that its steps bear; empty where they bear none or several."),
        Column("steps", "integer", "Tests carried out."),
        Column("channels", "integer", "Number of different channels."),
        Column("started_at", "time", "First start, UTC."),
        Column("ended_at", "time", "Last end, UTC; of a test without one, its start."),
        _fact("repeated", "the shopper had to repeat what was said"),
        _fact("redirected", "the shopper was sent on to somebody else"),
        _fact("travelled", "the shopper had to travel"),
        _fact("contradicted", "the shopper was told contradictory things"),
        Column("resolved", "integer", "1: resolved, by the highest step that says anything; 0: not; empty: not asked."),
    ),
    _table(
        "fct_observed_effort",
        "What shoppers had to do to be served, over the journeys of each ranked candidate that say anything: shown, "
        "never part of a mark; empty where none does.",
        CANDIDATE,
        Column("journeys", "integer", "Journeys of the candidate."),
        Column("steps_mean", "decimal(5,2)", "Mean number of steps of a journey."),
        Column("repeated_share", "decimal(5,4)", "Share of journeys that had to repeat what was said."),
        Column("redirected_share", "decimal(5,4)", "Share of journeys that were sent on to somebody else."),
        Column("travelled_share", "decimal(5,4)", "Share of journeys that had to travel."),
        Column("contradicted_share", "decimal(5,4)", "Share of journeys that were told contradictory things."),
        Column("resolved_share", "decimal(5,4)", "Share of journeys at whose end the request was resolved."),
    ),
    _table(
        "fct_contest",
        "Every contest of an entrant that stands, and how it was decided.",
        Column("contest_id", "text", "The contest, unique in the edition.", key=True),
        Column("candidate_id", "text", "The candidate that contests."),
        Column("test_id", "text", "The test that is contested, one of that candidate."),
        Column("opened_on", "date", "Local day on which it was opened."),
        Column("ground", "text", "wrong_company, wrong_facts, service_down, shopper_conduct or other."),
        Column("decision", "text", "rejected, excluded or corrected; empty for an open one."),
        Column("decided_on", "date", "Local day of the decision; empty for an open one."),
    ),
    _table(
        "fct_ranking",
        "Final mark and rank of each candidate that was not withdrawn.",
        CANDIDATE,
        CATEGORY,
        *_marks("final", "Final mark"),
        Column("rank", "integer", "Rank in the category; equals share it (1, 1, 3)."),
        Column("eligible", "boolean", "Whether the mark and the category allow a title."),
        Column("reason", "text", "Why not eligible: too_few_candidates before below_min_mark; empty when eligible."),
        Column("audit_low", "decimal(5,2)", "Lower end of the 95 % interval of the audit mark, not clipped."),
        Column("audit_high", "decimal(5,2)", "Upper end of the 95 % interval of the audit mark, not clipped."),
        Column(
            "margin_micro",
            "integer",
            "Final mark less that of the next in the category, in micropoints; empty for the last.",
        ),
    ),
    _table(
        "laureates",
        "The elected: the only candidates that the public palmarès names. No row when no title was awarded.",
        CATEGORY_KEY,
        CANDIDATE,
        COMPANY,
        *_marks("final", "Final mark"),
        Column("candidates_ranked", "integer", "Number of candidates that the title was won among."),
        Column("fieldwork_start", "date", "First local day of the tests."),
        Column("fieldwork_end", "date", "Last local day of the tests."),
        Column("claim_fr", "text", "The sentence that the laureate may print, in French."),
        Column("claim_en", "text", "The sentence that the laureate may print, in English."),
        Column("claim_ar", "text", "The sentence that the laureate may print, in Arabic."),
    ),
    _table(
        "category_outcome",
        "How each category ended.",
        CATEGORY_KEY,
        Column("outcome", "text", "elected, joint, no_award_min_mark, no_award_too_few_candidates or no_award_tie."),
    ),
    _table(
        "quality_check",
        "Every check of the release, as the bailiff read it.",
        Column(RELEASE.name, RELEASE.type, RELEASE.comment, key=True),
        Column("check_id", "text", "Stable name of the check.", key=True),
        Column("gate", "text", "intake, scoring or publication."),
        Column("severity", "text", "blocking, warning or info."),
        Column("outcome", "text", "passed, failed, not_applicable or error."),
        Column("expected", "text", "What was expected."),
        Column("observed", "text", "What was observed."),
        Column("accepted_by", "text", "Who accepted a warning."),
        Column("reason", "text", "Reason given with the acceptance."),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""All tables of a release by name, in the order of SPEC 8."""

OUTSIDE_DIGEST = ("dim_edition", "quality_check")
"""Tables made at publication: they name the release and the signature, so the digest that is signed leaves them out."""

DIGESTED: tuple[Table, ...] = tuple(table for table in _TABLES if table.name not in OUTSIDE_DIGEST)
"""Tables that stand in the working warehouse (schema `marts`) and enter the results digest."""

TITLE_HISTORY = Table(
    "title_history",
    "Every title: from the releases, and those published before there were any. In no digest.",
    (
        Column("company_id", "text", "The company.", key=True),
        COMPANY,
        Column("edition", "text", "Edition of the title.", key=True),
        CATEGORY_KEY,
        Column("category", "text", "Label of the category, in French."),
        Column("final", MARK, "Final mark, where it is known."),
        Column("source", "text", "The release, or where the title was published."),
    ),
)
