"""Where the rows of a frame are: the municipality and medical area that a run would find.

A frame of `spots.read_facilities` is placed by all that its lists say; any other by its points, and
by whatever columns it has for an address or a municipality.

Stands apart: a ground is municipalities and areas; rows of lists, and what they say, are here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from boundaries.regions import Regions
from boundaries.types import AreaClass
from groundfloor.arguments import number
from groundfloor.folding import nfkc
from groundfloor.problems import Lang, Problem
from spots.facilities import RawFacility, merge, place_facility
from spots.facilities.coordinates import CellPlace, read_point
from spots.facilities.headers import ALIASES
from spots.facilities.list_cells import prefecture_code, read_code
from spots.library.facility_frames import is_read, rows_of
from spots.library.frames_on_disk import as_texts
from spots.library.given_points import GeoFrame, GivenPoints, given_points
from spots.library.told_problems import noted_too
from spots.library.typed_frames import DayFrame
from spots.types import Accuracy, Layer, Place, Role, SourceRow

_LIST = Layer("", "<points>", frozenset(), Role.CANDIDATE, "", None)
#: Columns of a frame that is no list: what says where a place is.
_SAID = ("name", "address", "municipality", "municipality_code", "prefecture_code")


def placed_frame(
    points: GeoFrame, regions: Regions, *, tolerance_m: float, lang: Lang
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Return a caller's frame with where each row is, and what is doubtful about it.

    Parameters
    ----------
    points : GeoDataFrame or GeoSeries of Point
        Any CRS; rows without a point are placed by what they say.
    regions : Regions
        The map.
    tolerance_m : float
        Metres a point may lie outside its municipality.
    lang : Lang
        Of the column ``doubt``.
    """
    tolerance_m = number(tolerance_m, "tolerance_m", least=0)
    given = given_points(points, "points")
    told: list[Problem] = []
    places: list[Place] = []
    doubts: list[str | None] = []
    for raw, found in _rows(points, given):
        place, more = _placed(raw, regions, tolerance_m)
        places.append(place)
        doubts.append(_doubt(place, (*found, *more), lang))
        told += (*found, *more)
    return noted_too(_framed(points, places, doubts), points, told), tuple(told)


def _placed(
    raw: RawFacility, regions: Regions, tolerance_m: float
) -> tuple[Place, tuple[Problem, ...]]:
    """Place one row as a run does: what it declares comes out of merging it with nothing."""
    (facility,), about = merge((raw,), regions)
    place, more = place_facility(
        facility, regions, tolerance_m=tolerance_m, home=regions.prefecture_code
    )
    return place, (*about, *more)


def _doubt(place: Place, found: Sequence[Problem], lang: Lang) -> str | None:
    said = [p.message.render(lang) for p in found]
    if place.problem is not None and place.problem.render(lang) not in said:
        said.append(place.problem.render(lang))
    joint = "。" if lang == Lang.JA else "; "
    return joint.join(dict.fromkeys(said)) or None


def _framed(
    points: GeoFrame, places: Sequence[Place], doubts: Sequence[str | None]
) -> gpd.GeoDataFrame:
    found = DayFrame(geometry=points) if isinstance(points, gpd.GeoSeries) else DayFrame(points)
    classes = pd.CategoricalDtype([each.value for each in AreaClass])
    columns: dict[str, tuple[list[str | None], object]] = {
        "municipality_code": ([p.municipality_code for p in places], "string"),
        "municipality": ([p.municipality or None for p in places], "string"),
        "medical_area_code": ([p.area_code for p in places], "string"),
        "medical_area": ([p.area or None for p in places], "string"),
        "area_class": ([p.area_class.value for p in places], classes),
        "doubt": (list(doubts), "string"),
    }
    return found.assign(
        **{name: pd.Series(v, points.index, dtype=d) for name, (v, d) in columns.items()}
    )


# --- rows of any frame


def _rows(
    points: GeoFrame, given: GivenPoints
) -> Sequence[tuple[RawFacility, tuple[Problem, ...]]]:
    if isinstance(points, gpd.GeoDataFrame) and is_read(points):
        return [(raw, ()) for raw in rows_of(points)]
    said = _said(points)
    return [_row(said, given, at) for at in range(len(given))]


def _said(points: GeoFrame) -> dict[str, list[str]]:
    """Return the columns that say where a place is, as texts; empty ones where there are none."""
    texts: dict[str, list[str]] = {name: [""] * len(points) for name in _SAID}
    if isinstance(points, gpd.GeoDataFrame):
        headers = {nfkc(str(column)).casefold(): column for column in points.columns[::-1]}
        for name in _SAID:
            known = (headers.get(nfkc(alias).casefold()) for alias in ALIASES[name])
            column = next((c for c in known if c is not None), None)
            if column is not None and column != points.active_geometry_name:
                cells = as_texts(pd.DataFrame({name: points[column]}))[name]
                texts[name] = [cell if isinstance(cell, str) else "" for cell in cells]
    labels = [str(label) for label in points.index]
    texts["name"] = [n.strip() or of for n, of in zip(texts["name"], labels, strict=True)]
    return texts


def _row(
    said: dict[str, list[str]], given: GivenPoints, at: int
) -> tuple[RawFacility, tuple[Problem, ...]]:
    name, address, municipality, code, prefecture = (said[column][at].strip() for column in _SAID)
    home = prefecture_code(prefecture)
    read = read_code(code, home).code if code else None
    raw = RawFacility(
        layer=_LIST,
        row=SourceRow(_LIST.name, _LIST.file, at + 1),
        given_id=None,
        name=name,
        types=frozenset(),
        address=address,
        prefecture_code=home or (read[:2] if read else None),
        municipality=municipality,
        municipality_code=read,
    )
    if not given.there[at]:
        return raw, ()
    where = CellPlace(_LIST.file, at + 1, "geometry", "geometry")
    reading = read_point(float(given.lon[at]), float(given.lat[at]), where, Accuracy.POINT, "")
    return replace(raw, position=reading.position, position_problem=reading.problem), (
        reading.findings
    )
