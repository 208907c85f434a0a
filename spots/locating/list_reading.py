"""A list on disk in, answers and remarks out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from groundfloor.arguments import number
from groundfloor.dates import parse_date
from groundfloor.problems import DataError, Problem, Text, error, note, one_of
from spots.facilities import LayerSpec, read_layer
from spots.locating.answering import TOLERANCE_M, answers
from spots.locating.standing import Answers, Standing
from spots.telling.units import day
from spots.types import Accuracy, Role, RunResult

_M_PER_DEGREE = 111_000.0


def locate(
    result: RunResult,
    path: str | Path,
    *,
    on: date | str | None = None,
    tolerance_m: float = TOLERANCE_M,
    reach_m: float = 0.0,
    accuracy: Accuracy | str = Accuracy.POINT,
    progress: Callable[[Text], None] | None = None,
) -> tuple[Answers, tuple[Problem, ...]]:
    """Read a list and say of each row whether it lies inside a spot or a 少数区域.

    Headers that the run file of `result` added are understood here too. A type column is not
    needed and not read. Coordinates of fewer than three decimals are taken to be off by half a
    unit of their last one.

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
        `on` is no day, or a distance no number of metres.

    Examples
    --------
    >>> answers, problems = locate(result, "institutions.xlsx", on="R8.4.1")  # doctest: +SKIP
    """
    path = Path(path)
    tolerance_m = number(tolerance_m, "tolerance_m", least=0)
    reach_m = number(reach_m, "reach_m", least=0)
    day = None if on is None else parse_date(on, column="on", whole=True)
    spec = LayerSpec(
        path=path,
        shown=str(path),
        name=path.stem,
        role=Role.DESTINATION,
        columns={"type": ""},  # 種別 of such lists is 病院 or 診療所, not ①②③
        accuracy=one_of(Accuracy, accuracy, "accuracy"),
    )
    tell = progress or (lambda _stage: None)
    tell(Text("一覧を読んでいます", "reading the list"))
    rows, problems = read_layer(spec, _aliases(result))
    tell(Text("位置を調べています", "looking at the positions"))
    found = answers(
        result,
        rows,
        on=day,
        tolerance_m=tolerance_m,
        reach_m=reach_m,
        coarse_m=_coarse(problems),
        progress=progress,
    )
    _refuse_elsewhere(found, str(path))
    return found, (*problems, *_remarks(found, str(path)))


def _aliases(result: RunResult) -> Mapping[str, Sequence[str]]:
    settings = result.job.get("settings")
    given = settings.get("aliases") if isinstance(settings, Mapping) else None
    if not isinstance(given, Mapping):
        return {}
    return {str(k): [str(x) for x in v] for k, v in given.items() if isinstance(v, list | tuple)}


def _coarse(problems: Sequence[Problem]) -> dict[int, float]:
    """Return how far off rows with few decimals may be: half a unit, along both axes."""
    return {
        p.row: 0.5 * 10.0 ** -_decimals(p.value or "") * _M_PER_DEGREE * 2**0.5
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


def _remarks(found: Answers, file: str) -> list[Problem]:
    asked = found.question
    if asked.on is None or not asked.spots or asked.valid:
        return []
    return [
        note(
            "no-spot-valid-then",
            Text(
                f"{day(asked.on).ja}が設定期間に入るスポットはありません",
                f"no spot is valid on {asked.on.isoformat()}",
            ),
            Text("スポットの設定期間を確かめてください", "check the period of the spots"),
            file=file,
        )
    ]
