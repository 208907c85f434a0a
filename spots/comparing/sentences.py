"""What changed about a facility, in a planner's sentence.

Stands apart: words alone; what differs is found in `comparison`, which hands it over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from groundfloor.problems import Text
from spots.comparing.changed_ground import SpotsOfBoth, counts, moved_m
from spots.comparing.changes import Aspect
from spots.telling.columns import Column
from spots.telling.dossier import state_words
from spots.telling.evidence_words import marked_time
from spots.telling.labels import AREA_CLASS_LABELS, NEAREST, STATE_LABELS, criteria_marks
from spots.telling.plan_columns import COUNCILS, ON_APPLICATION, PAGE, REASON, SERVICE
from spots.telling.units import area, day, distance
from spots.telling.wording import bracketed, joined, run_on, same, sentence
from spots.types import Role, RunResult, Spot, TravelEvidence, Truth, Verdict


def entered_sentence(
    verdict: Verdict, run: RunResult, *, entered: bool, missing: Text | None = None
) -> Text:
    """Return the sentence for a facility of one run only; `missing` is a list not given to one."""
    state = state_words(verdict)
    judged = verdict.facility.role is not Role.DESTINATION
    met = same(criteria_marks(run, verdict.criteria) if judged else "")
    was = run_on(Text(f"「{state.ja}」", state.en), bracketed(met))
    if missing is not None:
        side = Text("旧", "old") if entered else Text("新", "new")
        here = Text("新", "new") if entered else Text("旧", "old")
        return Text(
            f"{side.ja}の実行には{missing.ja}がなく、比べられません。{here.ja}の判定は{was.ja}です。",
            f"Not compared: the {side.en} run was not given {missing.en}. "
            f"In the {here.en} run: {was.en}.",
        )
    if entered:
        return Text(f"新しい施設で、判定は{was.ja}です。", f"New; {was.en}.")
    return Text(f"なくなった施設で、旧の判定は{was.ja}でした。", f"Gone; it was {was.en}.")


def changed_sentence(
    old: Verdict,
    new: Verdict,
    aspects: frozenset[Aspect],
    runs: tuple[RunResult, RunResult],
    spots: SpotsOfBoth,
) -> Text:
    """Return what changed about a facility of both runs.

    Parameters
    ----------
    old, new : Verdict
        The facility in both runs.
    aspects : frozenset of Aspect
        What is different.
    runs : tuple of RunResult and RunResult
        The old and the new run.
    spots : SpotsOfBoth
        Its spot in each.

    Returns
    -------
    Text
        One or two sentences.
    """
    parts: list[Text] = []
    if Aspect.MINUTES in aspects or Aspect.NEAREST in aspects:
        parts.append(_travel(old, new))
    moved = moved_m(old.facility, new.facility)
    if Aspect.POSITION in aspects and moved:
        far = distance(moved)
        parts.append(Text(f"位置が{far}動き", f"its position moved by {far}"))
    if Aspect.AREA_CLASS in aspects:
        was, now = (AREA_CLASS_LABELS[v.place.area_class] for v in (old, new))
        parts.append(
            Text(f"区域が{was.ja}から{now.ja}に変わり", f"its area went from {was.en} to {now.en}")
        )
    parts += _criteria(old, new, runs)
    if Aspect.STATE in aspects:
        was, now = STATE_LABELS[old.state], STATE_LABELS[new.state]
        parts.append(
            Text(
                f"状態が「{was.ja}」から「{now.ja}」に変わり",
                f"the state went from {was.en} to {now.en}",
            )
        )
    if Aspect.SPOT_AREA in aspects:
        parts.append(_area(*spots.km2))
    if Aspect.SPOT_GROUND in aspects:
        gained, lost = map(area, spots.moved_km2())
        parts.append(
            Text(
                f"スポットの区域が動き（増 {gained}、減 {lost}）",
                f"its spot moved ({gained} gained, {lost} lost)",
            )
        )
    parts += _plan(spots, aspects)
    return _joined(parts or [_other(old, new, aspects)])


def _plan(spots: SpotsOfBoth, aspects: frozenset[Aspect]) -> Iterator[Text]:
    """Yield what the plan says otherwise of the spot, with both words."""
    if spots.old is None or spots.new is None:
        return
    for aspect, (column, said) in _SAID.items():
        if aspect in aspects:
            was, now = (said(s) or _NOTHING_SAID for s in (spots.old, spots.new))
            yield Text(
                f"{column.label.ja}が「{was.ja}」から「{now.ja}」に変わり",
                f"{column.label.en} went from “{was.en}” to “{now.en}”",
            )


def _days(spot: Spot) -> Text | None:
    return joined(map(day, spot.councils)) if spot.councils else None


_NOTHING_SAID = Text("記載なし", "nothing")
_SAID: Mapping[Aspect, tuple[Column, Callable[[Spot], Text | None]]] = {
    Aspect.SPOT_REASON: (REASON, lambda s: s.reason),
    Aspect.SERVICE: (SERVICE, lambda s: s.service),
    Aspect.COUNCILS: (COUNCILS, _days),
    Aspect.PAGE: (PAGE, lambda s: same(s.page) if s.page else None),
    Aspect.ON_APPLICATION: (
        ON_APPLICATION,
        lambda s: Text("あり", "yes") if s.on_application else None,
    ),
}


def _joined(parts: list[Text]) -> Text:
    told = sentence(joined(parts, en="; "))
    return Text(f"{told.ja}ました。", f"{told.en}.")


def _travel(old: Verdict, new: Verdict) -> Text:
    before, after = old.travel, new.travel
    if not counts(old) and after is not None:
        return Text(
            f"新たに二次救急病院に数えられ、{NEAREST.ja}は{_goal(after).ja}となり",
            f"counts as a secondary emergency hospital now ({NEAREST.en}: {_goal(after).en})",
        )
    if not counts(new):
        return Text("二次救急病院に数えられなくなり", "no longer counts as secondary emergency")
    if after is None or after.reachable is None:
        return Text(
            f"{NEAREST.ja}（{_goal(before).ja}）の所要時間が計算できなくなり",
            f"the drive to the {NEAREST.en} ({_goal(before).en} before) is no longer computed",
        )
    if before is None or before.reachable is None:
        return Text(
            f"所要時間が計算できるようになり、{NEAREST.ja}は{_goal(after).ja}となり",
            f"the drive is computed now; {NEAREST.en}: {_goal(after).en}",
        )
    was, now = _goal(before), _goal(after)
    if before.nearest_name == after.nearest_name and before.nearest_name:
        name = after.nearest_name
        return Text(
            f"{NEAREST.ja}「{name}」の所要時間が{_time(before).ja}から{_time(after).ja}に変わり",
            f"the drive to the {NEAREST.en}, {name}, went from {_time(before).en} to "
            f"{_time(after).en}",
        )
    return Text(
        f"{NEAREST.ja}が{was.ja}から{now.ja}に変わり",
        f"the {NEAREST.en} went from {was.en} to {now.en}",
    )


def _goal(travel: TravelEvidence | None) -> Text:
    if travel is None or travel.nearest_name is None:
        return _time(travel)
    name, time = travel.nearest_name, _time(travel)
    return Text(f"「{name}」（{time.ja}）", f"{name} ({time.en})")


def _time(travel: TravelEvidence | None) -> Text:
    told = marked_time(travel)
    return told if told.ja else Text("計算できず", "not computed")


def _criteria(old: Verdict, new: Verdict, runs: tuple[RunResult, RunResult]) -> list[Text]:
    lost = tuple(n for n in old.criteria if n not in new.criteria)
    won = tuple(n for n in new.criteria if n not in old.criteria)
    unknown = {o.number for o in new.outcomes if o.truth is Truth.UNDETERMINED}
    parts = []
    if refuted := tuple(n for n in lost if n not in unknown):
        marks = criteria_marks(runs[0], refuted)
        parts.append(Text(f"{marks}を満たさなくなり", f"{marks} is no longer met"))
    if opened := tuple(n for n in lost if n in unknown):
        marks = criteria_marks(runs[0], opened)
        parts.append(Text(f"{marks}が判定不能となり", f"{marks} is undetermined now"))
    if won:
        marks = criteria_marks(runs[1], won)
        parts.append(Text(f"{marks}を満たすようになり", f"{marks} is met now"))
    return parts


def _area(old_km2: float | None, new_km2: float | None) -> Text:
    if old_km2 is None:
        size = area(new_km2 or 0.0)
        return Text(f"スポット（{size}）ができ", f"a spot of {size} came")
    if new_km2 is None:
        size = area(old_km2)
        return Text(f"スポット（{size}）がなくなり", f"its spot of {size} went")
    decimals = 2 if area(old_km2) != area(new_km2) else 4
    was, now = area(old_km2, decimals), area(new_km2, decimals)
    return Text(
        f"スポットの面積が{was}から{now}に変わり", f"the area of its spot went from {was} to {now}"
    )


def _other(old: Verdict, new: Verdict, aspects: frozenset[Aspect]) -> Text:
    if Aspect.NAME in aspects:
        was, now = old.facility.name, new.facility.name
        return Text(f"名称が「{was}」から「{now}」に変わり", f"its name went from {was} to {now}")
    words = {
        Aspect.TYPES: Text("種別", "types"),
        Aspect.ROLE: Text("判定対象かどうか", "role"),
        Aspect.POSITION: Text("位置", "position"),
        Aspect.MUNICIPALITY: Text("市町村", "municipality"),
        Aspect.REASON: Text("状態の理由の文", "wording of the reason"),
    }
    named = [words[a] for a in Aspect if a in aspects and a in words]
    return Text(
        f"{'・'.join(w.ja for w in named)}が変わり", f"{', '.join(w.en for w in named)} changed"
    )
