"""The output folder: complete or absent, and never somebody else's files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pyogrio

from groundfloor.decorations import attempted
from groundfloor.disk import WrittenFile, as_bytes, whole_folder, written_file, written_files
from groundfloor.gdal_paths import plain_folder
from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.problems import Lang, Problem, Text, UsageError, error, one_of
from spots.outputs.asked_outputs import (
    GEOPACKAGE,
    MAP,
    REPORT,
    RESULTS_DISSOLVED,
    ROUTES,
    SPOTS_DISSOLVED,
    WORKBOOK,
    not_asked_for,
    with_outputs,
)
from spots.outputs.conservation import check_ids, check_result, check_units
from spots.outputs.evidence import dump_evidence
from spots.outputs.folder_names import ours, refuse_existing
from spots.outputs.geojson import (
    dissolved_geojson,
    facilities_geojson,
    results_geojson,
    routes_geojson,
    spots_geojson,
    units_geojson,
)
from spots.outputs.geopackage import GDAL_TROUBLE, write_geopackage
from spots.outputs.indicator_tables import indicators_csv
from spots.outputs.manifest import EVIDENCE, MANIFEST, manifest_json
from spots.outputs.position_sheet import positions_csv
from spots.outputs.spreadsheet import csv_table, unmark
from spots.outputs.workbook import table_xlsx
from spots.telling.columns import ColumnKind, Filled, Value
from spots.telling.facility_columns import facility_columns, facility_rows
from spots.telling.position_columns import asked_for_positions
from spots.telling.unit_columns import UNIT_COLUMNS, UnitRow, unit_rows
from spots.telling.wording import same
from spots.types import OptionalOutput, RunResult

if TYPE_CHECKING:
    from spots.report.apart import Made

UNITS_CSV, UNITS_GEOJSON = "units.csv", "units.geojson"


class Writer(Protocol):
    """Makes the content of one file from the result."""

    def __call__(self, result: RunResult, lang: Lang, /) -> str | bytes:
        """Return the content; text is written as UTF-8."""
        ...


def standard_writers() -> dict[str, Writer]:
    """Return file name → writer for the folder, without map, report, layers and manifest.

    Those of units are written where the policy judges any.
    """
    return {
        **essential_writers(),
        **unit_writers(),
        **decoration_writers(),
        **ground_writers(),
        **indicator_writers(),
        **position_writers(),
    }


def essential_writers() -> dict[str, Writer]:
    """Return the writers of the verdicts: without one of these files there is no folder."""
    return {
        "spots.geojson": spots_geojson,
        "facilities.geojson": facilities_geojson,
        "facilities.csv": facilities_csv,
        EVIDENCE: _evidence,
    }


def decoration_writers() -> dict[str, Writer]:
    """Return the writers of what shows the verdicts otherwise: each may fail alone."""
    return {
        SPOTS_DISSOLVED: dissolved_geojson,
        ROUTES: routes_geojson,
        WORKBOOK: table_xlsx,
    }


def unit_writers() -> dict[str, Writer]:
    """Return the writers of the verdicts on units of ground: as essential, where there are any."""
    return {UNITS_GEOJSON: units_geojson, UNITS_CSV: units_csv}


def ground_writers() -> dict[str, Writer]:
    """Return the writers of what shows the ground of results otherwise: each may fail alone."""
    return {RESULTS_DISSOLVED: results_geojson}


def indicator_writers() -> dict[str, Writer]:
    """Return the writer of the indicators, where the run file asks for them."""
    return {"indicators.csv": indicators_csv}


def position_writers() -> dict[str, Writer]:
    """Return the writer of the review of positions, where sources were asked for any."""
    return {"positions.csv": positions_csv}


def _map(result: RunResult, lang: Lang, /, **kept: KeptOnDisk) -> str | bytes:
    from spots.map import render_map  # noqa: PLC0415 - folium is slow to import

    return render_map(result, lang, **kept)


def _report(result: RunResult, lang: Lang, /) -> str | bytes:
    from spots.report import render_report  # noqa: PLC0415 - maps and pages are made for it alone

    return render_report(result, lang)


def map_writer(**kept: KeptOnDisk) -> dict[str, Writer]:
    """Return the writer of ``map.html``; folium is imported when it is called.

    Parameters
    ----------
    **kept : KeptOnDisk
        ``disk``, where there is one, as `spots.map.render_map` takes it.
    """
    return {MAP: partial(_map, **kept)}


def report_writer() -> dict[str, Writer]:
    """Return the writer of ``report.pdf``; its libraries are imported when it is called."""
    return {REPORT: _report}


def _untold(_problem: Problem, /) -> None:
    """Say nothing: the finding stands in the manifest."""


def write_folder(
    result: RunResult,
    out: str | Path,
    *,
    lang: Lang | str = Lang.JA,
    created: datetime | None = None,
    force: bool = False,
    outputs: Iterable[OptionalOutput] | None = None,
    extra: Mapping[str, Writer] | None = None,
    missing: Callable[[Problem], None] = _untold,
    disk: KeptOnDisk = NOTHING_KEPT,
) -> tuple[WrittenFile, ...]:
    """Write the whole output folder, or nothing.

    Everything is written into a folder beside `out`, checked, and renamed. The folder is whole
    with the verdicts: ``evidence.json``, ``run.json``, ``facilities.csv``, ``facilities.geojson``
    and ``spots.geojson``, and ``units.csv`` and ``units.geojson`` where the policy judges units of
    ground. A map, report, workbook or layer that cannot be made is left out, named
    under ``missing`` in ``run.json`` and among the problems of the run; one that was not asked for
    is named under ``not_asked_for``. The report is made in a process of its own, beside the rest.

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
    outputs : iterable of OptionalOutput, optional
        What is written beside the verdicts; by default what the run was asked for.
    extra : mapping of str to Writer, optional
        More files; an error of one of these writers is the caller's, and raised. Without it
        ``map.html`` and ``report.pdf`` are made by `spots.map` and `spots.report`; an empty
        mapping leaves both out.
    missing : callable
        Called with the finding for each file that could not be made.
    disk : KeptOnDisk
        Where what maps draw is if the same boundaries were drawn before.

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
    result = result if outputs is None else with_outputs(result, outputs)
    check_result(result)
    _check_names({**standard_writers(), **(extra or {})})
    refuse_existing(out, force=force)
    contents = {name: as_bytes(writer(result, lang)) for name, writer in (extra or {}).items()}
    with whole_folder(out, ours, force=force, trouble=GDAL_TROUBLE) as aside:
        for name, content in contents.items():
            (aside / name).write_bytes(content)
        left_out = _written(result, lang, aside, disk, pages=extra is None)
        result = replace(result, problems=(*result.problems, *left_out.values()))
        files = written_files(aside)
        manifest = manifest_json(
            result, lang=lang, created=moment, files=files, folder=out, missing=tuple(left_out)
        )
        (aside / MANIFEST).write_bytes(manifest.encode("utf-8"))
        written = (*files, written_file(aside / MANIFEST))
    for problem in left_out.values():
        missing(problem)
    return tuple(sorted(written, key=lambda file: file.name))


def _written(
    result: RunResult, lang: Lang, folder: Path, disk: KeptOnDisk, *, pages: bool
) -> dict[str, Problem]:
    """Write all but the manifest; return what could not be made, by name.

    The evidence comes first, for the report is made of it while the rest is; where something is
    left out it is written again, and says so.
    """
    _write(folder, EVIDENCE, _evidence(result, lang))
    kept = {"disk": disk} if disk.folder else {}
    report = pages and REPORT not in {*not_asked_for(result)}
    with _report_beside(folder / EVIDENCE, result, lang, disk) if report else nullcontext() as made:
        writers = {**essential_writers(), **(unit_writers() if result.grounds else {})}
        for name, writer in writers.items():
            if name != EVIDENCE:
                _write(folder, name, writer(result, lang))
        _check_written(result, folder)
        left_out = _decorations(result, lang, folder, map_writer(**kept) if pages else {})
        layers = _layers(result, lang, folder)
        if made is not None:
            content, found = made()
            if content is not None:
                _write(folder, REPORT, content)
            left_out.update((REPORT, problem) for problem in found)
        left_out |= layers
    if left_out:
        whole = replace(result, problems=(*result.problems, *left_out.values()))
        _write(folder, EVIDENCE, _evidence(whole, lang))
    return left_out


def _report_beside(
    evidence: Path, result: RunResult, lang: Lang, disk: KeptOnDisk
) -> AbstractContextManager[Callable[[], Made]]:
    from spots.report.apart import report_beside  # noqa: PLC0415 - as for the report

    return report_beside(evidence, result, lang, disk)


def _decorations(
    result: RunResult, lang: Lang, folder: Path, pages: Mapping[str, Writer]
) -> dict[str, Problem]:
    """Write what shows the verdicts, but layers and report; return why others could not be made."""
    left_out: dict[str, Problem] = {}
    writers = {**decoration_writers(), **(ground_writers() if result.grounds else {})}
    writers |= indicator_writers() if result.indicators is not None else {}
    writers |= position_writers() if asked_for_positions(result) else {}
    writers |= pages
    for name in not_asked_for(result):
        writers.pop(name, None)
    for name, writer in writers.items():
        content, found = attempted(same(name), partial(_content, writer, result, lang))
        if content is not None:
            _write(folder, name, content)
        left_out.update((name, problem) for problem in found)
    return left_out


def _write(folder: Path, name: str, content: str | bytes) -> None:
    (folder / name).write_bytes(as_bytes(content))


def _content(writer: Writer, result: RunResult, lang: Lang) -> bytes:
    return as_bytes(writer(result, lang))


def _layers(result: RunResult, lang: Lang, folder: Path) -> dict[str, Problem]:
    """Write the layers if asked to, and return why where that fails; a full disk is raised."""
    if GEOPACKAGE in not_asked_for(result):
        return {}
    with plain_folder(folder) as place:

        def make() -> None:
            write_geopackage(result, lang, place / GEOPACKAGE)
            _check_layers(result, place)

        _, found = attempted(same(GEOPACKAGE), make, but=(OSError,))
        if not found:
            return {}
        for part in place.glob(f"{GEOPACKAGE}*"):  # the journal of its database, too
            part.unlink()
    return {GEOPACKAGE: found[0]}


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
    """Compare what stands on disk with the run: the subjects out are the subjects in."""
    ids = [unmark(row["facility_id"]) for row in _csv_rows(folder / "facilities.csv")]
    check_ids(result, ids, "facilities.csv")
    check_ids(result, _feature_ids(folder / "facilities.geojson"), "facilities.geojson")
    if result.grounds:
        rows = _csv_rows(folder / UNITS_CSV)
        keys = [f"{unmark(row['result'])}/{unmark(row['unit_id'])}" for row in rows]
        check_units(result, keys, UNITS_CSV)
        check_units(result, _feature_ids(folder / UNITS_GEOJSON), UNITS_GEOJSON)


def _csv_rows(path: Path) -> Iterator[dict[str, str]]:
    page = path.read_bytes().decode("utf-8-sig")
    return csv.DictReader(io.StringIO(page, newline=""))


def _feature_ids(path: Path) -> list[str]:
    return [f["id"] for f in json.loads(path.read_text(encoding="utf-8"))["features"]]


def _check_layers(result: RunResult, folder: Path) -> None:
    table = pyogrio.read_dataframe(
        folder / GEOPACKAGE, layer="facilities", columns=["facility_id"], read_geometry=False
    )
    check_ids(result, list(table["facility_id"]), GEOPACKAGE)
    if result.units:
        keys = pyogrio.read_dataframe(
            folder / GEOPACKAGE, layer="units", columns=["result", "unit_id"], read_geometry=False
        )
        check_units(result, list(keys["result"] + "/" + keys["unit_id"]), GEOPACKAGE)


def facilities_csv(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return every facility exactly once, in input order (`spots.outputs.spreadsheet`)."""
    columns = facility_columns(result)
    return csv_table(
        [c.name for c in columns],
        ([c.value(row, lang) for c in columns] for row in facility_rows(result)),
    )


def units_csv(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return every judged unit once for each result, in the run's order; clauses in words."""
    return csv_table(
        [c.name for c in UNIT_COLUMNS],
        ([_flat(c, row, lang) for c in UNIT_COLUMNS] for row in unit_rows(result)),
    )


def _flat(column: Filled[UnitRow], row: UnitRow, lang: Lang) -> Value | None:
    """Return a cell of a table that cannot nest: records in words."""
    records = column.column.kind is ColumnKind.RECORDS
    return column.shown(row, lang) if records else column.value(row, lang)
