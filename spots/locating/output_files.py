"""The two tables of a file of answers: a row for each institution, and one for each of its spots.

Headers are stable machine names. The columns of the list itself are not repeated: ``row`` (and
``id``) lead back to it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundfloor.problems import Lang, Text, UsageError, error
from spots.locating.answer_text import STANDING_LABELS, heading, iso, remarks, summary
from spots.locating.standing import Answers, Located, SpotDistance
from spots.outputs import WrittenFile, already_there, write_text
from spots.outputs import geometry as rfc
from spots.outputs.spreadsheet import marked
from spots.telling.labels import AREA_CLASS_LABELS

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column of the institutions: machine name, heading, number format, value."""

    name: str
    heading: Text
    value: Callable[[Located, Lang], Value]
    number_format: str = ""


@dataclass(frozen=True, slots=True)
class SpotColumn:
    """A column of the institutions' spots: machine name, heading, number format, value."""

    name: str
    heading: Text
    value: Callable[[Located, SpotDistance], Value]
    number_format: str = ""


_METRES, _DEGREES = "#,##0.000", "0.000000"


def row_columns(found: Answers) -> tuple[RowColumn, ...]:
    """Return the columns of the institutions."""
    on = iso(found.question.on)
    return (*_identity(), *_answer(), *_nearest(), *_place(), *_tail(on))


def _identity() -> tuple[RowColumn, ...]:
    return (
        RowColumn("row", Text("行", "row"), lambda o, _: o.source.row),
        RowColumn("id", Text("ID", "id"), lambda o, _: o.given_id),
        RowColumn("name", Text("医療機関", "institution"), lambda o, _: o.name),
        RowColumn(
            "lon",
            Text("経度", "lon"),
            lambda o, _: o.position.lon if o.position else None,
            _DEGREES,
        ),
        RowColumn(
            "lat",
            Text("緯度", "lat"),
            lambda o, _: o.position.lat if o.position else None,
            _DEGREES,
        ),
    )


def _answer() -> tuple[RowColumn, ...]:
    return (
        RowColumn("standing", Text("判定コード", "standing"), lambda o, _: o.standing.value),
        RowColumn(
            "answer",
            Text("判定", "answer"),
            lambda o, lang: STANDING_LABELS[o.standing].render(lang),
        ),
        RowColumn(
            "in_spot", Text("スポット内", "in a spot"), lambda o, _: _known(o, bool(o.inside))
        ),
        RowColumn(
            "in_shortage_area",
            Text("少数区域内", "in a shortage area"),
            lambda o, _: o.in_shortage_area,
        ),
        RowColumn("doubtful", Text("要確認", "doubtful"), lambda o, _: o.doubtful),
        RowColumn(
            "spot_ids",
            Text("該当スポットID", "spots"),
            lambda o, _: ";".join(s.facility_id for s in o.inside),
        ),
        RowColumn(
            "spot_names",
            Text("該当スポット", "names of spots"),
            lambda o, _: ";".join(s.name for s in o.inside),
        ),
    )


def _nearest() -> tuple[RowColumn, ...]:
    return (
        RowColumn(
            "nearest_id",
            Text("最も近いスポットのID", "nearest spot's id"),
            lambda o, _: o.nearest.facility_id if o.nearest else None,
        ),
        RowColumn(
            "nearest_name",
            Text("最も近いスポット", "nearest spot"),
            lambda o, _: o.nearest.name if o.nearest else None,
        ),
        RowColumn(
            "nearest_distance_m",
            Text("施設まで（m）", "to its facility (m)"),
            lambda o, _: round(o.nearest.distance_m, 3) if o.nearest else None,
            _METRES,
        ),
        RowColumn(
            "nearest_edge_m",
            Text("端まで（m、内側が正）", "to its edge (m, inside +)"),
            lambda o, _: round(o.nearest.edge_m, 3) if o.nearest else None,
            _METRES,
        ),
    )


def _place() -> tuple[RowColumn, ...]:
    return (
        RowColumn(
            "municipality_code",
            Text("市区町村コード", "municipality code"),
            lambda o, _: o.place.municipality_code,
        ),
        RowColumn(
            "municipality", Text("市区町村", "municipality"), lambda o, _: o.place.municipality
        ),
        RowColumn(
            "medical_area_code",
            Text("二次医療圏コード", "medical area code"),
            lambda o, _: o.place.area_code,
        ),
        RowColumn("medical_area", Text("二次医療圏", "medical area"), lambda o, _: o.place.area),
        RowColumn(
            "area_class",
            Text("区域の区分", "class of the area"),
            lambda o, lang: AREA_CLASS_LABELS[o.place.area_class].render(lang),
        ),
        RowColumn("place_basis", Text("所在の根拠", "place by"), lambda o, _: o.basis.value),
    )


def _tail(on: str | None) -> tuple[RowColumn, ...]:
    return (
        RowColumn(
            "tolerance_m",
            Text("座標の誤差（m）", "accuracy (m)"),
            lambda o, _: _known(o, round(o.tolerance_m, 1)),
        ),
        RowColumn("on", Text("基準日", "day"), lambda _o, _: on),
        RowColumn("remarks", Text("備考", "remarks"), remarks),
    )


def _known(one: Located, value: Value) -> Value:
    return None if one.position is None else value


SPOT_COLUMNS = (
    SpotColumn("row", Text("行", "row"), lambda o, _: o.source.row),
    SpotColumn("id", Text("ID", "id"), lambda o, _: o.given_id),
    SpotColumn("name", Text("医療機関", "institution"), lambda o, _: o.name),
    SpotColumn("spot_id", Text("スポットID", "spot"), lambda _, s: s.facility_id),
    SpotColumn("spot_name", Text("スポット", "name of the spot"), lambda _, s: s.name),
    SpotColumn(
        "criteria", Text("要件", "criteria"), lambda _, s: ";".join(str(n) for n in s.criteria)
    ),
    SpotColumn("inside", Text("内側", "inside"), lambda _, s: s.inside),
    SpotColumn("valid", Text("基準日が設定期間内", "valid on the day"), lambda _, s: s.valid),
    SpotColumn("valid_from", Text("設定期間の始め", "valid from"), lambda _, s: iso(s.valid_from)),
    SpotColumn("valid_to", Text("設定期間の終わり", "valid to"), lambda _, s: iso(s.valid_to)),
    SpotColumn(
        "distance_m",
        Text("施設まで（m）", "to its facility (m)"),
        lambda _, s: round(s.distance_m, 3),
        _METRES,
    ),
    SpotColumn(
        "edge_m",
        Text("端まで（m、内側が正）", "to its edge (m, inside +)"),
        lambda _, s: round(s.edge_m, 3),
        _METRES,
    ),
    SpotColumn(
        "doubtful",
        Text("要確認", "doubtful"),
        lambda o, s: s.valid and abs(s.edge_m) <= o.tolerance_m,
    ),
)
"""Columns of the second table."""


_BOM = "\ufeff"  # without it Excel takes UTF-8 for CP932
_ROWS, _SPOTS = Text("医療機関", "institutions"), Text("医療機関×スポット", "spots")


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
        write_text(target, content)
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
    if suffix not in _WRITERS:
        raise UsageError(
            error(
                "output-kind",
                Text("この拡張子では書き出せません", "no output has this suffix"),
                Text(
                    ".csv、.xlsx、.geojson のいずれかにしてください", "use .csv, .xlsx or .geojson"
                ),
                file=str(path),
                column="--out",
            )
        )
    if suffix == ".csv":
        return path, path.with_name(f"{path.stem}_spots{path.suffix}")
    return (path,)


def _csv(found: Answers, lang: Lang) -> tuple[bytes, ...]:
    columns = row_columns(found)
    rows = ([c.value(one, lang) for c in columns] for one in found.rows)
    return _csv_text([c.name for c in columns], rows), _csv_text(
        [c.name for c in SPOT_COLUMNS], _spot_rows(found)
    )


def _spot_rows(found: Answers) -> Iterable[tuple[Value, ...]]:
    for one in found.rows:
        for spot in one.spots:
            yield tuple(c.value(one, spot) for c in SPOT_COLUMNS)


def _csv_text(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return (_BOM + page.getvalue()).encode("utf-8")


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if _is_day(value) else marked(value)
    return str(value)


def _is_day(text: str) -> bool:
    """Tell ISO dates, which a spreadsheet may well take for dates."""
    return len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit()  # noqa: PLR2004


def _xlsx(found: Answers, lang: Lang) -> tuple[bytes, ...]:
    from spots.outputs.plain_workbook import (  # noqa: PLC0415 - openpyxl is slow to import
        PlainSheet,
        plain_workbook,
    )

    columns = row_columns(found)
    title = Text("医師少数スポット 内外判定", "Inside or outside the spots").render(lang)
    notes = [line.render(lang) for line in (*heading(found.question), summary(found))]
    rows = PlainSheet(
        tab=_ROWS.render(lang),
        notes=(title, *notes),
        headings=tuple(c.heading.render(lang) for c in columns),
        rows=[tuple(_shown(c.value(one, lang), lang) for c in columns) for one in found.rows],
        number_formats=tuple(c.number_format for c in columns),
    )
    reach = Text(
        "内側にあるスポット、端が誤差（または --reach）の範囲内にあるスポット、最も近いスポットの"
        "一覧です。ここにないスポットの外側にあります",
        "Spots that hold the institution, whose edge is within its accuracy (or --reach), and the "
        "nearest one; it lies outside all others",
    )
    spots = PlainSheet(
        tab=_SPOTS.render(lang),
        notes=(title, reach.render(lang)),
        headings=tuple(c.heading.render(lang) for c in SPOT_COLUMNS),
        rows=[tuple(_shown(v, lang) for v in row) for row in _spot_rows(found)],
        number_formats=tuple(c.number_format for c in SPOT_COLUMNS),
    )
    return (plain_workbook((rows, spots), title=title, lang=lang),)


def _shown(value: Value, lang: Lang) -> Value:
    if isinstance(value, bool):
        yes, no = Text("○", "yes"), Text("×", "no")
        return (yes if value else no).render(lang)
    return value


def _geojson(found: Answers, lang: Lang) -> tuple[bytes, ...]:
    columns = row_columns(found)
    features = [
        {
            "type": "Feature",
            "properties": {
                **{c.name: c.value(one, lang) for c in columns},
                "spots": [_spot(one, at) for at in range(len(one.spots))],
            },
            "geometry": one.position and rfc.point(one.position.lon, one.position.lat),
        }
        for one in found.rows
    ]
    page = {"type": "FeatureCollection", "features": features}
    text = json.dumps(page, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (f"{text}\n".encode(),)


def _spot(one: Located, at: int) -> dict[str, Value]:
    spot = one.spots[at]
    return {c.name: c.value(one, spot) for c in SPOT_COLUMNS if c.name not in {"row", "id", "name"}}


_WRITERS: dict[str, Callable[[Answers, Lang], tuple[bytes, ...]]] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".geojson": _geojson,
}
