"""A list of institutions in, an answer for each row out, in the order of the list, and remarks.

Stands apart: `answering` answers rows, wherever they come from; here a list becomes rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from groundfloor.arguments import number
from groundfloor.dates import parse_date
from groundfloor.frozen import FrozenDict
from groundfloor.problems import DataError, Problem, Text, error, note, one_of
from spots.facilities import (
    LayerSpec,
    PositionFormat,
    PositionSource,
    RawFacility,
    read_layer,
    sources_of,
)
from spots.locating.answering import TOLERANCE_M, answers
from spots.locating.positions_found import Found, answered, with_positions
from spots.locating.run_ground import M_PER_DEGREE, ground_of
from spots.locating.standing import Answers, Basis, Located, Standing
from spots.telling.units import day
from spots.types import Accuracy, Role, RunResult


def locate(
    result: RunResult,
    path: str | Path,
    *,
    on: date | str | None = None,
    tolerance_m: float = TOLERANCE_M,
    reach_m: float = 0.0,
    accuracy: Accuracy | str = Accuracy.POINT,
    positions: Sequence[str | Path] = (),
    towns: str | Path | None = None,
    only: str | None = None,
    columns: Mapping[str, str] = FrozenDict(),
    progress: Callable[[Text], None] | None = None,
) -> tuple[Answers, tuple[Problem, ...]]:
    """Read a list and say of each row whether it lies inside a spot or a 少数区域.

    Headers that the run file of `result` added are understood here too. A type column is not
    needed and not read. Coordinates of fewer than three decimals are taken to be off by half a
    unit of their last one. A row without coordinates stands where the run's facility of its name
    does, one to one and in the same municipality; else where `positions` have it by name, or
    `towns` its address.

    Parameters
    ----------
    result : RunResult
        The run with the spots.
    path : str or Path
        CSV, XLSX, GeoJSON, GeoPackage, Shapefile, or a zip of one (P04, 医療情報ネット).
    on : date or str, optional
        Day that spots must be valid on (``"R8.4.1"`` too).
    tolerance_m : float
        How far off the coordinates may be, metres.
    reach_m : float
        Spots whose edge is this near are listed too, metres.
    accuracy : Accuracy
        How well the coordinates of the list are known: ``"point"`` or ``"town"``.
    positions : sequence of str or Path
        Public lists, finished runs or town tables, as in a run file.
    towns : str or Path, optional
        Town table for rows with an address alone, asked last.
    only : str, optional
        Id of the one result of the policy that is answered; all results by default.
    columns : mapping of str to str
        Headers by canonical column, where their words do not tell.
    progress : callable, optional
        Told what is being done.

    Returns
    -------
    Answers, tuple of Problem
        A row each, in the order of the file; warnings and notes.

    Raises
    ------
    DataError, MissingFileError
        The list cannot be used (all problems found in it are named), or every row with a position
        lies outside the prefecture and its spots.
    UsageError
        `on` is no day, a distance no number of metres, or `only` no result of the run.

    Examples
    --------
    >>> answers, problems = locate(result, "institutions.xlsx", on="R8.4.1")  # doctest: +SKIP
    """
    path = Path(path)
    when = None if on is None else parse_date(on, column="on", whole=True)
    asked = AskedOfList(when, tolerance_m, reach_m, asked_sources(positions, towns), only)
    spec = list_spec(path, one_of(Accuracy, accuracy, "accuracy"), columns=columns)
    if progress is not None:
        progress(Text("一覧を読んでいます", "reading the list"))
    rows, problems = read_layer(spec, run_aliases(result))
    return locate_rows(result, rows, problems, str(path), asked, progress)


@dataclass(frozen=True, slots=True)
class AskedOfList:
    """What is asked of the rows of a list, see `locate`; checked."""

    on: date | None = None
    tolerance_m: float = TOLERANCE_M
    reach_m: float = 0.0
    sources: tuple[PositionSource, ...] = ()
    only: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number of metres."""
        object.__setattr__(self, "tolerance_m", number(self.tolerance_m, "tolerance_m", least=0))
        object.__setattr__(self, "reach_m", number(self.reach_m, "reach_m", least=0))


def asked_sources(
    positions: Sequence[str | Path], towns: str | Path | None
) -> tuple[PositionSource, ...]:
    """Return where rows without coordinates are looked up, a town table last."""
    last = () if towns is None else sources_of([towns])
    by_address = (replace(each, kind=PositionFormat.TOWNS) for each in last)
    return (*sources_of(positions), *by_address)


def locate_rows(
    result: RunResult,
    rows: Sequence[RawFacility],
    problems: Sequence[Problem],
    shown: str,
    asked: AskedOfList,
    progress: Callable[[Text], None] | None = None,
) -> tuple[Answers, tuple[Problem, ...]]:
    """Say of each row of a list that was read whether it lies inside a spot or a 少数区域.

    Parameters
    ----------
    result : RunResult
        The run with the spots.
    rows : sequence of RawFacility
        Rows of the list.
    problems : sequence of Problem
        What was found when it was read.
    shown : str
        What messages call it.
    asked : Asked
        What is asked.
    progress : callable, optional
        Told what is being done.

    Returns
    -------
    Answers, tuple of Problem
        As `locate`.

    Raises
    ------
    DataError
        Every row with a position lies outside the prefecture and its spots.
    UsageError
        `asked` names no result of the run.
    """
    if progress is not None:
        progress(Text("位置を調べています", "looking at the positions"))
    placed = with_positions(result, ground_of(result), rows, asked.sources)
    found = placed_answers(result, placed, problems, asked, progress)
    _refuse_elsewhere(found, shown)
    return found, (*answered(problems, placed, shown), *_remarks(found, shown))


def placed_answers(
    result: RunResult,
    placed: Found,
    problems: Sequence[Problem],
    asked: AskedOfList,
    progress: Callable[[Text], None] | None = None,
) -> Answers:
    """Say of each row whose position was looked up whether it lies inside.

    Parameters
    ----------
    result : RunResult
        The run with the spots.
    placed : Found
        The rows, as `spots.locating.positions_found.with_positions` gives them.
    problems : sequence of Problem
        What was found when their list was read.
    asked : AskedOfList
        What is asked.
    progress : callable, optional
        Told what is being done.

    Raises
    ------
    UsageError
        `asked` names no result of the run.
    """
    found = answers(
        result,
        placed.rows,
        on=asked.on,
        tolerance_m=asked.tolerance_m,
        reach_m=asked.reach_m,
        coarse_m=_coarse(problems),
        only=asked.only,
        progress=progress,
    )
    return replace(found, rows=tuple(_marked(row, placed) for row in found.rows))


def list_spec(
    path: Path, accuracy: Accuracy, shown: str = "", columns: Mapping[str, str] = FrozenDict()
) -> LayerSpec:
    """Return how a list of institutions is read.

    Parameters
    ----------
    path : Path
        The file.
    accuracy : Accuracy
        How well its coordinates are known.
    shown : str
        What messages call it; the path by default.
    columns : mapping of str to str
        Headers by canonical column.
    """
    return LayerSpec(
        path=path,
        shown=shown or str(path),
        name=path.stem,
        role=Role.DESTINATION,
        columns={"type": "", **columns},  # 種別 of such lists is 病院 or 診療所, not ①②③
        accuracy=accuracy,
    )


def _marked(row: Located, placed: Found) -> Located:
    """Say of a row whose position was found elsewhere where that is."""
    basis = placed.basis.get(row.source.row)
    if basis is None:
        return row
    kept = basis if row.basis is Basis.POINT else row.basis
    return replace(row, basis=kept, found_as=placed.as_what[row.source.row])


def run_aliases(result: RunResult) -> Mapping[str, Sequence[str]]:
    """Return the headers that the run file added, by column."""
    settings = result.job.get("settings")
    given = settings.get("aliases") if isinstance(settings, Mapping) else None
    if not isinstance(given, Mapping):
        return {}
    return {str(k): [str(x) for x in v] for k, v in given.items() if isinstance(v, list | tuple)}


def _coarse(problems: Sequence[Problem]) -> dict[int, float]:
    """Return how far off rows with few decimals may be: half a unit, along both axes."""
    return {
        p.row: 0.5 * 10.0 ** -_decimals(p.value or "") * M_PER_DEGREE * 2**0.5
        for p in problems
        if p.code == "coarse-coordinates" and p.row is not None
    }


def _decimals(text: str) -> int:
    return len(text.strip().partition(".")[2])


def _refuse_elsewhere(found: Answers, file: str) -> None:
    placed = [row for row in found.rows if row.position is not None]
    if not placed or any(row.standing is not Standing.ELSEWHERE or row.doubts for row in placed):
        return
    raise DataError(
        error(
            "list-outside-prefecture",
            Text(
                f"座標のある{len(placed):,}行がすべて{found.question.prefecture}の外にあります",
                f"all {len(placed):,} rows with a position lie outside the prefecture of the run",
            ),
            Text(
                "一覧と出力フォルダの都道府県、座標の緯度・経度の列を確かめてください",
                "check that list and output folder belong together, and the columns of latitude "
                "and longitude",
            ),
            file=file,
        )
    )


def _remarks(found: Answers, file: str) -> Iterator[Problem]:
    asked = found.question
    if asked.on is None:
        return
    if asked.spots and not asked.valid:
        yield _none_valid(Text("スポット", "spot"), asked.on, file)
    for each in asked.results:
        if each.units and not each.valid:
            what = Text(f"「{each.title.ja}」の区域", f"unit of {each.title.en}")
            yield _none_valid(what, asked.on, file)


def _none_valid(what: Text, on: date, file: str) -> Problem:
    return note(
        "no-spot-valid-then",
        Text(
            f"{day(on).ja}が設定期間に入る{what.ja}はありません",
            f"no {what.en} is valid on {on.isoformat()}",
        ),
        Text(f"{what.ja}の設定期間を確かめてください", "check the period of the spots"),
        file=file,
    )
