# %% [markdown]
# # The palmarès, redrawn from Parquet
#
# From the published facts alone: ranks, outcomes, labels. It opens as a notebook wherever cells are marked by `# %%`
# (VS Code, PyCharm, Spyder, Jupyter with jupytext), and runs as a script:
# `python docs/notebooks/palmares.py var/published/parquet 2026`.

# %%
import sys
from pathlib import Path

import polars as pl

FOLDER = Path(sys.argv[1] if len(sys.argv) > 2 else "var/published/parquet")
EDITION = sys.argv[2] if len(sys.argv) > 2 else "2026"


def table(name: str) -> pl.DataFrame:
    """A published table, of this edition."""
    return pl.read_parquet(FOLDER / f"{name}.parquet").filter(pl.col("edition") == EDITION)


# %% [markdown]
# Who is elected: the first in rank of each category that has a title. Equal ranks share it.

# %%
titles = (
    table("category_outcome")
    .filter(pl.col("outcome").is_in(["elected", "joint"]))
    .join(table("dim_category"), on=["edition", "category_id"])
    .join(table("fct_ranking").filter((pl.col("rank") == 1) & pl.col("eligible")), on=["edition", "category_id"])
    .join(table("dim_candidate"), on=["edition", "candidate_id", "category_id"])
    .sort("category_id", "candidate_id")
)

# %% [markdown]
# Drawn: a bar for each title, one sign for each half point out of 20. Marks are shown to two places, never compared.

# %%
print(f"Palmarès {EDITION}, titles: {titles.height}")
for title in titles.iter_rows(named=True):
    bar = "█" * (title["final_micro"] // 500_000)
    category, company = (" ".join(title[name].split())[:32] for name in ("label_fr", "company"))
    print(f"{category:<33}{company:<33}{title['final']:>6}  {bar}")

# %% [markdown]
# The same as what was signed: a title here that the laureates do not have, or the other way round, ends the notebook.

# %%
signed = table("laureates").select("category_id", "candidate_id", "final_micro").sort("category_id", "candidate_id")
if not titles.select(signed.columns).equals(signed):
    sys.exit("what was redrawn is not what was signed")
print("as signed")
