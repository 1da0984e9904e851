"""What readers are shown: words that act, names that deceive, people who are named, signatures that nobody looks at.

Belongs here: formulas, directions of writing and signs of no width in whatever is published; names that look alike;
respondents and signers who are more than a pseudonym and an office; words edited before the checks; what is handed back
in a place where nobody looks. Texts where an id is due are `hostile.py`, personal data by its form `personal.py`.
"""

from pathlib import Path
from typing import Any

from cryptography.x509.oid import NameOID

from tests.attacks.attack import Expect, Family, blocked, harmless, refused, unread, warned, wrong_rules
from tests.attacks.bench import Bench
from tests.attacks.corpus.candidates import spare
from tests.attacks.corpus.making import SURVEY, set_key
from tests.attacks.corpus.process import correct
from tests.fixtures.throwaway import signer
from tests.fixtures.tiny import TinyEdition

FAMILY = Family("shown")
attack = FAMILY.attack

# ---- words of the rulebook -------------------------------------------------------------------------------------------
WORDS: tuple[tuple[str, str, Any, tuple[str, ...]], ...] = (
    ("title-that-is-a-formula", "title.fr", '=HYPERLINK("http://example.ma";"Élu")', ("title.fr", "formula")),
    ("organiser-that-adds", "organiser", "+212 Média", ("organiser", "formula")),
    ("label-that-subtracts", "categories.0.label.fr", "-Hôtels", ("categories[0].label.fr", "formula")),
    ("label-that-calls", "categories.1.label.en", "@SUM(A1)", ("categories[1].label.en", "formula")),
    ("title-of-a-full-width-formula", "title.en", "\uff1d1+1", ("title.en", "formula")),
    ("firm-named-as-a-formula", "field_firms", {"north": "=1+1"}, ("field_firms.north", "formula")),
    ("criterion-labelled-as-a-formula", "grids.phone.0.label.fr", "=1+1", ("grids.phone[0].label.fr", "formula")),
    ("organiser-written-backwards", "organiser", "Baromètre \u202eecivreS", ("organiser", "u202e", "printable")),
    ("title-within-an-isolate", "title.ar", "\u2067أفضل\u2069", ("title.ar", "u2067", "printable")),
    ("label-with-a-sign-of-no-width", "categories.0.label.fr", "Hô\u200btels", ("label.fr", "u200b", "printable")),
    ("title-that-clears-the-screen", "title.fr", "Élu\x1b[2J", ("title.fr", "x1b", "printable")),
)
for name, key, value, said in WORDS:
    FAMILY.add(name, lambda edition, key=key, value=value: set_key(edition.rulebook, key, value), wrong_rules(*said))

# ---- names of companies ----------------------------------------------------------------------------------------------
for name, company in (
    ("company-written-backwards", "Del\u202eta"),
    ("company-with-a-sign-of-no-width", "Del\u200bta"),
    ("company-with-a-hyphen-that-is-not-seen", "Del\u00adta"),
    ("company-of-a-full-width-formula", "\uff1dDelta"),
    ("company-on-two-paragraphs", "Del\u2029ta"),
):
    FAMILY.add(
        name,
        lambda edition, company=company: spare(edition, company=company),
        blocked(
            "intake.candidates_accepted", names=("malformed_value,candidates.csv,6",), aside={"malformed_value": 1}
        ),
    )

for name, company, told in (
    ("company-in-cyrillic", "\u0410tlas", "U+0430"),
    ("company-with-a-blank-behind-it", "Atlas ", "U+0020"),
    ("company-in-full-width", "\uff21tlas", "U+FF41"),
    ("company-with-a-capital-i", "AtIas", "U+0069"),
):
    FAMILY.add(
        name,
        lambda edition, company=company: edition.candidate("bahia-hotels").update(company=company),
        warned("intake.company_names_distinct", names=("atlas Atlas", f"bahia {company} ({told})"), same=True),
    )


@attack("company-decomposed", warned("intake.company_names_distinct", names=("U+00E1", "U+0301"), same=True))
def _(edition: TinyEdition) -> None:
    for row in edition.candidates:
        if row["company_id"] == "atlas":
            row["company"] = "Atl\u00e1s"
    edition.candidate("bahia-hotels").update(company="Atla\u0301s")


# ---- people ----------------------------------------------------------------------------------------------------------
for name, respondent in (
    ("respondent-under-her-name", "fatima.benali"),
    ("respondent-by-her-identity-card", "AB123456"),
    ("respondent-by-her-customer-number", "40123456"),
):

    @attack(name, warned("intake.respondents_pseudonymous", names=(f"{SURVEY} 1",), same=True))
    def _(edition: TinyEdition, respondent: str = respondent) -> None:
        assert edition.survey is not None
        edition.survey[0]["respondent_id"] = respondent


FAMILY.add(
    "certificate-with-an-identity-number",
    lambda edition: edition.extra.update(
        {"bailiff.pem": signer("Me Essai", ((NameOID.SERIAL_NUMBER, "IDCMA-AB123456"),)).pem}
    ),
    warned("intake.signers_impersonal", names=("bailiff.pem serial_number",), same=True),
)
FAMILY.add(
    "certificate-with-an-identity-number-in-the-name",
    lambda edition: edition.extra.update({"bailiff.pem": signer("Me Essai CIN AB123456").pem}),
    warned("intake.signers_impersonal", names=("bailiff.pem common_name",), same=True),
)
FAMILY.add(
    "signer-named-as-a-formula",
    lambda edition: edition.extra.update({"bailiff.pem": signer("=1+1").pem}),
    unread("unreadable_file", names=("bailiff.pem", "formula")),
)


# ---- words that people enter -----------------------------------------------------------------------------------------
for name, reason, word in (
    ("acceptance-that-is-a-formula", "=HYPERLINK(1)", "formula"),
    ("acceptance-written-backwards", "Seen \u202e.kool", "do not print"),
):

    @attack(name, refused("dossier", exit=2, names=(word,)), "judge", ())
    def _(bench: Bench, reason: str = reason) -> None:
        bench.accept("intake.durations_plausible", reason=reason)


FAMILY.add(
    "correction-that-is-a-formula",
    correct("=1+1", "Atlas"),
    expect=refused("publication", names=("formula",)),
    at="publish",
    then=(),
)


# ---- words edited before the checks ----------------------------------------------------------------------------------
for name, statement, told in (
    ("claim-of-another-year", "UPDATE marts.laureates SET claim_ar = replace(claim_ar, '2026', '2027')", "claim_ar"),
    ("claim-of-more-tests", "UPDATE marts.laureates SET claim_en = replace(claim_en, ' tests', '0 tests')", "claim_en"),
    (
        "label-of-a-larger-category",
        "UPDATE marts.dim_category SET label_en = 'All hotels' WHERE category_id = 'hotels'",
        "label_en",
    ),
    ("sector-that-is-another", "UPDATE marts.dim_category SET sector = 'public' WHERE category_id = 'banks'", "sector"),
    ("fieldwork-that-ended-later", "UPDATE marts.laureates SET fieldwork_end = fieldwork_end + 1", "fieldwork_end"),
):

    @attack(name, blocked("scoring.recount_agrees", names=(told,)), "build", ("test", "judge", "decide"))
    def _(bench: Bench, statement: str = statement) -> None:
        bench.sql(statement)


# ---- what is handed back ---------------------------------------------------------------------------------------------
@attack("signature-whose-ending-is-in-capitals", harmless(), "document", ("publish",))
def _(bench: Bench) -> None:
    bench.sign_elsewhere(name="SIGNE.PDF")


def moved(bench: Bench, name: str) -> None:
    """Sign, and put the file somewhere else among the sign-offs."""
    signed = bench.sign_elsewhere()
    place = Path(signed.parent, name)
    place.parent.mkdir(parents=True, exist_ok=True)
    signed.rename(place)


for name, place in (("sub-folder", "Me Essai/signe.pdf"), ("another-ending", "signe.pdf.p7m")):

    @attack(
        f"signature-in-{name}",
        refused("publication", "signoff_missing", names=(place, "no sub-folder")),
        "document",
        ("publish",),
    )
    def _(bench: Bench, place: str = place) -> None:
        moved(bench, place)


# ---- a cause among its consequences ----------------------------------------------------------------------------------
@attack(
    "code-that-changed-by-a-comment",
    Expect(
        "refused",
        1,
        "publication",
        reasons=frozenset({"dossier_stale", "check_changed_since_dossier"}),
        names=("the code",),
    ),
    "sign",
    ("publish",),
)
def _(bench: Bench) -> None:
    bench.code = "9" * 64
