"""What a layer of a map file is: outlines, areas, institutions, roads, people or places.

Stands apart: a layer has fields and shapes where a table has a header and rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from boundaries.codes import parse_code
from boundaries.mesh import PEOPLE
from boundaries.municipalities import NAMED_BY, coded_by
from groundfloor.folding import header_key
from groundfloor.frozen import FrozenDict
from groundfloor.headers import ColumnSearch
from groundfloor.layers import VectorLayer, layers_of, read_features
from groundfloor.problems import SpotsError, Text
from groundfloor.vector_files import VectorFile, vector_files
from networks.n13.road_rows import n13_columns
from spots.facilities import LayerSpec
from spots.facilities.headers import list_vocabulary
from spots.facilities.reading import scan_layer
from spots.starting.recognised import Bounds, DataKind, FoundData, PassedOver
from spots.starting.table_signs import TablePlace, list_found

_A38 = re.compile(r"a38[ab]_00[1-4]", re.IGNORECASE)
_N03_CODE = "n03_007"
_N03_DAY = re.compile(
    r"N03[-_](?:(20\d\d)(\d\d)(\d\d)|(\d\d)_(?:\d\d_)?(\d\d)(\d\d)(\d\d))", re.IGNORECASE
)
#: Of a code column so many cells are codes of municipalities.
_MOSTLY = 0.8


def layers_found(place: TablePlace, unpacked: Path) -> Iterator[FoundData | PassedOver]:
    """Yield what the layers of a map file, or of a zip of one, are.

    Parameters
    ----------
    place : TablePlace
        Where it is.
    unpacked : Path
        The file itself; of a part of a zip where that was unpacked to.
    """
    with vector_files(unpacked, label=place.name) as files:
        layers = [(layer, file) for file in files for layer in layers_of(file, tables=False)]
        for layer, file in layers:
            found = _found(layer, file, place, unpacked)
            if len(layers) == 1 and isinstance(found, FoundData):
                found = replace(found, layer="")
            yield found


def _found(
    layer: VectorLayer, file: VectorFile, place: TablePlace, unpacked: Path
) -> FoundData | PassedOver:
    fields = {field.lower() for field in layer.fields}
    base = replace(place.found(DataKind.PLACES), layer=layer.name or "", rows=layer.rows)
    named = _by_fields(layer, base, f"{file.stem} {place.title}")
    if named is not None:
        return named
    search = ColumnSearch(list_vocabulary({}, {}))
    if not search.missing(search.named(layer.fields)):
        institutions = _institutions(layer, place, unpacked)
        if institutions is not None:
            return institutions
    if unit := _unit(fields):
        return replace(base, unit=unit)
    if _is_of_lines(layer):
        return replace(base, kind=DataKind.ROAD_LINES, bounds=_bounds(layer))
    listed = "、".join(layer.fields)[:60]
    why = Text(f"列から何のデータか分かりません（{listed}）", f"its fields do not tell ({listed})")
    return PassedOver(base.shown, why)


def _by_fields(layer: VectorLayer, base: FoundData, title: str) -> FoundData | None:
    """Return data that have fields of their own; None for others."""
    if sum(1 for field in layer.fields if _A38.fullmatch(field)) > 1:
        return _areas(layer, base)
    if n13_columns(layer.fields) is not None:
        return replace(base, kind=DataKind.ROADS, unit="n13", bounds=_bounds(layer))
    if layer.points:
        return None
    code = coded_by(layer.fields)
    if code is not None and any(field.lower() in NAMED_BY for field in layer.fields):
        found = _outlines(layer, base, code, title)
        if found is not None:
            return found
    if any(header_key(field) in _PEOPLE_KEYS for field in layer.fields):
        return replace(base, kind=DataKind.POPULATION, bounds=_bounds(layer))
    return None


_PEOPLE_KEYS = frozenset(map(header_key, (*PEOPLE, "PTN_2020", "PTN_2025")))
_UNITS = (
    (re.compile(r"旧市|旧町|former"), "former_municipality"),
    (re.compile(r"島|island"), "island"),
    (re.compile(r"地区|校区|公民館|district"), "district"),
    (re.compile(r"辺地|集落|地点|point"), "point"),
)


def _unit(fields: set[str]) -> str:
    """Return what units of ground the names of fields speak of; empty where they speak of none."""
    return next((unit for words, unit in _UNITS if any(words.search(f) for f in fields)), "")


def _texts(layer: VectorLayer, columns: list[str]) -> Mapping[str, list[str]]:
    gathered: dict[str, list[str]] = {column: [] for column in columns}
    for part in read_features(layer, columns):
        for column in columns:
            gathered[column] += [str(text or "") for text in part.columns[column]]
    return gathered


def _areas(layer: VectorLayer, base: FoundData) -> FoundData:
    """Return 医療圏データ with the prefectures of the municipalities in it."""
    named = [f for f in layer.fields if re.fullmatch(r"a38[ab]_001", f, re.IGNORECASE)]
    texts = _texts(layer, named)
    codes = {code for cells in texts.values() for cell in cells for code in re.split(r"\D+", cell)}
    known = (parse_code(code) for code in codes if code)
    prefectures = frozenset(code.value[:2] for code in known if code is not None)
    return replace(base, kind=DataKind.AREAS, prefectures=prefectures)


def _outlines(layer: VectorLayer, base: FoundData, code: str, title: str) -> FoundData | None:
    """Return outlines of municipalities; None where the codes are of something else."""
    names = [f for f in layer.fields if f.lower() in NAMED_BY]
    texts = _texts(layer, list({code, *names}))
    parsed = [parse_code(cell) if cell else None for cell in texts[code]]
    filled = sum(1 for cell in texts[code] if cell)
    if not filled or sum(1 for each in parsed if each is not None) < _MOSTLY * filled:
        return None
    towns: dict[str, dict[str, None]] = {}
    for at, each in enumerate(parsed):
        if each is not None:
            towns.setdefault(each.value[:2], {})
            for name in names:
                towns[each.value[:2]][texts[name][at]] = None
    told = {pref: tuple(n for n in found if n) for pref, found in sorted(towns.items())}
    return replace(
        base,
        kind=DataKind.OUTLINES,
        unit="n03" if code.lower() == _N03_CODE else "",
        prefectures=frozenset(towns),
        edition=n03_day(title),
        names=FrozenDict(told),
    )


def n03_day(title: str) -> str:
    """Return the day of an edition of 行政区域 as its files are called; empty where they are not.

    Examples
    --------
    >>> n03_day("N03-20260101_44"), n03_day("N03-21_44_210101"), n03_day("towns")
    ('2026-01-01', '2021-01-01', '')
    """
    found = _N03_DAY.search(title)
    if found is None:
        return ""
    if found[1]:
        return f"{found[1]}-{found[2]}-{found[3]}"
    return f"20{found[5]}-{found[6]}-{found[7]}"


def _institutions(layer: VectorLayer, place: TablePlace, unpacked: Path) -> FoundData | None:
    spec = LayerSpec(path=unpacked, shown=place.name, name=place.name, sheet=layer.name)
    try:
        found = list_found(spec, scan_layer(spec, {}), place, lambda each: scan_layer(each, {}))
    except SpotsError:
        return None
    return None if found is None else replace(found, layer=layer.name or "")


def _is_of_lines(layer: VectorLayer) -> bool:
    if layer.rows == 0:
        return False
    part = next(iter(read_features(layer, [])), None)
    return part is not None and any(
        shape is not None and "LineString" in shape.geom_type for shape in part.geometry[:50]
    )


def _bounds(layer: VectorLayer) -> Bounds | None:
    """Return what a layer spans, in degrees."""
    spans = [shapely.total_bounds(part.geometry) for part in read_features(layer, [])]
    known = [span for span in spans if not np.isnan(span).any()]
    if not known:
        return None
    west, south, east, north = zip(*(span.tolist() for span in known), strict=True)
    return min(west), min(south), max(east), max(north)
