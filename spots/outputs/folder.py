"""The output folder: complete or absent, and never somebody else's files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pyogrio

from groundfloor.disk import WrittenFile, refuse_foreign, whole_folder, written_files
from groundfloor.gdal_paths import plain_folder
from groundfloor.problems import Lang, Text, UsageError, error, one_of
from spots.outputs.conservation import check_ids, check_result
from spots.outputs.evidence import dump_evidence, read_manifest
from spots.outputs.geojson import (
    dissolved_geojson,
    facilities_geojson,
    routes_geojson,
    spots_geojson,
)
from spots.outputs.geopackage import GDAL_TROUBLE, write_geopackage
from spots.outputs.manifest import EVIDENCE, MANIFEST, manifest_json
from spots.outputs.spreadsheet import csv_table, unmark
from spots.outputs.workbook import table_xlsx
from spots.telling.facility_columns import facility_columns, facility_rows
from spots.types import RunResult

GEOPACKAGE = "spots.gpkg"


class Writer(Protocol):
    """Makes the content of one file from the result."""

    def __call__(self, result: RunResult, lang: Lang, /) -> str | bytes:
        """Return the content; text is written as UTF-8."""
        ...


def standard_writers() -> dict[str, Writer]:
    """Return file name → writer for the folder, without map, report, layers and manifest."""
    return {
        "spots.geojson": spots_geojson,
        "spots_dissolved.geojson": dissolved_geojson,
        "facilities.geojson": facilities_geojson,
        "facilities.csv": facilities_csv,
        "routes.geojson": routes_geojson,
        "table.xlsx": table_xlsx,
        EVIDENCE: _evidence,
    }


def map_writer() -> dict[str, Writer]:
    """Return the writer of ``map.html``; imported late, for only a folder needs a map."""
    from spots.map import render_map  # noqa: PLC0415 - folium is slow to import

    return {"map.html": render_map}


def report_writer() -> dict[str, Writer]:
    """Return the writer of ``report.pdf``; imported late, for only a folder needs a report."""
    from spots.report import render_report  # noqa: PLC0415 - maps and pages are made for it alone

    return {"report.pdf": render_report}


def write_folder(
    result: RunResult,
    out: str | Path,
    *,
    lang: Lang | str = Lang.JA,
    created: datetime | None = None,
    force: bool = False,
    extra: Mapping[str, Writer] | None = None,
) -> tuple[WrittenFile, ...]:
    """Write the whole output folder, or nothing.

    Everything is written into a folder beside `out`, checked, and renamed.

    Parameters
    ----------
    result : RunResult
        The run.
    out : str or Path
        The folder to make; its parents are made as needed.
    lang : Lang
        Language of reasons and labels, ``"ja"`` or ``"en"``.
    created : datetime, optional
        Time for the manifest, the only one in the folder; by default the present second.
    force : bool
        Replace `out` when it is empty or holds nothing but what this tool wrote.
    extra : mapping of str to Writer, optional
        More files. Without it ``map.html`` and ``report.pdf`` are made by `spots.map` and
        `spots.report`; an empty mapping leaves both out.

    Returns
    -------
    tuple of WrittenFile
        Every file in the folder, by name.

    Raises
    ------
    OutputExistsError
        When `out` exists and `force` is not given.
    ForeignFolderError
        When `out` is not, or not only, an output of this tool.
    OutputError
        When the target cannot be written.
    ConservationError
        When facilities would be lost; a defect of the tool.
    UsageError
        There is no such language.

    Examples
    --------
    >>> write_folder(result, "out", lang="en")  # doctest: +SKIP
    """
    lang, out = one_of(Lang, lang, "lang"), Path(out)
    moment = created or datetime.now(UTC).replace(microsecond=0)
    check_result(result)
    more = {**map_writer(), **report_writer()} if extra is None else extra
    writers = {**standard_writers(), **more}
    _check_names(writers)
    refuse_existing(out, force=force)
    contents = {name: _as_bytes(writer(result, lang)) for name, writer in writers.items()}
    with whole_folder(out, _ours, force=force, trouble=GDAL_TROUBLE) as aside:
        for name, content in contents.items():
            (aside / name).write_bytes(content)
        with plain_folder(aside) as place:
            write_geopackage(result, lang, place / GEOPACKAGE)
            _check_layers(result, place)
        _check_written(result, aside)
        files = written_files(aside)
        manifest = manifest_json(result, lang=lang, created=moment, files=files, folder=out)
        (aside / MANIFEST).write_bytes(manifest.encode("utf-8"))
        return written_files(aside)


def refuse_existing(out: Path, *, force: bool) -> None:
    """Refuse a target that must not be replaced; call it before a long run to fail early.

    Raises
    ------
    OutputExistsError
        When it exists and `force` is not given.
    ForeignFolderError
        When it is a file, or holds what this tool did not write.
    """
    refuse_foreign(out, _ours, force=force)


def own_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of an output folder, which no other output may take the place of.

    Raises
    ------
    FolderError
        When `folder` is not an output of this tool.
    """
    return tuple(folder / name for name in _ours(folder))


def _ours(out: Path) -> list[str]:
    return [*(str(entry["name"]) for entry in read_manifest(out)["files"]), MANIFEST]


def _as_bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8")


def _evidence(result: RunResult, _lang: Lang, /) -> str:
    return dump_evidence(result)


def _check_names(writers: Mapping[str, object]) -> None:
    reserved = {GEOPACKAGE, MANIFEST}
    for name in writers:
        if Path(name).name != name or name in reserved or name in {"", ".", ".."} or "\\" in name:
            raise UsageError(
                error(
                    "output-name",
                    Text("出力ファイル名に使えません", "not usable as an output file name"),
                    Text("フォルダを含まない別の名前にしてください", "use a plain, other name"),
                    value=name,
                )
            )


def _check_written(result: RunResult, folder: Path) -> None:
    """Compare what stands on disk with the run: the facilities out are the facilities in."""
    page = (folder / "facilities.csv").read_bytes().decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(page, newline=""))
    check_ids(result, [unmark(row["facility_id"]) for row in rows], "facilities.csv")
    features = json.loads((folder / "facilities.geojson").read_text(encoding="utf-8"))["features"]
    check_ids(result, [f["id"] for f in features], "facilities.geojson")


def _check_layers(result: RunResult, folder: Path) -> None:
    table = pyogrio.read_dataframe(
        folder / GEOPACKAGE, layer="facilities", columns=["facility_id"], read_geometry=False
    )
    check_ids(result, list(table["facility_id"]), GEOPACKAGE)


def facilities_csv(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return every facility exactly once, in input order (`spots.outputs.spreadsheet`)."""
    columns = facility_columns(result)
    return csv_table(
        [c.name for c in columns],
        ([c.value(row, lang) for c in columns] for row in facility_rows(result)),
    )
