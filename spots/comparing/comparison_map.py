"""From a comparison and its two runs to what the page is told."""

from __future__ import annotations

from collections.abc import Iterator

import shapely
from shapely.geometry import MultiPolygon

from boundaries.geometry import polygons
from boundaries.types import AreaClass
from groundfloor.problems import Lang, Text
from spots.comparing.changed_ground import CAUSE_LABELS
from spots.comparing.changed_units import changed_units, result_row
from spots.comparing.changes import RunComparison
from spots.comparing.comparison_text import counted, has_circles, not_given_lines
from spots.comparing.differences import given_lines, people_shown
from spots.comparing.map_cards import (
    TITLE,
    UI,
    BeforeAfter,
    CompareData,
    Group,
    MainRoads,
    Outline,
    SideSpot,
    changed_facility,
    changed_unit,
)
from spots.map.card_data import Row
from spots.map.cities import WholeCity, ward_of, whole_cities
from spots.map.page import GsiTiles, InlineApp, Page, PrefectureMap, asset
from spots.map.shapes import display_outlines, label_point, pack_line, pack_polygons
from spots.telling.labels import criteria_marks, drafted, listed
from spots.telling.units import area
from spots.types import RunResult, State, UnitVerdict

_ROAD_TOLERANCE = 2e-4  # degrees, about 20 m: an unobtrusive base


def _compare_data(found: RunComparison, old: RunResult, new: RunResult, lang: Lang) -> CompareData:
    """Return everything the page of a comparison shows."""
    gained, lost = _moved(found)
    kept = shapely.intersection(_designated(old), _designated(new))
    kept = shapely.difference(kept, shapely.union(gained, lost)) if found.results else kept
    municipalities, cities = _municipalities(new)
    sources = dict.fromkeys(s for r in (new, old) for s in r.settings.attributions)
    return CompareData(
        lang=str(lang),
        ui={key: text.render(lang) for key, text in UI.items()},
        title=f"{TITLE.render(lang)} {found.prefecture}",
        old_title=found.old_title.render(lang),
        new_title=found.new_title.render(lang),
        caveats=(
            drafted(Text("図", "map")).render(lang),
            *(line.render(lang) for line in not_given_lines(found)),
            *_caveats(old, new, lang),
        ),
        bounds=_bounds(new),
        totals=_totals(found, lang),
        municipalities=municipalities,
        cities=cities,
        areas=_areas(old, new),
        roads=_roads(new),
        old_spots=_spots(old),
        new_spots=_spots(new),
        kept=pack_polygons(kept),
        gained=pack_polygons(gained),
        lost=pack_polygons(lost),
        facilities=(
            *(changed_unit(r, c, lang) for r, c in changed_units(found)),
            *(changed_facility(c, (old, new), lang) for c in found.facilities),
        ),
        groups=_groups(found, lang),
        notes=tuple(f"{p.value}: {p.message.render(lang)}" for p in found.notes),
        sources=tuple(sources),
    )


def _designated(result: RunResult) -> MultiPolygon:
    """Return all that a run designates: circles, and the ground of every result."""
    grounds = [ground.geometry for ground in result.grounds]
    return (
        polygons(shapely.union_all([result.dissolved, *grounds])) if grounds else result.dissolved
    )


def _moved(found: RunComparison) -> tuple[MultiPolygon, MultiPolygon]:
    """Return the ground gained and lost, by circles or in any result."""
    if not found.results:
        return found.gained, found.lost
    gained = shapely.union_all([found.gained, *(r.gained for r in found.results)])
    lost = shapely.union_all([found.lost, *(r.lost for r in found.results)])
    return polygons(gained), polygons(lost)


def _caveats(old: RunResult, new: RunResult, lang: Lang) -> Iterator[str]:
    """Yield what a reader must be told of both runs, and then of one of them alone, marked so."""
    before, after = (tuple(t.render(lang) for t in run.settings.caveats) for run in (old, new))
    yield from (told for told in dict.fromkeys(before) if told in after)
    for side, here, there in ((UI["old"], before, after), (UI["new"], after, before)):
        head = Text(f"{side.ja}：", f"{side.en}: ").render(lang)
        yield from (head + told for told in dict.fromkeys(here) if told not in there)


def _bounds(result: RunResult) -> tuple[float, float, float, float]:
    own = result.municipalities["prefecture_code"].isin(result.settings.home)
    frame = result.municipalities[own] if own.any() else result.municipalities
    west, south, east, north = (round(float(v), 5) for v in frame.total_bounds)
    return west, south, east, north


def _totals(found: RunComparison, lang: Lang) -> tuple[Row, ...]:
    def change(old: str, new: str, gained: str, lost: str) -> str:
        return Text(
            f"{old} → {new}（増 {gained}、減 {lost}）", f"{old} → {new} (+{gained}, −{lost})"
        ).render(lang)

    circles = [
        Row(
            Text("スポットの面積", "Area of the spots").render(lang),
            change(
                area(found.old_km2),
                area(found.new_km2),
                area(found.gained_km2),
                area(found.lost_km2),
            ),
        )
    ]
    rows = circles if has_circles(found) else []
    people = [found.old_people, found.new_people, found.gained_people, found.lost_people]
    if found.gained_people is not None:
        shown = [people_shown(p).render(lang) for p in people]
        rows.append(Row(Text("区域内の人口", "People").render(lang), change(*shown)))
    rows += [Row(r.title.render(lang), result_row(r).render(lang)) for r in found.results]
    turned, other = counted(found)
    count = Text(
        f"{turned}（ほかに根拠だけが変わった施設 {other}）",
        f"{turned} (and {other} on other evidence)",
    )
    label = Text("判定・スポットが変わった施設", "Verdict or spot changed")
    rows.append(Row(label.render(lang), count.render(lang)))
    if found.causes:
        names = [CAUSE_LABELS[cause].render(lang) for cause in found.causes]
        label = Text("二つの実行で異なるもの", "What differs")
        rows.append(Row(label.render(lang), listed(names, lang)))
    return tuple(rows)


def _municipalities(
    result: RunResult,
) -> tuple[tuple[Outline, ...], tuple[WholeCity, ...]]:
    """Return all municipalities, and the designated cities among those of the prefecture."""
    frame = result.municipalities
    outlines = display_outlines(frame, plane_epsg=result.plane_epsg)
    home = frame["prefecture_code"].isin(result.settings.home)
    found = []
    for code in sorted(frame.index):
        lon, lat = label_point(outlines.loc[code])
        name = str(frame.loc[code, "name"])
        found.append(
            Outline(
                name=name,
                home=bool(home.loc[code]),
                lon=lon,
                lat=lat,
                weight=round(float(shapely.area(outlines.loc[code])), 4),
                shape=pack_polygons(outlines.loc[code]),
                code=str(code),
                ward=ward_of(name),
            )
        )
    own = frame[home]
    return tuple(found), tuple(whole_cities(own, outlines))


def _areas(old: RunResult, new: RunResult) -> tuple[Outline, ...]:
    """Return the medical areas that are 少数区域 in either run; others are only background."""
    frame = new.areas
    light = display_outlines(frame, plane_epsg=new.plane_epsg)
    found = []
    for code in sorted(frame.index):
        classes = [
            str(run.areas.loc[code, "area_class"]) if code in run.areas.index else ""
            for run in (old, new)
        ]
        shortage = classes[0] == AreaClass.SHORTAGE.value, classes[1] == AreaClass.SHORTAGE.value
        if not any(shortage):
            continue
        lon, lat = label_point(light.loc[code])
        weight = round(float(shapely.area(light.loc[code])), 4)
        name, shape = str(frame.loc[code, "name"]), pack_polygons(light.loc[code])
        found.append(Outline(name, True, lon, lat, weight, shape, shortage))
    return tuple(found)


def _roads(result: RunResult) -> tuple[MainRoads, ...]:
    if result.surroundings is None:
        return ()
    return tuple(
        MainRoads(
            road.road_class,
            tuple(
                packed
                for part in shapely.get_parts(shapely.simplify(road.geometry, _ROAD_TOLERANCE))
                if len(packed := pack_line(part)) >= 4  # noqa: PLR2004 - two points
            ),
        )
        for road in result.surroundings.roads
    )


def _spots(result: RunResult) -> tuple[SideSpot, ...]:
    places = {v.facility.id: v.facility.position for v in result.verdicts}
    found = []
    for spot in result.spots:
        centre = places.get(spot.facility_id)
        if centre is None:
            middle = shapely.centroid(spot.circle)
            lon, lat = float(middle.x), float(middle.y)
        else:
            lon, lat = centre.lon, centre.lat
        marks = criteria_marks(result, spot.criteria)
        lon, lat = (round(v, 6) for v in (lon, lat))
        found.append(SideSpot(spot.name, marks, lon, lat, pack_polygons(spot.geometry)))
    return (*found, *_units(result))


def _units(result: RunResult) -> Iterator[SideSpot]:
    """Yield the designated units of ground, each once."""
    units: dict[str, list[UnitVerdict]] = {}
    for verdict in result.units:
        if verdict.state is State.DESIGNATED and verdict.ground is not None:
            units.setdefault(verdict.unit.id, []).append(verdict)
    for verdicts in units.values():
        ground = polygons(shapely.union_all([v.geometry for v in verdicts]))
        lon, lat = label_point(ground)
        yield SideSpot(verdicts[0].unit.name, "", lon, lat, pack_polygons(ground))


def _groups(found: RunComparison, lang: Lang) -> tuple[Group, ...]:
    return tuple(
        Group(
            title, tuple(BeforeAfter(label, before, after, True) for label, before, after in rows)
        )
        for title, rows in given_lines(found, lang)
        if rows
    )


_PACKAGE = "spots.comparing"
_SHARED = ("dom.js", "shapes.js", "sides.js", "why.js", "address.js", "labels.js")
_OWN = ("marks.js", "card.js", "layers.js", "modes.js", "panel.js", "start.js")


def render_comparison(
    found: RunComparison, old: RunResult, new: RunResult, lang: Lang = Lang.JA
) -> str:
    """Return a comparison as one self-contained HTML document.

    Parameters
    ----------
    found : RunComparison
        What `spots.comparing.compare` found.
    old, new : RunResult
        The runs that it compared.
    lang : Lang
        Language of the page.

    Returns
    -------
    str
        HTML, the same for the same runs. It asks the network for background tiles only, and shows
        its own drawn base without them.

    Raises
    ------
    MissingFileError
        Leaflet's files are not installed.
    """
    data = _compare_data(found, old, new, lang)
    page = Page(title=data.title, lang=data.lang)
    chart = PrefectureMap(data)
    page.add_child(chart)
    pale = GsiTiles("pale", "png", show=True)
    chart.add_child(pale)
    scripts = (*map(asset, _SHARED), *(asset(name, _PACKAGE) for name in _OWN))
    styles = (asset("sides.css"), asset("compare.css", _PACKAGE))
    app = InlineApp(data, chart, {"pale": pale}, start="compare", scripts=scripts, styles=styles)
    chart.add_child(app)
    return page.render()
