"""Two runs in, their differences out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from shapely.geometry import MultiPolygon

from boundaries.geometry import ellipsoidal_km2, polygons
from groundfloor.arguments import whole_number
from groundfloor.problems import Problem, Text, UsageError, error, note
from spots.comparing.changed_ground import MOVED_M, ComparedRuns, SpotsOfBoth, ground_between
from spots.comparing.changes import (
    Aspect,
    ChangeKind,
    FacilityChange,
    ListNotGiven,
    PolicyChange,
    RunComparison,
)
from spots.comparing.differences import given_changes
from spots.comparing.run_matching import MatchedPair, match, match_notes, municipality_of
from spots.comparing.sentences import changed_sentence, entered_sentence
from spots.comparing.tracing import changed_why, entered_why
from spots.comparing.unit_comparing import result_changes
from spots.telling.findings import as_far_as_given
from spots.telling.straight_words import estimate_mark
from spots.telling.wording import NOTHING, bracketed, run_on, same
from spots.types import RunResult, Spot, TravelEvidence, Verdict, distance_m

# Tables print 0.1 min; smaller steps come from rounding of lengths and say nothing.
MINUTES_FROM_MS = 6_000
_SHOWN = 3  # settings that tell two titles apart
_PIECE_KM2 = 1e-6  # 1 m2: below it a difference is the rounding of an overlay


def compare(
    old: RunResult,
    new: RunResult,
    *,
    minutes_from_ms: int = MINUTES_FROM_MS,
    tools: tuple[str, str] = ("", ""),
    names: tuple[str, str] = ("", ""),
) -> RunComparison:
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
    names : tuple of str and str
        What tells the runs apart where their titles do not, such as their folders.

    Returns
    -------
    RunComparison
        Facilities, ground, inputs and settings that differ, with what may have caused it.

    Raises
    ------
    UsageError
        The runs are of different prefectures.
    """
    _same_prefecture(old, new)
    given, pairs = given_changes(old, new, tools), match(old.verdicts, new.verdicts)
    ground = ground_between(old, new, pairs, given.causes, given.policy)
    gained, lost = _only_in(new, old), _only_in(old, new)
    titles = _titles(old, new, _told_apart(given.policy) if names == ("", "") else names)
    gained_people, lost_people = _people(old, new, gained, lost)
    ms = whole_number(minutes_from_ms, "minutes_from_ms", least=0)
    facilities = tuple(_changes(pairs, ground, (old, new), ms))
    return RunComparison(
        *(new.settings.prefecture_code, new.settings.prefecture, *titles),
        old_count=len(old.verdicts),
        new_count=len(new.verdicts),
        facilities=facilities,
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
        notes=(*match_notes(pairs), *_counted_otherwise(old, new), *_other_basis(old, new)),
        old_people=old.dissolved_population,
        new_people=new.dissolved_population,
        gained_people=gained_people,
        lost_people=lost_people,
        results=result_changes(ground),
        not_given=tuple(_lists_not_given(facilities, old, new)),
    )


def _lists_not_given(
    facilities: Iterable[FacilityChange], old: RunResult, new: RunResult
) -> Iterator[ListNotGiven]:
    """Yield the lists that one run lacks: by the facilities of the other, and by its criteria."""
    lacking = ((c.list_not_given, c.old is None) for c in facilities)
    counted = Counter(lack for lack in lacking if lack[0] is not None)
    for run, other, in_old in ((old, new, True), (new, old, False)):
        given = {c.number for c in other.settings.criteria if c.given}
        for c in run.settings.criteria:
            if not c.given and c.number in given:
                counted.setdefault((Text(f"{c.mark}の一覧", f"the list of {c.mark}"), in_old), 0)
    for (words, in_old), count in counted.items():
        if words is not None:
            yield ListNotGiven(words, in_old, count)


def _changes(
    pairs: Iterable[MatchedPair], ground: ComparedRuns, runs: tuple[RunResult, RunResult], ms: int
) -> Iterator[FacilityChange]:
    old_spots, new_spots = ({spot.facility_id: spot for spot in run.spots} for run in runs)
    for pair in pairs:
        change = _change(pair, old_spots, new_spots, ground, ms)
        if change is not None:
            yield change


def _people(
    old: RunResult, new: RunResult, gained: MultiPolygon, lost: MultiPolygon
) -> tuple[float, float] | tuple[None, None]:
    """Return the people on the ground gained and lost, by the newest population there is."""
    newest = new if new.population is not None else old
    if newest.population is None:
        return None, None
    from boundaries import people_inside  # noqa: PLC0415 - pandas, for who counts people

    found = people_inside(newest.population, (gained, lost), newest.population_ground)
    return found[0], found[1]


def _counted_otherwise(old: RunResult, new: RunResult) -> Iterator[Problem]:
    """Yield a note where one run spread people over whole cells, the sea included."""
    runs = [run for run in (old, new) if run.population is not None]
    if len({run.population_ground is None for run in runs}) > 1:
        yield note(
            "population-counted-otherwise",
            Text(
                "区域内の人口は、一方では区画全体の面積、他方では区画の陸地の面積で按分されています",
                "people inside were divided by whole cells in one run and by their land in the "
                "other",
            ),
            Text(
                "人口を比べるには、古い方を spots run で作り直してください",
                "make the older folder again with spots run to compare them",
            ),
        )


def _other_basis(old: RunResult, new: RunResult) -> Iterator[Problem]:
    """Yield a note where times of one run are drives, and of the other an estimate."""
    measured = all(any(v.travel for v in run.verdicts) for run in (old, new))
    if measured and (old.straight is None) is not (new.straight is None):
        which = Text("新しい方", "the new run") if new.straight else Text("古い方", "the old run")
        mark = NOTHING if (told := new.straight or old.straight) is None else estimate_mark(told)
        yield note(
            "other-travel-basis",
            Text(
                f"所要時間の根拠が異なります（{which.ja}は{mark.ja}）。時間は互いに比べられません",
                f"travel times rest on different things ({which.en}: {mark.en}) and do not compare",
            ),
            Text(
                "同じ根拠で比べるには、両方を道路網か、両方を同じ概算で実行してください",
                "run both on roads, or both by the same estimate, to compare them",
            ),
        )


def folder_names(old: str | Path, new: str | Path) -> tuple[str, str]:
    """Return the names of two folders, with those above them as far up as they are the same."""
    one, other = (Path(folder).resolve().parts for folder in (old, new))
    most = min(len(one), len(other))
    length = next((n for n in range(1, most + 1) if one[-n:] != other[-n:]), most)
    return "/".join(one[-length:]), "/".join(other[-length:])


def _told_apart(changed: Sequence[PolicyChange]) -> tuple[str, str]:
    """Return what the policies of two runs that are in no folder say otherwise."""
    shown, more = changed[:_SHOWN], ", …" if len(changed) > _SHOWN else ""
    old = ", ".join(f"{c.key} = {c.old}" for c in shown if c.old is not None)
    new = ", ".join(f"{c.key} = {c.new}" for c in shown if c.new is not None)
    return old and old + more, new and new + more


def _titles(old: RunResult, new: RunResult, names: tuple[str, str]) -> tuple[Text, Text]:
    """Return the titles of two runs, with what tells them apart where they are one title."""
    before, after = old.settings.title, new.settings.title
    if before != after or names[0] == names[1]:
        return before, after
    first, second = (run_on(before, bracketed(same(name))) if name else before for name in names)
    return first, second


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


def _change(
    pair: MatchedPair,
    old_spots: Mapping[str, Spot],
    new_spots: Mapping[str, Spot],
    ground: ComparedRuns,
    minutes_from_ms: int,
) -> FacilityChange | None:
    old, new = pair.old, pair.new
    spots = SpotsOfBoth(
        old_spots.get(old.facility.id) if old else None,
        new_spots.get(new.facility.id) if new else None,
    )
    kind, aspects, missing = ChangeKind.CHANGED, frozenset[Aspect](), None
    if old is not None and new is not None:
        aspects = _aspects(old, new, ground, minutes_from_ms) | spots.aspects()
        if not aspects:
            return None
        why = changed_why(old, new, aspects, ground)
        summary = changed_sentence(old, new, aspects, (ground.old, ground.new), spots)
    else:
        kind = ChangeKind.ENTERED if old is None else ChangeKind.LEFT
        shown, run = (new, ground.new) if new is not None else (old, ground.old)
        assert shown is not None  # noqa: S101 - a pair is never empty
        missing = ground.list_not_given(shown, entered=old is None)
        why = entered_why(shown, ground, entered=old is None)
        summary = entered_sentence(shown, run, entered=old is None, missing=missing)
    return FacilityChange(
        kind=kind,
        matched_by=pair.by,
        old=old,
        new=new,
        old_km2=spots.km2[0],
        new_km2=spots.km2[1],
        aspects=tuple(a for a in Aspect if a in aspects),
        summary=summary,
        why=why,
        list_not_given=missing,
    )


def _aspects(
    old: Verdict, new: Verdict, ground: ComparedRuns, minutes_from_ms: int
) -> frozenset[Aspect]:
    before, after = old.facility, new.facility
    different = {
        Aspect.NAME: before.name != after.name,
        Aspect.STATE: old.state is not new.state,
        Aspect.CRITERIA: old.criteria != new.criteria,
        Aspect.MINUTES: _minutes_differ(old.travel, new.travel, minutes_from_ms),
        Aspect.NEAREST: _nearest(old.travel) != _nearest(new.travel),
        Aspect.REASON: _reason(old, ground.old) != _reason(new, ground.new),
        Aspect.TYPES: before.types != after.types,
        Aspect.ROLE: before.role is not after.role,
        Aspect.POSITION: _moved(old, new),
        Aspect.MUNICIPALITY: municipality_of(old) != municipality_of(new),
        Aspect.AREA_CLASS: old.place.area_class is not new.place.area_class,
    }
    return frozenset(aspect for aspect, differs in different.items() if differs)


def _reason(verdict: Verdict, run: RunResult) -> Text:
    """Return the reason of a state without what every facility of its run is told of lists."""
    unasked = [c.mark for c in run.settings.criteria if not c.given]
    reason, beside = verdict.state_reason, as_far_as_given(unasked)
    return Text(reason.ja.removesuffix(beside.ja), reason.en.removesuffix(beside.en))


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
