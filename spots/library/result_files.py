"""What of a run goes to other people and other programs: files, and tables of a database.

Stands apart: `result` answers questions; what writes is loaded when something is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from groundfloor.disk import WrittenFile, write_whole
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Lang, Problem, one_of
from spots.export.exported import Exported, Format, IfExists, Loaded, RunRecord, record_of
from spots.library.result_frames import RunFrames
from spots.library.told_problems import warn_of
from spots.library.words_for_python import arguments_for_options

if TYPE_CHECKING:
    from spots.export.postgis import HasUrl
    from spots.library.report_arguments import Chosen


@dataclass(frozen=True, slots=True, eq=False)
class RunFiles(RunFrames):
    """What a run found, as files and tables of a database; see `spots.library.result.Result`."""

    def report(
        self,
        path: str | Path,
        lang: Lang | str | None = None,
        *,
        sections: Chosen = None,
        maps: Chosen = None,
        routes: str | None = None,
        paper: str | None = None,
    ) -> WrittenFile:
        """Write ``report.pdf``; a file that is there is replaced.

        Parameters
        ----------
        path : str or Path
            The file to write.
        lang : str, optional
            Language of the report; that of the result by default.
        sections, maps, routes, paper : str or iterable of str, optional
            What it holds, as ``[report]`` of the run file says it: ``sections=["maps", "annex"]``,
            ``maps="areas"``, ``routes="all"``, ``paper="a3"``, or the words that the report
            prints. By default what the run was asked for.

        Raises
        ------
        OutputError
            When it cannot be written.
        UsageError
            A word calls nothing that a report has.
        """
        result = self if lang is None else replace(self, lang=one_of(Lang, lang, "lang"))
        with arguments_for_options():
            page = result.pdf(sections=sections, maps=maps, routes=routes, paper=paper)
        return write_whole(Path(path), page, force=True)

    def pdf(
        self,
        *,
        sections: Chosen = None,
        maps: Chosen = None,
        routes: str | None = None,
        paper: str | None = None,
    ) -> bytes:
        """Return the report as PDF, in the language of the result; see `report`."""
        from spots.library.report_arguments import report_choice  # noqa: PLC0415 - as above
        from spots.report import render_report  # noqa: PLC0415 - typst is slow to import

        usual = self.evidence.settings.report
        choice = report_choice(usual, sections=sections, maps=maps, routes=routes, paper=paper)
        return render_report(self.evidence, self.lang, choice, self.disk)

    def write(
        self, out: str | Path, *, force: bool = False, outputs: Chosen = None
    ) -> tuple[WrittenFile, ...]:
        """Write everything that ``spots run`` writes into a folder, or nothing.

        A map, report, workbook or layer that cannot be made is left out and warned of.

        Parameters
        ----------
        out : str or Path
            The folder to make; `read_result` reads it back.
        force : bool
            Replace it when it is empty or holds nothing but what this tool wrote.
        outputs : str or iterable of str, optional
            What is written beside the verdicts, as ``outputs`` of the run file says it:
            ``["map", "workbook"]``, ``"none"``. By default what the run was asked for.

        Returns
        -------
        tuple of WrittenFile
            Every file in the folder, by name.

        Raises
        ------
        OutputExistsError
            When `out` exists and `force` is not given.
        ForeignFolderError
            When it is not, or not only, an output of this tool.
        OutputError
            When it cannot be written.
        UsageError
            A word calls no output.
        """
        from spots.library.output_arguments import output_choice  # noqa: PLC0415 - for writing
        from spots.outputs import write_folder  # noqa: PLC0415 - as above
        from spots.outputs.asked_outputs import asked_outputs  # noqa: PLC0415 - as above

        missing: list[Problem] = []
        with arguments_for_options():
            written = write_folder(
                self.evidence,
                out,
                lang=self.lang,
                force=force,
                outputs=output_choice(outputs).of(asked_outputs(self.evidence)),
                missing=missing.append,
                disk=self.disk,
            )
        warn_of(missing, str(out))
        return written

    def to_excel(self, path: str | Path) -> WrittenFile:
        """Write the workbook ``table.xlsx``; a file that is there is replaced.

        Raises
        ------
        OutputError
            When it cannot be written.
        """
        from spots.outputs.workbook import table_xlsx  # noqa: PLC0415 - xlsxwriter

        return write_whole(Path(path), table_xlsx(self.evidence, self.lang), force=True)

    def to_gpkg(self, path: str | Path) -> WrittenFile:
        """Write all layers with their QGIS styles; a file that is there is replaced.

        A QGIS project is in the file, which looks for its layers under the name ``spots.gpkg``.

        Raises
        ------
        OutputError
            When it cannot be written.
        """
        from spots.outputs.geopackage import geopackage_bytes  # noqa: PLC0415 - GDAL

        return write_whole(Path(path), geopackage_bytes(self.evidence, self.lang), force=True)

    def export(self, out: str | Path, form: Format | str, *, force: bool = False) -> Exported:
        """Write all layers in another format, with what explains them, or nothing.

        Parameters
        ----------
        out : str or Path
            The folder to make.
        form : str
            ``"shapefile"``, ``"flatgeobuf"``, ``"geopackage"`` or ``"geojson"``, or its suffix.
        force : bool
            Replace it when it is an earlier export.

        Returns
        -------
        Exported
            The files, and what the format could not hold.

        Raises
        ------
        OutputExistsError, ForeignFolderError, OutputError
            As `write`.
        """
        from spots.export import export_folder  # noqa: PLC0415 - GDAL

        kind = one_of(Format, Format.called(form), "form")
        run, record = self.evidence, self._record
        with arguments_for_options():
            return export_folder(run, record, Path(out), kind, lang=self.lang, force=force)

    def to_postgis(
        self,
        con: str | HasUrl,
        *,
        schema: str = "public",
        if_exists: IfExists | str = IfExists.FAIL,
    ) -> Loaded:
        """Write all layers to a PostGIS database in one transaction, or nothing.

        Parameters
        ----------
        con : str or SQLAlchemy engine
            ``postgresql://user@host/database``, whose password may stand in ``PGPASSWORD`` or
            ``~/.pgpass``. Of an engine or connection the address is used, not the connection.
        schema : str
            Schema to write to; made where it is not there. Its tables are ``runs``,
            ``facilities``, ``spots`` and so on, with geometry in ``geom``.
        if_exists : str
            Where the tables are there: ``"fail"``; ``"replace"`` every run in them; ``"append"``
            this run beside others, in the place of itself.

        Returns
        -------
        Loaded
            What was written.

        Raises
        ------
        UsageError
            The address or a setting is wrong, or the tables are there and were not to be.
        DatabaseError
            The database is down, refuses, has no PostGIS, or psycopg is not installed.
        ForeignTableError
            A table in the way is not one of ours.
        """
        from spots.export.postgis import address_of, load_layers, target_of  # noqa: PLC0415

        how = one_of(IfExists, if_exists, "if_exists")
        with arguments_for_options():
            target = target_of(address_of(con), schema)
            return load_layers(self.evidence, self._record, target, lang=self.lang, if_exists=how)

    def styles(self) -> Mapping[str, str]:
        """Return the QGIS style (QML) of every layer, by the layer's name."""
        from spots.outputs.layers import layer_tables  # noqa: PLC0415 - pandas
        from spots.outputs.qgis.styles import layer_styles  # noqa: PLC0415 - for layers

        tables = layer_tables(self.evidence, self.lang)
        return FrozenDict({style.layer: style.qml for style in layer_styles(tables, self.lang)})

    @property
    def _record(self) -> RunRecord:
        return self.record or record_of(self.evidence, self.lang)
