"""Words for the register of designations: kinds, what a designation's ground is, periods."""

from __future__ import annotations

from boundaries import AreaClass
from groundfloor.day_spans import DaySpan
from groundfloor.problems import Text
from spots.telling.labels import AREA_CLASS_LABELS, SPOT_LABEL
from spots.telling.unit_labels import RESULT_KIND_LABELS, UNIT_KIND_LABELS
from spots.telling.units import day, radius
from spots.types import ResultKind, UnitKind
from spots.types.designations import DesignationKind, PlanEdition

DESIGNATION_KIND_LABELS: dict[DesignationKind, Text] = {
    DesignationKind.SHORTAGE_AREA: AREA_CLASS_LABELS[AreaClass.SHORTAGE],
    DesignationKind.SPOT: SPOT_LABEL,
    DesignationKind.SUPPORT_AREA: RESULT_KIND_LABELS[ResultKind.SUPPORT_AREA],
    DesignationKind.PROGRAMME: RESULT_KIND_LABELS[ResultKind.PROGRAMME],
}

#: What an entry of the history did.
ACT_LABELS: dict[str, Text] = {
    "add": Text("実行を登録", "run added"),
    "migrate": Text("形式を更新", "format migrated"),
}

#: Why an area is a 少数区域: its class says so, whatever that comes from.
AREA_RULE = Text("二次医療圏の全域", "all of the medical area")


def circle_rule(radius_m: int, *, cut: bool) -> Text:
    """Return what the ground of a circle is."""
    far = radius(radius_m)
    if cut:
        return Text(
            f"医療機関から半径{far}の円（対象外の部分を除く）",
            f"circle of {far} round the institution, less what is cut from it",
        )
    return Text(f"医療機関から半径{far}の円", f"circle of {far} round the institution")


def unit_rule(kind: UnitKind, radius_m: int | None, *, ground: bool, cut: bool) -> Text:
    """Return what the ground of a unit is.

    Parameters
    ----------
    kind : UnitKind
        What the unit is.
    radius_m : int or None
        Of a circle.
    ground : bool
        Whether it has any; an institution itself has none.
    cut : bool
        Whether anything was cut from it.
    """
    label = UNIT_KIND_LABELS[kind]
    if not ground:
        return Text(f"{label.ja}そのもの", f"the {label.en} itself")
    if radius_m is not None and kind is UnitKind.FACILITY:
        return circle_rule(radius_m, cut=cut)
    if radius_m is not None:
        return Text(
            f"{label.ja}から半径{radius(radius_m)}の円", f"circle of {radius(radius_m)}, {label.en}"
        )
    if cut:
        return Text(f"{label.ja}の一部", f"part of the {label.en}")
    return Text(f"{label.ja}の全域", f"all of the {label.en}")


def area_reason(index: str, edition: str) -> Text:
    """Return why a medical area is a 少数区域: its class, by its index where it has one."""
    label = AREA_CLASS_LABELS[AreaClass.SHORTAGE]
    if not index:
        return label
    return Text(
        f"{label.ja}（医師偏在指標 {index}、{edition}）",
        f"{label.en} (index {index}, {edition})",
    )


def period(span: DaySpan) -> Text:
    """Return days as people read them, with the last one.

    Examples
    --------
    >>> from datetime import date
    >>> period(DaySpan(date(2024, 4, 1), date(2027, 4, 1))).ja
    '令和6年4月1日から令和9年3月31日まで'
    """
    first, last = day(span.first), day(span.last)
    if not last.ja:
        return Text(f"{first.ja}から", f"from {first.en}")
    return Text(f"{first.ja}から{last.ja}まで", f"{first.en} to {last.en}")


def edition_words(edition: PlanEdition) -> Text:
    """Return an edition in a few words: number, plan, kind, days."""
    kind, days = DESIGNATION_KIND_LABELS[edition.kind], period(edition.span)
    return Text(
        f"版{edition.number}「{edition.plan}」{kind.ja} {days.ja}",
        f"edition {edition.number} “{edition.plan}”, {kind.en}, {days.en}",
    )
