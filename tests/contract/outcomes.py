"""What reading a file came to, in a form that can be compared between roles."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from groundfloor.problems import Severity, SpotsError

AS_PLAIN = "as plain"
OTHERWISE = "read, but not as the plain form"

Reader = Callable[[Path], object]


def alike(one: object, other: object, tolerance: float) -> bool:
    """Whether two values agree: numbers within `tolerance`, all else exactly."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(
            alike(a, b, tolerance) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=0.0, abs_tol=tolerance) or (
            math.isnan(one) and math.isnan(other)
        )
    return one == other


def refusal(read: Reader, path: Path) -> frozenset[str] | None:
    """The codes of the errors that reading raises; None where it gives a value."""
    try:
        read(path)
    except SpotsError as fault:
        return frozenset(p.code for p in fault.problems if p.severity is Severity.ERROR)
    return None


def outcome(read: Reader, path: Path, plain: object, tolerance: float) -> str:
    """Tell in a word what reading came to: as the plain form, otherwise, or refused by codes."""
    try:
        found = read(path)
    except SpotsError as fault:
        codes = {p.code for p in fault.problems if p.severity is Severity.ERROR}
        return f"refused: {', '.join(sorted(codes))}"
    return AS_PLAIN if alike(found, plain, tolerance) else OTHERWISE
