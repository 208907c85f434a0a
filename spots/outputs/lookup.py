"""Which facility of a run somebody means."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence

from problems import Problem, Text, UsageError, error, one_line
from spots.types import RunResult, Verdict

_MOST_CANDIDATES = 10


def find_verdict(result: RunResult, query: str) -> Verdict:
    """Return the one facility that `query` names: its id, its name, or part of its name.

    Parameters
    ----------
    result : RunResult
        The run.
    query : str
        Id or name; full- and half-width forms are the same.

    Returns
    -------
    Verdict
        Of that facility.

    Raises
    ------
    UsageError
        When nothing, or more than one facility, fits; the candidates are in the message.
    """
    wanted = _folded(query)
    tests = (
        lambda v: v.facility.id == query,
        lambda v: _folded(v.facility.name) == wanted,
        lambda v: bool(wanted) and wanted in _folded(v.facility.name),
    )
    for test in tests:
        found = [v for v in result.verdicts if test(v)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(_ambiguous(query, found))
    raise UsageError(_unknown(query, result))


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _listed(found: Sequence[Verdict]) -> str:
    shown = [f"{one_line(v.facility.name, 40)} [{one_line(v.facility.id, 40)}]" for v in found]
    more = ["…"] if len(shown) > _MOST_CANDIDATES else []
    return ", ".join([*shown[:_MOST_CANDIDATES], *more])


def _ambiguous(query: str, found: Sequence[Verdict]) -> Problem:
    return error(
        "facility-ambiguous",
        Text(
            f"複数の施設が当てはまります: {_listed(found)}",
            f"several facilities fit: {_listed(found)}",
        ),
        Text("施設IDで指定してください", "give the facility id"),
        value=query,
    )


def _unknown(query: str, result: RunResult) -> Problem:
    close = difflib.get_close_matches(
        _folded(query), [_folded(v.facility.name) for v in result.verdicts], cutoff=0.4
    )
    near = [v for v in result.verdicts if _folded(v.facility.name) in close]
    shown = _listed(near or result.verdicts)
    return error(
        "facility-unknown",
        Text(
            f"当てはまる施設がありません(候補: {shown})",
            f"no facility fits (candidates: {shown})",
        ),
        Text("名称または施設IDを確かめてください", "check the name or the facility id"),
        value=query,
    )
