"""Which rows of a table a layer uses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from groundfloor.columns import Columns
from groundfloor.folding import compact, header_key
from groundfloor.grids import Row
from groundfloor.header_findings import listed_headers
from groundfloor.problems import Problem, Text, error
from groundfloor.tables import Table
from spots.facilities.model import LayerSpec


@dataclass(frozen=True, slots=True)
class ListContext:
    """What every row of a list shares: the layer and its table."""

    spec: LayerSpec
    table: Table

    @property
    def columns(self) -> Columns:
        """Which column is which."""
        return self.table.columns

    @property
    def file(self) -> str:
        """The file's name as the user gave it."""
        return self.spec.shown

    def has(self, column: str) -> bool:
        """Whether the list has a canonical column."""
        return column in self.columns


def row_filter(context: ListContext) -> tuple[Callable[[Row], bool], list[Problem]]:
    """Return the row filter; a column it names that does not exist is an error."""
    places: list[tuple[int, frozenset[str]]] = []
    problems: list[Problem] = []
    header = context.columns.header
    for column, values in context.spec.where:
        exact = [i for i, h in enumerate(header) if h.strip() == column.strip()]
        near = [i for i, h in enumerate(header) if header_key(h) == header_key(column)]
        canonical = [context.columns.index[column]] if context.has(column) else []
        at = next(iter([*exact, *near, *canonical]), None)
        if at is None:
            found = listed_headers(header)
            problems.append(
                error(
                    "filter-column-absent",
                    Text(
                        f"where で指定された列がありません（見つかった列: {found}）",
                        f"the column named under where is not there (found: {found})",
                    ),
                    Text("列名を確認してください", "check the column's name"),
                    file=context.file,
                    column=column,
                )
            )
            continue
        places.append((at, frozenset(_comparable(v) for v in values)))

    def keep(row: Row) -> bool:
        return all(at < len(row.cells) and _comparable(row.cells[at]) in ok for at, ok in places)

    return keep, problems


def _comparable(value: str) -> str:
    """Return a cell for a filter: width, case and a float's ``.0`` do not count."""
    return re.sub(r"^(\d+)\.0+$", r"\1", compact(value))
