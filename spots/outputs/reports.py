"""Why a facility is, or is not, a spot, under the names that `spots.outputs` has always had.

`spots.explaining` does the work; it uses columns and look-up of this room, so it is only loaded
when it is called.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from groundfloor.problems import Lang
from spots.types import RunResult


def explain(result: RunResult, query: str, lang: Lang = Lang.JA) -> str:
    """Return in words why a facility is, or is not, a spot.

    Raises
    ------
    UsageError
        When `query` names no facility, or several.
    """
    from spots.explaining import explanation, explanation_text

    return explanation_text(explanation(result, query), lang)


def explain_json(result: RunResult, query: str, lang: Lang = Lang.JA) -> dict[str, object]:
    """Return the same for machines, see `spots.explaining.as_json`.

    Raises
    ------
    UsageError
        When `query` names no facility, or several.
    """
    from spots.explaining import explanation, explanation_json

    return explanation_json(explanation(result, query), lang)
