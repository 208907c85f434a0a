"""The layer tree, which is the legend too: every line has its symbol and its count.

Stands apart: what stands in the legend, and in which order, is one list to read.
"""

from __future__ import annotations

from collections.abc import Sequence

from boundaries.types import AreaClass
from groundfloor.problems import Lang, Text
from spots.map.around import cell_name
from spots.map.page_data import MapFacility, MapUnit, Node, Region
from spots.map.page_extent import without_area
from spots.map.page_ground import Around
from spots.map.units_drawn import unit_nodes
from spots.telling.drawn_ground import WITHOUT_AREA
from spots.telling.labels import AREA_CLASS_LABELS, NEAREST, STATE_LABELS, spots_by
from spots.telling.straight_words import ESTIMATE, estimate_mark
from spots.telling.units import threshold
from spots.telling.wording import bracketed, joined
from spots.types import Role, RunResult, State


def layer_tree(
    result: RunResult,
    facilities: Sequence[MapFacility],
    municipalities: Sequence[Region],
    units: Sequence[MapUnit],
    around: Around,
    lang: Lang,
) -> tuple[Node, ...]:
    """Return the tree of layers with counts.

    Parameters
    ----------
    result : RunResult
        The run.
    facilities, municipalities, units : sequence
        What the map draws.
    around : Around
        What lies around it.
    lang : Lang
        Language of the labels.

    Returns
    -------
    tuple of Node
        Top-level lines; layers that would hold nothing are left out, except the spots of a policy
        that judges facilities. Of several prefectures spots are seen first, and names by their
        switch: there is no room for all at once.
    """
    alone = not result.settings.prefectures
    nodes = (
        _spots(result, lang) if result.by_rule else None,
        *unit_nodes(result, units, lang),
        *_states(facilities, lang, alone=alone),
        *_extras(result, facilities, lang),
        _routes(result, facilities, lang),
        _catchments(result, around, lang),
        _closed(around, lang),
        _areas(result, lang),
        _municipalities(municipalities, lang, alone=alone),
        _population(result, around, lang),
        _access(around, lang),
        _roads(around, lang),
    )
    return tuple(n for n in nodes if n is not None)


def _spots(result: RunResult, lang: Lang) -> Node:
    children = []
    for info in result.settings.criteria:
        key, label = f"criterion-{info.number}", f"{info.mark} {info.title.render(lang)}"
        children.append(Node(key, label, spots_by(info, result.spots), key))
    several = sum(1 for s in result.spots if len(s.criteria) > 1)
    total = str(len(result.spots))
    if several:
        total += Text(f"（複数要件 {several}）", f" ({several} by several)").render(lang)
    label = Text("医師少数スポット（案）", "Spots (proposed)").render(lang)
    return Node("designated", label, total, children=tuple(children))


def _states(facilities: Sequence[MapFacility], lang: Lang, *, alone: bool) -> list[Node]:
    nodes = []
    for state in (State.EXCLUDED, State.MOOT, State.UNDETERMINED, State.NOT_MET):
        found = [f for f in facilities if f.state == str(state)]
        lost = sum(f.lon is None for f in found)
        if found:
            away = Text(f"（位置不明 {lost}）", f" ({lost} without a position)").render(lang)
            count = str(len(found)) + (away if lost else "")
            on = alone or state is State.UNDETERMINED
            label = STATE_LABELS[state].render(lang)
            nodes.append(Node(str(state), label, count, str(state), on=on))
    return nodes


def _extras(result: RunResult, facilities: Sequence[MapFacility], lang: Lang) -> list[Node]:
    nodes = []
    alone = not result.settings.prefectures
    cut = sum(1 for f in facilities if f.circle is not None)
    if cut:
        label = Text("切り取る前の円", "Circle before cutting").render(lang)
        nodes.append(Node("cut", label, str(cut), "cut"))
    dotted = sum(1 for f in facilities if f.would_be and f.lon is not None)
    if dotted:
        size = f"{result.settings.radius_m / 1000:g}\u00a0km"
        text = Text(
            f"要件に当たるがスポットでない施設の周囲{size}",
            f"{size} around facilities that meet a criterion but are no spot",
        )
        nodes.append(Node("would-be", text.render(lang), str(dotted), "would-be", on=alone))
    only = str(Role.DESTINATION)
    shown = [f for f in facilities if f.lon is not None and f.hospital]
    hospitals, reached = (sum(1 for f in shown if (f.state == only) is on) for on in (False, True))
    if hospitals:
        text = Text("二次救急病院", "Secondary emergency hospitals")
        nodes.append(Node("hospitals", text.render(lang), str(hospitals), "hospital", on=alone))
    if reached:
        text = Text("到達先のみの病院", "Hospitals only reached")
        nodes.append(Node("destinations", text.render(lang), str(reached), "destination"))
    if facilities or not result.grounds:
        nodes.append(Node("names", Text("施設名", "Facility names").render(lang), on=alone))
    return nodes


def _routes(result: RunResult, facilities: Sequence[MapFacility], lang: Lang) -> Node | None:
    groups = (
        ("routes-designated", Text("スポットの施設から", "From spots"), True),
        ("routes-other", Text("その他の施設から", "From other facilities"), False),
    )
    children = []
    for key, text, on in groups:
        count = sum(1 for f in facilities if f.route and f.route_key == key)
        if count:
            drawn = (f.straight for f in facilities if f.route and f.route_key == key)
            way = "straight" if all(drawn) else "route"
            children.append(Node(key, text.render(lang), str(count), way, on=on))
    if not children:
        return None
    label = Text(f"{NEAREST.ja}への経路", "Decisive routes")
    line = Text(f"{NEAREST.ja}への直線", "Decisive straight lines")
    if result.straight is not None:
        label = joined((line, estimate_mark(result.straight)), "、", ", ")
    elif all(f.straight for f in facilities if f.route):
        label = line
    return Node("routes", label.render(lang), children=tuple(children))


def _municipalities(municipalities: Sequence[Region], lang: Lang, *, alone: bool) -> Node:
    home = [m for m in municipalities if m.home]
    excluded = sum(1 for m in home if "municipality-excluded" in m.keys)
    children = [
        Node("municipalities", Text("境界", "Outlines").render(lang), "", "municipality"),
        Node("municipality-names", Text("市町村名", "Names").render(lang), on=alone),
    ]
    if excluded:
        label = Text("対象外の市町村", "Excluded municipalities").render(lang)
        children.append(
            Node("municipality-excluded", label, str(excluded), "municipality-excluded")
        )
    label = Text("市町村", "Municipalities").render(lang)
    return Node("all-municipalities", label, str(len(home)), children=tuple(children))


def _areas(result: RunResult, lang: Lang) -> Node | None:
    if not len(result.areas):
        return None
    kinds = [AreaClass(k) for k in result.areas["area_class"]]
    children = [
        Node(
            f"area-{kind}",
            AREA_CLASS_LABELS[kind].render(lang),
            str(kinds.count(kind)),
            f"area-{kind}",
        )
        for kind in (AreaClass.SHORTAGE, AreaClass.NEITHER, AreaClass.SURPLUS, AreaClass.UNKNOWN)
        if kind in kinds
    ]
    if bare := int(without_area(result).sum()):
        children.append(Node("area-none", WITHOUT_AREA.render(lang), str(bare), "area-none"))
    children.append(Node("area-names", Text("医療圏名", "Names").render(lang), on=False))
    label = Text("二次医療圏", "Secondary medical areas").render(lang)
    return Node("areas", label, str(len(kinds)), children=tuple(children))


def _catchments(result: RunResult, around: Around, lang: Lang) -> Node | None:
    if not around.catchments:
        return None
    time = threshold(result.settings.threshold_ms or 0).render(lang)
    reach = Text(f"いずれかの病院まで{time}未満", f"less than {time} to any hospital")
    asked = Text("選んだ病院の範囲", "of the hospital that is chosen")
    children = (
        Node("covered", reach.render(lang), "", "covered", on=False),
        Node("catchment", asked.render(lang), str(len(around.catchments)), "catchment", on=False),
    )
    label = Text(f"病院まで{time}の範囲", f"Within {time} of a hospital").render(lang)
    if result.straight is not None:
        mark = estimate_mark(result.straight)
        label += bracketed(ESTIMATE).render(lang)
        told = Text(
            f"{mark.ja}による円を陸地で切ったもの。道路の到達圏ではありません。",
            f"Circles by the {mark.en}, cut at the land: no catchments of roads.",
        )
        return Node("catchments", label, children=children, note=told.render(lang))
    cell = f"{around.cell_m:g}"
    note = Text(
        f"図は{cell}mメッシュによる目安。判定は秒単位の計算による。",
        f"Drawn from cells of {cell} m, as a guide; verdicts come from seconds.",
    )
    return Node("catchments", label, children=children, note=note.render(lang))


def _closed(around: Around, lang: Lang) -> Node | None:
    if not around.closed:
        return None
    label = Text("通行止めの道路", "Closed roads").render(lang)
    return Node("closed", label, str(len(around.closed)), "closed")


def _population(result: RunResult, around: Around, lang: Lang) -> Node | None:
    if not around.population:
        return None
    cell = cell_name(result.population, lang)
    label = Text(f"人口（{cell}あたり）", f"Population (per {cell})").render(lang)
    children = tuple(
        Node(c.key, c.label, f"{c.count:,}", c.key, on=False) for c in around.population
    )
    note = Text(
        f"右の数字は{cell}の数。人の住まない{cell}は塗っていません。",
        f"Numbers count cells ({cell}); those where nobody lives are left blank.",
    )
    return Node("population", label, children=children, note=note.render(lang))


def _access(around: Around, lang: Lang) -> Node | None:
    if not around.access:
        return None
    label = Text("指標: 二次救急病院までの時間", "Indicator: minutes to a hospital").render(lang)
    children = tuple(Node(c.key, c.label, str(c.count), c.key, on=False) for c in around.access)
    note = Text(
        "市町村の中心から。右の数字は市町村の数。判定には使っていません。",
        "From the centre of each municipality; numbers count them. No verdict comes from it.",
    )
    return Node("access", label, children=children, note=note.render(lang))


def _roads(around: Around, lang: Lang) -> Node | None:
    if not around.roads:
        return None
    children = tuple(Node(r.key, r.label, "", r.key) for r in around.roads)
    label = Text("主な道路（内蔵の略図）", "Main roads (drawn base)").render(lang)
    return Node("roads", label, children=children)
