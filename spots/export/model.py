"""What an export is: its format, what was written, and what did not fit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from groundfloor.disk import WrittenFile
from groundfloor.problems import DataError, Problem, SpotsError


class Format(StrEnum):
    """Formats of files."""

    SHAPEFILE = "shapefile"
    FLATGEOBUF = "flatgeobuf"
    GEOPACKAGE = "geopackage"
    GEOJSON = "geojson"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote.

    Parameters
    ----------
    files : tuple of WrittenFile
        Everything in the folder, by name.
    problems : tuple of Problem
        What the format could not hold as it is.
    """

    files: tuple[WrittenFile, ...]
    problems: tuple[Problem, ...]


class DatabaseError(SpotsError, ConnectionError):
    """A database is down, refuses, or cannot take the layers; nothing was written to it."""


class ForeignTableError(DataError):
    """A table of that name is there, and is not, or no longer, one of ours."""
