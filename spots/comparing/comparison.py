"""Two runs in, their differences out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from shapely.geometry import MultiPolygon

from boundaries import ellipsoidal_km2, people_inside
from boundaries.geometry import polygons
from groundfloor.arguments import whole_number
from groundfloor.problems import Text, UsageError, error
from spots.comparing.changed_ground import MOVED_M, ComparedRuns, ground_between
from spots.comparing.changes import (
    Aspect,
    ChangeKind,
    Comparison,
    FacilityChange,
)
from spots.comparing.differences import given_changes
from spots.comparing.run_matching import MatchedPair, match, match_notes, municipality_of
from spots.comparing.sentences import changed_sentence, entered_sentence
from spots.comparing.tracing import changed_why, entered_why
from spots.outputs import load_result, read_manifest
from spots.types import RunResult, TravelEvidence, Verdict, distance_m

# Tables print 0.1 min; smaller steps come from rounding of lengths and say nothing.
MINUTES_FROM_MS = 6_000
_PIECE_KM2 = 1e-6  # 1 m2: below it a difference is the rounding of an overlay
_AREA_KM2 = 1e-4


def compare(
    old: RunResult,
    new: RunResult,
    *,
    minutes_from_ms: int = MINUTES_FROM_MS,
    tools: tuple[str, str] = ("", ""),
) -> Comparison:
    """Compare two runs of one prefecture.

    Parameters
    ----------
    old, new : RunResult
        The runs.
    minutes_from_ms : int
        Travel times that differ by less are not reported; what they change in state or criteria
        always is.
    tools : tuple of str and str
        Versions of the tool that made each; two that differ may be behind a change.

    Returns
    -------
    Comparison
        Facilities, ground, inputs and settings that differ, with what may have caused it.

    Raises
    ------
    UsageError
        The runs are of different prefectures.
    """
    minutes_from_ms = whole_number(minutes_from_ms, "minutes_from_ms", least=0)
    _same_prefecture(old, new)
    given = given_changes(old, new, tools)
    pairs = match(old.verdicts, new.verdicts)
    ground = ground_between(old, new, pairs, given.causes, given.policy)
    gained, lost = _only_in(new, old), _only_in(old, new)
    people = _people(old, new, gained, lost) or (None, None)
    return Comparison(
        prefecture_code=new.settings.prefecture_code,
        prefecture=new.settings.prefecture,
        old_title=old.settings.title,
        new_title=new.settings.title,
        old_count=len(old.verdicts),
        new_count=len(new.verdicts),
        facilities=tuple(_changes(pairs, ground, (old, new), minutes_from_ms)),
        old_km2=old.dissolved_km2,
        new_km2=new.dissolved_km2,
        gained=gained,
        lost=lost,
        gained_km2=ellipsoidal_km2(gained),
        lost_km2=ellipsoidal_km2(lost),
        inputs=given.inputs,
        settings=given.settings,
        policy=given.policy,
        network_changed=given.roads,
        causes=given.causes,
        notes=match_notes(pairs),
        old_people=old.dissolved_population,
        new_people=new.dissolved_population,
        gained_people=people[0],
        lost_people=people[1],
    )


def _changes(
    pairs: Iterable[MatchedPair], ground: ComparedRuns, runs: tuple[RunResult, RunResult], ms: int
) -> Iterator[FacilityChange]:
    old_km2, new_km2 = (_spot_areas(run) for run in runs)
    for pair in pairs:
        change = _change(pair, old_km2, new_km2, ground, ms)
        if change is not None:
            yield change


def _people(
    old: RunResult, new: RunResult, gained: MultiPolygon, lost: MultiPolygon
) -> tuple[float, float] | None:
    """Return the people on the ground gained and lost, by the newest population there is."""
    newest = new if new.population is not None else old
    if newest.population is None:
        return None
    found = people_inside(newest.population, (gained, lost), newest.population_ground)
    return found[0], found[1]


def diff(old: RunResult | str | Path, new: RunResult | str | Path) -> Comparison:
    """Say which verdicts, areas and reasons changed between two runs, and why.

    Parameters
    ----------
    old, new : RunResult, str or Path
        The runs, or output folders of them. Folders also tell which version of the tool made
        each, which may be behind a change.

    Returns
    -------
    Comparison
        Facilities, ground (square kilometres), inputs and settings that differ, with what may have
        caused it. Times are whole milliseconds.

    Raises
    ------
    FolderError
        A folder is missing, incomplete, changed by hand, or of another format.
    UsageError
        The runs are of different prefectures.

    Examples
    --------
    >>> diff("result", "result_r8").facilities  # doctest: +SKIP
    """
    before, after = (r if isinstance(r, RunResult) else load_result(r) for r in (old, new))
    tools = ["" if isinstance(r, RunResult) else _tool(r) for r in (old, new)]
    return compare(before, after, tools=(tools[0], tools[1]))


def compare_folders(old: str | Path, new: str | Path) -> tuple[Comparison, RunResult, RunResult]:
    """Compare two output folders.

    Parameters
    ----------
    old, new : str or Path
        Folders that ``spots run`` wrote, also with an earlier version of the tool.

    Returns
    -------
    Comparison, RunResult, RunResult
        What changed, and the two runs.

    Raises
    ------
    FolderError
        A folder is missing, incomplete, changed by hand, or of another format.
    UsageError
        The runs are of different prefectures.
    """
    before, after = load_result(old), load_result(new)
    tools = _tool(old), _tool(new)
    return compare(before, after, tools=tools), before, after


def _tool(folder: str | Path) -> str:
    return str(read_manifest(folder)["tool"].get("version", ""))


def _same_prefecture(old: RunResult, new: RunResult) -> None:
    before, after = old.settings, new.settings
    if before.prefecture_code != after.prefecture_code:
        raise UsageError(
            error(
                "different-prefectures",
                Text(
                    f"都道府県が異なるため比較できません（{before.prefecture}と{after.prefecture}）",
                    f"runs of different prefectures are not compared "
                    f"({before.prefecture_code} and {after.prefecture_code})",
                ),
                Text(
                    "同じ都道府県の出力フォルダを二つ指定してください",
                    "give two output folders of one prefecture",
                ),
            )
        )


def _only_in(one: RunResult, other: RunResult) -> MultiPolygon:
    rest = polygons(one.dissolved.difference(other.dissolved))
    return MultiPolygon([p for p in rest.geoms if ellipsoidal_km2(p) >= _PIECE_KM2])


def _spot_areas(result: RunResult) -> Mapping[str, float]:
    return {spot.facility_id: spot.area_km2 for spot in result.spots}


def _change(
    pair: MatchedPair,
    old_areas: Mapping[str, float],
    new_areas: Mapping[str, float],
    ground: ComparedRuns,
    minutes_from_ms: int,
) -> FacilityChange | None:
    old, new = pair.old, pair.new
    areas = (
        old_areas.get(old.facility.id) if old else None,
        new_areas.get(new.facility.id) if new else None,
    )
    kind, aspects = ChangeKind.CHANGED, frozenset[Aspect]()
    if old is not None and new is not None:
        aspects = _aspects(old, new, minutes_from_ms)
        if abs((areas[0] or 0.0) - (areas[1] or 0.0)) >= _AREA_KM2:
            aspects |= {Aspect.SPOT_AREA}
        if not aspects:
            return None
        why = changed_why(old, new, aspects, ground)
        summary = changed_sentence(old, new, aspects, (ground.old, ground.new), areas)
    else:
        kind = ChangeKind.ENTERED if old is None else ChangeKind.LEFT
        shown, run = (new, ground.new) if new is not None else (old, ground.old)
        assert shown is not None  # noqa: S101 - a pair is never empty
        why = entered_why(shown, ground, entered=old is None)
        summary = entered_sentence(shown, run, entered=old is None)
    return FacilityChange(
        kind=kind,
        matched_by=pair.by,
        old=old,
        new=new,
        old_km2=areas[0],
        new_km2=areas[1],
        aspects=tuple(a for a in Aspect if a in aspects),
        summary=summary,
        why=why,
    )


def _aspects(old: Verdict, new: Verdict, minutes_from_ms: int) -> frozenset[Aspect]:
    before, after = old.facility, new.facility
    different = {
        Aspect.NAME: before.name != after.name,
        Aspect.STATE: old.state is not new.state,
        Aspect.CRITERIA: old.criteria != new.criteria,
        Aspect.MINUTES: _minutes_differ(old.travel, new.travel, minutes_from_ms),
        Aspect.NEAREST: _nearest(old.travel) != _nearest(new.travel),
        Aspect.REASON: old.state_reason != new.state_reason,
        Aspect.TYPES: before.types != after.types,
        Aspect.ROLE: before.role is not after.role,
        Aspect.POSITION: _moved(old, new),
        Aspect.MUNICIPALITY: municipality_of(old) != municipality_of(new),
        Aspect.AREA_CLASS: old.place.area_class is not new.place.area_class,
    }
    return frozenset(aspect for aspect, differs in different.items() if differs)


def _minutes_differ(
    old: TravelEvidence | None, new: TravelEvidence | None, minutes_from_ms: int
) -> bool:
    before = (old.reachable, old.travel_ms) if old else (None, None)
    after = (new.reachable, new.travel_ms) if new else (None, None)
    if before[1] is None or after[1] is None:
        return before != after
    return abs(before[1] - after[1]) >= minutes_from_ms


def _nearest(travel: TravelEvidence | None) -> str | None:
    """Return the nearest other by name: ids may change from list to list."""
    return travel.nearest_name if travel else None


def _moved(old: Verdict, new: Verdict) -> bool:
    before, after = old.facility.position, new.facility.position
    if before is None or after is None:
        return before is not after
    return distance_m(before, after) > MOVED_M or before.accuracy is not after.accuracy
