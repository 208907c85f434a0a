"""The layer tree, which is the legend too: every line has its symbol and its count."""

from __future__ import annotations

from collections.abc import Sequence

from boundaries.types import AreaClass
from problems import Lang, Text
from spots.labels import AREA_CLASS_LABELS, STATE_LABELS
from spots.map import words
from spots.map.model import MapFacility, Node, Region
from spots.types import RunResult, State


def layer_tree(
    result: RunResult,
    facilities: Sequence[MapFacility],
    municipalities: Sequence[Region],
    lang: Lang,
) -> tuple[Node, ...]:
    """Return the tree of layers with counts.

    Parameters
    ----------
    result : RunResult
        The run.
    facilities, municipalities : sequence
        What the map draws.
    lang : Lang
        Language of the labels.

    Returns
    -------
    tuple of Node
        Top-level lines; layers that would hold nothing are left out, except the spots.
    """
    nodes = (
        _spots(result, lang),
        *_states(facilities, lang),
        *_extras(facilities, lang),
        _routes(facilities, lang),
        _municipalities(municipalities, lang),
        _areas(result, lang),
    )
    return tuple(n for n in nodes if n is not None)


def _spots(result: RunResult, lang: Lang) -> Node:
    children = []
    for info in result.settings.criteria:
        count = sum(1 for s in result.spots if info.number in s.criteria)
        label = f"{info.mark} {info.title.render(lang)}"
        children.append(
            Node(f"criterion-{info.number}", label, str(count), f"criterion-{info.number}")
        )
    several = sum(1 for s in result.spots if len(s.criteria) > 1)
    total = str(len(result.spots))
    if several:
        total += Text(f"（複数要件 {several}）", f" ({several} by several)").render(lang)
    label = words.SPOTS.render(lang)
    return Node("designated", label, total, children=tuple(children))


def _states(facilities: Sequence[MapFacility], lang: Lang) -> list[Node]:
    nodes = []
    for state in (State.EXCLUDED, State.MOOT, State.UNDETERMINED, State.NOT_MET):
        placed = [f for f in facilities if f.state == str(state) and f.lon is not None]
        if placed:
            label = STATE_LABELS[state].render(lang)
            nodes.append(Node(str(state), label, str(len(placed)), str(state)))
    return nodes


def _extras(facilities: Sequence[MapFacility], lang: Lang) -> list[Node]:
    nodes = []
    cut = sum(1 for f in facilities if f.circle is not None)
    if cut:
        label = Text("切り取る前の円", "Circle before cutting").render(lang)
        nodes.append(Node("cut", label, str(cut), "cut"))
    hospitals = sum(1 for f in facilities if f.hospital and f.lon is not None)
    if hospitals:
        text = Text("病院（二次救急・到達先）", "Hospitals (secondary emergency, destinations)")
        nodes.append(Node("hospitals", text.render(lang), str(hospitals), "hospital"))
    label = Text("施設名", "Facility names").render(lang)
    nodes.append(Node("names", label))
    return nodes


def _routes(facilities: Sequence[MapFacility], lang: Lang) -> Node | None:
    groups = (
        ("routes-designated", Text("スポットの施設から", "From spots"), True),
        ("routes-other", Text("その他の施設から", "From other facilities"), False),
    )
    children = []
    for key, text, on in groups:
        count = sum(1 for f in facilities if f.route and f.route_key == key)
        if count:
            children.append(Node(key, text.render(lang), str(count), "route", on=on))
    if not children:
        return None
    label = Text("最寄りの他病院への決定経路", "Decisive routes").render(lang)
    return Node("routes", label, children=tuple(children))


def _municipalities(municipalities: Sequence[Region], lang: Lang) -> Node:
    home = [m for m in municipalities if m.home]
    excluded = sum(1 for m in home if "municipality-excluded" in m.keys)
    children = [
        Node("municipalities", Text("境界", "Outlines").render(lang), "", "municipality"),
        Node("municipality-names", Text("市町村名", "Names").render(lang)),
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
    children.append(Node("area-names", Text("医療圏名", "Names").render(lang), on=False))
    label = Text("二次医療圏", "Secondary medical areas").render(lang)
    return Node("areas", label, str(len(kinds)), children=tuple(children))
