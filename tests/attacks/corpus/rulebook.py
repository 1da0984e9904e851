"""Wrong rulebooks (SPEC 4): incomplete, contradictory or with an unknown key, each refused with the path of the key."""

from typing import Any

from tests.attacks.attack import Family, Make, unread, wrong_rules
from tests.attacks.corpus.making import set_key
from tests.fixtures.tiny import TinyEdition, to_yaml

FAMILY = Family("rulebook")
attack = FAMILY.attack

GONE: Any = ...
WRONG: tuple[tuple[str, str, Any, tuple[str, ...]], ...] = (
    # name, key, value (GONE: the key is missing), what must be said besides "rulebook.yml"
    ("weights-that-make-more-than-all", "components.audit", 7001, ("components", "10001", "10000 basis points")),
    ("weight-below-zero", "components.vote", -1000, ("components.vote", "-1000", "from 0 to 10000")),
    ("weight-in-quotes", "components.audit", "7000", ("components.audit", "'7000'", "without quotes")),
    ("weight-that-is-true", "components.vote", True, ("components.vote", "true", "whole number")),
    ("component-missing", "components.vote", GONE, ("components.vote", "missing", "vote: ")),
    ("component-unknown", "components.jury", 0, ("components.jury", "unknown")),
    ("key-misspelt", "elegibility", {}, ("elegibility", "unknown", "eligibility")),
    ("edition-of-another-year", "edition", "2027", ("edition", "2027", '"2026"')),
    ("edition-that-is-a-path", "edition", "../2026", ("edition", "../2026")),
    ("title-without-french", "title", {"en": "Winner"}, ("title.fr", "missing")),
    ("title-on-two-lines", "title.fr", "Élu\nService", ("title.fr", "one line")),
    ("timezone-of-nowhere", "timezone", "Africa/Rabat", ("timezone", "Africa/Rabat", "Africa/Casablanca")),
    ("timezone-that-is-an-offset", "timezone", "+01:00", ("timezone", "IANA")),
    ("fieldwork-that-ends-first", "fieldwork.end", "2025-08-31", ("fieldwork",)),
    ("fieldwork-on-a-day-that-is-not", "fieldwork.start", "2025-09-31", ("fieldwork.start", "not in the calendar")),
    ("fieldwork-in-the-year-9999", "fieldwork.end", "9999-12-31", ("fieldwork.end", "out of bounds", "2199")),
    ("minimum-mark-without-quotes", "eligibility.min_mark", 12.5, ("eligibility.min_mark", "in quotes")),
    ("minimum-mark-above-twenty", "eligibility.min_mark", "20.01", ("eligibility.min_mark", "20.01", "0 to 20")),
    ("minimum-mark-with-a-comma", "eligibility.min_mark", "12,50", ("eligibility.min_mark", "with a point")),
    ("minimum-mark-in-powers", "eligibility.min_mark", "1e1", ("eligibility.min_mark",)),
    ("minimum-of-no-candidates", "eligibility.min_candidates", 0, ("eligibility.min_candidates", "from 1")),
    ("completion-above-all", "eligibility.min_completion", 10001, ("eligibility.min_completion", "10000")),
    ("tie-break-by-an-unknown-channel", "tie_break.1", "channel:fax", ("tie_break[1]", "channel:fax", "channel:phone")),
    ("tie-break-twice", "tie_break.1", "audit", ("tie_break", "twice")),
    ("tie-rule-unknown", "unresolved_tie", "lottery", ("unresolved_tie", "joint or no_award")),
    ("quarantine-without-a-limit", "quarantine", {}, ("quarantine.max_share", "missing")),
    ("category-twice", "categories.1.id", "hotels", ("categories", "'hotels'", "twice")),
    ("category-that-is-a-path", "categories.1.id", "../banks", ("categories[1].id", "letters, digits")),
    ("no-category", "categories", [], ("categories", "empty")),
    ("channel-with-another-grid", "channels.email.grid", "mail", ("channels.email.grid", "'mail'", "phone, email")),
    ("channel-of-no-weight", "channels.email.weight", 0, ("channels.email.weight", "from 1")),
    ("channel-without-planned-tests", "channels.email.planned_tests", GONE, ("channels.email.planned_tests", "missing")),
    ("unanswered-tests-count-half", "channels.phone.unanswered", "half", ("channels.phone.unanswered", "zero or exclude")),
    ("criterion-of-maximum-zero", "grids.phone.0.max", 0, ("grids.phone[0].max", "from 1")),
    ("criterion-of-broken-weight", "grids.phone.0.weight", 1.5, ("grids.phone[0].weight", "whole number")),
    ("criterion-twice-but-for-its-case", "grids.phone.1.id", "Greeting", ("grids.phone", "twice", "case")),
    ("criterion-named-like-a-column", "grids.phone.1.id", "outcome", ("grids.phone[1].id", "already a column")),
    ("criterion-named-like-a-fact", "grids.phone.1.id", "Resolved", ("grids.phone[1].id", "already a column")),
    ("bands-that-leave-a-gap", "grids.phone.1.measured", {"unit": "second", "bands": [{"below": "20", "points": 4}]},
     ("grids.phone[1].measured.bands[0].below", "has no band")),
    ("bands-that-fall", "grids.phone.1.measured", {"unit": "second", "bands": [
        {"below": "60", "points": 4}, {"below": "20", "points": 2}, {"points": 0}]}, ("bands[1].below", "does not rise")),
    ("band-of-more-points-than-there-are", "grids.phone.1.measured", {"unit": "second", "bands": [{"points": 5}]},
     ("grids.phone[1].measured.bands[0].points", "from 0 to 4")),
    ("plan-of-more-than-is-planned", "channels.phone.planned_by", {"persona": {"visitor": 3, "resident": 2}},
     ("channels.phone.planned_by.persona", "add up to 5", "4 at most")),
    ("plan-by-an-unknown-column", "channels.phone.planned_by", {"operator": {"partner": 1}},
     ("channels.phone.planned_by.operator", "unknown")),
    ("contests-that-close-first", "contest", {"opens": "2025-11-28", "closes": "2025-11-17"}, ("contest", "before it opens")),
    ("survey-missing-though-it-counts", "survey", GONE, ("survey", "missing", "2000")),
    ("audits-without-channels", "channels", {}, ("channels", "missing or empty", "7000")),
    ("answers-of-no-weight", "survey.weights", dict.fromkeys(("satisfaction", "recommendation", "effort"), 0),
     ("survey.weights", "all three weights are 0")),
    ("raking-on-the-answer-itself", "survey.raking.variables.0", "effort", ("survey.raking", "effort", "another meaning")),
    ("raking-without-tolerance", "survey.raking.tolerance", "0", ("survey.raking.tolerance",)),
    ("vote-that-closes-first", "vote.window.closes", "2025-09-30T09:00:00+01:00", ("vote.window", "closes before")),
    ("vote-without-its-key", "vote.one_per", [], ("vote.one_per", "empty")),
    ("vote-by-an-unknown-column", "vote.one_per.0", "phone", ("vote.one_per[0]", "voter_key")),
    ("vote-marked-by-an-unknown-rule", "vote.mark", "share_of_all", ("vote.mark", "share_of_leader")),
    ("burst-of-nothing", "vote.burst.max_per_ip_hour", 0, ("vote.burst.max_per_ip_hour", "from 1")),
    ("shopper-share-missing", "independence.max_shopper_share", GONE, ("independence.max_shopper_share", "missing")),
    ("conflict-with-a-wildcard", "independence.conflicts.0.shopper_id", "*", ("independence.conflicts[0].shopper_id",)),
    ("no-bailiff", "bailiff", GONE, ("bailiff", "missing", "signers")),
    ("nobody-needs-to-sign", "bailiff.required", 0, ("bailiff.required", "from 1")),
    ("more-signatures-than-signers", "bailiff.required", 2, ("bailiff", "2 signatures of 1", "as many as")),
    ("signer-outside-the-folder", "bailiff.signers.0", "../other.pem", ("bailiff.signers[0]", "beside the rulebook")),
    ("signer-twice", "bailiff.signers", ["bailiff.pem", "bailiff.pem"], ("bailiff", "twice")),
)  # fmt: skip


def ruled(key: str, value: Any) -> Make:
    """A key of the rulebook is set to a value."""
    return lambda edition: set_key(edition.rulebook, key, value)


for name, key, value, names in WRONG:
    FAMILY.add(name, ruled(key, value), wrong_rules("line ", *names))


@attack(
    "everything-wrong-at-once-is-told-at-once",
    wrong_rules("3 problems", "components", "unresolved_tie", "bailiff.required"),
)
def _(edition: TinyEdition) -> None:
    for key, value in (("components.audit", 1), ("unresolved_tie", "lottery"), ("bailiff.required", 0)):
        set_key(edition.rulebook, key, value)


def text(change: Any) -> Any:
    """An attack on the file's bytes."""
    return lambda edition: edition.extra.update({"rulebook.yml": change(to_yaml(edition.rulebook))})


BOMB = b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 10))
for name, change, names in (
    ("key-twice", lambda data: data + b"organiser: Somebody else\n", ("'organiser'", "twice", "line ")),
    ("alias-bomb", lambda data: b"a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + BOMB + data, ("anchors", "line 1, column 5")),
    ("merge-key", lambda data: data + b"extra: {<<: *other}\n", ("anchors (&) and aliases (*)",)),
    ("object-of-python", lambda data: data + b"x: !!python/object/apply:os.system ['true']\n", ("tags (!)", "line ")),
    ("nested-a-thousand-deep", lambda data: data + b"x: " + b"[" * 1000 + b"]" * 1000 + b"\n", ("40 deep",)),
    ("larger-than-a-mebibyte", lambda data: data + b"# " + b"x" * (1 << 20) + b"\n", ("larger than 1 MiB",)),
    ("two-documents", lambda data: data + b"---\nedition: '2026'\n", ("second document",)),
    ("directive", lambda data: b"%YAML 1.1\n---\n" + data, ("directives",)),
    ("tabs-for-blanks", lambda data: data.replace(b"  audit: ", b"\taudit: "), ("is not YAML", "line ")),
    ("in-latin-1", lambda data: data.decode().encode("latin-1", "replace"), ("UTF-8",)),
    ("in-utf-16", lambda data: data.decode().encode("utf-16"), ("UTF-8",)),
    ("with-a-control-character", lambda data: data.replace(b"Client", b"Cl\x00ient", 1), ("U+0000", "line ")),
    ("empty", lambda data: b"", ("is empty",)),
    ("a-list", lambda data: b"- edition: '2026'\n", ("not a rulebook",)),
    ("key-that-is-a-list", lambda data: data + b"? [a, b]\n: c\n", ("a key is not plain text",)),
):
    FAMILY.add(name, text(change), wrong_rules(*names))

FAMILY.add(
    "rulebook-missing",
    lambda edition: edition.extra.update({"rulebook.yml": None}),
    wrong_rules("cannot be read"),
)
FAMILY.add(
    "certificate-missing",
    lambda edition: edition.extra.update({"bailiff.pem": None}),
    unread("missing_file", names=("bailiff.pem",)),
)
FAMILY.add(
    "certificate-that-is-none",
    lambda edition: edition.extra.update({"bailiff.pem": b"-----BEGIN CERTIFICATE-----\nnothing\n"}),
    unread("unreadable_file", names=("bailiff.pem",)),
)
FAMILY.add(
    "certificate-with-its-private-key",
    lambda edition: edition.extra.update(
        {"bailiff.pem": edition.signer.pem + b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}
    ),
    unread("unreadable_file", names=("bailiff.pem", "private key", "never leave")),
)
