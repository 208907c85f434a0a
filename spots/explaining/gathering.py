"""Which facility of a run somebody means, and what there is to say of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from groundfloor.folding import compact, nfkc
from groundfloor.problems import Problem, Text, UsageError, error, one_line
from spots.facilities.naming import name_key
from spots.telling.dossier import Dossier, dossier_of, index_of
from spots.telling.dossier_travel import nearest_ways
from spots.telling.evidence_words import recorded
from spots.types import (
    CriterionInfo,
    Layer,
    OtherHospital,
    Outcome,
    RunResult,
    SourceRow,
    Spot,
    TravelEvidence,
    Variant,
    Verdict,
)

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
        lambda v: bool(bare) and bare in {_folded(name_key(n)) for n in v.facility.other_names},
        lambda v: bool(wanted) and any(wanted in _folded(n) for n in v.facility.names),
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
    return nfkc(code).upper()


def _folded(text: str) -> str:
    """Return `text` as names are compared: letters and digits only, all kana as hiragana."""
    kept = (ch for ch in compact(text) if ch.isalnum() and ch != _LONG_VOWEL)
    return "".join(kept).translate(_HIRAGANA)


def _place_and_name(verdict: Verdict) -> str:
    return _folded(verdict.place.municipality + "".join(verdict.facility.names))


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
    called = {v.facility.id: [_folded(n) for n in v.facility.names] for v in result.verdicts}
    known = [name for names in called.values() for name in names]
    close = set(difflib.get_close_matches(_folded(query), known, cutoff=0.4))
    near = [v for v in result.verdicts if not close.isdisjoint(called[v.facility.id])]
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


# --- what there is to say of it


@dataclass(frozen=True, slots=True)
class ListedIn:
    """A row of a list that names the facility.

    Parameters
    ----------
    row : SourceRow
        Where.
    layer : Layer or None
        The list; None where the run does not describe it.
    """

    row: SourceRow
    layer: Layer | None


@dataclass(frozen=True, slots=True)
class Assumed:
    """One other assumption about one criterion, everything else being equal.

    Parameters
    ----------
    criterion : int
        Number of the criterion.
    variant : Variant
        What was assumed and found.
    turns_state : bool or None
        Whether the facility would end in another state; None where the run did not record it.
    """

    criterion: int
    variant: Variant
    turns_state: bool | None


@dataclass(frozen=True, slots=True)
class CriterionFinding:
    """One criterion, what it found, and what that hangs on.

    Parameters
    ----------
    info : CriterionInfo
        Number, mark and title.
    outcome : Outcome
        The finding.
    nearest : tuple of OtherHospital
        The nearest other hospitals, at most three; only the first where the run recorded no more.
    recorded : bool
        Whether the run looked for the nearest three and the turning speed: older ones did not.
    assumed : tuple of Assumed
        Other assumptions, in the order they were tried.
    """

    info: CriterionInfo
    outcome: Outcome
    nearest: tuple[OtherHospital, ...]
    recorded: bool
    assumed: tuple[Assumed, ...]

    @property
    def travel(self) -> TravelEvidence | None:
        """Evidence of a travel-time criterion that looked at the facility."""
        return self.outcome.travel


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one facility is, or is not, a spot.

    Parameters
    ----------
    verdict : Verdict
        The facility, its place and its state.
    findings : tuple of CriterionFinding
        Every criterion that looked at it, in the policy's order.
    listed : tuple of ListedIn
        Where the facility stands in the lists.
    index : float or None
        Physician index of its medical area.
    spot : Spot or None
        Its spot; None where it has none.
    dossier : Dossier
        Everything in words.
    result : RunResult
        The run it was taken from.
    """

    verdict: Verdict
    findings: tuple[CriterionFinding, ...]
    listed: tuple[ListedIn, ...]
    index: float | None
    spot: Spot | None
    dossier: Dossier
    result: RunResult = field(repr=False)

    @property
    def turning(self) -> tuple[Assumed, ...]:
        """The assumptions under which the facility would end in another state."""
        return tuple(a for f in self.findings for a in f.assumed if a.turns_state)


def explain(result: RunResult, query: str) -> Explanation:
    """Return why a facility of a run is, or is not, a spot.

    Parameters
    ----------
    result : RunResult
        The run, from `spots.job.execution.execute` or `spots.outputs.load_result`.
    query : str
        Id, name or part of a name, see `spots.explaining.find_verdict`.

    Returns
    -------
    Explanation
        Everything that led to the facility's state, and what would turn it.

    Raises
    ------
    UsageError
        When `query` names no facility, or several; the candidates are in the message.
    """
    verdict = find_verdict(result, query)
    layers = {layer.name: layer for layer in result.layers}
    dossier = dossier_of(verdict, result)
    return Explanation(
        verdict=verdict,
        findings=tuple(_findings(verdict, result)),
        listed=tuple(ListedIn(row, layers.get(row.layer)) for row in verdict.facility.rows),
        index=index_of(verdict.place.area_code, result),
        spot=dossier.spot,
        dossier=dossier,
        result=result,
    )


def _findings(verdict: Verdict, result: RunResult) -> Iterator[CriterionFinding]:
    infos = {c.number: c for c in result.settings.criteria}
    for outcome in verdict.outcomes:
        number, travel = outcome.number, outcome.travel
        unnamed = CriterionInfo(number, str(number), Text("", ""), travel is not None)
        yield CriterionFinding(
            info=infos.get(number, unnamed),
            outcome=outcome,
            nearest=nearest_ways(travel) if travel else (),
            recorded=travel is not None and recorded(travel),
            assumed=tuple(_assumed(outcome, verdict)),
        )


def _assumed(outcome: Outcome, verdict: Verdict) -> Iterator[Assumed]:
    variants = (*(outcome.travel.variants if outcome.travel else ()), *outcome.variants)
    for variant in variants:
        turns = None if variant.state is None else variant.state is not verdict.state
        yield Assumed(outcome.number, variant, turns)
