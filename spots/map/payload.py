"""From a run to what the page is told: facilities, regions, the layer tree and the title block.

Stands apart: `rendering` puts it on a page; here is what is on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from boundaries.types import AreaClass
from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.problems import Lang, Text
from spots.map import page_words as words
from spots.map.access_layer import access_classes
from spots.map.around import around_of, pack_grid
from spots.map.card import card_of, entry_of
from spots.map.card_data import Row, Shape
from spots.map.cities import ward_of, whole_cities
from spots.map.drawn_outlines import drawn_outlines
from spots.map.page_data import Background, City, Criterion, MapData, MapFacility, Region
from spots.map.page_extent import page_extent
from spots.map.page_ground import InsideTiles
from spots.map.page_words import FINDER_UI, STRAIGHT_UI, UNITS_ALONE_UI, UNITS_UI
from spots.map.shapes import (
    label_point,
    pack_polygons,
    pack_route,
)
from spots.map.sheet_table import sheet_table
from spots.map.tree import layer_tree
from spots.map.units_drawn import units_drawn
from spots.telling.country_words import whose
from spots.telling.dossier import Dossier, dossiers_of, index_of
from spots.telling.labels import AREA_CLASS_LABELS, INPUT_LABELS, drafted, input_name
from spots.telling.setting_words import cut_offs
from spots.telling.straight_words import ESTIMATE, LENGTH
from spots.telling.unit_labels import designated
from spots.telling.units import SMALLEST_KM2, dated, duration, metres, period, physician_index
from spots.telling.wording import NOTHING, bracketed, run_on, same
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
    municipalities = _municipalities(result, outlines, lang)
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
        areas=_areas(result, drawn.areas, lang),
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
        cities=_cities(result, outlines, municipalities),
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
    told = (whose(settings).render(lang), settings.policy_title.render(lang), valid)
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


def _municipalities(result: RunResult, outlines: gpd.GeoSeries, lang: Lang) -> tuple[Region, ...]:
    regions = []
    for code in sorted(result.municipalities.index):
        row = result.municipalities.loc[code]
        home = row["prefecture_code"] in result.settings.home
        excluded = home and bool(row["excluded"])
        notes = [_area_label(row["area_code"], result, lang) if home else str(row["prefecture"])]
        if excluded:
            notes.append(Text("設定基準により対象外", "excluded by the policy").render(lang))
        keys = ("municipalities", "municipality-excluded") if excluded else ("municipalities",)
        note = "\n".join(n for n in notes if n)
        name = str(row["name"])
        area = row["area_code"] if isinstance(row["area_code"], str) else ""
        regions.append(_region(code, name, note, keys, outlines.loc[code], home=home, area=area))
    return tuple(regions)


def _cities(
    result: RunResult, outlines: gpd.GeoSeries, municipalities: tuple[Region, ...]
) -> tuple[City, ...]:
    """Return the designated cities; what holds of all wards holds of the city."""
    by_code = {region.code: region for region in municipalities}
    cities = []
    for city in whole_cities(result.municipalities, outlines):
        wards = [by_code[code] for code in city.wards]
        said = [set(ward.note.split("\n")) for ward in wards]
        note = "\n".join(n for n in wards[0].note.split("\n") if all(n in each for each in said))
        areas = {ward.area for ward in wards}
        area = areas.pop() if len(areas) == 1 else ""
        cities.append(
            City(city.name, note, wards[0].home, city.lon, city.lat, city.weight, city.wards, area)
        )
    return tuple(cities)


def _area_label(code: object, result: RunResult, lang: Lang) -> str:
    """Return name, class and index of a medical area on one line."""
    if not isinstance(code, str) or code not in result.areas.index:
        return ""
    row = result.areas.loc[code]
    kind = AREA_CLASS_LABELS[AreaClass(row["area_class"])].render(lang)
    index = index_of(code, result)
    shown = "" if index is None else physician_index(index)
    figure = Text(f"医師偏在指標 {shown}", f"physician index {shown}") if shown else NOTHING
    name = Text(f"{row['name']}医療圏", f"{row['name']} medical area").render(lang)
    return f"{name} {kind}{bracketed(figure).render(lang)}"


def _areas(result: RunResult, shapes: Mapping[str, BaseGeometry], lang: Lang) -> tuple[Region, ...]:
    regions = []
    for code in sorted(result.areas.index):
        row = result.areas.loc[code]
        kind = AreaClass(row["area_class"])
        name = Text(f"{row['name']}医療圏", f"{row['name']} medical area").render(lang)
        note = _area_label(code, result, lang)
        keys = (f"area-{kind}",)
        regions.append(_region(code, name, note, keys, shapes[code], home=True, area=code))
    return tuple(regions)


def _region(
    code: str,
    name: str,
    note: str,
    keys: tuple[str, ...],
    shape: BaseGeometry,
    *,
    home: bool,
    area: str,
) -> Region:
    lon, lat = label_point(shape)
    return Region(
        code=code,
        name=name,
        note=note,
        keys=keys,
        home=home,
        lon=lon,
        lat=lat,
        weight=round(float(shape.area), 6),
        shape=pack_polygons(shape),
        area=area,
        ward=ward_of(name),
    )


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
