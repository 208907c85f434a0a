"""A list of institutions for a programme: read as any other list, and nobody's name is carried.

Only what the reader of lists knows is taken from a row; 院長名, 担当者, telephone and mail are
columns that nothing here reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from groundfloor.problems import Problem
from spots.facilities import LayerSpec, RawFacility, read_layer
from spots.types import Role

# 種別 of such lists is 病院 or 診療所, not ①②③.
_COLUMNS = {"type": ""}
#: Headers of 種別, beside those of every list.
KIND_ALIASES = {"kind": ("種別", "施設種別", "区分", "病院・診療所の別", "institution_kind")}


def read_institutions(path: Path) -> tuple[tuple[RawFacility, ...], tuple[Problem, ...]]:
    """Read a list of institutions.

    Parameters
    ----------
    path : Path
        CSV, XLSX, GeoJSON, GeoPackage, Shapefile, or a zip of one (P04, 医療情報ネット).

    Returns
    -------
    tuple of RawFacility, tuple of Problem
        The rows in file order; warnings and notes.

    Raises
    ------
    FacilityListError, MissingFileError
        The list cannot be used; every error and warning found in it.
    """
    rows, problems = read_layer(institution_spec(path), KIND_ALIASES)
    return kinds_in_words(rows), problems


def kinds_in_words(rows: Sequence[RawFacility]) -> tuple[RawFacility, ...]:
    """Return rows with 種別 in words where the list has the codes of 国土数値情報."""
    return tuple(replace(row, kind=_P04_KINDS.get(row.kind, row.kind)) for row in rows)


# 国土数値情報 医療機関 P04_001.
_P04_KINDS = {"1": "病院", "2": "診療所", "3": "歯科診療所"}


def institution_spec(path: Path, shown: str = "") -> LayerSpec:
    """Return how a list of institutions is read.

    Parameters
    ----------
    path : Path
        The file.
    shown : str
        What messages call it; the path by default.
    """
    told = shown or str(path)
    return LayerSpec(path=path, shown=told, name=path.stem, role=Role.DESTINATION, columns=_COLUMNS)
