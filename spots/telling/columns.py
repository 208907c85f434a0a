"""What a column is: its stable name, its words in both languages, its type and its unit.

Every column of every table that the product writes is declared once: those of facilities in
`spots.telling.facility_columns`, of spots, routes and layers in `spots.telling.ground_columns`, of
the answers of locate, diff and batch in `spots.telling.answer_columns`. Files choose from them;
``docs/columns.md`` is made from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from groundfloor.problems import Lang, Text
from spots.telling.labels import (
    ACCURACY_LABELS,
    AREA_CLASS_LABELS,
    CLASS_BASIS_LABELS,
    ROLE_LABELS,
    STATE_LABELS,
    TRUTH_LABELS,
    TYPE_LABELS,
)
from spots.types import RunResult, Spot, Verdict

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
#: A list of records is what JSON nests; flat tables have text in its place.
Records = tuple[Mapping[str, Json], ...]
#: What one cell of a sheet can hold.
CellValue = str | int | float | bool | Decimal | date
Value = CellValue | tuple[str, ...] | tuple[int, ...] | Records
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

#: Units as people write them in a heading; degrees are left to the words.
_UNIT_WORDS = {
    "min": Text("分", "min"),
    "ms": Text("ミリ秒", "ms"),
    "m": Text("m", "m"),
    "km": Text("km", "km"),
    "km²": Text("km²", "km²"),
    "people": Text("人", "people"),
    "×": Text("倍", "×"),
    "%": Text("%", "%"),
}
YES_NO = {True: Text("○", "yes"), False: Text("×", "no")}


class ColumnKind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    CODE = "code"  # text that may look like a number
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"  # of text or integers
    RECORDS = "records"  # nested in JSON, text elsewhere
    DAY = "day"
    DURATION = "duration"  # whole milliseconds; in workbooks a time
    MARGIN = "margin"  # likewise, with a sign


class FieldKind(StrEnum):
    """How formats with types of their own store a column."""

    TEXT = "text"
    INTEGER = "integer"  # 64 bits
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


_STORED = {
    ColumnKind.INTEGER: FieldKind.INTEGER,
    ColumnKind.DURATION: FieldKind.INTEGER,
    ColumnKind.MARGIN: FieldKind.INTEGER,
    ColumnKind.NUMBER: FieldKind.NUMBER,
    ColumnKind.BOOLEAN: FieldKind.BOOLEAN,
    ColumnKind.DAY: FieldKind.DATE,
}


@dataclass(frozen=True, slots=True)
class Code:
    """A value that stands for something, and what people call it."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of one table or of several.

    Parameters
    ----------
    name : str
        Machine name, the same in every file.
    kind : ColumnKind
        What it holds.
    label : Text
        What people call it, without its unit.
    about : Text
        One sentence that says what it means.
    unit : str
        Unit of a number; empty where it has none.
    codes : tuple of Code
        The values it may have, where they are a fixed list.
    width : float
        Room it needs in a sheet, in half-width characters.
    decimals : int or None
        How many decimals of a number a sheet shows; None for all there are.
    centred : bool
        Whether its short texts stand in the middle of a sheet's cells.
    """

    name: str
    kind: ColumnKind
    label: Text
    about: Text
    unit: str = ""
    codes: tuple[Code, ...] = ()
    width: float = 14
    decimals: int | None = None
    centred: bool = False

    @property
    def heading(self) -> Text:
        """The label with its unit, as files without formats of their own need it."""
        unit = _UNIT_WORDS.get(self.unit)
        if unit is None:
            return self.label
        return Text(f"{self.label.ja}（{unit.ja}）", f"{self.label.en} ({unit.en})")

    @property
    def stored(self) -> FieldKind:
        """How layers and databases store it: lists, codes and records as text."""
        return _STORED.get(self.kind, FieldKind.TEXT)

    @property
    def number_format(self) -> str:
        """How a sheet shows its numbers; empty for as they are.

        Examples
        --------
        >>> nothing = Text("", "")
        >>> Column("area_km2", ColumnKind.NUMBER, nothing, nothing, decimals=2).number_format
        '#,##0.00'
        """
        if self.decimals is None:
            return ""
        whole = "0" if self.unit == "°" else "#,##0"
        return f"{whole}.{'0' * self.decimals}" if self.decimals else whole

    def described(self, lang: Lang) -> str:
        """Return what is to be said of it beside its heading: the sentence and the unit."""
        return "; ".join(part for part in (self.about.render(lang), self.unit) if part)


@dataclass(frozen=True, slots=True)
class Filled(Generic[T]):
    """A column of one table, and from which value its cells come.

    Parameters
    ----------
    column : Column
        What it is.
    value : callable
        ``value(row, lang)`` returns the cell; None where there is nothing to say.
    people : callable, optional
        The same where people read another value than machines (marks, words of several).
    """

    column: Column
    value: Callable[[T, Lang], Value | None]
    people: Callable[[T, Lang], CellValue | None] | None = None

    @property
    def name(self) -> str:
        """The column's machine name."""
        return self.column.name

    def shown(self, row: T, lang: Lang) -> CellValue | None:
        """Return the cell for people: words in the place of codes, one text for a list."""
        if self.people is not None:
            return self.people(row, lang)
        value = self.value(row, lang)
        if isinstance(value, bool):
            return YES_NO[value].render(lang)
        if self.column.codes and value is not None:
            words = {code.value: code.label for code in self.column.codes}
            return words[str(value)].render(lang) if str(value) in words else str(value)
        return "\n".join(map(str, value)) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """A facility as the tables need it.

    Parameters
    ----------
    number : int
        Its place in the input, from 1.
    verdict : Verdict
        What was found of it.
    spot : Spot or None
        Its spot, where it has one.
    result : RunResult
        The run.
    """

    number: int
    verdict: Verdict
    spot: Spot | None
    result: RunResult


@dataclass(frozen=True, slots=True)
class SheetGroup(Generic[T]):
    """Columns of the sheet of all facilities, or units, under one heading, in reading order."""

    title: Text
    columns: tuple[Filled[T], ...]


def codes(labels: Mapping[E, Text]) -> tuple[Code, ...]:
    """Return the values of an enumeration with their words."""
    return tuple(Code(member.value, text) for member, text in labels.items())


def chosen(columns: Iterable[Filled[T]], *names: str) -> tuple[Filled[T], ...]:
    """Return the columns of these names, in the order of the names."""
    by_name = {column.name: column for column in columns}
    return tuple(by_name[name] for name in names)


def list_text(values: Iterable[object]) -> str:
    """Return a list in one cell, joined by semicolons.

    A comma would make Excel read ``1,3`` as thirteen.
    """
    return ";".join(str(v) for v in values)


def plain(value: Value | None) -> Json:
    """Return a cell's value as JSON knows it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def properties(columns: Iterable[Filled[T]], row: T, lang: Lang) -> dict[str, Json]:
    """Return a row as JSON has it: machine names and plain values."""
    return {column.name: plain(column.value(row, lang)) for column in columns}


STATES = codes(STATE_LABELS)
AREA_CLASSES = codes(AREA_CLASS_LABELS)
CLASS_BASES = codes(CLASS_BASIS_LABELS)
TRUTHS = codes(TRUTH_LABELS)
ROLES = codes(ROLE_LABELS)
ACCURACIES = codes(ACCURACY_LABELS)
TYPES = codes(TYPE_LABELS)
