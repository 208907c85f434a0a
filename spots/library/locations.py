"""Which institutions of a list, or of a frame, lie inside a spot: the answers of a result.

Stands apart: `Result.locate` gives its frame; the command prints and writes the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from groundfloor.dates import parse_date
from groundfloor.disk import WrittenFile
from groundfloor.problems import Lang, Problem, Text, one_of
from spots.library.list_arguments import columns_said
from spots.locating import Answers, locate, locate_json, locate_table, run_towns, write_answers
from spots.locating.answering import TOLERANCE_M
from spots.locating.list_answering import AskedOfList, asked_sources, locate_rows
from spots.types import Accuracy

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from pyproj import CRS

    from spots.library.result import Result
    from spots.library.typed_frames import DayFrame

    Listed: TypeAlias = str | Path | pd.DataFrame | gpd.GeoSeries
#: What a caller's frame is called in messages.
SHOWN = "<institutions>"


@dataclass(frozen=True, slots=True, eq=False)
class Locations:
    """Where the institutions of a list stand.

    Parameters
    ----------
    answers : Answers
        What was asked, and the answer for each row.
    found_problems : tuple of Problem
        Warnings and notes.
    lang : Lang
        Language of sentences.
    index : Index, optional
        The caller's labels of the rows; None of a file.
    crs : CRS, optional
        The caller's.
    own : DataFrame, optional
        The caller's columns, row by row.
    """

    answers: Answers
    found_problems: tuple[Problem, ...]
    lang: Lang
    index: pd.Index | None = None
    crs: CRS | None = None
    own: pd.DataFrame | None = None

    @property
    def text(self) -> str:
        """The answers in lines, as ``spots locate`` prints them."""
        return locate_table(self.answers, self.lang)

    @property
    def undetermined(self) -> bool:
        """Whether the answer of a row is open."""
        return any(one.undetermined for one in self.answers.rows)

    def to_dict(self) -> dict[str, object]:
        """Return the answers as JSON-able data, as ``spots locate --json`` prints them."""
        return locate_json(self.answers, self.lang)

    def write(self, path: str | Path, *, force: bool = False) -> tuple[WrittenFile, ...]:
        """Write the answers as ``.csv`` (and ``…_spots.csv``), ``.xlsx`` or ``.geojson``."""
        return write_answers(self.answers, Path(path), lang=self.lang, force=force)

    @property
    def frame(self) -> DayFrame:
        """The answers, a row each; see `spots.library.result.Result.locate`."""
        from spots.library.located_frames import located_frame  # noqa: PLC0415 - pandas

        return located_frame(self)


def locations(
    result: Result,
    source: Listed,
    *,
    on: date | str | None = None,
    tolerance_m: float = TOLERANCE_M,
    reach_m: float = 0.0,
    accuracy: Accuracy | str = Accuracy.POINT,
    positions: str | Path | Sequence[str | Path] = (),
    towns: str | Path | None = None,
    only: str | None = None,
    columns: Mapping[str, Hashable] | None = None,
    progress: Callable[[Text], None] | None = None,
) -> Locations:
    """Say of each row of a list, or frame, whether it lies inside a spot or a 少数区域.

    Parameters are those of `spots.library.result.Result.locate`; `progress` is told what is
    being done.
    """
    evidence = result.evidence
    named = (positions,) if isinstance(positions, str | Path) else tuple(positions)
    if towns is None and result.folder is not None:
        towns = run_towns(evidence, result.folder)
    if not isinstance(source, str | Path):
        from spots.library.located_frames import given_rows  # noqa: PLC0415 - pandas

        when = None if on is None else parse_date(on, column="on", whole=True)
        asked = AskedOfList(when, tolerance_m, reach_m, asked_sources(named, towns), only)
        given = given_rows(result, source, one_of(Accuracy, accuracy, "accuracy"), columns)
        told = locate_rows(evidence, given.rows, given.problems, SHOWN, asked, progress)
        return Locations(*told, result.lang, given.index, given.crs, given.own)
    told = locate(
        evidence,
        source,
        on=on,
        tolerance_m=tolerance_m,
        reach_m=reach_m,
        accuracy=accuracy,
        positions=named,
        towns=towns,
        only=only,
        columns=columns_said(columns),
        progress=progress,
    )
    return Locations(*told, result.lang)
