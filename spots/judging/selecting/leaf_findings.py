"""What one key of a condition finds of a unit: the value that every kind of leaf gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from groundfloor.problems import Text
from spots.types import Truth
from spots.types.listed_entry import ListedEntry


@dataclass(frozen=True, slots=True)
class UnitFinding:
    """What a condition, or a part of one, found of a unit.

    Parameters
    ----------
    truth : Truth
        Whether it holds.
    text : Text
        The finding that this rests on, with figure and limit.
    entry : ListedEntry or None
        The row of a list that named the unit, where the condition rests on one.
    """

    truth: Truth
    text: Text
    entry: ListedEntry | None = None


def all_or_none(truths: Iterable[Truth]) -> Truth:
    """Return what several places of one unit agree in; undetermined where they do not.

    Examples
    --------
    >>> all_or_none([Truth.MET, Truth.NOT_MET])
    <Truth.UNDETERMINED: 'undetermined'>
    """
    seen = set(truths)
    return seen.pop() if len(seen) == 1 else Truth.UNDETERMINED


def truth_of(value: bool) -> Truth:
    """Return a two-valued answer as one of three."""
    return Truth.MET if value else Truth.NOT_MET
