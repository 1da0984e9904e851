"""The example of docs/dagster-approval-gate.md runs, and holds where Dagster's own means do not."""

import os
import re
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.settings import PROJECT_DIR

PAGE = (PROJECT_DIR / "docs" / "dagster-approval-gate.md").read_text("utf-8")
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.S)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "example"}
    (code,) = CODE
    exec(compile(code, "example", "exec"), names)
    return names


def told(example: dict[str, Any], job: str) -> str:
    """How a job ended: nothing, or the reason that a person reads."""
    with dg.DagsterInstance.ephemeral() as instance:
        ended = example["defs"].resolve_job_def(job).execute_in_process(instance=instance, raise_on_error=False)
        if ended.success:
            return ""
        (failure,) = ended.filter_events(lambda event: event.is_step_failure)
        return str(failure.step_failure_data.user_failure_data.description)


def test_nothing_is_published_but_what_was_approved(example: dict[str, Any]) -> None:
    assert told(example, "publish") == "there are no results"
    assert told(example, "compute") == ""
    assert told(example, "publish") == "nobody approved anything"
    example["approve"]("a bailiff")
    assert told(example, "publish") == ""
    example["RESULTS"].write_text('{"winner": "B"}')
    assert told(example, "publish") == "nobody approved these results"
    assert os.listdir(".") == ["state"] and "A" in example["PUBLISHED"].read_text()


def test_the_page_names_what_is_there() -> None:
    for path in re.findall(r"`(orchestration/[a-z_/]+(?:\.py)?)`", PAGE):
        assert (PROJECT_DIR / path).exists(), path
