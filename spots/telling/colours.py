"""The colours that a map on a screen, a printed sheet and a layer in QGIS share.

A circle has one colour wherever it is seen. ``map.html`` has its own copy in ``symbols.js``, where
a test simulates colour vision deficiencies; another test holds the two together. Every output adds
a second cue (dash, hatch or shape), so that a copy in black and white can still be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from boundaries.types import AreaClass
from spots.telling.target_words import TargetGrade
from spots.types import ResultKind, State
from spots.types.robustness import GoneGrade

#: One for each criterion, by its number; they repeat beyond the last.
CRITERIA = ("#0A4A8C", "#00836A", "#C84800", "#9B4DCA", "#5A3A00")
#: Laid thinly over the ground. Orange and purple are those of Okabe and Ito (2008).
AREAS: Mapping[AreaClass, str] = MappingProxyType(
    {
        AreaClass.SHORTAGE: "#E69F00",
        AreaClass.SURPLUS: "#B07AA1",
        AreaClass.NEITHER: "#FFFFFF",
        AreaClass.UNKNOWN: "#777777",
    }
)
#: Ground that a result of the policy designates. Fills are hatched, each kind its own way, so that
#: they are told from circles and from one another without colour.
RESULTS: Mapping[ResultKind, str] = MappingProxyType(
    {
        ResultKind.SPOT: "#B0003A",
        ResultKind.SUPPORT_AREA: "#007EA7",
        ResultKind.CANDIDATE: "#8C6D00",
        ResultKind.PROGRAMME: "#2B2B6B",
    }
)
#: What hangs on a hospital or road: its colour, darker for more, and the width of its line, mm.
GRADES: Mapping[GoneGrade, tuple[str, float]] = MappingProxyType(
    {
        GoneGrade.SEVERAL_TURN: ("#7A0019", 2.4),
        GoneGrade.ONE_TURNS: ("#D1495B", 1.8),
        GoneGrade.LONGER: ("#E9A03B", 1.1),
        GoneGrade.NOTHING: ("#9AA5B1", 0.5),
    }
)
#: Behind the word of a state in a table: light, so that black print is read on it.
STATE_FILLS: Mapping[State, str] = MappingProxyType(
    {
        State.DESIGNATED: "#B7D7F0",
        State.EXCLUDED: "#E3E3E3",
        State.MOOT: "#FBE6B8",
        State.NOT_MET: "#FFFFFF",
        State.UNDETERMINED: "#F3C6DE",
    }
)
#: Shares of scenarios in which something is designated: up to which, and its shade. White is none,
#: and only what holds in all has the last.
ROBUST: tuple[tuple[float, str], ...] = (
    (0.0, "#FFFFFF"),
    (0.25, "#D3E5F4"),
    (0.5, "#A3C9E6"),
    (0.75, "#6BA6D3"),
    (0.999999, "#3579B4"),
    (1.0, "#0A3D74"),
)
#: How far an area is towards its target: darker for more. Nothing needed and not known are hatched.
TARGETS: Mapping[TargetGrade, str] = MappingProxyType(
    {
        TargetGrade.NONE: "#FFFFFF",
        TargetGrade.QUARTER: "#D5ECDD",
        TargetGrade.HALF: "#9FD3B6",
        TargetGrade.MOST: "#5FB08D",
        TargetGrade.NEARLY: "#2B8068",
        TargetGrade.REACHED: "#0B4F43",
        TargetGrade.NEEDS_NONE: "#8C8C8C",
        TargetGrade.UNKNOWN: "#B0006A",
    }
)
#: Bars of years, the latest the darkest.
_PLACED = ("#BFD7EA", "#6BA6D3", "#0A3D74")
#: The decisive route.
ROUTE = "#6A1B5A"


def robust(share: float) -> str:
    """Return the shade of a share of scenarios.

    Examples
    --------
    >>> robust(0), robust(0.5), robust(0.99) == robust(1)
    ('#FFFFFF', '#A3C9E6', False)
    """
    return next(colour for most, colour in ROBUST if share <= most)


def placed_colours(count: int) -> tuple[str, ...]:
    """Return the colours of so many years, earliest first: the latest is the darkest.

    Examples
    --------
    >>> placed_colours(2), placed_colours(1), len(placed_colours(5))
    (('#6BA6D3', '#0A3D74'), ('#0A3D74',), 5)
    """
    return (*(_PLACED[0],) * (count - len(_PLACED)), *_PLACED[max(0, len(_PLACED) - count) :])


def criterion(number: int) -> str:
    """Return the colour of the criterion `number`, counted from one.

    Examples
    --------
    >>> criterion(1) == criterion(6)
    True
    """
    return CRITERIA[(number - 1) % len(CRITERIA)]
