"""`Ground`: municipalities and medical areas for notebooks."""

from __future__ import annotations

from dataclasses import dataclass

from boundaries.regions import Regions
from groundfloor.problems import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Municipalities, medical areas and their classes.

    Parameters
    ----------
    regions : Regions
        What the prefecture's rules are judged on.
    found_problems : tuple of Problem
        Warnings and notes of reading it.
    """

    regions: Regions
    found_problems: tuple[Problem, ...] = ()
