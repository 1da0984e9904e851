"""What dbt calls `adapter`, for sqlfluff, which renders the models without dbt: the macro that DuckDB gets.

Belongs here: nothing else; the name of this file is the name that a template says.
"""

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def dispatch(context: Context, macro: str) -> Any:
    """The macro of this name that is not another engine's."""
    return context[f"default__{macro}"]
