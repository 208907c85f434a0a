"""The files of what verdicts hang on: tables, a workbook, layers, closures to run with, JSON.

Stands apart: what hangs on what is found without a file; whoever writes a folder takes these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import shapely
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from groundfloor.codec import compact_json
from groundfloor.problems import Lang, Text
from spots.outputs.geopackage import layers_geopackage
from spots.outputs.layer_table import GeometryKind, LayerTable, filled_cells
from spots.outputs.sheet_layout import Paper, SheetContent, fitted, sheet_column
from spots.outputs.spreadsheet import csv_table
from spots.telling.columns import Filled, Json, properties
from spots.telling.robustness_columns import (
    GONE_EFFECTS,
    HOSPITALS_GONE,
    ROADS_CUT,
    SPEED_SHARES,
    Effect,
    by_doubt,
    effects,
)
from spots.telling.robustness_words import (
    GONE_TITLES,
    SPEEDS_TITLE,
    gone_name,
    ranking_notes,
    share_words,
    spread_lines,
    why_it_matters,
)
from spots.types.robustness import Gone, GoneKind, GoneRanking, Robustness

T = TypeVar("T")
_COLUMNS = {GoneKind.HOSPITAL: HOSPITALS_GONE, GoneKind.ROAD: ROADS_CUT}
_NAMES = {GoneKind.HOSPITAL: "hospitals_gone", GoneKind.ROAD: "roads_cut"}
_TABS = {
    GoneKind.HOSPITAL: Text("病院がない場合", "hospitals"),
    GoneKind.ROAD: Text("道路が通れない場合", "roads"),
}
_EFFECTS = Text("変わる施設", "Who stands otherwise")
CLOSURES = "closures.geojson"
_DECIMALS = 7  # of degrees, a centimetre


def robustness_files(found: Robustness, lang: Lang) -> dict[str, bytes]:
    """Return the files by name: the same bytes for the same findings.

    ``hospitals_gone.csv``, ``roads_cut.csv``, ``gone_effects.csv`` and ``speed_draws.csv`` are
    tables, ``robustness.xlsx`` has all of them for people, ``robustness.gpkg`` the hospitals and
    roads with QGIS styles; ``closures.geojson`` has every cut as a closure that a run file can
    name. What was not asked for has no file.

    Parameters
    ----------
    found : Robustness
        What the verdicts hang on.
    lang : Lang
        Language of words; machine names stay.
    """
    files = {f"{_NAMES[r.kind]}.csv": _csv(_COLUMNS[r.kind], r.rows, lang) for r in found.rankings}
    if found.rankings:
        files["gone_effects.csv"] = _csv(GONE_EFFECTS, _effects(found), lang)
    if found.speeds is not None:
        files["speed_draws.csv"] = _csv(SPEED_SHARES, found.speeds.rows, lang)
    if found.roads is not None:
        files[CLOSURES] = closures_of(found.roads)
    if found.rankings:
        files["robustness.gpkg"] = layers_geopackage(
            # The most important last: it lies on top.
            [_upside_down(ranking_layer(ranking, lang)) for ranking in found.rankings],
            lang,
        )
    if files:
        files["robustness.xlsx"] = robustness_xlsx(found, lang)
    return files


def robustness_json(found: Robustness, lang: Lang) -> dict[str, Json]:
    """Return what verdicts hang on as JSON has it: machine names and plain values."""
    page: dict[str, Json] = {}
    for ranking in found.rankings:
        page[_NAMES[ranking.kind]] = [
            properties(_COLUMNS[ranking.kind], gone, lang) for gone in ranking.rows
        ]
    if found.rankings:
        page["gone_effects"] = [properties(GONE_EFFECTS, e, lang) for e in _effects(found)]
    if (speeds := found.speeds) is not None:
        spread = speeds.spread
        page["speed_draws"] = {
            "profile": speeds.profile,
            "spread": spread.spread,
            "classes": dict(spread.classes),
            "distribution": spread.distribution.value,
            "together": spread.together,
            "draws": spread.draws,
            "seed": spread.seed,
            "source": spread.source,
            "classes_drawn": list(speeds.classes),
            "drawn_share": round(speeds.drawn_share, 6),
            "rows": [properties(SPEED_SHARES, row, lang) for row in speeds.rows],
        }
    return page


def robustness_lines(found: Robustness, lang: Lang, most: int = 5) -> tuple[str, ...]:
    """Return what hangs most on what, as lines for a terminal.

    Parameters
    ----------
    found : Robustness
        What the verdicts hang on.
    lang : Lang
        Language.
    most : int
        How many hospitals, roads and facilities are named.
    """
    lines: list[str] = []
    for ranking in found.rankings:
        lines.append(GONE_TITLES[ranking.kind].render(lang))
        lines += [
            f"  {gone.rank:>3}  {gone_name(gone).render(lang)}  {why_it_matters(gone).render(lang)}"
            for gone in ranking.rows[:most]
        ]
    if found.speeds is not None:
        lines.append(SPEEDS_TITLE.render(lang))
        lines += [f"  {line.render(lang)}" for line in spread_lines(found.speeds)]
        lines += [
            f"  {row.facility.name}  " + share_words(row.met, row.draws, *row.interval).render(lang)
            for row in by_doubt(found.speeds)[:most]
        ]
    return tuple(lines)


def closures_of(ranking: GoneRanking) -> bytes:
    """Return every cut as a closure: GeoJSON that ``[network] closures`` takes, cut by cut.

    The file as a whole would close all of them; take out of it what is to be closed.
    """
    features = [
        {
            "type": "Feature",
            "properties": {"name": cut.id, "reason": gone.name, "rank": gone.rank},
            "geometry": shapely.geometry.mapping(_rounded(cut.geometry)),
        }
        for gone in ranking.rows
        if gone.road is not None
        for cut in gone.road.cuts
    ]
    page = {"type": "FeatureCollection", "features": features}
    return f"{compact_json(page)}\n".encode()


def ranking_layer(ranking: GoneRanking, lang: Lang) -> LayerTable:
    """Return a ranking as a layer, by rank: points of hospitals, lines of roads."""
    columns = _COLUMNS[ranking.kind]
    is_road = ranking.kind is GoneKind.ROAD
    notes = [note.render(Lang.JA) for note in ranking_notes(ranking)]
    english = [note.render(Lang.EN) for note in ranking_notes(ranking)]
    return LayerTable(
        _NAMES[ranking.kind],
        GONE_TITLES[ranking.kind],
        Text("。".join(notes), "; ".join(english)),
        GeometryKind.LINES if is_road else GeometryKind.POINT,
        tuple(c.column for c in columns),
        filled_cells(columns, ranking.rows, lang),
        tuple(_shape(gone) for gone in ranking.rows),
    )


def _upside_down(table: LayerTable) -> LayerTable:
    return replace(table, rows=table.rows[::-1], shapes=table.shapes[::-1])


def robustness_xlsx(found: Robustness, lang: Lang) -> bytes:
    """Return the workbook: hospitals, roads, who stands otherwise, shares of draws."""
    from spots.outputs.workbook_writer import workbook  # noqa: PLC0415 - often not wanted

    sheets = [
        _sheet(
            _TABS[ranking.kind],
            GONE_TITLES[ranking.kind],
            ranking_notes(ranking),
            _shown_columns(ranking),
            ranking.rows,
            lang,
        )
        for ranking in found.rankings
    ]
    if found.rankings:
        sheets.append(_sheet(_EFFECTS, _EFFECTS, (), GONE_EFFECTS, _effects(found), lang))
    if (speeds := found.speeds) is not None:
        rows = by_doubt(speeds)
        sheets.append(
            _sheet(SPEEDS_TITLE, SPEEDS_TITLE, spread_lines(speeds), SPEED_SHARES, rows, lang)
        )
    title = Text("判定が何によって変わるか", "What the verdicts hang on").render(lang)
    return workbook(tuple(map(fitted, sheets)), title=title, lang=lang)


def _shown_columns(ranking: GoneRanking) -> tuple[Filled[Gone], ...]:
    """Return the columns of a sheet: people where there are any."""
    columns = _COLUMNS[ranking.kind]
    known = ranking.people_before is not None
    return tuple(c for c in columns if known or c.name != "people_more")


def _sheet(
    tab: Text,
    title: Text,
    notes: Iterator[Text] | tuple[Text, ...],
    columns: Sequence[Filled[T]],
    rows: Sequence[T],
    lang: Lang,
) -> SheetContent:
    return SheetContent(
        tab=tab.render(lang),
        title=title.render(lang),
        notes=tuple(note.render(lang) for note in notes),
        columns=tuple(sheet_column(c.column, lang) for c in columns),
        rows=[[c.shown(row, lang) for c in columns] for row in rows],
        nothing=Text("なし", "none").render(lang),
        paper=Paper.A3,
        kept=3,
        filtered=True,
    )


def _effects(found: Robustness) -> list[Effect]:
    return [effect for ranking in found.rankings for effect in effects(ranking)]


def _csv(columns: Sequence[Filled[T]], rows: Sequence[T], lang: Lang) -> bytes:
    cells = ([c.value(row, lang) for c in columns] for row in rows)
    return csv_table([c.name for c in columns], cells).encode()


def _shape(gone: Gone) -> BaseGeometry | None:
    geometry = gone.geometry
    return _rounded(geometry) if isinstance(geometry, MultiLineString) else geometry


def _rounded(lines: MultiLineString) -> MultiLineString:
    rounded: MultiLineString = shapely.transform(lines, lambda xy: xy.round(_DECIMALS))
    return rounded
