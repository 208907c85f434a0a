"""Errors of the `boundaries` room."""

from __future__ import annotations

from groundfloor.problems import SpotsError


class CrsError(SpotsError, ValueError):
    """A geometry has no coordinate reference system, or one that the function cannot use."""
