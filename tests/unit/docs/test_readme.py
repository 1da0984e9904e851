"""What the README says that `make demo` prints is of the shipped editions: their categories, their companies."""

import csv
import re

from orchestration.settings import PROJECT_DIR

README = (PROJECT_DIR / "README.md").read_text("utf-8")


def test_the_palmares_shown_is_of_the_shipped_editions() -> None:
    for edition in ("2025", "2026"):
        text = README.partition(f"\nPalmarès {edition}\n")[2].partition("\n\n")[0]
        shown = re.findall(r"^  ([a-z_]+) +(.+)$", text, flags=re.M)
        with (PROJECT_DIR / "raw" / edition / "candidates.csv").open(encoding="utf-8-sig", newline="") as file:
            known = {(row["category_id"], row["company"]) for row in csv.DictReader(file)}
        assert len(shown) >= 3
        for category, told in shown:
            companies = re.findall(r"(?:^| and )([^0-9(]+?) [0-9]+\.[0-9]{2}", told)
            assert told.startswith("(no_award_") or companies
            assert {(category, company) for company in companies} <= known
