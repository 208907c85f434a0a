"""Which rows of a table are facilities: filters of the layer, notes, totals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from groundfloor.columns import Columns
from groundfloor.folding import compact, header_key, nfkc
from groundfloor.grids import Row
from groundfloor.header_findings import listed_headers
from groundfloor.problems import Problem, Text, error, note
from groundfloor.tables import Table
from spots.facilities.model import LayerSpec

_TOTALS = frozenset({"合計", "総計", "小計", "計", "total", "subtotal"})
_NOTE = re.compile(r"^[※*＊注(（]?(?:注|※|出典|資料|備考|作成|単位|\*)|現在\)?$|時点\)?$")


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


def is_data(context: ListContext, row: Row, problems: list[Problem]) -> bool:
    """Tell facilities from notes and totals; those are reported when skipped."""
    if context.table.spatial:
        return True
    name = context.columns.cell(row, "name")
    words = [compact(cell) for cell in row.cells if cell.strip()]
    if (not name or compact(name) in _TOTALS) and _TOTALS.intersection(words):
        problems.append(_skipped(context, row, "total-row", "合計の行", "a total"))
    elif len(words) == 1 and (not name or _NOTE.search(nfkc(name))):
        problems.append(_skipped(context, row, "note-row", "注記などの行", "a note"))
    else:
        return True
    return False


def _skipped(context: ListContext, row: Row, code: str, ja: str, en: str) -> Problem:
    first = next(cell for cell in row.cells if cell.strip())
    return note(
        code,
        Text(f"{ja}とみて飛ばしました", f"taken for {en} and skipped"),
        Text(
            "医療機関の行であれば名称などを補ってください", "if it is a facility, fill in its row"
        ),
        file=context.file,
        row=row.number,
        value=first.strip(),
    )
