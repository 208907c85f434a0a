"""Errors of the road rooms; each is also a builtin kind and carries all problems found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def as_network_data() -> Iterator[None]:
    """Raise what the ground floor finds wrong with a file as this room's error."""
    try:
        yield
    except DataError as fault:
        raise NetworkDataError(fault.problems) from fault
