"""Reason codes of quarantined rows and codes of problems, with the words for people.

Belongs here: closed lists. A code that intake uses and that is not here fails a test, and the reverse.
"""

REASONS: dict[str, tuple[str, str]] = {
    "unreadable_row": (
        "ligne illisible : guillemets, nombre de champs, codage ou forme",
        "the line cannot be read: quotes, number of fields, encoding or form",
    ),
    "malformed_value": (
        "valeur absente, mal formée ou impossible",
        "a value is missing, not well formed or impossible",
    ),
    "impossible_times": (
        "fin du test avant son début",
        "the test ended before it started",
    ),
    "unknown_candidate": (
        "candidat inconnu",
        "the candidate is not in candidates.csv",
    ),
    "unknown_category": (
        "catégorie absente du règlement",
        "the category is not in the rulebook",
    ),
    "unknown_channel": (
        "canal absent du règlement",
        "the channel is not in the rulebook",
    ),
    "category_mismatch": (
        "la catégorie n'est pas celle du candidat",
        "the category is not the candidate's",
    ),
    "outside_window": (
        "hors de la période prévue",
        "a time outside its window",
    ),
    "no_applicable_criterion": (
        "test effectué sans aucun critère applicable",
        "a completed test in which no criterion applies",
    ),
    "no_answer": (
        "réponse sans aucune des trois notes",
        "a response with none of the three answers",
    ),
    "unknown_profile_value": (
        "profil absent ou inconnu du redressement",
        "a profile value that the targets do not have",
    ),
    "contradictory_profile": (
        "profils contradictoires d'une même personne",
        "one respondent with two different profiles",
    ),
    "unknown_test": (
        "test qui n'est pas un test retenu de ce candidat",
        "the test is not one of that candidate's accepted tests",
    ),
    "contested_twice": (
        "test contesté par plusieurs lignes",
        "several rows contest one test",
    ),
    "duplicate_row": (
        "répétition exacte d'une ligne conservée",
        "an exact repeat of a row that was kept",
    ),
    "conflicting_rows": (
        "lignes différentes sous un même identifiant",
        "rows that differ under one id",
    ),
}
"""Code -> (French, English). Why a row was set aside."""

PROBLEMS: dict[str, str] = {
    "missing_file": "a source that the rulebook uses has no deposit",
    "unreadable_file": "a file is damaged, encrypted or of another format",
    "too_large": "a file exceeds a limit of a deposit",
    "changed_while_read": "a file's bytes are not those of its deposit",
    "no_header": "a file has no header that can be read",
    "header_name": "a column's name holds control characters",
    "duplicate_column": "a name stands twice in a header",
    "missing_column": "a file lacks a column",
    "column_type": "a Parquet column is nested or binary",
    "several_sheets": "a workbook has several sheets with something in them",
    "several_channels": "an audit file has tests of several channels",
    "personal_data": "a file holds personal data",
    "bad_target": "targets.csv is not a set of margins for the rulebook's variables",
    "correction_malformed": "an entry of corrections.yml is not well formed",
    "correction_file": "a correction names a file that is no current deposit with rows",
    "correction_column": "a correction names a column that the file does not have",
    "correction_no_row": "a correction matches no row",
    "correction_several_rows": "a correction matches more than one row",
    "correction_unexpected": "the value to correct is not the expected one",
    "custody": "the custody of the deposits is broken",
}
"""Code -> English. Each blocks the edition."""
