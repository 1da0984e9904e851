"""What was measured, kept: how it is compared with a later run, and how the page shows it.

Belongs here: the file of kept figures (`measured.json`, by number of votes), a regression, and the table and picture of
`docs/performance.md`. Measuring stands in `bench.py`.

    python -m benchmarks.measured          the page anew from the kept figures
"""

import json
import os
import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from orchestration.settings import PROJECT_DIR

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

KEPT = Path(__file__).with_name("measured.json")
PAGE = PROJECT_DIR / "docs" / "performance.md"
PICTURE = PROJECT_DIR / "docs" / "pictures" / "performance.svg"
DRAWN = Path(__file__).with_name("measured.svg")
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
LIBRARIES = ("duckdb", "polars", "pandas", "pyarrow", "dbt-core", "dbt-duckdb")
TARGETS = {
    **{"intake": 2.5, "marks": 1.5, "checks": 1.0, "recount": 2.5, "all of it": 6.0},
    **{"reading CSV.gz": 2.0, "reading NDJSON.gz": 2.0},
}
"""The most that each was to cost: of the bare query, reading of DuckDB's own reader."""
WORSE = 4 / 3
"""A ratio that grew by more than a third is a regression: less is what the same machine shows from day to day."""


@dataclass(frozen=True)
class Ratio:
    """CPU seconds over those of the bare query: the median of all runs, the smallest, the largest; `peak` in MB.
    `start`: CPU seconds that were taken off, None where nobody kept them."""

    median: float
    low: float
    high: float
    peak: float
    start: float | None = None


@dataclass(frozen=True)
class Measured:
    """One run of the benchmark. `seconds`: CPU seconds of the bare query, the median. `absent`: why an engine was not
    measured."""

    votes: int
    threads: int
    times: int
    seconds: float
    ratios: Mapping[str, Ratio]
    machine: str
    versions: Mapping[str, str]
    day: str
    absent: Mapping[str, str] = field(default_factory=dict)


def machine() -> str:
    """Processor, cores and memory of this machine."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*: (.*)", info)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB"


def versions(spark: Mapping[str, str] | None = None) -> dict[str, str]:
    """What was run: Python and what reads votes; `spark`: the packages of its environment, where it ran."""
    apart = {name: number for name, number in (spark or {}).items() if name == "pyspark"}
    return {"Python": platform.python_version(), **{name: version(name) for name in LIBRARIES}, **apart}


def today() -> str:
    """The day on this machine, as the page writes it."""
    return f"{date.today():%-d %B %Y}"  # noqa: DTZ011 - the day on this machine


def kept(path: Path = KEPT) -> dict[int, Measured]:
    """The figures of a file by number of votes; empty when there is no such file."""
    runs = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return {
        run["votes"]: Measured(**{**run, "ratios": {name: Ratio(**figures) for name, figures in run["ratios"].items()}})
        for run in runs
    }


def keep(measured: Measured, path: Path = KEPT) -> None:
    """Put a run in the place of the one with as many votes."""
    write({**kept(path), measured.votes: measured}, path)


def write(every: Mapping[int, "DataclassInstance"], path: Path) -> None:
    """Figures by number of votes as a file, the smallest number first."""
    text = json.dumps([asdict(every[votes]) for votes in sorted(every)], indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def regressions(now: Measured, before: Measured) -> list[str]:
    """The steps of ours that cost more than a third more than they did, in sentences. Other engines are no step."""
    return [
        f"{name} costs {ratio.median:.2f} times the bare engine; it cost {before.ratios[name].median:.2f}"
        for name, ratio in now.ratios.items()
        if name in TARGETS and name in before.ratios and ratio.median > WORSE * before.ratios[name].median
    ]


def table(measured: Measured) -> str:
    """The figures as Markdown."""
    libraries = ", ".join(f"{name} {number}" for name, number in measured.versions.items())
    head = f"× bare DuckDB ({measured.seconds:.2f} CPU seconds)"
    lines = [
        f"{spaced(measured.votes)} votes, {measured.times} times, {measured.threads} threads; {measured.machine}; "
        f"{libraries}; {measured.day}. The median, the smallest and the largest; start, in CPU seconds, is taken off; "
        "memory is the peak of the largest process. Reading is a multiple of DuckDB's own reader.",
        "",
        f"| | {head} | spread | was to be | start | memory |",
        "|---|---|---|---|---|---|",
    ]
    for name, ratio in measured.ratios.items():
        target = f"{TARGETS[name]:.1f}" if name in TARGETS else ""
        spread = f"{ratio.low:.2f} to {ratio.high:.2f}"
        start = "" if ratio.start is None else f"{ratio.start:.1f} s"
        lines.append(f"| {name} | {ratio.median:.2f} | {spread} | {target} | {start} | {ratio.peak:.0f} MB |")
    lines += [f"| {name} | not measured: {reason} | | | | |" for name, reason in measured.absent.items()]
    return "\n".join(lines)


def spaced(number: int) -> str:
    """A number as the page writes it."""
    return f"{number:,}".replace(",", " ")


def page(text: str, every: Mapping[int, Measured]) -> str:
    """The page with the kept figures between its marks, the largest run first."""
    return between(text, (BEGIN, END), "\n\n".join(table(every[votes]) for votes in sorted(every, reverse=True)))


def between(text: str, marks: tuple[str, str], shown: str) -> str:
    """The text with this between two marks, in place of what stands there."""
    before, _, rest = text.partition(marks[0])
    _, _, after = rest.partition(marks[1])
    return f"{before}{marks[0]}\n{shown}\n{marks[1]}{after}"


@dataclass(frozen=True)
class Bar:
    """One line of the picture, in pixels: the bar, its spread, and where the target stands (None: it has none)."""

    name: str
    median: float
    width: float
    low: float
    high: float
    target: float | None


def bars(measured: Measured, room: float = 520) -> Iterator[Bar]:
    """The lines of the picture; the longest spread takes all the room."""
    scale = room / max(*(ratio.high for ratio in measured.ratios.values()), *TARGETS.values())
    for name, ratio in measured.ratios.items():
        target = TARGETS.get(name)
        yield Bar(
            name,
            ratio.median,
            ratio.median * scale,
            low=ratio.low * scale,
            high=ratio.high * scale,
            target=None if target is None else target * scale,
        )


def picture(measured: Measured) -> str:
    """The figures as an SVG."""
    templates = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    drawn = templates.from_string(DRAWN.read_text(encoding="utf-8"))
    return drawn.render(bars=list(bars(measured)), votes=spaced(measured.votes)) + "\n"


def main() -> None:
    """Write the page and the picture."""
    every = kept()
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), every), encoding="utf-8")
    PICTURE.write_text(picture(every[max(every)]), encoding="utf-8")


if __name__ == "__main__":
    main()
