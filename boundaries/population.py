"""Population by cell: 地域メッシュ統計 (`boundaries.mesh`), or polygons with a column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.crs import require_geographic
from boundaries.mesh import PEOPLE, MeshRow, mesh_cell, read_mesh_table
from boundaries.vector import read_vector
from groundfloor.archives import is_zip, open_archive
from groundfloor.crs import JGD2011
from groundfloor.folding import header_key
from groundfloor.problems import (
    DataError,
    MissingFileError,
    Problem,
    Text,
    error,
    file_missing,
    note,
    warning,
)
from groundfloor.tables import TABLE_SUFFIXES, is_table, no_rows

_SHOWN = 5
_SLIVER = 0.01  # neighbours drawn by hand overlap this much of the smaller one without harm
_LEVELS = (4, 6, 8, 9, 10, 11)  # digits of the codes, from 80 km down to 125 m


def read_population(
    paths: Sequence[str | Path],
    *,
    column: str | None = None,
    layer: str | None = None,
    labels: Sequence[str] | None = None,
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Read the population of cells from one or several files.

    A mesh on a prefecture's border stands in both prefectures' tables, each time with the people
    of that prefecture only: they are added up. A secret cell and the one that its people were
    added to become one cell: apart, the first would be empty and the second too full.

    Parameters
    ----------
    paths : sequence of str or Path
        Mesh tables (CSV, TXT or XLSX, or a zip of them, as e-Stat hands them out), or polygons
        (GeoJSON, GeoPackage, Shapefile, or a zip of one).
    column : str, optional
        Column of the people: a code (``T001141001``) or its words; by default the one that is
        called 人口（総数）, population or the like.
    layer : str, optional
        Layer of a GeoPackage.
    labels : sequence of str, optional
        File names for messages.

    Returns
    -------
    cells : GeoDataFrame
        Index ``code`` (mesh code, or number of the record); columns ``population`` (float, NaN
        where secret) and geometry, EPSG:6668.
    problems : tuple of Problem
        Secret cells, and what was left out.

    Raises
    ------
    MissingFileError, DataError
        A file is not there or cannot be used; all problems found in it are named.
    """
    shown = [str(p) for p in paths] if labels is None else list(labels)
    found_tables: list[tuple[str, tuple[MeshRow, ...]]] = []
    frames: list[gpd.GeoDataFrame] = []
    problems: list[Problem] = []
    for path, label in zip(map(Path, paths), shown, strict=True):
        if not path.is_file():
            raise MissingFileError(file_missing(file=label))
        with _tables_of(path, label) as tables:
            for table in tables:
                rows, found = read_mesh_table(table, label=label, column=column)
                found_tables.append((label, rows))
                problems += found
        if not tables:
            frame, doubts = _polygons(path, label, column, layer)
            frames.append(frame)
            problems += doubts
    if found_tables:
        empty = [no_rows(label) for label, rows in found_tables if not rows]
        unusable = [*empty, *_same_tables(found_tables), *_levels(found_tables)]
        if unusable:
            raise DataError(unusable)
        frame, doubts = _merged([row for _, rows in found_tables for row in rows], shown[0])
        frames.append(frame)
        problems += doubts
    return _together(frames), tuple(problems)


def people_inside(
    cells: gpd.GeoDataFrame,
    areas: Sequence[BaseGeometry],
    ground: gpd.GeoDataFrame | None = None,
) -> tuple[float, ...]:
    """Return the people inside each area, cell by cell in proportion to the ground inside.

    Proportions are taken in degrees: within a cell of one kilometre the length of a degree of
    longitude changes by less than 0.02 %.

    Parameters
    ----------
    cells : GeoDataFrame
        From `read_population`; secret cells count as nobody.
    areas : sequence of geometry
        Polygons in longitude/latitude.
    ground : GeoDataFrame, optional
        By code what of a cell its people live on, where that is not all of it; see
        `boundaries.inhabited.inhabited_ground`.

    Returns
    -------
    tuple of float
        One for each area.

    Raises
    ------
    CrsError
        `cells` are not longitude/latitude.
    """
    return tuple(float(parts.sum()) for _, parts in _shared_out(cells, areas, ground))


def people_by_cell(
    cells: gpd.GeoDataFrame,
    areas: Sequence[BaseGeometry],
    ground: gpd.GeoDataFrame | None = None,
) -> NDArray[np.float64]:
    """Return how many people of each cell live inside any of some areas that do not overlap, (C,).

    Parameters
    ----------
    cells : GeoDataFrame
        As in `people_inside`, whose figures of the areas these add up to.
    areas : sequence of Polygon or MultiPolygon
        As there.
    ground : GeoDataFrame, optional
        As there.
    """
    found = np.zeros(len(cells))
    for near, parts in _shared_out(cells, areas, ground):
        found[near] += parts
    return found


def _shared_out(
    cells: gpd.GeoDataFrame, areas: Sequence[BaseGeometry], ground: gpd.GeoDataFrame | None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Yield for each area the cells that touch it, and how many of their people are inside."""
    require_geographic(cells, "cells")
    people = np.nan_to_num(cells["population"].to_numpy(dtype=np.float64))
    lived_on = cells.geometry.copy()
    if ground is not None:
        lived_on.update(ground.geometry)
    shapes = np.asarray(lived_on.values, dtype=object)
    sizes = shapely.area(shapes)
    tree = shapely.STRtree(shapes)
    for area in areas:
        near = np.sort(tree.query(area, predicate="intersects"))
        shares = shapely.area(shapely.intersection(shapes[near], area)) / sizes[near]
        yield near, people[near] * shares


@contextmanager
def _tables_of(path: Path, label: str) -> Iterator[tuple[Path, ...]]:
    """Yield the mesh tables that a file is or holds; none for polygons."""
    if not is_table(path):
        yield ()
    elif path.suffix.lower() in TABLE_SUFFIXES or not is_zip(path):
        yield (path,)
    else:
        with open_archive(path, suffixes=TABLE_SUFFIXES, label=label) as archive:
            yield tuple(m.path for m in archive.members) or (path,)


def _polygons(
    path: Path, label: str, column: str | None, layer: str | None
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    names = [header_key(n) for n in (PEOPLE if column is None else (column,))]
    frame, found = read_vector(
        path,
        layer=layer,
        label=label,
        accepts=(lambda columns: any(header_key(c) in names for c in columns),),
        columns=lambda columns: [c for c in columns if header_key(c) in names],
        known={"people": PEOPLE if column is None else (column,)},
    )
    keys = {header_key(c): c for c in reversed(list(frame.columns))}
    chosen = next(keys[n] for n in names if n in keys)
    people = pd.to_numeric(frame[chosen], errors="coerce").astype(float)
    wrong = frame.index[(people.isna() & ~frame[chosen].isin([None, "*", "-"])) | (people < 0)]
    if len(wrong):
        raise DataError([_no_count(label, int(n), chosen, frame.loc[n, chosen]) for n in wrong])
    people = people.mask(frame[chosen] == "-", 0.0)
    codes = pd.Index([str(n) for n in frame.index], name="code")
    cells = gpd.GeoDataFrame(
        {"population": people.to_numpy()}, geometry=frame.geometry.to_numpy(), crs=frame.crs
    )
    return cells.set_index(codes), [*found, *_overlaps(cells, label)]


def _overlaps(cells: gpd.GeoDataFrame, label: str) -> Iterator[Problem]:
    """Yield a warning where polygons lie over one another: their people count twice there."""
    shapes = np.asarray(cells.geometry.values, dtype=object)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    smaller = np.minimum(shapely.area(shapes[one]), shapely.area(shapes[other]))
    over = np.flatnonzero(shared > _SLIVER * smaller)
    if len(over):
        at = over[0]
        yield warning(
            "population-overlap",
            Text(
                f"重なり合う区画が{len(over)}組あり、重なった所では人口を二重に数えます"
                f"（例: {one[at] + 1}件目と{other[at] + 1}件目）",
                f"{len(over)} pairs of polygons overlap, and people count twice there "
                f"(for one, records {one[at] + 1} and {other[at] + 1})",
            ),
            Text("重なりのない区画のデータにしてください", "give polygons that do not overlap"),
            file=label,
        )


def _no_count(label: str, row: int, column: str, value: object) -> Problem:
    return error(
        "mesh-people",
        Text("人口として読めません", "is no number of people"),
        Text("0以上の数にしてください", "give a number from 0 up"),
        file=label,
        row=row,
        column=column,
        value=str(value),
    )


def _same_tables(tables: Sequence[tuple[str, tuple[MeshRow, ...]]]) -> Iterator[Problem]:
    """Yield tables that repeat an earlier one: their people would be added up."""
    for at, (label, rows) in enumerate(tables):
        earlier = next((other for other, found in tables[:at] if found == rows), None)
        if earlier is not None:
            yield error(
                "mesh-table-twice",
                Text(
                    f"{earlier} と同じ内容で、人口を二重に数えてしまいます",
                    f"holds the same as {earlier}: people would count twice",
                ),
                Text("どちらか一方だけを指定してください", "name only one of them"),
                file=label,
            )


def _levels(tables: Sequence[tuple[str, tuple[MeshRow, ...]]]) -> Iterator[Problem]:
    """Yield a mesh of each table that lies inside another one: its people stand in both."""
    codes = {row.code for _, rows in tables for row in rows}
    for label, rows in tables:
        inside = [
            (row.code, row.code[:digits])
            for row in rows
            for digits in _LEVELS
            if digits < len(row.code) and row.code[:digits] in codes
        ]
        if inside:
            yield error(
                "mesh-levels",
                Text(
                    f"メッシュ {inside[0][1]} の中のメッシュです（ほか同様 {len(inside) - 1}件）。"
                    "大きさの違うメッシュが重なり、人口を二重に数えてしまいます",
                    f"lies inside mesh {inside[0][1]} ({len(inside) - 1} more like it): "
                    "meshes of two sizes overlap and people would count twice",
                ),
                Text("一つの大きさのメッシュだけにしてください", "keep meshes of one size"),
                file=label,
                value=inside[0][0],
            )


def _merged(rows: Sequence[MeshRow], label: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return one cell for each mesh that holds people of its own, or hides them from everyone."""
    people: defaultdict[str, float] = defaultdict(float)
    for row in rows:
        if row.people is not None:
            people[row.code] += row.people
    cells: defaultdict[str, set[str]] = defaultdict(set, {code: {code} for code in people})
    secret: set[str] = set()
    for row in rows:
        if row.people is None and row.code not in people:
            known = row.merged_into in people
            cells[row.merged_into if known else row.code].add(row.code)
            if not known:
                secret.add(row.code)
    codes = sorted(cells)
    shapes = [shapely.union_all([mesh_cell(c) for c in sorted(cells[code])]) for code in codes]
    frame = gpd.GeoDataFrame(
        {"population": [people.get(c, np.nan) for c in codes]},
        index=pd.Index(codes, name="code"),
        geometry=shapes,
        crs=JGD2011,
    )
    return frame, _secrets(secret, sum(len(c) - 1 for c in cells.values()), label)


def _secrets(secret: set[str], joined: int, label: str) -> list[Problem]:
    problems = []
    if joined:
        problems.append(
            note(
                "mesh-merged",
                Text(
                    f"秘匿のメッシュ{joined}件を、合算先のメッシュと一つの区画にしました",
                    f"{joined} secret meshes became one cell with the mesh that counts them",
                ),
                Text("対応は不要です", "nothing to do"),
                file=label,
            )
        )
    if secret:
        listed = ", ".join(sorted(secret)[:_SHOWN]) + (" …" if len(secret) > _SHOWN else "")
        problems.append(
            warning(
                "mesh-secret",
                Text(
                    f"合算先のない秘匿のメッシュが{len(secret)}件あり、人口に数えません",
                    f"{len(secret)} secret meshes are counted nowhere",
                ),
                Text("元の統計を確かめてください", "look at the statistics"),
                file=label,
                value=listed,
            )
        )
    return problems


def _together(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    if len(frames) == 1:
        return frames[0]
    whole = gpd.GeoDataFrame(pd.concat(frames), crs=JGD2011)
    codes = [f"{k}-{code}" for k, frame in enumerate(frames, 1) for code in frame.index]
    return whole.set_index(pd.Index(codes, name="code"))
