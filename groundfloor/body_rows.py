"""Which rows under a header are data, and which are titles again, units, notes and totals.

It stands apart from `groundfloor.tables`, which finds the table: here is what stands in one beside
data, in every role alike. A row that is left out is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from groundfloor.columns import Columns
from groundfloor.folding import compact, nfkc
from groundfloor.grids import Row
from groundfloor.headers import ColumnSearch, header_repeated
from groundfloor.problems import Problem, Text, error, note

#: The code of a row that a form shows as an example, and that nobody filled in.
EXAMPLE_ROW = "example-row"
_SUBTOTALS = frozenset({"小計", "subtotal"})
_TOTALS = frozenset({"合計", "総計", "計", "total"}) | _SUBTOTALS
# 計 43病院: how many there are, in the place of a name.
_COUNT = re.compile(
    r"(計|合計|総計|全)?[\d,]+(?:病院|診療所|医療機関|機関|施設|件|[箇かヶケ]所|市町村|人)"
)
_NOTE = re.compile(
    r"^[■●◆▼]|^【.*】$|^《.*》$|^[※*注(]?(?:注|※|出典|資料|備考|作成|単位|\*)|現在\)?$|時点\)?$"
)
# 「（記入例）〇〇診療所」: what forms show of themselves; who writes over the name takes it off.
_EXAMPLE = re.compile(
    r"[(\[【<]?(?:記入例|example\b)|[(\[【<](?:例|見本|sample)[)\]】>]", re.IGNORECASE
)
# (度), [km], (1): what stands between a header and its data and names nothing.
_UNIT = re.compile(r"\([^()]{0,12}\)|\[[^\[\]]{0,12}\]|<[^<>]{0,12}>|度|°|km|m|分|人|床|-")


@dataclass(frozen=True, slots=True)
class Body:
    """The rows under a header.

    ``rows`` are data; ``notes`` what people wrote below them; ``problems`` what was left out.
    """

    rows: tuple[Row, ...]
    notes: tuple[Row, ...]
    problems: tuple[Problem, ...]


def body_of(search: ColumnSearch, columns: Columns, rows: Sequence[Row], label: str) -> Body:
    """Tell data from what is none.

    Parameters
    ----------
    search : ColumnSearch
        The columns that are looked for.
    columns : Columns
        Where they stand.
    rows : sequence of Row
        All rows below the header.
    label : str
        The file's name for messages.
    """
    words = {word.strip() for word in (*columns.header, *columns.upper) if word.strip()}
    words |= {word for names in search.vocabulary.names.values() for word in names}
    looked_at = sorted(columns.index.values())[:3]
    kept: list[Row] = []
    notes: list[Row] = []
    problems: list[Problem] = []
    for at, row in enumerate(rows):
        cells = row.cells
        suspect = any(n < len(cells) and cells[n].strip() in words for n in looked_at)
        again = header_repeated(search, columns, row) if suspect else None
        key = search.key_of(columns, row)
        if again is None and at and key is not None and key.isdecimal():
            kept.append(row)  # the code of something: large tables are made of such rows
            continue
        if again is not None:
            problems.append(_repeated(label, row, same=again))
        elif at == 0 and _is_units(row):
            problems.append(_skipped(label, row, "units-row", "単位などの行", "a row of units"))
        elif key is not None and _EXAMPLE.match(nfkc(key)):
            problems.append(_skipped(label, row, EXAMPLE_ROW, "記入例", "an example"))
        elif key is not None and _is_total(key, row, kept=search.vocabulary.totals):
            problems.append(_skipped(label, row, "total-row", "合計の行", "a total"))
        elif key is not None and _is_note(key, row):
            notes.append(row)
            problems.append(_skipped(label, row, "note-row", "注記などの行", "a note"))
        else:
            kept.append(row)
    return Body(tuple(kept), tuple(notes), tuple(problems))


def _is_units(row: Row) -> bool:
    return all(_UNIT.fullmatch(nfkc(cell)) for cell in row.cells if cell.strip())


def _is_total(key: str, row: Row, *, kept: bool = False) -> bool:
    """Tell whether a row is a total, and no row of the table; where totals are, subtotals alone."""
    if kept:
        return any(compact(cell) in _SUBTOTALS for cell in row.cells if cell)
    counted = _COUNT.fullmatch(compact(key))
    if counted is not None and counted[1]:
        return True
    if key and counted is None and compact(key) not in _TOTALS:
        return False
    return any(compact(cell) in _TOTALS for cell in row.cells if cell)


def _is_note(key: str, row: Row) -> bool:
    """Tell whether the only cell of a row is no data: a note's first word, or far from its key."""
    if row.filled != 1:
        return False
    at = next(n for n, cell in enumerate(row.cells) if cell.strip())
    return (not key and at == 0) or _NOTE.search(nfkc(row.cells[at])) is not None


def _skipped(label: str, row: Row, code: str, ja: str, en: str) -> Problem:
    first = next(cell for cell in row.cells if cell.strip())
    return note(
        code,
        Text(f"{ja}とみて飛ばしました", f"taken for {en} and skipped"),
        Text("データの行であれば、空いた欄を補ってください", "if it is data, fill in its row"),
        file=label,
        row=row.number,
        value=first.strip(),
    )


def _repeated(label: str, row: Row, *, same: bool) -> Problem:
    first = next(cell for cell in row.cells if cell.strip()).strip()
    if same:
        return note(
            "header-repeated",
            Text("見出しの繰り返しとみて飛ばしました", "taken for a header and skipped"),
            Text("データの行であれば値を直してください", "if it is data, mend the row"),
            file=label,
            row=row.number,
            value=first,
        )
    return error(
        "header-changed",
        Text(
            "2つ目の見出しがあり、列の並びが違います（別の表が続いています）",
            "a second header with its columns in another order: another table follows",
        ),
        Text("表を別々のファイルに分けてください", "put the tables into files of their own"),
        file=label,
        row=row.number,
        value=first,
    )
