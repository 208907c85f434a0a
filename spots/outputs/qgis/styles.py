"""QGIS styles (QML) for the layers, written as data.

Only what QGIS 3 needs: a renderer, labels for named things, aliases and the words of coded values.
Everything else keeps QGIS's defaults. Text goes through ElementTree, so a title from a policy file
cannot break out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from boundaries.types import AreaClass
from groundfloor.problems import Lang, Text, clean
from spots.outputs.layer_table import LayerTable
from spots.outputs.qgis import symbols as on
from spots.outputs.qgis.symbols import (
    Category,
    MapLabel,
    Symbol,
    categorised,
    fill,
    graduated,
    hatch,
    labeling,
    line,
    marker,
    pennant,
    single,
)
from spots.telling.colours import AREAS, GRADES, RESULTS, ROBUST, ROUTE, TARGETS, criterion
from spots.telling.columns import Column
from spots.telling.labels import ROLE_LABELS, STATE_LABELS
from spots.telling.scenario_words import share_words
from spots.telling.straight_columns import TRAVEL_BASIS
from spots.telling.target_words import TargetGrade
from spots.types import ResultKind, Role, State, TravelBasis
from spots.types.designations import DesignationKind
from spots.types.robustness import GoneGrade

_WHITE, _BLACK = "#ffffff", "#111111"
_STATE_SYMBOLS: dict[State, Symbol] = {
    State.DESIGNATED: marker("circle", _BLACK, _WHITE, "3.2", "0.5"),
    State.EXCLUDED: marker("cross2", "#555555", "#555555", "2.2", "0.5"),
    State.MOOT: marker("square", AREAS[AreaClass.SHORTAGE], _WHITE, "2.6"),
    State.NOT_MET: marker("circle", _WHITE, "#444444", "1.9"),
    State.UNDETERMINED: marker("triangle", "#f0e442", _BLACK, "3"),
}
_DESTINATION = pennant("#333333", "2.6")
# Those of `spots.telling.colours` as they look on white: these fills are opaque.
_AREA_COLOURS: dict[AreaClass, str] = {
    AreaClass.SHORTAGE: "#fbe6b8",
    AreaClass.SURPLUS: "#efe4ee",
    AreaClass.NEITHER: "#ffffff",
    AreaClass.UNKNOWN: "#eeeeee",
}
_ROADS: dict[str, tuple[str, str]] = {
    "motorway": ("#93bf9f", "0.6"),
    "trunk": ("#dcc3a8", "0.45"),
    "primary": ("#cfcfcf", "0.35"),
}
_OTHER_ROAD = ("#dcdcdc", "0.26")
_POPULATION = ("#f3f0f7", "#d6cfe6", "#b3a5d1", "#8d7ab8", "#63529b")
# Versions of QGIS disagree whether a boolean is 1 or true; words are the same everywhere.
_EXCLUDED = "if({}, 'yes', 'no')"
_MINUTES = Text("分", " min")
_NEAR, _MIDDLE, _FAR = 60_000, 200_000, 1_500_000
_WIDEST = 100_000_000
_LOST = ("#B0003A", "b_diagonal")

Named = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """The style of one layer."""

    layer: str
    qml: str


@dataclass(frozen=True, slots=True)
class _Look:
    renderer: ET.Element
    labels: tuple[MapLabel, ...] = ()
    opacity: str = "1"


def layer_styles(
    tables: Sequence[LayerTable],
    lang: Lang,
    names: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[LayerStyle, ...]:
    """Return a style for each layer.

    Parameters
    ----------
    tables : sequence of LayerTable
        The layers.
    lang : Lang
        Language of legends and aliases.
    names : mapping of str to mapping, optional
        For each layer, field names in the file where they are not the layer's own.
    """
    return tuple(_style(table, lang, (names or {}).get(table.name, {})) for table in tables)


def _style(table: LayerTable, lang: Lang, names: Mapping[str, str]) -> LayerStyle:
    def named(field: str) -> str:
        return f'"{names.get(field, field)}"'

    look = _LOOKS[table.name](table, lang, named)
    root = ET.Element(
        "qgis",
        {
            "version": "3.22.0",
            "styleCategories": "Symbology|Labeling|Fields|Forms|Rendering",
            "labelsEnabled": "1" if look.labels else "0",
            "readOnly": "0",
        },
    )
    root.append(look.renderer)
    if look.labels:
        root.append(labeling(look.labels))
    add_fields(root, table, lang, names)
    ET.SubElement(root, "layerOpacity").text = look.opacity
    text = ET.tostring(root, encoding="unicode")
    qml = f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}\n"
    return LayerStyle(table.name, qml)


def _coded(
    table: LayerTable, field: str, lang: Lang, symbol: Callable[[str, int], Symbol]
) -> list[Category]:
    """Return a category for each coded value of a field."""
    found = next(f for f in table.fields if f.name == field)
    return [
        Category(code.value, code.label.render(lang), symbol(code.value, k))
        for k, code in enumerate(found.codes)
    ]


def _spots(table: LayerTable, lang: Lang, named: Named) -> _Look:
    def symbol(_value: str, k: int) -> Symbol:
        colour = criterion(k + 1)
        return fill(colour, 90, colour, "0.5")

    # Near enough for the facility's own name to be shown, the circle's would be its double.
    name = f"concat({named('marks')}, ' ', {named('name')})"
    label = MapLabel(
        name,
        "7.5",
        _BLACK,
        on.CARTOGRAPHIC,
        9,
        (_NEAR, _FAR),
        bold=True,
        distance="1.9",
        at=f"make_point({named('lon')}, {named('lat')})",
    )
    renderer = categorised(
        _bare(named("main_criterion")), _coded(table, "main_criterion", lang, symbol)
    )
    return _Look(renderer, (label,))


def _bare(quoted: str) -> str:
    """Return a field's name as renderers that know it for a field want it."""
    return quoted.strip('"')


def _dissolved(_table: LayerTable, _lang: Lang, _named: Named) -> _Look:
    return _Look(single(fill(_WHITE, 0, "#000000", "0.5")))


def _circles(_table: LayerTable, _lang: Lang, _named: Named) -> _Look:
    return _Look(single(fill(_WHITE, 0, "#555555", "0.25", "dash")))


def _facilities(table: LayerTable, lang: Lang, named: Named) -> _Look:
    state, name = named("state"), named("name")
    items = _coded(table, "state", lang, lambda value, _: _STATE_SYMBOLS[State(value)])
    elsewhere = ROLE_LABELS[Role.DESTINATION].render(lang)
    items.append(Category(Role.DESTINATION.value, elsewhere, _DESTINATION))
    kind = f"if({named('role')} = '{Role.DESTINATION}', '{Role.DESTINATION}', {state})"
    mine = f"{state} = '{State.DESIGNATED}'"
    labels = (
        MapLabel(name, "9", _BLACK, on.CARTOGRAPHIC, 10, (1, _NEAR), bold=True, when=mine),
        MapLabel(name, "7.5", "#333333", on.CARTOGRAPHIC, 6, (1, _MIDDLE), when=f"NOT ({mine})"),
        MapLabel(name, "7.5", _BLACK, on.CARTOGRAPHIC, 0, silent=True),
    )
    return _Look(categorised(kind, items), labels)


def _routes(table: LayerTable, lang: Lang, named: Named) -> _Look:
    # Cut off, never rounded: 29.97 minutes are not 30. From whole milliseconds, 6,000 to a tenth.
    minutes = f"concat(floor({named('travel_ms')} / 6000) / 10, '{_MINUTES.render(lang)}')"
    label = MapLabel(minutes, "7.5", ROUTE, on.ALONG, 5, (1, _MIDDLE))
    pen = "dash" if _is_straight(table) else "solid"  # no way, but a straight line
    return _Look(single(line(ROUTE, "0.7", pen, casing=_WHITE)), (label,))


def _is_straight(table: LayerTable) -> bool:
    """Whether the lines of a layer of routes are no ways, but stand in for them."""
    at = [n for n, field in enumerate(table.fields) if field.name == TRAVEL_BASIS.name]
    return any(TravelBasis.STRAIGHT.value in table.column(n) for n in at)


def _nearest(_table: LayerTable, lang: Lang, named: Named) -> _Look:
    items = [
        Category(str(k), Text(f"{k}番目", f"no. {k}").render(lang), line(colour, width, pen))
        for k, colour, width, pen in (
            (1, ROUTE, "0.5", "solid"),
            (2, "#9a6aa8", "0.4", "dash"),
            (3, "#bfa3c9", "0.4", "dot"),
        )
    ]
    return _Look(categorised(_bare(named("rank")), items))


def _municipalities(_table: LayerTable, lang: Lang, named: Named) -> _Look:
    items = [
        Category(
            "no",
            Text("市町村", "municipality").render(lang),
            fill(_WHITE, 0, "#a6a6a6", "0.2"),
        ),
        Category("yes", Text("対象外", "excluded").render(lang), hatch("#8a8a8a", "0.2")),
    ]
    label = MapLabel(named("name"), "7", "#6f6f6f", on.HORIZONTAL, 3, (1, 1_000_000))
    return _Look(categorised(_EXCLUDED.format(named("excluded")), items), (label,))


def _medical_areas(table: LayerTable, lang: Lang, named: Named) -> _Look:
    def symbol(value: str, _k: int) -> Symbol:
        return fill(_AREA_COLOURS[AreaClass(value)], 255, "#8c8c8c", "0.5")

    label = MapLabel(
        named("name"), "10", "#8a8a8a", on.HORIZONTAL, 4, (_MIDDLE, _FAR * 2), spacing="2"
    )
    return _Look(
        categorised(_bare(named("area_class")), _coded(table, "area_class", lang, symbol)), (label,)
    )


def _closures(_table: LayerTable, _lang: Lang, named: Named) -> _Look:
    label = MapLabel(named("name"), "7.5", "#c8102e", on.ALONG, 7, (1, _MIDDLE))
    return _Look(single(line("#c8102e", "0.9", "dash", casing=_WHITE)), (label,))


def _hospitals_gone(table: LayerTable, lang: Lang, named: Named) -> _Look:
    def symbol(value: str, _k: int) -> Symbol:
        colour, width = GRADES[GoneGrade(value)]
        return marker("cross_fill", colour, _WHITE, f"{2.0 + width:g}")

    label = MapLabel(named("name"), "8", _BLACK, on.CARTOGRAPHIC, 5, (1, _MIDDLE))
    return _Look(categorised(_bare(named("grade")), _coded(table, "grade", lang, symbol)), (label,))


def _roads_cut(table: LayerTable, lang: Lang, named: Named) -> _Look:
    def symbol(value: str, _k: int) -> Symbol:
        colour, width = GRADES[GoneGrade(value)]
        return line(colour, f"{width:g}", casing=_WHITE)

    name = f"concat({named('rank')}, ' ', {named('road_name')})"
    label = MapLabel(name, "7.5", _BLACK, on.ALONG, 6, (1, _MIDDLE))
    return _Look(categorised(_bare(named("grade")), _coded(table, "grade", lang, symbol)), (label,))


#: How each kind of result is hatched, and its outline is broken.
_HATCHES: dict[ResultKind, tuple[str, str]] = {
    ResultKind.SPOT: ("f_diagonal", "solid"),
    ResultKind.SUPPORT_AREA: ("b_diagonal", "dash"),
    ResultKind.CANDIDATE: ("dense6", "dot"),
    ResultKind.PROGRAMME: ("vertical", "dash dot"),
}
_UNIT_SYMBOLS: dict[State, Symbol] = {
    State.EXCLUDED: hatch("#555555", "0.3", "cross"),
    State.MOOT: fill(AREAS[AreaClass.SHORTAGE], 60, "#8a5e00", "0.3"),
    State.UNDETERMINED: hatch("#cc79a7", "0.4", "dense5"),
    State.NOT_MET: fill(_WHITE, 0, "#777777", "0.2"),
}


def _units(table: LayerTable, lang: Lang, named: Named) -> _Look:
    def symbol(value: str, _k: int) -> Symbol:
        kind = ResultKind(value)
        return hatch(RESULTS[kind], "0.5", _HATCHES[kind][0])

    kinds = _coded(table, "kind", lang, symbol)
    others = {s.value: STATE_LABELS[s].render(lang) for s in _UNIT_SYMBOLS}
    items = [*kinds, *(Category(s, word, _UNIT_SYMBOLS[State(s)]) for s, word in others.items())]
    shown = f"if({named('state')} = '{State.DESIGNATED}', {named('kind')}, {named('state')})"
    label = MapLabel(named("name"), "8", _BLACK, on.HORIZONTAL, 5, (1, _FAR))
    return _Look(categorised(shown, items), (label,))


def _designations(table: LayerTable, lang: Lang, named: Named) -> _Look:
    """Draw what a register of plans has in force, each kind as the map of a run draws it."""

    def symbol(value: str, _k: int) -> Symbol:
        if value == DesignationKind.SHORTAGE_AREA:
            return fill(AREAS[AreaClass.SHORTAGE], 60, "#8a5e00", "0.4")
        kind = ResultKind(value)
        return hatch(RESULTS[kind], "0.5", _HATCHES[kind][0])

    label = MapLabel(named("name"), "8", _BLACK, on.HORIZONTAL, 5, (1, _FAR))
    return _Look(categorised(_bare(named("kind")), _coded(table, "kind", lang, symbol)), (label,))


def _plan_changes(table: LayerTable, lang: Lang, named: Named) -> _Look:
    def symbol(value: str, _k: int) -> Symbol:
        colour, pattern = ("#007EA7", "f_diagonal") if value == "gained" else _LOST
        return hatch(colour, "0.6", pattern)

    items = _coded(table, "ground", lang, symbol)
    label = MapLabel(named("name"), "8", _BLACK, on.HORIZONTAL, 5, (1, _FAR))
    return _Look(categorised(_bare(named("ground")), items), (label,))


def _unit_points(table: LayerTable, lang: Lang, named: Named) -> _Look:
    symbols = {s.value: _STATE_SYMBOLS[s] for s in State}
    items = _coded(table, "state", lang, lambda value, _: symbols[value])
    label = MapLabel(named("name"), "8", _BLACK, on.CARTOGRAPHIC, 5, (1, _MIDDLE))
    return _Look(categorised(_bare(named("state")), items), (label,))


def _results(table: LayerTable, lang: Lang, named: Named) -> _Look:
    kinds = {str(row[0]): ResultKind(str(row[1])) for row in table.rows}

    def symbol(value: str, _k: int) -> Symbol:
        kind = kinds.get(value, ResultKind.SPOT)
        return fill(_WHITE, 0, RESULTS[kind], "0.8", _HATCHES[kind][1])

    return _Look(categorised(_bare(named("result")), _coded(table, "result", lang, symbol)))


def _main_roads(table: LayerTable, lang: Lang, named: Named) -> _Look:
    def symbol(value: str, _k: int) -> Symbol:
        return line(*_ROADS.get(value.removesuffix("_link"), _OTHER_ROAD))

    return _Look(categorised(_bare(named("road_class")), _coded(table, "road_class", lang, symbol)))


def _catchments(_table: LayerTable, _lang: Lang, _named: Named) -> _Look:
    # Dozens lie over one another: thin lines and no colour, or nothing below would show.
    return _Look(single(fill("#5b8db8", 0, "#cddbe8", "0.12")))


def _covered(_table: LayerTable, _lang: Lang, _named: Named) -> _Look:
    return _Look(single(fill("#8fc3a0", 26, "#4f9a6b", "0.35")))


def _indicators(_table: LayerTable, _lang: Lang, named: Named) -> _Look:
    label = MapLabel(named("name"), "8", _BLACK, on.HORIZONTAL, 5, (1, _FAR))
    return _Look(single(fill(_WHITE, 0, "#7a6a9b", "0.3")), (label,))


def _targets(table: LayerTable, lang: Lang, named: Named) -> _Look:
    def symbol(value: str, _k: int) -> Symbol:
        grade = TargetGrade(value)
        if grade in {TargetGrade.NEEDS_NONE, TargetGrade.UNKNOWN}:
            pen = "f_diagonal" if grade is TargetGrade.NEEDS_NONE else "dense6"
            return hatch(TARGETS[grade], "0.4", pen)
        return fill(TARGETS[grade], 220, "#333333", "0.4")

    label = MapLabel(named("area_name"), "9", _BLACK, on.HORIZONTAL, 8, (1, _FAR), bold=True)
    if all(field.name != "grade" for field in table.fields):  # a table without a year
        return _Look(single(fill(_WHITE, 0, "#333333", "0.4")), (label,))
    return _Look(categorised(_bare(named("grade")), _coded(table, "grade", lang, symbol)), (label,))


def _population(table: LayerTable, _lang: Lang, named: Named) -> _Look:
    position = next(k for k, f in enumerate(table.fields) if f.name == "population")
    people = sorted(float(c) for c in table.column(position) if isinstance(c, int | float))
    most = len(people) - 1
    breaks = (
        [people[most * k // len(_POPULATION)] for k in range(len(_POPULATION) + 1)]
        if people
        else []
    )
    items = [
        Category(
            repr(low), f"{low:,.0f} – {high:,.0f}", fill(colour, 255, colour, "0.1"), repr(high)
        )
        for colour, low, high in zip(_POPULATION, breaks, breaks[1:], strict=False)
        if high > low
    ]
    return _Look(graduated(_bare(named("population")), items), opacity="0.7")


def _robust(symbol: Callable[[str], Symbol], lang: Lang) -> list[Category]:
    """Return a category for each shade of robustness."""
    low = 0.0
    items = []
    for most, colour in ROBUST:
        words = share_words(low, most)
        items.append(Category(repr(low), words.render(lang), symbol(colour), repr(most)))
        low = most
    return items


def _scenario_circles(_table: LayerTable, lang: Lang, named: Named) -> _Look:
    items = _robust(lambda colour: fill(colour, 170, ROBUST[-1][1], "0.35"), lang)
    return _Look(graduated(_bare(named("share")), items))


def _scenario_facilities(_table: LayerTable, lang: Lang, named: Named) -> _Look:
    items = _robust(lambda colour: marker("circle", colour, _BLACK, "3"), lang)
    told = f"concat({named('name')}, ' ', {named('designated_in')}, '/', {named('scenarios')})"
    some = f"{named('share')} > 0"
    labels = (
        MapLabel(told, "8.5", _BLACK, on.CARTOGRAPHIC, 10, (1, _FAR), bold=True, when=some),
        MapLabel(named("name"), "7.5", "#333333", on.CARTOGRAPHIC, 3, (1, _NEAR)),
    )
    return _Look(graduated(_bare(named("share")), items), labels)


_LOOKS: Mapping[str, Callable[[LayerTable, Lang, Named], _Look]] = {
    "spots": _spots,
    "spots_dissolved": _dissolved,
    "circles": _circles,
    "facilities": _facilities,
    "units": _units,
    "designations": _designations,
    "plan_changes": _plan_changes,
    "unit_points": _unit_points,
    "results_dissolved": _results,
    "indicators": _indicators,
    "routes": _routes,
    "nearest_routes": _nearest,
    "municipalities": _municipalities,
    "medical_areas": _medical_areas,
    "closures": _closures,
    "hospitals_gone": _hospitals_gone,
    "roads_cut": _roads_cut,
    "main_roads": _main_roads,
    "catchments": _catchments,
    "catchments_dissolved": _covered,
    "population": _population,
    "scenario_circles": _scenario_circles,
    "physician_targets": _targets,
    "scenario_facilities": _scenario_facilities,
}


def add_fields(root: ET.Element, table: LayerTable, lang: Lang, names: Mapping[str, str]) -> None:
    """Add aliases and value maps to a style.

    Parameters
    ----------
    root : Element
        The style.
    table : LayerTable
        The layer.
    lang : Lang
        Language of the aliases.
    names : mapping of str to str
        Field names in the file, where they are not the layer's own.
    """
    configuration = ET.SubElement(root, "fieldConfiguration")
    aliases = ET.SubElement(root, "aliases")
    for index, field in enumerate(table.fields):
        name = names.get(field.name, field.name)
        head = {"field": name, "name": clean(field.heading.render(lang)), "index": str(index)}
        ET.SubElement(aliases, "alias", head)
        if field.codes:
            element = ET.SubElement(configuration, "field", {"name": name})
            _add_value_map(element, field, lang)
    if any(field.name == "name" for field in table.fields):
        ET.SubElement(root, "previewExpression").text = f'"{names.get("name", "name")}"'


def _add_value_map(element: ET.Element, field: Column, lang: Lang) -> None:
    widget = ET.SubElement(element, "editWidget", {"type": "ValueMap"})
    config = ET.SubElement(ET.SubElement(widget, "config"), "Option", {"type": "Map"})
    pairs = ET.SubElement(config, "Option", {"name": "map", "type": "List"})
    for code in field.codes:
        pair = ET.SubElement(pairs, "Option", {"type": "Map"})
        label = clean(code.label.render(lang))
        ET.SubElement(pair, "Option", {"name": label, "value": code.value, "type": "QString"})
