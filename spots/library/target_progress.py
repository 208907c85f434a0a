"""`targets`: target numbers of physicians by area, and the progress towards them, as frames."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from groundfloor.arguments import of_kind
from groundfloor.disk import WrittenFile
from groundfloor.problems import Lang, Problem, Text, UsageError, error, one_of
from spots.library.frames_on_disk import Source, on_disk, shown_source
from spots.library.result import Result
from spots.library.told_problems import problems, warn_of
from spots.library.typed_frames import DayFrame, frame_of, table_of
from spots.outputs.layer_table import filled_cells
from spots.outputs.table_page import page_table
from spots.physician_targets.target_chart import targets_chart
from spots.physician_targets.target_pages import TargetReport, source_years, targets_page
from spots.physician_targets.target_report import TargetWork, targets_of
from spots.telling.columns import Filled
from spots.telling.target_columns import ROW_KIND, source_columns, target_columns
from spots.types.physician_targets import TargetRow

_TABLE_KINDS = (str, Path, pd.DataFrame)
_TABLE = Text("ファイル名か DataFrame を渡してください", "give a file, or a DataFrame")
_AREAS = Text(
    "結果（Result）、そのフォルダ、境界ファイルのいずれかを渡してください",
    "give a Result, its folder, or a boundary file",
)


def targets(
    table: Source,
    *,
    by_source: Source | None = None,
    areas: Result | str | Path | None = None,
    lang: Lang | str = Lang.JA,
) -> TargetProgress:
    """Read target numbers of physicians (目標医師数), and what each year placed of those needed.

    Parameters
    ----------
    table : str, Path or DataFrame
        A row for each area: physicians when the plan was made, target, how many more are needed,
        and a column for each year. A row called 合計 is the published total.
    by_source : str, Path or DataFrame, optional
        The same placements by source: compared year by year, never corrected.
    areas : Result, str or Path, optional
        Where the areas lie: a result, its folder, or a boundary file.
    lang : str
        ``"ja"`` or ``"en"``, of sentences.

    Returns
    -------
    TargetProgress
        Frames, chart and map; ``print`` it to read it.

    Raises
    ------
    UsageError
        There is no such language.
    DataError
        The table cannot be used; every fault at once.

    Examples
    --------
    >>> import pandas as pd, spots as ss
    >>> row = {"区域": "宗谷", "策定時点医師数": 59, "目標数": 78, "R3": 7}
    >>> ss.targets(pd.DataFrame([row])).areas["percent_2021"].tolist()
    [36.8]
    """
    chosen = one_of(Lang, lang, "lang")
    of_kind(table, _TABLE_KINDS, "table", _TABLE)
    if by_source is not None:
        of_kind(by_source, _TABLE_KINDS, "by_source", _TABLE)
    if areas is not None:
        of_kind(areas, (Result, str, Path), "areas", _AREAS)
    given = areas.evidence if isinstance(areas, Result) else areas
    with ExitStack() as stack:
        file = stack.enter_context(on_disk(table, "table"))
        source = None
        if by_source is not None:
            source = stack.enter_context(on_disk(by_source, "by_source"))
        where = Path(given) if isinstance(given, str) else given
        called = shown_source(table, "table")
        labels = (called, "" if by_source is None else shown_source(by_source, "by_source"))
        work = targets_of(file, by_source=source, areas=where, labels=labels)
    warn_of(work.report.problems, "targets")
    return TargetProgress(work, chosen)


@dataclass(frozen=True, slots=True, eq=False)
class TargetProgress:
    """Targets of physicians by area, and the progress towards them.

    Parameters
    ----------
    work : TargetWork
        The table, with its ground.
    lang : Lang
        Language of sentences.
    """

    work: TargetWork
    lang: Lang

    @property
    def areas(self) -> pd.DataFrame | DayFrame:
        """A row for each area; with geometry (EPSG:6668) where it is known where areas lie.

        Columns as in ``targets.csv``: ``base``, ``target``, ``needed``, and of each year
        ``placed_…`` and ``percent_…``, NA where the cell is blank; percent is NA too where nothing
        is needed. Years are stocks: never add them up.
        """
        if not self.work.ground:
            return self._frame(target_columns(self._report.table.years), self._report.rows)
        from spots.physician_targets.target_layers import targets_layer  # noqa: PLC0415 - GDAL

        return frame_of(targets_layer(self._report, self.work.ground, self.lang))

    @property
    def totals(self) -> pd.DataFrame:
        """The published total, and beside it what the areas sum to (``row_kind``)."""
        columns = (ROW_KIND, *target_columns(self._report.table.years))
        return self._frame(columns, self._report.totals)

    @property
    def by_source(self) -> pd.DataFrame:
        """A row for each source; without rows where no such table was given."""
        sources = self._report.sources
        columns = source_columns(source_years(sources) if sources else ())
        return table_of([c.column for c in columns], filled_cells(columns, sources, self.lang))

    @property
    def found_problems(self) -> tuple[Problem, ...]:
        """What does not add up, and which areas are on no map."""
        return self._report.problems

    @property
    def problems(self) -> pd.DataFrame:
        """The same, a row each."""
        return problems(self, lang=self.lang)

    def chart(self) -> str:
        """Return the chart as SVG: for each area what is needed, and a bar for each year."""
        return targets_chart(self._report, self.lang)

    def map(self) -> str:
        """Return the map as one self-contained HTML document.

        Raises
        ------
        UsageError
            `areas` was no result.
        """
        from spots.physician_targets.target_map import targets_map  # noqa: PLC0415 - folium

        if self.work.base is None:
            raise UsageError(_no_result())
        return targets_map(self._report, self.work.ground, self.work.base, self.lang)

    def write(self, out: str | Path, *, force: bool = False) -> tuple[WrittenFile, ...]:
        """Write the folder of ``spots targets --out``: tables, workbook, chart, layer, map.

        Parameters
        ----------
        out : str or Path
            The folder to make.
        force : bool
            Replace an earlier one.

        Raises
        ------
        OutputExistsError, ForeignFolderError, OutputError
            It is there, is somebody else's, or cannot be written.
        """
        from spots.physician_targets.target_folder import write_targets  # noqa: PLC0415 - writers

        written, found = write_targets(self.work, Path(out), lang=self.lang, force=force)
        warn_of(found, "TargetProgress.write")
        return written

    def __str__(self) -> str:
        """Return the table as the command prints it."""
        return page_table(targets_page(self._report, self.lang), self.lang)

    @property
    def _report(self) -> TargetReport:
        return self.work.report

    def _frame(
        self, columns: Sequence[Filled[TargetRow]], rows: Sequence[TargetRow]
    ) -> pd.DataFrame:
        return table_of([c.column for c in columns], filled_cells(columns, rows, self.lang))


def _no_result() -> Problem:
    return error(
        "target-map-without-result",
        Text("地図を描くには結果が必要です", "a map needs a result"),
        Text(
            "targets(…, areas=結果) のように、spots run の結果を渡してください",
            "give the areas of a result of `spots run`: targets(..., areas=result)",
        ),
    )
