"""Words for what is in force on a day: why an institution is in, or is not, or nobody knows."""

from __future__ import annotations

from collections.abc import Sequence

from groundfloor.problems import Text
from spots.telling.labels import AREA_CLASS_LABELS
from spots.telling.register_words import DESIGNATION_KIND_LABELS
from spots.telling.units import metres
from spots.telling.wording import NOTHING, as_one, bracketed, joined, names, run_on, told_as
from spots.types import Place, Truth
from spots.types.designations import DesignationKind

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


def doubted(reason: Text, doubts: Sequence[Text]) -> Text:
    """Return a reason with what the accuracy of the position could change."""
    if not doubts:
        return reason
    told = told_as(Text("要確認", "doubtful"), joined(doubts, "、", ", "))
    return as_one((reason, told))
