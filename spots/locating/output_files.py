"""The two tables of a file of answers: a row for each institution, and one for each of its spots.

Headers are stable machine names. The columns of the list itself are not repeated: ``row`` (and
``id``) lead back to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from groundfloor.codec import compact_json
from groundfloor.disk import WrittenFile, already_there, write_whole
from groundfloor.problems import Lang, Text
from spots.locating.answer_text import STANDING_LABELS, heading, remarks, summary
from spots.locating.result_words import inside_or_not
from spots.locating.standing import Answers, Located, Question, ResultAnswer, SpotDistance
from spots.outputs import geojson as rfc
from spots.outputs.output_suffix import refuse_other_suffix
from spots.outputs.sheet_layout import Paper, SheetContent, fitted, sheet_column
from spots.outputs.spreadsheet import csv_table
from spots.telling.answer_columns import (
    LOCATED_COLUMNS,
    LOCATED_SPOT_COLUMNS,
    located_result_columns,
)
from spots.telling.columns import YES_NO, CellValue, Column, Filled, Value, list_text, plain
from spots.telling.labels import AREA_CLASS_LABELS

#: An institution, and what was asked.
Answered = tuple[Located, Question]
#: An institution, and one of its spots.
Distanced = tuple[Located, SpotDistance]
_OF_AN_ANSWER: dict[str, Callable[[Located, Question, Lang], Value | None]] = {
    "row": lambda o, _, __: o.source.row,
    "id": lambda o, _, __: o.given_id,
    "name": lambda o, _, __: o.name,
    "lon": lambda o, _, __: o.position.lon if o.position else None,
    "lat": lambda o, _, __: o.position.lat if o.position else None,
    "standing": lambda o, _, __: o.standing.value,
    "answer": lambda o, _, lang: STANDING_LABELS[o.standing].render(lang),
    "in_spot": lambda o, _, __: _known(o, bool(o.inside)),
    "in_shortage_area": lambda o, _, __: o.in_shortage_area,
    "doubtful": lambda o, _, __: o.doubtful,
    "spot_ids": lambda o, _, __: tuple(s.facility_id for s in o.inside),
    "spot_names": lambda o, _, __: tuple(s.name for s in o.inside),
    "nearest_id": lambda o, _, __: o.nearest.facility_id if o.nearest else None,
    "nearest_name": lambda o, _, __: o.nearest.name if o.nearest else None,
    "nearest_distance_m": lambda o, _, __: round(o.nearest.distance_m, 3) if o.nearest else None,
    "nearest_edge_m": lambda o, _, __: round(o.nearest.edge_m, 3) if o.nearest else None,
    "municipality_code": lambda o, _, __: o.place.municipality_code,
    "municipality": lambda o, _, __: o.place.municipality,
    "medical_area_code": lambda o, _, __: o.place.area_code,
    "medical_area": lambda o, _, __: o.place.area,
    "area_class": lambda o, _, lang: AREA_CLASS_LABELS[o.place.area_class].render(lang),
    "place_basis": lambda o, _, __: o.basis.value,
    "tolerance_m": lambda o, _, __: _known(o, round(o.tolerance_m, 1)),
    "on": lambda _, asked, __: asked.on,
    "remarks": remarks,
}
_OF_A_SPOT: dict[str, Callable[[Located, SpotDistance], Value | None]] = {
    "row": lambda o, _: o.source.row,
    "id": lambda o, _: o.given_id,
    "name": lambda o, _: o.name,
    "spot_id": lambda _, s: s.facility_id,
    "spot_name": lambda _, s: s.name,
    "criteria": lambda _, s: s.criteria,
    "inside": lambda _, s: s.inside,
    "valid": lambda _, s: s.valid,
    "valid_from": lambda _, s: s.valid_from,
    "valid_to": lambda _, s: s.valid_to,
    "distance_m": lambda _, s: round(s.distance_m, 3),
    "edge_m": lambda _, s: round(s.edge_m, 3),
    "doubtful": lambda o, s: s.valid and abs(s.edge_m) <= o.tolerance_m,
}


def _known(one: Located, value: Value) -> Value | None:
    return None if one.position is None else value


def _answer_column(
    column: Column, of: Callable[[Located, Question, Lang], Value | None]
) -> Filled[Answered]:
    people = _yes_or_open if column.name == "doubtful" else None
    return Filled(column, lambda row, lang: of(*row, lang), people)


def _yes_or_open(row: Answered, lang: Lang) -> CellValue:
    """Say whether a person must look: surely where there is no answer."""
    one, _ = row
    return YES_NO[one.doubtful or one.undetermined].render(lang)


def _spot_column(
    column: Column, of: Callable[[Located, SpotDistance], Value | None]
) -> Filled[Distanced]:
    return Filled(column, lambda row, _: of(*row))


ANSWER_COLUMNS = tuple(_answer_column(c, _OF_AN_ANSWER[c.name]) for c in LOCATED_COLUMNS)
"""A row for each institution."""
SPOT_COLUMNS = tuple(_spot_column(c, _OF_A_SPOT[c.name]) for c in LOCATED_SPOT_COLUMNS)
"""A row for each institution and spot."""
_OF_A_RESULT: tuple[Callable[[ResultAnswer, Lang], Value | None], ...] = (
    lambda a, _: inside_or_not(a),
    lambda a, _: tuple(u.unit_id for u in a.units),
    lambda a, _: tuple(u.name for u in a.units),
    lambda a, _: None if a.edge_m is None else round(a.edge_m, 3),
    lambda a, _: a.nearest or None,
    lambda a, _: a.units[0].valid_from if a.units else a.valid_from,
    lambda a, _: a.units[0].valid_to if a.units else a.valid_to,
    lambda a, lang: a.problem.render(lang) if a.problem else None,
)
T = TypeVar("T")
_ROWS, _SPOTS = Text("医療機関", "institutions"), Text("医療機関×スポット", "spots")


def answer_columns(asked: Question) -> tuple[Filled[Answered], ...]:
    """Return the columns of an institution: about circles and areas, then about each result."""
    return (
        *ANSWER_COLUMNS,
        *(
            _result_column(column, at, of)
            for at, result in enumerate(asked.results)
            for column, of in zip(
                located_result_columns(result.id, result.title), _OF_A_RESULT, strict=True
            )
        ),
    )


def _result_column(
    column: Column, at: int, of: Callable[[ResultAnswer, Lang], Value | None]
) -> Filled[Answered]:
    return Filled(column, lambda row, lang: of(row[0].results[at], lang))


def write_answers(
    found: Answers, path: Path, *, lang: Lang = Lang.JA, force: bool = False
) -> tuple[WrittenFile, ...]:
    """Write the answers to the file, or the two files, that `answer_files` names.

    Parameters
    ----------
    found : Answers
        The answers.
    path : Path
        ``.csv`` (with ``…_spots.csv`` beside it), ``.xlsx`` or ``.geojson``.
    lang : Lang
        Language of headings and remarks; machine names stay.
    force : bool
        Replace what is there.

    Returns
    -------
    tuple of WrittenFile
        What was written; everything is made before anything is.

    Raises
    ------
    UsageError
        Another suffix.
    OutputExistsError
        A file is there and `force` is not given.
    OutputError
        The target cannot be written.
    """
    for target in answer_files(path):
        if target.exists() and not force:
            raise already_there(target)
    contents = _WRITERS[path.suffix.lower()](found, lang)
    return tuple(
        write_whole(target, content, force=force)
        for target, content in zip(answer_files(path), contents, strict=True)
    )


def answer_files(path: Path) -> tuple[Path, ...]:
    """Return the files that `write_answers` would write.

    Raises
    ------
    UsageError
        The suffix is none of ``.csv``, ``.xlsx`` and ``.geojson``.
    """
    suffix = path.suffix.lower()
    refuse_other_suffix(path, (*_WRITERS,))
    if suffix == ".csv":
        return path, path.with_name(f"{path.stem}_spots{path.suffix}")
    return (path,)


def _csv(found: Answers, lang: Lang) -> tuple[bytes, ...]:
    columns = answer_columns(found.question)
    answers = ([c.value((one, found.question), lang) for c in columns] for one in found.rows)
    spots = ([c.value(pair, lang) for c in SPOT_COLUMNS] for pair in _pairs(found))
    return (
        csv_table([c.name for c in columns], answers).encode(),
        csv_table([c.name for c in SPOT_COLUMNS], spots).encode(),
    )


def _pairs(found: Answers) -> Iterator[Distanced]:
    for one in found.rows:
        for spot in one.spots:
            yield one, spot


def _xlsx(found: Answers, lang: Lang) -> tuple[bytes, ...]:
    from spots.outputs.workbook_writer import workbook  # noqa: PLC0415 - often not wanted

    title = Text("医師少数スポット 内外判定", "Inside or outside the spots").render(lang)
    columns = answer_columns(found.question)
    rows = SheetContent(
        tab=_ROWS.render(lang),
        title=title,
        notes=tuple(line.render(lang) for line in (*heading(found.question), summary(found))),
        columns=tuple(sheet_column(c.column, lang) for c in columns),
        rows=[[c.shown((one, found.question), lang) for c in columns] for one in found.rows],
        paper=Paper.A3,
        pages_wide=2,
        kept=3,
        filtered=True,
    )
    reach = Text(
        "内側にあるスポット、端が誤差（または --reach）の範囲内にあるスポット、最も近いスポットの"
        "一覧です。ここにないスポットの外側にあります",
        "Spots that hold the institution, whose edge is within its accuracy (or --reach), and the "
        "nearest one; it lies outside all others",
    )
    spots = SheetContent(
        tab=_SPOTS.render(lang),
        title=title,
        notes=(reach.render(lang),),
        columns=tuple(sheet_column(c.column, lang) for c in SPOT_COLUMNS),
        rows=[[c.shown(p, lang) for c in _marked(found.question)] for p in _pairs(found)],
        filtered=True,
    )
    return (workbook((fitted(rows), fitted(spots)), title=title, lang=lang),)


def _marked(asked: Question) -> tuple[Filled[Distanced], ...]:
    """Return the columns of spots with criteria as the run marks them."""

    def marks(row: Distanced, _lang: Lang) -> CellValue:
        return "".join(asked.marks.get(number, str(number)) for number in row[1].criteria)

    return tuple(replace(c, people=marks) if c.name == "criteria" else c for c in SPOT_COLUMNS)


def _geojson(found: Answers, lang: Lang) -> tuple[bytes, ...]:
    columns = answer_columns(found.question)
    features = [
        {
            "type": "Feature",
            "properties": {
                **_properties(columns, (one, found.question), lang),
                "spots": [_properties(SPOT_COLUMNS[3:], (one, s), lang) for s in one.spots],
            },
            "geometry": one.position and rfc.point(one.position.lon, one.position.lat),
        }
        for one in found.rows
    ]
    page = {"type": "FeatureCollection", "features": features}
    return (f"{compact_json(page)}\n".encode(),)


def _properties(columns: Sequence[Filled[T]], row: T, lang: Lang) -> dict[str, object]:
    """Return a row as GIS software takes it: lists, which it has none of, joined in a text."""
    values = ((c.name, c.value(row, lang)) for c in columns)
    return {n: list_text(v) if isinstance(v, tuple) else plain(v) for n, v in values}


_WRITERS: dict[str, Callable[[Answers, Lang], tuple[bytes, ...]]] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".geojson": _geojson,
}
