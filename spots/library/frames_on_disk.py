"""Frames for readers that take files: written aside, read by the one reader of their role.

A GeoDataFrame of municipalities, a table of indices or a list made in Python must be looked at as
hard as the same rows in a file. So there is no second reader: what has geometry becomes a
GeoPackage in a temporary folder, what has none a CSV in UTF-8, and messages name the argument in
the place of the file.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias, TypeVar

import geopandas as gpd
import pandas as pd

from groundfloor.problems import Problem, Text, UsageError, error
from spots.library.given_points import geometry_of

Source: TypeAlias = str | Path | pd.DataFrame
D = TypeVar("D", bound=pd.DataFrame)


def shown_source(source: Source, name: str) -> str:
    """Return how messages and manifests call a source: its file name, or the argument's."""
    return f"<{name}>" if isinstance(source, pd.DataFrame) else Path(source).name


@contextmanager
def on_disk(source: Source, name: str) -> Iterator[Path]:
    """Give the path of a source; that of a frame lasts as long as the context.

    Parameters
    ----------
    source : str, Path, DataFrame or GeoDataFrame
        Geometry in any CRS.
    name : str
        The argument, for messages.

    Raises
    ------
    CrsError
        A GeoDataFrame has no CRS.
    UsageError
        It has no geometry column, or two columns of one name.
    """
    if not isinstance(source, pd.DataFrame):
        yield Path(source)
        return
    with tempfile.TemporaryDirectory(prefix="spots-") as folder:
        if isinstance(source, gpd.GeoDataFrame):
            path = Path(folder) / f"{name}.gpkg"
            geometry_of(source, name)
            plain = _plainly_named(as_texts(_with_index(source)), name)
            plain.to_file(path, driver="GPKG", layer=name, index=False, **_NAMES_OF_OURS)
        else:
            path = Path(folder) / f"{name}.csv"
            flat = _with_index(source)
            if len(twice := flat.columns[flat.columns.duplicated()]):
                raise UsageError([columns_of_one_name(str(c), f"<{name}>") for c in twice])
            as_texts(flat).to_csv(path, index=False, encoding="utf-8")
        yield path


def _with_index(frame: D) -> D:
    """Return a frame whose index, where it has a name, is a column as it would be in a file.

    Codes often are the index, and so are the groups of a sum. One without a name only numbers.
    """
    levels = [name for name in frame.index.names if name is not None]
    new = [name for name in levels if name not in frame.columns]
    flat: D = frame.reset_index(new) if new else frame
    return flat


# What a GeoPackage calls its own columns: QGIS users have a `fid` in their frames.
_NAMES_OF_OURS = {"FID": "spots_row", "GEOMETRY_NAME": "spots_shape"}


def _plainly_named(frame: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Return a frame whose columns are named by texts; refuse names that differ by case alone."""
    keys = Counter(str(column).casefold() for column in frame.columns)
    twice = [str(column) for column in frame.columns if keys[str(column).casefold()] > 1]
    if twice:
        raise UsageError([columns_of_one_name(column, f"<{name}>") for column in twice])
    return frame.rename(columns=str)


def columns_of_one_name(column: str, shown: str) -> Problem:
    """Return the problem of a frame with two columns that cannot be told apart."""
    return error(
        "columns-of-one-name",
        Text("同じ名前の列が二つあります", "is the name of two columns"),
        Text("列の名前を一つずつにしてください", "give each column a name of its own"),
        file=shown,
        column=column,
    )


def frame_sha256(frame: pd.DataFrame) -> str:
    """Return the SHA-256 of a frame's content: columns, cells as texts, geometry and its CRS."""
    digest = hashlib.sha256()
    geometry = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    texts = as_texts(_with_index(frame))
    digest.update(texts.drop(columns=[geometry] if geometry else []).to_csv(index=False).encode())
    if geometry is not None:
        digest.update(str(frame.crs).encode())
        for shape in frame.geometry.to_wkb():
            digest.update(shape or b"-")
    return digest.hexdigest()


def as_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose cells are texts as a sheet would show them, and its geometry.

    Whole numbers have no decimals, though a gap made floats of them (43100.0 is 43100), days no
    clock, and what is missing stays missing.
    """
    geometry = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    texts = {c: frame[c].map(_text).astype(object) for c in frame.columns if c != geometry}
    if geometry is None:
        return pd.DataFrame(texts, index=frame.index)
    return gpd.GeoDataFrame(texts, geometry=frame.geometry, index=frame.index)


def _text(value: object) -> str | None:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124 (NaN alone differs from itself)
            return None
        return str(int(value)) if value.is_integer() else repr(float(value))
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return str(value.date())
    return str(value)
