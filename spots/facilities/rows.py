"""Rows of a table to facilities, those that the layer uses, every doubt said by row and column.

Stands apart: `reading` opens a list of any format; what its rows mean is the same for all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from boundaries.listed_places import ListedCells
from groundfloor.columns import Columns
from groundfloor.folding import compact, header_key, nfkc
from groundfloor.grids import Row
from groundfloor.header_findings import listed_headers
from groundfloor.problems import Problem, Text, error, note, warning
from groundfloor.tables import Table, no_rows
from spots.facilities.coordinates import (
    CellPlace,
    PositionReading,
    no_position,
    read_pair,
    read_point,
)
from spots.facilities.headers import POINT
from spots.facilities.list_cells import ALLOWED, CodeFinding, prefecture_code, read_code, read_types
from spots.facilities.model import LayerSpec, RawFacility
from spots.facilities.naming import clean_cell
from spots.facilities.type_columns import type_findings
from spots.types import FacilityType, ListedEntry, SourceRow


@dataclass(frozen=True, slots=True)
class _ListContext:
    """What every row of a list shares: the layer, its table, and its columns for the plan."""

    spec: LayerSpec
    table: Table
    plan: ListedCells

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


def _row_filter(context: _ListContext) -> tuple[Callable[[Row], bool], list[Problem]]:
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
                    Text(
                        "列名を確認してください。この一覧に絞り込みが要らなければ、"
                        "where を消してください",
                        "check the column's name, or leave where out if this list needs no filter",
                    ),
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


def read_rows(spec: LayerSpec, table: Table) -> tuple[tuple[RawFacility, ...], tuple[Problem, ...]]:
    """Return the facilities of a table and everything found in its rows.

    Rows that the layer's filter leaves out are counted in a note. Every other row becomes a
    facility or an error.

    Parameters
    ----------
    spec : LayerSpec
        The layer.
    table : Table
        Its table.

    Returns
    -------
    tuple of RawFacility, tuple of Problem
        In the order of the file.
    """
    context = _ListContext(spec, table, ListedCells(table, spec.columns))
    keep, problems = _row_filter(context)
    if spec.types_in_rows and not context.has("type"):
        problems.append(_typeless(context))
    raws: list[RawFacility] = []
    if not _has_coordinates(context):
        problems += no_position(CellPlace(spec.shown, 0), None).findings
    used = [row for row in table.rows if row.filled or row.point is not None]
    kept = [row for row in used if keep(row)]
    for row in kept:
        raw, findings = _facility(context, row)
        problems += findings
        raws += [raw] if raw else []
    problems += _counts(context, used, kept)
    problems += type_findings(spec, table, raws)
    return tuple(raws), tuple(problems)


def _counts(context: _ListContext, used: list[Row], kept: list[Row]) -> tuple[Problem, ...]:
    if not used:
        return (no_rows(context.file, context.table),)
    if not context.spec.where:
        return ()
    conditions = "; ".join(f"{c} = {' | '.join(v)}" for c, v in context.spec.where)
    if not kept:
        return (
            error(
                "filter-keeps-nothing",
                Text("条件に合う行がありません", "no row matches the filter"),
                Text("where の値を確認してください", "check the values under where"),
                file=context.file,
                value=conditions,
            ),
        )
    return (
        note(
            "rows-filtered",
            Text(
                f"{len(used)}行のうち条件に合う{len(kept)}行を使いました",
                f"{len(kept)} of {len(used)} rows match the filter and were used",
            ),
            Text("", ""),
            file=context.file,
            value=conditions,
        ),
    )


def _has_coordinates(context: _ListContext) -> bool:
    return context.table.spatial or context.columns.has_point(POINT)


def _facility(context: _ListContext, row: Row) -> tuple[RawFacility | None, list[Problem]]:
    spec, columns = context.spec, context.columns
    texts, problems = _texts(context, row)
    problems += _beyond_header(context, row)
    types = _types(context, row, problems)
    if not texts["name"]:
        problems.append(_nameless(context, row))
        return None, problems
    prefecture = prefecture_code(columns.cell(row, "prefecture_code"))
    code = _code(context, row, prefecture, problems)
    reading = _position(context, row)
    problems += reading.findings
    return (
        RawFacility(
            layer=spec.layer,
            row=SourceRow(spec.name, spec.shown, row.number),
            given_id=nfkc(texts["id"]) or None,
            name=texts["name"],
            types=spec.types | types,
            address=texts["address"],
            prefecture_code=prefecture or (code[:2] if code else None),
            municipality=texts["municipality"],
            municipality_code=code,
            position=reading.position,
            position_problem=reading.problem,
            site=texts["site"] or None,
            remark=texts["remark"],
            kind=columns.cell(row, "kind"),
            status=columns.cell(row, "status"),
            entry=_entry(context, row, texts, problems),
            kana=texts["kana"],
        ),
        problems,
    )


def _entry(
    context: _ListContext, row: Row, texts: Mapping[str, str], problems: list[Problem]
) -> ListedEntry | None:
    """Return what a row says for the plan; None where it says nothing."""
    cells, found = context.plan.plan(row)
    problems += found
    if not cells.filled:
        return None
    return ListedEntry(
        name=texts["name"],
        municipality=texts["municipality"],
        code=nfkc(texts["id"]),
        reason=cells.reason,
        service=cells.service,
        councils=cells.councils,
        page=cells.page,
        on_application=cells.on_application,
        file=context.file,
        row=row.number,
    )


def _texts(context: _ListContext, row: Row) -> tuple[Mapping[str, str], list[Problem]]:
    cleaned: dict[str, str] = {}
    problems: list[Problem] = []
    for column in ("id", "name", "kana", "address", "municipality", "site", "remark"):
        raw = context.columns.cell(row, column)
        cleaned[column], dropped = clean_cell(raw)
        if dropped:
            problems.append(
                warning(
                    "control-character",
                    Text("見えない制御文字を取り除きました", "invisible characters were removed"),
                    Text("元の表を直してください", "mend the list"),
                    file=context.file,
                    row=row.number,
                    column=context.columns.label(column),
                    value=raw,
                )
            )
    return cleaned, problems


def _beyond_header(context: _ListContext, row: Row) -> list[Problem]:
    """Report a filled cell without a header: a memo, or a comma that shifted the row."""
    header = context.columns.header
    extra = [
        cell
        for at, cell in enumerate(row.cells)
        if cell.strip() and (at >= len(header) or not header[at].strip())
    ]
    if not extra:
        return []
    return [
        warning(
            "cell-without-header",
            Text("見出しのない列に値があります", "a cell has no header above it"),
            Text(
                '列がずれていないか確認してください（値の中のコンマは " で囲みます）',
                "check that the row is not shifted (quote values that hold a comma)",
            ),
            file=context.file,
            row=row.number,
            value=extra[0],
        )
    ]


def _types(context: _ListContext, row: Row, problems: list[Problem]) -> frozenset[FacilityType]:
    cell = context.columns.cell(row, "type")
    types, unknown = read_types(cell, context.spec.type_words)
    if unknown:
        problems.append(
            error(
                "unknown-type",
                Text("知らない種別です", "is an unknown type"),
                Text(
                    f"次のいずれかにしてください: {ALLOWED}"
                    "（種別の列でなければ columns で type を空にしてください）",
                    f"use one of: {ALLOWED} (or set type to nothing under columns)",
                ),
                file=context.file,
                row=row.number,
                column=context.columns.label("type"),
                value=cell,
            )
        )
    return types


def _typeless(context: _ListContext) -> Problem:
    """Refuse a list that takes the place of typed ones: without types nothing would be judged."""
    return error(
        "type-column-missing",
        Text(
            "種別の列がないため、どの一覧の代わりか分かりません",
            "has no type column, so it is not clear which list it takes the place of",
        ),
        Text(
            "「レイヤの名前=ファイル」と指定するか、①・②・③ を書いた「種別」の列を加えてください",
            "write LAYER=FILE, or add a column “type” with ①, ② or ③",
        ),
        file=context.file,
    )


def _nameless(context: _ListContext, row: Row) -> Problem:
    return error(
        "name-missing",
        Text("医療機関名が空です", "the facility has no name"),
        Text("名称を入れるか、行を削除してください", "fill in the name or delete the row"),
        file=context.file,
        row=row.number,
        column=context.columns.label("name"),
    )


def _code(
    context: _ListContext, row: Row, prefecture: str | None, problems: list[Problem]
) -> str | None:
    cell = context.columns.cell(row, "municipality_code")
    if not cell:
        return None
    reading = read_code(cell, prefecture)
    if reading.finding is CodeFinding.AS_IS:
        return reading.code
    if reading.finding is CodeFinding.ZERO_RESTORED:
        code = "municipality-code-zero"
        message = Text(
            f"先頭の 0 が落ちた市町村コードとみて {reading.code} としました",
            f"taken for {reading.code}: its leading zero was lost",
        )
    else:
        code = "municipality-code-unusable"
        message = Text(
            "市町村コードとして読めません（名称・所在地から判断します）",
            "is not a municipality code (name and address are used instead)",
        )
    problems.append(
        warning(
            code,
            message,
            Text(
                "5桁（または検査数字つき6桁）のコードを文字列で入れてください",
                "give five digits (or six with the check digit) as text",
            ),
            file=context.file,
            row=row.number,
            column=context.columns.label("municipality_code"),
            value=cell,
        )
    )
    return reading.code


def _position(context: _ListContext, row: Row) -> PositionReading:
    columns, spec = context.columns, context.spec
    place = CellPlace(spec.shown, row.number, *columns.point_labels(POINT))
    source = spec.source or spec.name
    if row.point is not None:
        point_place = CellPlace(spec.shown, row.number, "geometry", "geometry")
        return read_point(*row.point, point_place, spec.accuracy, source)
    if not _has_coordinates(context):
        reading = no_position(place, None)
        return PositionReading(None, reading.problem)  # said once for the whole list
    texts = columns.point_texts(row, POINT)
    return read_pair(*texts, place, spec.accuracy, source, columns.reference(POINT))
