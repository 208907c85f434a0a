"""Why a facility changed, from what the two folders hold.

Stands apart: what differs is a matter of fact; what caused it is a conclusion, and may be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from groundfloor.problems import Text
from spots.comparing.changed_ground import ComparedRuns, by_elimination, likely, moved_m, proven
from spots.comparing.changes import Aspect, Cause, Certainty, Why
from spots.comparing.run_matching import municipality_of, perhaps_in
from spots.comparing.travel_tracing import travel_why
from spots.telling.dossier import index_of
from spots.telling.findings import together
from spots.telling.labels import AREA_CLASS_LABELS, CLASS_BASIS_LABELS, type_marks
from spots.telling.position_words import OWN
from spots.telling.units import distance, physician_index, threshold
from spots.telling.wording import NONE, same
from spots.types import Facility, ListedEntry, Place, RunResult, State, Truth, Verdict

_ALL = (Cause.LISTS, Cause.BOUNDARIES, Cause.INDEX, Cause.NETWORK, Cause.BASIS, Cause.POLICY)
_NOTHING_KM2 = 1e-9  # rounding of an overlay, not a cut
_OF_THE_PLAN = frozenset(
    {Aspect.SPOT_REASON, Aspect.SERVICE, Aspect.COUNCILS, Aspect.PAGE, Aspect.ON_APPLICATION}
)
_OF_THE_LIST = frozenset({Aspect.NAME, Aspect.TYPES, Aspect.ROLE, Aspect.POSITION})


def entered_why(verdict: Verdict, ground: ComparedRuns, *, entered: bool) -> tuple[Why, ...]:
    """Return why only one run has a facility."""
    rows = "、".join(dict.fromkeys(f"{r.file} {r.row}行目" for r in verdict.facility.rows))
    english = ", ".join(dict.fromkeys(f"{r.file} row {r.row}" for r in verdict.facility.rows))
    told = (
        Text(f"新しい一覧に加わりました（{rows}）", f"new in the lists ({english})")
        if entered
        else Text(
            f"新しい一覧にありません（旧: {rows}）", f"no longer in the lists (was {english})"
        )
    )
    missing = ground.list_not_given(verdict, entered=entered)
    if missing is not None:
        which = Text("旧の", "old") if entered else Text("新しい", "new")
        absent = Text(
            f"{missing.ja}が{which.ja}実行では未提供です",
            f"the {which.en} run was not given {missing.en}",
        )
        return (proven(Cause.LISTS, absent),)
    if perhaps_in(verdict, ground.unmatched(entered=entered)):
        doubt = Text(
            "もう一方の実行の、名称かIDが同じ施設と同じものかもしれません",
            "perhaps one with a facility of that name or id in the other run",
        )
        return (likely(Cause.LISTS, together((told, doubt))),)
    if Cause.LISTS in ground.causes:
        return (proven(Cause.LISTS, told),)
    return by_elimination(ground, _ALL, Text("この施設", "the facility"), lambda _cause: None)


def changed_why(
    old: Verdict, new: Verdict, aspects: frozenset[Aspect], ground: ComparedRuns
) -> tuple[Why, ...]:
    """Return why a facility of both runs changed.

    Parameters
    ----------
    old, new : Verdict
        The facility in both runs.
    aspects : frozenset of Aspect
        What is different about it.
    ground : ComparedRuns
        The runs.

    Returns
    -------
    tuple of Why
        Each cause once, proven ones first; never empty.
    """
    found: list[Why] = []
    if aspects & _OF_THE_LIST:
        found += _listed(old, new, aspects, ground)
    if aspects & {Aspect.MINUTES, Aspect.NEAREST}:
        found += travel_why(old, new, ground)
    found += _criteria(old, new, ground)
    if Aspect.MUNICIPALITY in aspects:
        rests = (Cause.LISTS, Cause.BOUNDARIES)
        found += by_elimination(ground, rests, Text("市町村", "the municipality"), lambda _: None)
    if Aspect.AREA_CLASS in aspects:
        found += _area_class(old, new, ground)
    if aspects & _OF_THE_PLAN:
        found += _plan(old, new, ground)
    if not found:
        found += _rest(old, new, aspects, ground)
    return _once(found)


def _once(found: Iterable[Why]) -> tuple[Why, ...]:
    """Keep one reason for a cause, a proven one rather than a likely one; drop the unknown."""
    best: dict[tuple[Cause, str], Why] = {}
    for why in found:
        key = (why.cause, why.text.ja)
        if key not in best or why.certainty is Certainty.PROVEN:
            best[key] = why
    proved = {w.cause for w in best.values() if w.certainty is Certainty.PROVEN}
    kept = [w for w in best.values() if w.certainty is Certainty.PROVEN or w.cause not in proved]
    known = [w for w in kept if w.cause is not Cause.UNKNOWN] or kept
    return tuple(sorted(known, key=lambda w: w.certainty is not Certainty.PROVEN))


def _listed(
    old: Verdict, new: Verdict, aspects: frozenset[Aspect], ground: ComparedRuns
) -> Iterable[Why]:
    before, after = old.facility, new.facility
    if Aspect.NAME in aspects:
        yield proven(
            Cause.LISTS,
            Text(f"一覧での名称が「{before.name}」から変わりました", f"was {before.name}"),
        )
    if Aspect.TYPES in aspects:
        was, now = (type_marks(f.types) or "-" for f in (before, after))
        yield proven(
            Cause.LISTS,
            Text(
                f"一覧での種別が{was}から{now}に変わりました", f"types in the lists: {was} to {now}"
            ),
        )
    if Aspect.ROLE in aspects:
        yield proven(
            Cause.LISTS,
            Text(
                "判定対象の一覧か到達先だけの一覧かが変わりました",
                "whether its list is judged or only reached changed",
            ),
        )
    if Aspect.POSITION in aspects:
        yield proven(ground.of_position(before, after), _moved(before, after, ground))


def _moved(before: Facility, after: Facility, ground: ComparedRuns) -> Text:
    """Return how a position changed, and by which source where one was asked."""
    moved = moved_m(before, after)
    told = (
        Text(f"座標が{distance(moved)}動きました", f"its coordinates moved by {distance(moved)}")
        if moved
        else Text("座標の有無または精度が変わりました", "its coordinates came, went, or differ")
    )
    if ground.of_position(before, after) is not Cause.POSITIONS:
        return told
    was, now = (_position_from(f) for f in (before, after))
    source = Text(f"位置の出典: {was.ja} → {now.ja}", f"positions by {was.en}, now {now.en}")
    return together((told, source))


def _position_from(facility: Facility) -> Text:
    said, position = facility.looked_up, facility.position
    if position is None:
        return NONE
    return OWN if said is None or said.own else same(position.source)


def _plan(old: Verdict, new: Verdict, ground: ComparedRuns) -> Iterable[Why]:
    """Yield why the plan says something else: the lists do, or the policy."""
    if _said(old.facility.entry) != _said(new.facility.entry):
        text = Text(
            "一覧の記載（設定理由など）が変わりました", "what the lists say for the plan changed"
        )
        return (proven(Cause.LISTS, text),)
    changes = ground.changed("unit_reason", "criterion")
    if changes:
        keys = ", ".join(c.key for c in changes)
        text = Text(f"設定基準（{keys}）が変わりました", f"the policy changed ({keys})")
        return (proven(Cause.POLICY, text),)
    what = Text("設定理由など", "what the plan says")
    return by_elimination(ground, (Cause.POLICY, Cause.LISTS), what, lambda _cause: None)


def _said(entry: ListedEntry | None) -> ListedEntry | None:
    """Return what an entry says, wherever it stands."""
    return entry and replace(entry, name="", municipality="", code="", file="", row=None)


def _criteria(old: Verdict, new: Verdict, ground: ComparedRuns) -> Iterable[Why]:
    """Yield why criteria turned, for another reason than the time or the types themselves."""
    before = {o.number: o for o in old.outcomes}
    for after in new.outcomes:
        was = before.get(after.number)
        if was is None or was.truth is after.truth:
            continue
        if was.travel is not None and after.travel is not None:
            yield from _threshold(was.travel.threshold_ms, after.travel.threshold_ms, old, new)
        changes = ground.changed(f"criterion.{after.number}")
        if changes and old.facility.types == new.facility.types and was.travel is after.travel:
            keys = ", ".join(c.key for c in changes)
            yield proven(
                Cause.POLICY,
                Text(f"要件の定義（{keys}）が変わりました", f"the criterion changed ({keys})"),
            )


def _threshold(was_ms: int, now_ms: int, old: Verdict, new: Verdict) -> Iterable[Why]:
    if was_ms == now_ms or old.travel is None or new.travel is None:
        return
    was, now = threshold(was_ms), threshold(now_ms)
    text = Text(f"基準が{was.ja}から{now.ja}に変わりました", f"the threshold: {was.en} to {now.en}")
    before, after = old.travel.travel_ms, new.travel.travel_ms
    if before == after:
        same = Text("所要時間は同じです", "the travel time is the same")
        yield proven(Cause.POLICY, together((text, same)))
        return
    alone = _turns(before, was_ms, before, now_ms), _turns(before, was_ms, after, was_ms)
    if alone == (False, True):
        return  # the time alone turns it, the threshold alone does not
    if alone == (True, False):
        enough = Text(
            "旧の所要時間のままでも判定が変わり、所要時間の変化だけでは変わりません",
            "at the old travel time it turns too; the new time alone does not turn it",
        )
        yield proven(Cause.POLICY, together((text, enough)))
        return
    yield likely(Cause.POLICY, text)


def _turns(old_ms: int | None, old_limit: int, new_ms: int | None, new_limit: int) -> bool | None:
    """Tell whether a time comes to the other side of a limit; None where it lies on one."""
    if (old_ms, new_ms) in {(old_limit, new_ms), (old_ms, new_limit)}:
        return None
    far = [ms is None or ms > limit for ms, limit in ((old_ms, old_limit), (new_ms, new_limit))]
    return far[0] is not far[1]


def _area_class(old: Verdict, new: Verdict, ground: ComparedRuns) -> tuple[Why, ...]:
    before, after = old.place, new.place
    what = Text("区域の区分", "the class of the area")
    if before.area_code == after.area_code and municipality_of(old) == municipality_of(new):
        told = _index_text(before.area_code, ground.old, ground.new, after)
        rests: tuple[Cause, ...] = (Cause.INDEX,)
        return by_elimination(ground, rests, what, lambda _cause: told)
    rests = (Cause.LISTS, Cause.BOUNDARIES)
    told = Text(
        f"二次医療圏が{before.area or '不明'}から{after.area or '不明'}に変わりました",
        f"its medical area: {before.area or 'unknown'} to {after.area or 'unknown'}",
    )
    return by_elimination(ground, rests, what, lambda _cause: told)


def _index_text(code: str | None, old: RunResult, new: RunResult, now: Place) -> Text | None:
    values = [index_of(code, run) for run in (old, new)]
    label = AREA_CLASS_LABELS[now.area_class]
    if values[0] == values[1] and old.edition == new.edition and now.class_basis is not None:
        why = CLASS_BASIS_LABELS[now.class_basis]
        return Text(
            f"指標と基準値は同じで、{label.ja}となりました（{why.ja}）",
            f"with the same index and cut-offs it is now: {label.en} ({why.en})",
        )
    if values[0] is None or values[1] is None:
        return None
    before, after = (physician_index(value) for value in values if value is not None)
    editions = [run.edition.name if run.edition else "-" for run in (old, new)]
    return Text(
        f"医師偏在指標が{before}（{editions[0]}版）から{after}（{editions[1]}版）になり、"
        f"{label.ja}となりました",
        f"the index went from {before} ({editions[0]}) to {after} ({editions[1]}): {label.en}",
    )


def _rest(
    old: Verdict, new: Verdict, aspects: frozenset[Aspect], ground: ComparedRuns
) -> tuple[Why, ...]:
    """Explain what neither the lists' values nor the travel time explains."""
    if Aspect.STATE in aspects or Aspect.CRITERIA in aspects:
        return _state(old, new, ground)
    if aspects & {Aspect.SPOT_AREA, Aspect.SPOT_GROUND}:
        index = (Cause.INDEX,) if _cut_by_areas(old, new, ground) else ()
        rests = (Cause.BOUNDARIES, *index, Cause.POLICY)
        what = Text("スポットの面積", "the area of the spot")
        if Aspect.SPOT_GROUND in aspects:
            what = Text("スポットの区域", "the ground of the spot")
        return by_elimination(ground, rests, what, lambda cause: _circle(cause, ground))
    what = Text("状態の理由", "the reason")
    return by_elimination(ground, _ALL, what, lambda _cause: None)


def _cut_by_areas(old: Verdict, new: Verdict, ground: ComparedRuns) -> bool:
    """Tell whether 少数区域 took anything from the spot in either run: else no index matters."""
    ids = {(0, old.facility.id), (1, new.facility.id)}
    return any(
        entry.step == "shortage_areas" and entry.removed_km2 > _NOTHING_KM2
        for side, run in enumerate((ground.old, ground.new))
        for spot in run.spots
        if (side, spot.facility_id) in ids
        for entry in spot.ledger
    )


def _circle(cause: Cause, ground: ComparedRuns) -> Text | None:
    changes = ground.changed("circle", "exclude_municipality", "scope")
    if cause is not Cause.POLICY or not changes:
        return None
    keys = ", ".join(c.key for c in changes)
    return Text(
        f"設定基準の円と切り取り（{keys}）が変わりました", f"the circle's policy changed ({keys})"
    )


def _state(old: Verdict, new: Verdict, ground: ComparedRuns) -> tuple[Why, ...]:
    what = Text("判定", "the verdict")
    if State.EXCLUDED in {old.state, new.state} and old.criteria == new.criteria:
        changes = ground.changed("exclude_municipality", "manual")
        if changes:
            keys = ", ".join(c.key for c in changes)
            text = Text(
                f"設定基準の対象外の定め（{keys}）が変わりました", f"exclusions changed ({keys})"
            )
            return (proven(Cause.POLICY, text),)
    undetermined = any(o.truth is Truth.UNDETERMINED for o in (*old.outcomes, *new.outcomes))
    rests = _ALL if undetermined else (Cause.LISTS, Cause.BOUNDARIES, Cause.INDEX, Cause.POLICY)
    return by_elimination(ground, rests, what, lambda _cause: None)
