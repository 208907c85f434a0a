"""Errors of the facility lists."""

from __future__ import annotations

from groundfloor.problems import DataError


class FacilityListError(DataError):
    """Facility lists cannot be used as they are; carries every problem of every list."""


class TownTableError(DataError):
    """The town table for looking up addresses cannot be used."""
