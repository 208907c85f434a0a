"""Words for what is in force on a day: why an institution is in, or is not, or nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from groundfloor.problems import Text
from spots.telling.labels import AREA_CLASS_LABELS
from spots.telling.register_words import DESIGNATION_KIND_LABELS, period
from spots.telling.units import area, day, metres
from spots.telling.wording import NOTHING, as_one, bracketed, joined, names, run_on, told_as
from spots.types import Place, Truth
from spots.types.designations import DesignationKind, InForce, PlanEdition

#: Where an institution stands in what a kind designates.
IN_OR_OUT = {
    Truth.MET: Text("内", "inside"),
    Truth.NOT_MET: Text("外", "outside"),
    Truth.UNDETERMINED: Text("判定不能", "undetermined"),
}
BEYOND = Text("計画の都道府県の外", "outside the prefecture of the plan")
NO_PLACE = Text("所在地がどの市区町村か分かりません", "nothing tells in which municipality it lies")


def no_edition(kind: DesignationKind) -> Text:
    """Return that the register has nothing to say of a kind for some days.

    Examples
    --------
    >>> no_edition(DesignationKind.SPOT).en
    'no edition on record: physician-shortage spot'
    """
    label = DESIGNATION_KIND_LABELS[kind]
    return Text(
        f"この期間の{label.ja}の版が登録簿にありません", f"no edition on record: {label.en}"
    )


def inside_units(kind: DesignationKind, units: Sequence[str], reason: Text) -> Text:
    """Return in what an institution stands, and why that is designated.

    Parameters
    ----------
    kind : DesignationKind
        The kind.
    units : sequence of str
        Names of the units that hold it, the one that is told first in front.
    reason : Text
        設定理由 of that one; of a medical area its class, index and edition.
    """
    label, called = DESIGNATION_KIND_LABELS[kind], names(units)
    if kind is DesignationKind.SHORTAGE_AREA:
        return Text(f"「{called.ja}」は{reason.ja}", f"{called.en}: {reason.en}")
    head = Text(f"{label.ja}「{called.ja}」内", f"inside {label.en} {called.en}")
    return run_on(head, bracketed(reason))


def outside_units(kind: DesignationKind, nearest: str, edge_m: float | None) -> Text:
    """Return that an institution stands in no unit of a kind, with the nearest edge.

    Parameters
    ----------
    kind : DesignationKind
        The kind.
    nearest : str
        Unit with the nearest edge; empty where there is none.
    edge_m : float or None
        Metres to the edge, below zero outside.
    """
    label, far = DESIGNATION_KIND_LABELS[kind], NOTHING
    if nearest and edge_m is not None:
        away = metres(-edge_m, 0.0)
        far = Text(f"最も近い「{nearest}」まで{away}", f"nearest: {nearest}, {away}")
    return run_on(
        Text(f"どの{label.ja}にも入りません", f"in none: {label.en}"),
        bracketed(far),
    )


def outside_area(place: Place) -> Text:
    """Return that the medical area of an institution is no 少数区域, with its class."""
    label = AREA_CLASS_LABELS[place.area_class]
    return Text(
        f"「{place.area or place.municipality}」は医師少数区域ではありません（{label.ja}）",
        f"{place.area or place.municipality} is no shortage area ({label.en})",
    )


def accuracy_line(tolerance_m: float) -> Text:
    """Return how far off positions were taken to be."""
    off = metres(tolerance_m)
    return Text(
        f"座標の誤差: {off}とみて、境までの距離がそれ以内のものを要確認としています",
        f"accuracy: positions are taken to be up to {off} off; rows that near an edge are doubtful",
    )


def doubted(reason: Text, doubts: Sequence[Text]) -> Text:
    """Return a reason with what the accuracy of the position could change."""
    if not doubts:
        return reason
    told = told_as(Text("要確認", "doubtful"), joined(doubts, "、", ", "))
    return as_one((reason, told))


# --- the ground of a day


def day_title(on: date) -> Text:
    """Return what the map and the tables of a day are called.

    Examples
    --------
    >>> day_title(date(2027, 4, 1)).ja
    '令和9年4月1日に効力のある設定'
    """
    told = day(on)
    return Text(f"{told.ja}に効力のある設定", f"In force on {told.en}")


def plan_title(plan: str) -> Text:
    """Return what a plan is called where days are compared with it."""
    return Text(f"計画「{plan}」", f"plan “{plan}”")


def told_on(sentences: Iterable[Text]) -> Text:
    """Return sentences behind one another, whether or not each has its full stop.

    Examples
    --------
    >>> told_on((Text("甲。", "one."), Text("乙", "two")))
    Text(ja='甲。乙', en='one; two')
    """
    return as_one(Text(each.ja.rstrip("。"), each.en.rstrip(".")) for each in sentences)


def moved_ground(old_km2: float, new_km2: float, gained_km2: float, lost_km2: float) -> Text:
    """Return how much ground there is on two sides, and how much of it is new, or gone.

    Examples
    --------
    >>> moved_ground(100.0, 120.0, 30.0, 10.0).ja
    '100.00 km²→120.00 km²（増 30.00 km²、減 10.00 km²）'
    """
    old, new, gained, lost = map(area, (old_km2, new_km2, gained_km2, lost_km2))
    return Text(
        f"{old}→{new}（増 {gained}、減 {lost}）", f"{old} → {new} ({gained} gained, {lost} lost)"
    )


def no_edition_on(kind: DesignationKind, side: Text) -> Text:
    """Return that a kind is not compared: one side has no edition of it."""
    label = DESIGNATION_KIND_LABELS[kind]
    return Text(
        f"{label.ja}: 版が登録簿にないため比べていません（{side.ja}）",
        f"{label.en}: not compared, no edition on record ({side.en})",
    )


def kind_silent(
    kind: DesignationKind, prefecture: str, before: InForce | None, after: InForce | None
) -> Text:
    """Return that no edition of a kind is in force on a day, and which come before and after it.

    Parameters
    ----------
    kind : DesignationKind
        The kind.
    prefecture : str
        Whose plans; empty where the register is of one prefecture.
    before, after : InForce or None
        The last edition that ended before the day, and the first that begins after it.
    """
    label, parts = DESIGNATION_KIND_LABELS[kind], []
    if before is not None:
        last = day(before.span.last)
        title = edition_title(before.edition)
        parts.append(Text(f"{title.ja}は{last.ja}まで", f"{title.en} ended {last.en}"))
    if after is not None:
        first = day(after.span.first)
        title = edition_title(after.edition)
        parts.append(Text(f"{title.ja}は{first.ja}から", f"{title.en} begins {first.en}"))
    whose = Text(f"{prefecture}の", f"{prefecture}: ") if prefecture else NOTHING
    head = Text(
        f"{whose.ja}{label.ja}: この日に効力のある版が登録簿にありません",
        f"{whose.en}{label.en}: no edition on record for this day",
    )
    return run_on(head, bracketed(joined(parts)))


def edition_title(edition: PlanEdition, title: Text | None = None) -> Text:
    """Return an edition as the title of what it designates: kind or own title, plan, number."""
    label = title or DESIGNATION_KIND_LABELS[edition.kind]
    return Text(
        f"{label.ja}（{edition.plan}・版{edition.number}）",
        f"{label.en} ({edition.plan}, edition {edition.number})",
    )


def edition_line(held: InForce) -> tuple[Text, Text]:
    """Return an edition in force as label and value: what, and its days."""
    return edition_title(held.edition), period(held.span)


#: What the map of a day says otherwise than that of a run.
DAY_UI = {
    "list_result": Text("種類（計画・版）", "Kind (plan, edition)"),
    "allResults": Text("すべての計画・版", "All plans and editions"),
    "listResult": Text("計画・版で絞り込み", "Filter by plan and edition"),
    "list_state": Text("効力のある期間", "In force"),
    "allStates": Text("すべての期間", "All periods"),
    "listState": Text("期間で絞り込み", "Filter by period"),
}
IN_FORCE = Text("効力あり", "in force")
EDITION_FACTS = Text("計画", "The plan")
AREA_CARD = Text("区域", "The area")


def day_note() -> Text:
    """Return where the map of a day has what it shows."""
    return Text(
        "計画の登録簿にある設定の図です。登録簿に登録された時点の内容であり、正本は計画です",
        "From the register of plans, as it was registered; the plan itself is what counts",
    )
