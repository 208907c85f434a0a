"""A column of the sheet of all facilities: what it is called, and what stands in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from groundfloor.problems import Lang, Text
from spots.outputs.sheets.model import Form, Value
from spots.types import RunResult, Spot, Verdict


@dataclass(frozen=True, slots=True)
class Case:
    """A facility as its row needs it."""

    number: int
    verdict: Verdict
    spot: Spot | None
    result: RunResult
    lang: Lang


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the sheet: headings, width, and what stands in it."""

    group: Text
    heading: Text
    width: float
    form: Form
    value: Callable[[Case], Value]
    shown: str = "0"
