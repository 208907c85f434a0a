"""Where a list says the types of its rows: a column that its cells show, or none at all.

「区分」 may say anything; it is read as the type where every cell of it is one. A list whose rows
end without types is judged by no criterion of a type, which is told.

Stands apart: `rows` reads a column that is known; here it is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TYPE_CHECKING

from groundfloor.folding import header_key
from groundfloor.header_findings import listed_headers
from groundfloor.problems import Problem, Text, error, note, one_line, warning
from groundfloor.tables import Table
from spots.facilities.list_cells import BLANK, read_types, type_key, words_of_types
from spots.facilities.model import LayerSpec, RawFacility
from spots.types import FacilityType

if TYPE_CHECKING:
    from spots.facilities.reading import Scan

TYPE = "type"
#: Headers that may say the type, or another thing: the cells tell.
_PERHAPS = frozenset(
    map(header_key, ("区分", "分類", "種類", "要件", "要件区分", "対象区分", "指定区分"))
)
_WITHOUT = "list-without-types"
_UNUSED = "type-words-unused"
# A number may count anything, and a 拠点病院 be one of cancer: there a header must say the type.
_DOUBTFUL = re.compile(r"[（(]?[1-3１２３][)）]?|拠点病院")

Words = Mapping[str, frozenset[FacilityType]]


def with_type_column(spec: LayerSpec, table: Table) -> tuple[Table, tuple[Problem, ...]]:
    """Return a table with its type column, where its cells show which one that is.

    Parameters
    ----------
    spec : LayerSpec
        The list. What is said of its types or of its type column holds.
    table : Table
        Its table.

    Returns
    -------
    Table, tuple of Problem
        The table as it was where no column, or more than one, is called so that it may be the
        type and holds types alone; a note on the column that is taken.
    """
    columns = table.columns
    if TYPE in columns or spec.types or TYPE in spec.columns:
        return table, ()
    named = [at for at in _free(table) if header_key(columns.header[at]) in _PERHAPS]
    found = [at for at in named if _holds_types(_cells(table, at), spec.type_words)]
    if len(found) != 1:
        return table, ()
    index = {**columns.index, TYPE: found[0]}
    return replace(table, columns=replace(columns, index=index)), (_taken(spec, table, found[0]),)


def type_findings(
    spec: LayerSpec, table: Table, raws: Sequence[RawFacility]
) -> tuple[Problem, ...]:
    """Return what is to be said of a list whose types were not found.

    Parameters
    ----------
    spec : LayerSpec
        The list.
    table : Table
        Its table, after `with_type_column`.
    raws : sequence of RawFacility
        The rows that it uses.

    Returns
    -------
    tuple of Problem
        An error for words of types that the type column does not have (or there is none); else a
        warning where not one row has a type, though a column is there that may say it, and where
        some rows have none among more that have.
    """
    if unused := _words_unused(spec, table):
        return unused
    if not _is_untyped(spec, table, raws):
        return _left_blank(spec, table, raws)
    found = _headers(table, _perhaps(spec, table))
    slip = found or TYPE in table.columns
    return (_untyped(spec, table, len(raws), found),) if slip else ()


def unsaid_types(spec: LayerSpec, scan: Scan) -> tuple[Problem, ...]:
    """Return a warning where a list names no type, and nobody has said that it has none.

    A run file always says it.

    Parameters
    ----------
    spec : LayerSpec
        The list, without types.
    scan : Scan
        What reading it gave.
    """
    table, told = scan.table, {p.code for p in scan.problems} & {_WITHOUT, _UNUSED}
    off = spec.columns.get(TYPE) == ""
    if table is None or told or off or not _is_untyped(spec, table, scan.raws):
        return ()
    return (_untyped(spec, table, len(scan.raws), ""),)


def _is_untyped(spec: LayerSpec, table: Table, raws: Sequence[RawFacility]) -> bool:
    refused = spec.types_in_rows and TYPE not in table.columns
    return bool(raws) and not (spec.types or refused or any(raw.types for raw in raws))


def _left_blank(spec: LayerSpec, table: Table, raws: Sequence[RawFacility]) -> tuple[Problem, ...]:
    """Return a warning where most rows of a list have a type, and in some the cell is empty."""
    at = table.columns.index.get(TYPE)
    if at is None or all(raw.types for raw in raws):
        return ()
    cells = {row.number: row.cells[at] if at < len(row.cells) else "" for row in table.rows}
    blank = {number for number, cell in cells.items() if type_key(cell) in BLANK}
    without = [raw for raw in raws if not raw.types and raw.row.row in blank]
    if not without or 2 * len(without) >= len(raws):
        return ()
    return (_some_untyped(spec, table, without),)


def _words_unused(spec: LayerSpec, table: Table) -> tuple[Problem, ...]:
    meant = {word for word, types in spec.type_words.items() if types} or set(spec.type_words)
    if not meant:
        return ()
    known = table.columns.index.get(TYPE)
    if known is not None and _has_word(_cells(table, known), meant):
        return ()
    others = [at for at in range(len(table.columns.header)) if at != known]
    holding = [at for at in others if _has_word(_cells(table, at), meant)]
    if known is not None and not holding:
        return ()  # one dict for several lists
    return (_unused(spec, table, holding),)


def _free(table: Table) -> Iterator[int]:
    """Yield the places of columns that nothing reads."""
    used = set(table.columns.index.values())
    return (at for at in range(len(table.columns.header)) if at not in used)


def _cells(table: Table, at: int) -> Iterator[str]:
    """Yield what is filled in a column."""
    cells = (row.cells[at].strip() for row in table.rows if at < len(row.cells))
    return (cell for cell in cells if cell)


def _is_type(cell: str, own: Words) -> bool | None:
    """Tell whether a cell names types; None where it names nothing else, as 「なし」."""
    types, unknown = read_types(cell, own)
    if unknown or (_DOUBTFUL.fullmatch(cell) and type_key(cell) not in own):
        return False
    return True if types else None


def _holds_types(cells: Iterable[str], own: Words) -> bool:
    """Tell whether cells are types alone, and some of them one."""
    some = False
    for cell in cells:
        kind = _is_type(cell, own)
        if kind is False:
            return False  # of most columns the first cell says it
        some = some or kind is True
    return some


def _perhaps(spec: LayerSpec, table: Table) -> Iterator[int]:
    """Yield the places of columns that somebody may have meant to be the type."""
    own = spec.type_words
    for at in _free(table):
        called = header_key(table.columns.header[at]) in _PERHAPS
        some = called and any(_is_type(cell, own) for cell in _cells(table, at))
        if some or _holds_types(_cells(table, at), own):
            yield at


def _has_word(cells: Iterable[str], words: AbstractSet[str]) -> bool:
    return any(not words.isdisjoint(words_of_types(cell)) for cell in cells)


# --- sentences


def _headers(table: Table, places: Iterable[int]) -> str:
    return listed_headers(table.columns.header[at] for at in places)


def _taken(spec: LayerSpec, table: Table, at: int) -> Problem:
    return note(
        "type-column-by-cells",
        Text(
            "値がすべて種別なので、この列を種別として読みました",
            "was read as the type, since its cells are types alone",
        ),
        Text(
            "種別でなければ columns で type を空にしてください",
            "if it says something else, set type to nothing under columns",
        ),
        file=spec.shown,
        row=table.columns.row,
        column=one_line(table.columns.header[at].strip()),
    )


def _unused(spec: LayerSpec, table: Table, holding: Sequence[int]) -> Problem:
    words = ", ".join(spec.type_words)
    found = _headers(table, holding)
    where = Text(f"「{found}」の列にあります", f"they stand in: {found}")
    nowhere = Text("どの列にもありません", "no column has them")
    told = where if found else nowhere
    return error(
        _UNUSED,
        Text(
            f"種別の列に、意味を指定された語が一つもありません（{told.ja}）",
            f"has none of the words of types in a type column ({told.en})",
        ),
        Text(
            "種別の列を columns で指定してください（columns={'type': 見出し}）",
            "say which column is the type: columns={'type': header}",
        ),
        file=spec.shown,
        column=found or None,
        value=one_line(words, 80),
    )


def _untyped(spec: LayerSpec, table: Table, rows: int, found: str) -> Problem:
    where = Text(f"（{found}）", f" ({found})") if found else Text("", "")
    return warning(
        _WITHOUT,
        Text(
            f"{rows}行のどれにも種別（①・②・③）がありません",
            f"none of its {rows} rows has a type (①, ②, ③): no criterion of a type counts them",
        ),
        Text(
            f"種別を type（Python では types）で指定するか、種別の列{where.ja}を columns で"
            "示してください。種別のない一覧なら none とします",
            "say what its rows are (type, in Python types), or under columns which column does"
            f"{where.en}; of a list without types say none",
        ),
        file=spec.shown,
        column=table.columns.label(TYPE) if TYPE in table.columns else found or None,
    )


def _some_untyped(spec: LayerSpec, table: Table, without: Sequence[RawFacility]) -> Problem:
    return warning(
        "rows-without-type",
        Text(
            f"{len(without)}行に種別（①・②・③）がなく、種別による要件では数えられません",
            f"{len(without)} rows have no type (①, ②, ③): no criterion of a type counts them",
        ),
        Text(
            "種別を書いてください。どの種別でもなければ「なし」とします",
            "write their type; of an institution of none write none",
        ),
        file=spec.shown,
        row=without[0].row.row,
        column=table.columns.label(TYPE) if TYPE in table.columns else None,
        value=one_line(", ".join(raw.name for raw in without), 80),
    )
