"""What a run writes beside the verdicts, if it is asked to: map, report, workbook, layers.

A choice for readers: no verdict comes from it, and what is left out can be made later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class OptionalOutput(StrEnum):
    """What shows the verdicts otherwise; the files of the verdicts themselves are always there."""

    MAP = "map"
    REPORT = "report"
    WORKBOOK = "workbook"
    GEOPACKAGE = "geopackage"
    DISSOLVED = "dissolved"
    ROUTES = "routes"


@dataclass(frozen=True, slots=True)
class OutputChoice:
    """What is said beside a run file of what the run writes: on the command line, or in Python.

    Parameters
    ----------
    only : tuple of OptionalOutput or None
        These, whatever the run file says; None for what it says.
    without : tuple of OptionalOutput
        And not these.

    Examples
    --------
    >>> OutputChoice(without=(OptionalOutput.REPORT,)).of([OptionalOutput.REPORT])
    ()
    """

    only: tuple[OptionalOutput, ...] | None = None
    without: tuple[OptionalOutput, ...] = ()

    def of(self, asked: Iterable[OptionalOutput]) -> tuple[OptionalOutput, ...]:
        """Return what is written where a run file asks for `asked`, in the order of the kinds."""
        taken = {*(asked if self.only is None else self.only)} - {*self.without}
        return tuple(each for each in OptionalOutput if each in taken)
