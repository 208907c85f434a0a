"""Rows of tables that are keyed by unit: what they call it, and where they say it is.

Stands apart: only these rows have positions, which are read as in layers of points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundfloor.grids import Row
from groundfloor.positions import in_japan
from groundfloor.problems import Problem, Text, error
from groundfloor.tables import Table
from spots.job.run_file_shape import NumbersFile
from spots.job.table_headers import KEY_POINT
from spots.job.table_keys import RowKey, UnitKeys
from spots.judging.selecting.ground_facts import TableKey, TableRow
from spots.types import Position
from spots.types.listed_entry import ListedEntry


def unit_rows(
    table: Table, keys: Mapping[int, RowKey], asked: NumbersFile
) -> tuple[tuple[TableRow, ...], list[Problem]]:
    """Return what the rows of a table say of the units that they are about.

    Parameters
    ----------
    table : Table
        The table.
    keys : mapping of int to RowKey
        By number, the rows in use.
    asked : NumbersFile
        What the run file says of it.

    Returns
    -------
    rows : tuple of TableRow
        Empty where the table is keyed by something else.
    problems : list of Problem
        Positions that cannot be read, and rows that are about nothing.
    """
    rows: list[TableRow] = []
    problems: list[Problem] = []
    for row in table.rows if asked.key is TableKey.UNIT else ():
        key = keys.get(row.number)
        if key is None:
            continue
        texts = table.columns.point_texts(row, KEY_POINT) if _placed(table) else ("", "")
        position = _position(table, texts) if any(texts) else None
        if position is None and (any(texts) or not (key.code or key.name)):
            problems.append(_no_position(table, row, texts))
        entry = ListedEntry(key.name, key.municipality, key.code, file=table.label, row=key.row)
        rows.append(TableRow(UnitKeys.read(key).key, entry, position))
    return tuple(r for r in rows if r.key), problems


def _placed(table: Table) -> bool:
    return table.columns.has_point(KEY_POINT)


def _position(table: Table, texts: tuple[str, str]) -> Position | None:
    reference = table.columns.reference(KEY_POINT)
    lat, lon = (reference.parse(text) for text in texts)
    if lat is None or lon is None:
        return None
    if not reference.plain:
        lon, lat = reference.to_jgd2011(lon, lat)
    return Position(lon, lat, source=table.label) if in_japan(lon, lat) else None


def _no_position(table: Table, row: Row, texts: tuple[str, str]) -> Problem:
    column, _ = table.columns.point_labels(KEY_POINT)
    return error(
        "table-position",
        Text(
            "名称もコードもなく、日本の地点として読める緯度・経度もありません"
            if not any(texts)
            else "緯度・経度が日本の地点として読めません",
            "has neither name, code nor position" if not any(texts) else "has no position in Japan",
        ),
        Text("名称か、緯度・経度を直してください", "mend its name or its position"),
        file=table.label,
        row=row.number,
        column=column,
        value=" ".join(filter(None, texts)) or None,
    )


def distance_problems(table: Table, asked: NumbersFile) -> Iterator[Problem]:
    """Yield a distance that has no meaning, or is needed and not stated.

    Parameters
    ----------
    table : Table
        The table.
    asked : NumbersFile
        What the run file says of it.
    """
    by_unit = asked.key is TableKey.UNIT
    stated = asked.within_m is not None
    if stated and not (by_unit and _placed(table)):
        yield error(
            "table-distance",
            Text(
                'within_m は、緯度・経度の列がある key = "unit" の表にだけ書けます',
                'within_m is for tables with key = "unit" that have columns of positions',
            ),
            Text(
                "within_m を消すか、緯度・経度の列を加えてください", "take it out, or add positions"
            ),
            file=table.label,
            value=str(asked.within_m),
        )
    elif by_unit and not stated and not {"name", "code"} & table.columns.index.keys():
        yield error(
            "table-distance",
            Text(
                "行が緯度・経度だけで、どこまで離れた地点の行か分かりません",
                "has positions alone, and nothing says how far its rows reach",
            ),
            Text(
                "[[tables]] に within_m = 1000 のように距離（m）を書いてください",
                "write within_m = 1000 or the like (metres) under [[tables]]",
            ),
            file=table.label,
        )
