"""Errors of the road rooms; each is also a builtin kind and carries all problems found."""

from __future__ import annotations

from groundfloor.problems import DataError, SpotsError, UsageError


class NetworkDataError(DataError):
    """A road source holds what cannot become a network."""


class NetworkFormatError(NetworkDataError):
    """A saved network file is damaged, or from another version of the format."""


class ProfileError(UsageError):
    """A speed profile is wrong or incomplete."""


class SearchError(UsageError):
    """Terminals, limits or coordinates given to a search are wrong."""


class FetchError(SpotsError, ConnectionError):
    """A map server could not be reached, refused, or had nothing to give."""
