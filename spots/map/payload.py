"""From a run to what the page is told: facilities, regions, the layer tree and the title block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.problems import Lang, Text, one_of
from spots.map import page_words as words
from spots.map.access_layer import access_classes
from spots.map.around import around_of, pack_grid
from spots.map.card import card_of, entry_of
from spots.map.card_data import Row, Shape
from spots.map.drawn_outlines import drawn_outlines
from spots.map.page import GsiTiles, InlineApp, Page, PrefectureMap, asset
from spots.map.page_data import Background, Criterion, MapData, MapFacility
from spots.map.page_extent import page_extent
from spots.map.page_ground import InsideTiles
from spots.map.page_words import FINDER_UI, STRAIGHT_UI, UNITS_ALONE_UI, UNITS_UI
from spots.map.ranked_layer import RANKED_SCRIPT, with_ranking
from spots.map.regions_drawn import area_regions, cities_drawn, municipality_regions
from spots.map.shapes import (
    pack_polygons,
    pack_route,
)
from spots.map.sheet_table import sheet_table
from spots.map.tree import layer_tree
from spots.map.units_drawn import units_drawn
from spots.telling.dossier import Dossier, dossiers_of
from spots.telling.labels import INPUT_LABELS, drafted, input_name
from spots.telling.setting_words import cut_offs
from spots.telling.straight_words import ESTIMATE, LENGTH
from spots.telling.unit_labels import designated
from spots.telling.units import SMALLEST_KM2, dated, duration, metres, period
from spots.telling.wording import bracketed, run_on, same
from spots.types import (
    FacilityType,
    Role,
    RunResult,
    Spot,
    State,
    StraightLine,
    UnitKind,
    Verdict,
)
from spots.types.results import MapBackground
from spots.types.robustness import Robustness

Choices: TypeAlias = tuple[Background, ...]

#: Inputs whose own name is a file or a code.
_NAMED_BY_ROLE = frozenset({"municipalities", "medical_areas", "network", "population"})


def map_data(
    result: RunResult, lang: Lang, backgrounds: Choices, disk: KeptOnDisk = NOTHING_KEPT
) -> MapData:
    """Return everything the page shows.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of every text.
    backgrounds : tuple of Background
        Choices for the background, the first one on.
    disk : KeptOnDisk
        As for `spots.map.drawn_outlines.drawn_outlines`.

    Returns
    -------
    MapData
        Final texts and packed shapes.

    Raises
    ------
    CrsError
        The run's outlines are not longitude/latitude.
    """
    settings = result.settings
    drawn = drawn_outlines(result, disk)
    outlines = drawn.towns
    facilities = _facilities(result, lang)
    municipalities = municipality_regions(result, outlines, lang)
    units = units_drawn(result, outlines, lang)
    bounds, extent = page_extent(result, outlines, lang)
    around = replace(around_of(result, lang), access=access_classes(result, outlines, lang))
    return MapData(
        lang=str(lang),
        ui={key: text.render(lang) for key, text in _words(result, facilities).items()},
        title=settings.title.render(lang),
        subtitle=_subtitle(result, lang),
        draft=drafted(Text("図", "map"), designated(result)).render(lang),
        caveats=tuple(c.render(lang) for c in settings.caveats),
        bounds=bounds,
        radius_m=settings.radius_m,
        facilities=facilities,
        municipalities=municipalities,
        areas=area_regions(result, drawn.areas, lang),
        tree=layer_tree(result, facilities, municipalities, units, around, lang),
        backgrounds=backgrounds,
        settings=tuple(Row(a.render(lang), b.render(lang)) for a, b in settings.lines),
        sources=_sources(result, lang),
        dates=_dates(result, lang),
        around=around,
        criteria=_criteria(result, lang),
        grid=pack_grid(result.surroundings.grid if result.surroundings else None),
        outlines_off_m=drawn.off_m,
        units=units,
        cities=cities_drawn(result, outlines, municipalities),
        insets=extent.insets,
        neighbours=extent.neighbours,
        bare=extent.bare,
        inside=_inside(result.background),
        annex=sheet_table(result, lang),
    )


def _subtitle(result: RunResult, lang: Lang) -> tuple[str, ...]:
    """Return the prefecture, the policy and the period, without what the title says already."""
    settings = result.settings
    when = period(settings.valid_from, settings.valid_to)
    valid = Text(f"設定期間 {when.ja}", f"Period {when.en}").render(lang) if when.ja else ""
    told = (settings.prefecture, settings.policy_title.render(lang), valid)
    return tuple(part for part in told if part and part != settings.title.render(lang))


def _words(result: RunResult, facilities: tuple[MapFacility, ...]) -> dict[str, Text]:
    """Return what the page itself says; of units of ground where the policy judges any."""
    told = words.UI | FINDER_UI
    if result.straight is not None:
        told |= STRAIGHT_UI
    if not result.grounds:
        return told
    return told | (UNITS_UI if facilities else UNITS_UI | UNITS_ALONE_UI)


def _criteria(result: RunResult, lang: Lang) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(c.mark, f"{c.mark} {c.title.render(lang)}") for c in result.settings.criteria
    )


def _facilities(result: RunResult, lang: Lang) -> tuple[MapFacility, ...]:
    """Return the facilities; those that are judged as units of ground, and only so, stand there.

    Of a list whose institutions are units, those of other prefectures are none, and not shown.
    """
    units = {v.unit.code for v in result.units if v.unit.kind is UnitKind.FACILITY}
    home = result.settings.home

    def shown(verdict: Verdict) -> bool:
        if result.by_rule or not units:
            return True
        beyond = verdict.place.prefecture_code not in {None, *home}
        judged = verdict.facility.role is Role.CANDIDATE
        return verdict.facility.id not in units and not (judged and beyond)

    judged = (v for v in result.verdicts if shown(v))
    return tuple(_facility(dossier, result, lang) for dossier in dossiers_of(result, judged))


def _facility(dossier: Dossier, result: RunResult, lang: Lang) -> MapFacility:
    verdict, spot = dossier.verdict, dossier.spot
    facility = verdict.facility
    judged = facility.role is Role.CANDIDATE
    state = verdict.state if judged else None
    marks = {c.number: c.mark for c in result.settings.criteria}
    travel = verdict.travel
    way = travel.way if travel is not None else _line_of(verdict)
    circle, shape = _spot_shapes(spot)
    return MapFacility(
        id=facility.id,
        name=facility.name,
        lon=facility.position.lon if facility.position else None,
        lat=facility.position.lat if facility.position else None,
        state=str(state) if state else "destination",
        hospital=not judged or FacilityType.SECONDARY_EMERGENCY in facility.types,
        marks="".join(marks.get(n, str(n)) for n in verdict.criteria),
        keys=_layer_keys(state, verdict.criteria),
        spot=shape,
        circle=circle,
        would_be=state in {State.EXCLUDED, State.MOOT} and bool(verdict.criteria),
        criteria=verdict.criteria,
        route=pack_route(way.geometry) if way else (),
        straight=isinstance(way, StraightLine),
        route_key="routes-designated" if state is State.DESIGNATED else "routes-other",
        route_label=_route_label(verdict, lang),
        nearest=(travel.nearest_id or "") if travel else "",
        card=card_of(dossier, lang),
        entry=entry_of(verdict, lang),
    )


def _line_of(verdict: Verdict) -> StraightLine | None:
    """Return the line of a criterion on straight distance, where no time was measured."""
    found = verdict.distance
    return found.nearest.line if found is not None and found.nearest is not None else None


def _route_label(verdict: Verdict, lang: Lang) -> str:
    travel, found = verdict.travel, verdict.distance
    if travel is None and found is not None and found.nearest is not None:
        far = metres(found.nearest.line.distance_m, found.threshold_m)
        return f"{verdict.facility.name} → {found.nearest.name} {LENGTH.render(lang)} {far}"
    if travel is None or travel.way is None or travel.travel_ms is None:
        return ""
    time = duration(travel.travel_ms).render(lang)
    if travel.estimated:
        time = run_on(ESTIMATE, same(f" {time}")).render(lang)
    return f"{verdict.facility.name} → {travel.nearest_name or ''} {time}"


def _layer_keys(state: State | None, criteria: tuple[int, ...]) -> tuple[str, ...]:
    """Layers that show the state's symbol: a spot is seen while any of its criteria is on."""
    if state is None:
        return ()
    if state is State.DESIGNATED:
        return tuple(f"criterion-{n}" for n in criteria)
    return (str(state),)


def _spot_shapes(spot: Spot | None) -> tuple[Shape | None, Shape | None]:
    """Return the whole circle (only when something was cut away) and the effective spot."""
    if spot is None:
        return None, None
    cut = spot.circle_km2 - spot.area_km2 > SMALLEST_KM2
    return pack_polygons(spot.circle) if cut else None, pack_polygons(spot.geometry)


def _inside(background: MapBackground | None) -> InsideTiles | None:
    if background is None:
        return None
    return InsideTiles(
        background.attribution,
        background.shallowest,
        background.deepest,
        dict(background.tiles),
    )


def _sources(result: RunResult, lang: Lang) -> tuple[str, ...]:
    lines = [*result.settings.attributions]
    if result.edition is not None:
        edition = result.edition
        limits = cut_offs(edition.shortage_at_most, edition.surplus_at_least)
        name = Text(f"医師偏在指標 {edition.name} 版", f"Physician index, edition {edition.name}")
        lines.append(run_on(name, bracketed(limits)).render(lang))
    return tuple(lines)


def _dates(result: RunResult, lang: Lang) -> tuple[Row, ...]:
    """Return how old the inputs are, as far as the run file says."""
    rows = []
    for record in result.inputs:
        if record.role == "index" or not record.as_of:
            continue
        by_role = record.role in _NAMED_BY_ROLE
        label = (INPUT_LABELS[record.role] if by_role else input_name(record)).render(lang)
        rows.append(Row(label[:1].upper() + label[1:], dated(record.as_of).render(lang)))
    return tuple(dict.fromkeys(rows))


#: Our own files in the order they need one another; `spots.comparing` shares the first few.
SCRIPTS = (
    "dom.js",
    "shapes.js",
    "symbols.js",
    "card.js",
    "tree.js",
    "sides.js",
    "why.js",
    "address.js",
    "labels.js",
    "base.js",
    "around.js",
    "layers.js",
    "extent.js",
    "panel.js",
    "inside.js",
    "backgrounds.js",
    "print.js",
    "insets.js",
    "contrast.js",
    "access.js",
    "fold.js",
    "degrees.js",
    "csv.js",
    "geodesic.js",
    "place.js",
    "tools.js",
    "show.js",
    "search.js",
    "inspect.js",
    "measure.js",
    "ways.js",
    "list.js",
    "main.js",
)
#: What draws units of ground; before `main.js`, which starts the page.
UNIT_SCRIPT = "units.js"
_STYLES = (
    "sides.css",
    "map.css",
    "phone.css",
    "finder.css",
    "contrast.css",
    "print.css",
    "insets.css",
)
# 地理院タイル: layer id, extension and label, from https://maps.gsi.go.jp/development/ichiran.html
_BACKGROUNDS = (
    ("pale", "png", Text("地理院タイル（淡色）", "GSI pale")),
    ("std", "png", Text("地理院タイル（標準）", "GSI standard")),
    ("seamlessphoto", "jpg", Text("地理院タイル（写真）", "GSI photo")),
)
_INSIDE = Text("このファイルの背景", "Inside this file")
_NO_TILES = Text("なし（内蔵の略図のみ）", "None (drawn base only)")


@dataclass(frozen=True, slots=True)
class PageMore:
    """What a page shows beside a run.

    Parameters
    ----------
    data : callable
        Returns what the page is told, of what it would be told of the run.
    scripts, styles : tuple of str
        Contents of the files that show it; the scripts stand before the one that starts the page.
    """

    data: Callable[[MapData], MapData]
    scripts: tuple[str, ...]
    styles: tuple[str, ...] = ()


def _scripts(data: MapData) -> tuple[str, ...]:
    units = (UNIT_SCRIPT,) if data.units else ()
    return (*SCRIPTS[:-1], *units, SCRIPTS[-1])


def render_map(
    result: RunResult, lang: Lang | str = Lang.JA, disk: KeptOnDisk = NOTHING_KEPT
) -> str:
    """Return the run as one self-contained HTML document.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of the page.
    disk : KeptOnDisk
        As for `spots.map.drawn_outlines.drawn_outlines`.

    Returns
    -------
    str
        HTML, the same for the same run. It asks the network for background tiles only, and shows
        its own drawn base without them.

    Raises
    ------
    UsageError
        There is no such language.
    MissingFileError
        Leaflet's files are not installed.
    CrsError
        The run's outlines are not longitude/latitude.
    """
    return page_of(result, one_of(Lang, lang, "lang"), disk)


def render_ranked_map(
    result: RunResult,
    found: Robustness,
    lang: Lang | str = Lang.JA,
    disk: KeptOnDisk = NOTHING_KEPT,
) -> str:
    """Return the run's document with what its verdicts hang on as one more layer.

    Parameters
    ----------
    result, lang, disk
        As for `render_map`.
    found : Robustness
        The rankings; without any the document is that of `render_map`.
    """
    lang = one_of(Lang, lang, "lang")
    if not found.rankings:
        return page_of(result, lang, disk)
    ranked = PageMore(lambda data: with_ranking(data, found, lang), (asset(RANKED_SCRIPT),))
    return page_of(result, lang, disk, ranked)


def page_of(
    result: RunResult, lang: Lang, disk: KeptOnDisk = NOTHING_KEPT, more: PageMore | None = None
) -> str:
    """Return the page of a run, with more on it than the run.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of the page.
    disk : KeptOnDisk
        As for `spots.map.drawn_outlines.drawn_outlines`.
    more : PageMore, optional
        What else the page is told, and what shows it.

    Raises
    ------
    MissingFileError, CrsError
        As for `render_map`.
    """
    labels = tuple(Background(kind, text.render(lang)) for kind, _, text in _BACKGROUNDS)
    if result.background is not None:
        whose = bracketed(same(result.background.attribution))
        labels = (Background("inside", run_on(_INSIDE, whose).render(lang)), *labels)
    data = map_data(result, lang, (*labels, Background("", _NO_TILES.render(lang))), disk)
    data = data if more is None else more.data(data)
    page = Page(title=data.title, lang=data.lang)
    chart = PrefectureMap(data)
    page.add_child(chart)
    tiles = {
        kind: GsiTiles(kind, extension, show=kind == labels[0].layer)
        for kind, extension, _ in _BACKGROUNDS
    }
    for tile in tiles.values():
        chart.add_child(tile)
    *scripts, start = map(asset, _scripts(data))
    styles = [*map(asset, _STYLES)]
    if more is not None:
        scripts, styles = [*scripts, *more.scripts], [*styles, *more.styles]
    app = InlineApp(
        data, chart, tiles, start="start", scripts=(*scripts, start), styles=tuple(styles)
    )
    chart.add_child(app)
    return page.render()
