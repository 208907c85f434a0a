"""Why a verdict is open, in a few words: kinds of reasons, for counts and lists of a terminal.

The whole reason of each, with its names and distances, is the verdict's own. Stands apart: evidence
becomes a kind here, and no sentence is read for it.
"""

from __future__ import annotations

from enum import StrEnum

from groundfloor.problems import Text
from spots.types import Outcome, Truth, Verdict
from spots.types.verdicts import Border


class OpenKind(StrEnum):
    """What leaves a facility undetermined."""

    PLACE = "place"  # point and address contradict each other
    MUNICIPALITY = "municipality"
    POSITION = "position"
    CLASS = "class"
    OFF_ROADS = "off_roads"
    NO_LIST = "no_list"
    DOUBLE = "double"
    NOT_MEASURED = "not_measured"
    ONE_WAY = "one_way"
    BORDER = "border"
    ROADS_END = "roads_end"
    SEA = "sea"
    NO_ROADS = "no_roads"
    OTHER = "other"


_SHORT: dict[OpenKind, Text] = {
    OpenKind.PLACE: Text("座標と住所が食い違う", "point and address disagree"),
    OpenKind.MUNICIPALITY: Text("市町村が分からない", "municipality not known"),
    OpenKind.POSITION: Text("位置が分からない", "no position"),
    OpenKind.CLASS: Text("医療圏の区分が決まらない", "class of its area open"),
    OpenKind.OFF_ROADS: Text("道路網に結べない", "not on the roads"),
    OpenKind.NO_LIST: Text("要件の一覧がない", "a criterion has no list"),
    OpenKind.DOUBLE: Text("同じ病院かもしれない記録がある", "perhaps two records of one hospital"),
    OpenKind.NOT_MEASURED: Text(
        "より近いかもしれない病院の所要時間が分からない",
        "a hospital that may be nearer is not measured",
    ),
    OpenKind.ONE_WAY: Text("片方向しか道路が通じない", "reached one way only"),
    OpenKind.BORDER: Text(
        "隣の都道府県の病院の一覧がない", "no list of hospitals across the border"
    ),
    OpenKind.ROADS_END: Text("道路データの縁が近い", "the road data end near by"),
    OpenKind.SEA: Text("最も近い病院が海の向こうにある", "the nearest hospital is across the sea"),
    OpenKind.NO_ROADS: Text("所要時間を計算していない", "travel times not measured"),
    OpenKind.OTHER: Text("そのほか", "other reasons"),
}
_MENDED_BY: dict[OpenKind, Text] = {
    OpenKind.PLACE: Text("座標か住所を直してください", "mend the point or the address"),
    OpenKind.MUNICIPALITY: Text(
        "市町村コードか住所を補ってください", "add its municipality's code, or its address"
    ),
    OpenKind.POSITION: Text(
        "座標を補うか、位置の分かる資料を加えてください",
        "add coordinates, or a source that has its position",
    ),
    OpenKind.CLASS: Text(
        "指標の表に区分を書いてください", "state the class in the table of indices"
    ),
    OpenKind.OFF_ROADS: Text(
        "座標を確かめ、そこまで覆う道路網を使ってください",
        "check the point, and use roads that reach it",
    ),
    OpenKind.NO_LIST: Text("その一覧を加えてください", "add that list"),
    OpenKind.DOUBLE: Text(
        "[[identity]] に同じ病院か別の病院かを書いてください",
        "say under [[identity]] whether they are one hospital",
    ),
    OpenKind.NOT_MEASURED: Text(
        "その病院の座標を補うか、そこまで覆う道路網を使ってください",
        "add that hospital's coordinates, or use roads that reach it",
    ),
    OpenKind.ONE_WAY: Text(
        "道路データの一方通行と施設の座標を確かめてください",
        "check one-way streets of the road data, and the point",
    ),
    OpenKind.BORDER: Text(
        "隣の都道府県の病院の一覧を加えてください", "add a list of hospitals across the border"
    ),
    OpenKind.ROADS_END: Text(
        "隣の都道府県まで覆う道路網を使ってください", "use roads that reach beyond the border"
    ),
    OpenKind.SEA: Text(
        "道路網で計算するか、道路のない島を travel.roadless に挙げてください",
        "use roads, or name islands without a road in travel.roadless",
    ),
    OpenKind.NO_ROADS: Text("道路網を加えてください", "add roads"),
    OpenKind.OTHER: Text("理由を確かめてください", "see the reason of each"),
}


def open_kind(verdict: Verdict) -> OpenKind:
    """Return what leaves a facility undetermined; of several things the first to mend."""
    place, facility = verdict.place, verdict.facility
    if place.problem is not None:
        return OpenKind.PLACE
    if place.municipality_code is None:
        return OpenKind.POSITION if facility.position_problem else OpenKind.MUNICIPALITY
    if facility.position is None:
        return OpenKind.POSITION
    open_ = [o for o in verdict.outcomes if o.truth is Truth.UNDETERMINED]
    if not open_:
        return OpenKind.CLASS
    given = [o for o in open_ if o.given]
    return _of_outcome(given[0]) if given else OpenKind.NO_LIST


def short_reason(kind: OpenKind) -> Text:
    """Return a kind in a few words."""
    return _SHORT[kind]


def mended_by(kind: OpenKind) -> Text:
    """Return what settles verdicts of a kind."""
    return _MENDED_BY[kind]


def _of_outcome(outcome: Outcome) -> OpenKind:
    travel, distance = outcome.travel, outcome.distance
    if distance is not None:
        told = {
            OpenKind.DOUBLE: bool(distance.doubles),
            OpenKind.NOT_MEASURED: distance.missing is not None,
            OpenKind.BORDER: distance.border_m is not None,
        }
        return next((kind for kind, holds in told.items() if holds), OpenKind.OTHER)
    if travel is None:
        return OpenKind.NO_ROADS
    at_border = OpenKind.BORDER if travel.border is Border.PREFECTURE else OpenKind.ROADS_END
    # As a finding words it: the first that holds.
    causes = {
        OpenKind.OFF_ROADS: travel.reachable is None and not travel.estimated,
        OpenKind.SEA: travel.crosses_sea,
        OpenKind.DOUBLE: bool(travel.doubles),
        OpenKind.NOT_MEASURED: travel.unmeasured is not None,
        OpenKind.ONE_WAY: travel.other_way is not None,
        at_border: travel.border_ms is not None,
    }
    return next((kind for kind, holds in causes.items() if holds), OpenKind.OTHER)
