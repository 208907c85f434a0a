"""Which facility of a run somebody means."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence

from groundfloor.folding import compact
from groundfloor.problems import Problem, Text, UsageError, error, one_line
from spots.facilities.naming import name_key
from spots.types import RunResult, Verdict

_MOST_CANDIDATES = 10
_LONG_VOWEL = "ー"
_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def find_verdict(result: RunResult, query: str) -> Verdict:
    """Return the one facility that `query` names: its id, its name, or part of its name.

    Tried in this order, and the first that fits anything decides: the id; the name; the name
    without who runs the place (医療法人…); part of the name; words that name and municipality hold
    together (``天草市 河浦``). Width, spaces, hiragana and katakana, small ヶ and ケ, long-vowel
    marks and dashes make no difference.

    Parameters
    ----------
    result : RunResult
        The run.
    query : str
        Id or name.

    Returns
    -------
    Verdict
        Of that facility.

    Raises
    ------
    UsageError
        When nothing, or more than one facility, fits; the candidates are in the message, with
        their ids and municipalities.
    """
    wanted, bare, given_id = _folded(query), _folded(name_key(query)), _plain(query)
    words = [word for word in map(_folded, query.split()) if word]
    tests = (
        lambda v: v.facility.id == query.strip(),
        lambda v: bool(given_id) and _plain(v.facility.id) == given_id,
        lambda v: bool(wanted) and wanted == _folded(v.facility.name),
        lambda v: bool(bare) and bare == _folded(name_key(v.facility.name)),
        lambda v: bool(wanted) and wanted in _folded(v.facility.name),
        lambda v: bool(words) and all(word in _place_and_name(v) for word in words),
    )
    for test in tests:
        found = [v for v in result.verdicts if test(v)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(_ambiguous(query, found))
    raise UsageError(_unknown(query, result))


def _plain(code: str) -> str:
    """Return an id in half width and capitals, as people type it off paper."""
    return unicodedata.normalize("NFKC", code).strip().upper()


def _folded(text: str) -> str:
    """Return `text` as names are compared: letters and digits only, all kana as hiragana."""
    kept = (ch for ch in compact(text) if ch.isalnum() and ch != _LONG_VOWEL)
    return "".join(kept).translate(_HIRAGANA)


def _place_and_name(verdict: Verdict) -> str:
    return _folded(verdict.place.municipality + verdict.facility.name)


def _listed(found: Sequence[Verdict]) -> str:
    shown = [
        f"{one_line(v.facility.name, 40)} [{one_line(v.facility.id, 40)}]"
        + (f" {one_line(v.place.municipality, 20)}" if v.place.municipality else "")
        for v in found
    ]
    more = ["…"] if len(shown) > _MOST_CANDIDATES else []
    return ", ".join([*shown[:_MOST_CANDIDATES], *more])


def _ambiguous(query: str, found: Sequence[Verdict]) -> Problem:
    return error(
        "facility-ambiguous",
        Text(
            f"複数の施設が当てはまります: {_listed(found)}",
            f"several facilities fit: {_listed(found)}",
        ),
        Text(
            "施設ID（角括弧の中）か、市町村名を添えた名称で指定してください",
            "give the id in brackets, or the name with its municipality",
        ),
        value=query,
    )


def _unknown(query: str, result: RunResult) -> Problem:
    close = difflib.get_close_matches(
        _folded(query), [_folded(v.facility.name) for v in result.verdicts], cutoff=0.4
    )
    near = [v for v in result.verdicts if _folded(v.facility.name) in close]
    shown = _listed(near or result.verdicts)
    what = Text("候補", "candidates") if near else Text("この出力の施設", "facilities of this run")
    return error(
        "facility-unknown",
        Text(
            f"当てはまる施設がありません（{what.ja}: {shown}）",
            f"no facility fits ({what.en}: {shown})",
        ),
        Text("名称または施設IDを確かめてください", "check the name or the facility id"),
        value=query,
    )
