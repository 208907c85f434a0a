"""Answers as files: CSV (two of them), XLSX (two sheets) or GeoJSON (points)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from groundfloor.disk import WrittenFile, already_there, write_whole
from groundfloor.problems import Lang, Text, UsageError, error
from spots.locating.columns import SPOT_COLUMNS, Value, row_columns
from spots.locating.model import Answers, Located
from spots.locating.words import heading, summary
from spots.outputs import geometry as rfc
from spots.outputs.spreadsheet import marked

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
        write_whole(target, content)
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
        "内側にあるスポット、端が誤差(または --reach)の範囲内にあるスポット、最寄りのスポットの"
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
