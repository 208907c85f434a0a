"""Sentences about units of ground: why one is in a result of the policy, out of it, or open."""

from __future__ import annotations

from collections.abc import Sequence

from groundfloor.problems import Text
from spots.telling.units import area
from spots.telling.wording import joined, names
from spots.types.ground_units import Unit

CLASS_OPEN = Text(
    "二次医療圏の区分が分からず、医師少数区域でないといえません",
    "the class of its medical area is not known: it may be a shortage area",
)


def lies_inside(title: Text, share_km2: float | None = None) -> Text:
    """Return that a unit lies in the ground of another selection, or so much of it."""
    if share_km2 is None:
        return Text(f"全体が「{title.ja}」の区域にある", f"lies wholly in {title.en}")
    size = area(share_km2)
    return Text(f"{size}が「{title.ja}」の区域にある", f"{size} of it lie in {title.en}")


def lies_partly(title: Text, share_km2: float) -> Text:
    """Return that no more than so much of a unit lies in the ground of another selection."""
    size = area(share_km2)
    return Text(
        f"「{title.ja}」の区域にあるのは{size}だけである",
        f"no more than {size} of it lie in {title.en}",
    )


def lies_outside(title: Text) -> Text:
    """Return that a unit shares no ground with another selection."""
    return Text(f"「{title.ja}」の区域にない", f"lies outside {title.en}")


def may_lie_inside(title: Text) -> Text:
    """Return that it is open whether a unit lies in another selection."""
    return Text(f"「{title.ja}」の区域か判定できない", f"may lie in {title.en}: that is open")


NO_LAND = Text(
    "人口のある区画ですが、その陸地が境界データにありません",
    "its people live on land that the outlines lack",
)
NOT_SELECTED = Text("どの選定にも当たりません", "no selection takes it in")


def moot_unit(areas: Sequence[str], label: Text) -> Text:
    """Return why no spot is needed where the unit's medical areas already count."""
    where = names(areas)
    return Text(
        f"二次医療圏（{where.ja}）が{label.ja}であり、スポットとする必要がない",
        f"its medical area ({where.en}) is already a {label.en}; no spot is needed",
    )


def excepted(finding: Text) -> Text:
    """Return the finding of a selection about a unit that it leaves out by name."""
    return Text(f"{finding.ja}。ただし名指しで除く", f"{finding.en}; but left out by name")


def nothing_left(unit: Unit) -> Text:
    """Return why a selected unit designates nothing: clauses and cuts leave no ground."""
    return Text(
        f"選定されましたが、切り取りの結果、{unit.name}の区域が残りません。境界と切り取りの設定を確かめてください",
        f"is selected, but the cuts leave nothing of {unit.name}: check the outlines and the cuts",
    )


#: The list says no; one that says nothing leaves it open.
NOT_APPLIED = Text("申請がない", "was not applied for")
_NEEDED: dict[str, Text] = {
    "councils": Text("協議会の日付", "the days of the councils"),
    "reason": Text("設定理由", "the reason"),
    "service": Text("目的の医療サービス", "the service"),
    "page": Text("計画の頁", "the page of the plan"),
    "on_application": Text("申請の有無", "that it was applied for"),
}


def lacking(keys: Sequence[str]) -> Text:
    """Return what a list does not say of a unit, though the policy asks it of every row."""
    told = joined([_NEEDED[key] for key in keys], "・", ", ")
    return Text(f"一覧に{told.ja}がなく、判定できません", f"its row lacks {told.en}: open")
