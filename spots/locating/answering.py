"""Rows of a list in, an answer for each row out, in the order of the list."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from boundaries.types import AreaClass
from problems import Problem, Text, note, warning
from spots.facilities import LayerSpec, RawFacility, read_layer
from spots.locating.discs import Disc, discs_of, measure
from spots.locating.ground import (
    NOWHERE,
    Ground,
    at_point,
    declared,
    ground_of,
    metres_to,
    nearest_other_class,
    unknown_class,
)
from spots.locating.model import Basis, Doubt, Located, SpotDistance, Standing
from spots.types import Accuracy, Place, Position, Role, RunResult

# Positions of one hospital differ between public sources (P04, 医療情報ネット, lists of
# Kumamoto) by 13 m in the median and by up to 82 m for 90 % of them.
TOLERANCE_M = 100.0
# The centre of a 町丁目 lies some hundred metres from what stands in it.
TOWN_TOLERANCE_M = 500.0


def locate(
    result: RunResult,
    rows: Sequence[RawFacility],
    *,
    on: date | None = None,
    tolerance_m: float = TOLERANCE_M,
) -> tuple[Located, ...]:
    """Say for each row of a list whether it lies inside a spot or a 少数区域.

    Inside a spot means a geodesic distance (GRS 80) to its facility of at most the radius,
    compared unrounded, and not in a part that was cut away.

    Parameters
    ----------
    result : RunResult
        The run with the spots.
    rows : sequence of RawFacility
        Rows of a list, as `spots.facilities.read_layer` gives them.
    on : date, optional
        Only spots that are valid on this day count. Classes of areas carry no period.
    tolerance_m : float
        Positions nearer than this to an edge are doubtful; town-accurate ones always are.

    Returns
    -------
    tuple of Located
        One for each row, in the same order; rows without a position are undetermined.
    """
    discs, ground = discs_of(result, on), ground_of(result)
    return tuple(_answer(row, discs, ground, tolerance_m) for row in rows)


def locate_file(
    result: RunResult,
    path: Path,
    *,
    on: date | None = None,
    tolerance_m: float = TOLERANCE_M,
) -> tuple[tuple[Located, ...], tuple[Problem, ...]]:
    """Read a list and `locate` its rows.

    Headers that the run file of `result` added are understood here too. A type column is not
    needed and not read.

    Parameters
    ----------
    result : RunResult
        The run with the spots.
    path : Path
        CSV, XLSX, GeoJSON, GeoPackage, Shapefile, or a zip of one.
    on, tolerance_m : date and float, optional
        As in `locate`.

    Returns
    -------
    tuple of Located, tuple of Problem
        A row each, in the order of the file; warnings and notes.

    Raises
    ------
    DataError, MissingFileError
        The list cannot be used; all problems found in it are named.
    """
    spec = LayerSpec(
        path=path,
        shown=str(path),
        name=path.stem,
        role=Role.DESTINATION,
        columns={"type": ""},  # 種別 of such lists is 病院 or 診療所, not ①②③
    )
    rows, problems = read_layer(spec, _aliases(result))
    found = locate(result, rows, on=on, tolerance_m=tolerance_m)
    return found, (*problems, *_remarks(result, found, str(path), on))


def _aliases(result: RunResult) -> Mapping[str, Sequence[str]]:
    settings = result.job.get("settings")
    given = settings.get("aliases") if isinstance(settings, Mapping) else None
    if not isinstance(given, Mapping):
        return {}
    return {str(k): [str(x) for x in v] for k, v in given.items() if isinstance(v, list | tuple)}


def _answer(row: RawFacility, discs: Sequence[Disc], ground: Ground, tolerance_m: float) -> Located:
    if row.position is None:
        return _without_position(row, ground)
    lon, lat = row.position.lon, row.position.lat
    place, off_m = at_point(ground, lon, lat)
    if row.position.accuracy is Accuracy.TOWN:
        tolerance_m = max(tolerance_m, TOWN_TOLERANCE_M)
    measured = measure(discs, lon, lat, tolerance_m)
    inside = tuple(m for m in measured if m.inside)
    standing, problem = _standing(inside, place, ground)
    doubts = (
        *_position_doubts(row.position, place, off_m, claimed=_claimed(row, ground)),
        *_declared_doubt(row, ground, lon, lat),
        *_edge_doubts(measured, tolerance_m),
        *_area_doubt(ground, place, row.position, tolerance_m),
    )
    return Located(
        source=row.row,
        given_id=row.given_id,
        name=row.name,
        position=row.position,
        standing=standing,
        inside=inside,
        nearest=measured[0] if measured else None,
        place=place,
        basis=Basis.NONE if place is NOWHERE else Basis.POINT,
        doubts=doubts,
        problem=problem,
    )


def _without_position(row: RawFacility, ground: Ground) -> Located:
    """Keep the row; its medical area may still follow from its municipality."""
    place = declared(ground, row)
    return Located(
        source=row.row,
        given_id=row.given_id,
        name=row.name,
        position=None,
        standing=Standing.UNDETERMINED,
        inside=(),
        nearest=None,
        place=place or NOWHERE,
        basis=Basis.DECLARED if place else Basis.NONE,
        problem=row.position_problem or Text("座標がありません", "there are no coordinates"),
    )


def _standing(
    inside: Sequence[SpotDistance], place: Place, ground: Ground
) -> tuple[Standing, Text | None]:
    if inside:
        return Standing.INSIDE_SPOT, None
    if place.area_class is AreaClass.SHORTAGE:
        return Standing.IN_SHORTAGE_AREA, None
    own = place.prefecture_code == ground.prefecture_code
    if own and place.area_class is AreaClass.UNKNOWN:
        return Standing.UNDETERMINED, unknown_class(place)
    return Standing.OUTSIDE, None


def _claimed(row: RawFacility, ground: Ground) -> bool:
    """Tell whether the list says that a row lies in the prefecture of the run."""
    return row.prefecture_code == ground.prefecture_code


def _position_doubts(
    position: Position, place: Place, off_m: float, *, claimed: bool
) -> tuple[Doubt, ...]:
    doubts = []
    if position.accuracy is Accuracy.TOWN:
        text = Text(
            "位置は町丁目の中心です(数百mの誤差がありえます)",
            "the position is the centre of a town block, some hundred metres off",
        )
        doubts.append(Doubt("town-position", text))
    if math.isinf(off_m) and claimed:
        text = Text(
            "一覧では県内の施設ですが、地点が県内のどの市区町村にも入りません",
            "the list says it is in the prefecture, but the point lies in no municipality of it",
        )
        doubts.append(Doubt("outside-boundaries", text))
    elif 0 < off_m < math.inf:
        text = Text(
            f"地点が{place.municipality}の境界から{off_m:.0f} m外れています",
            f"the point lies {off_m:.0f} m outside {place.municipality}",
        )
        doubts.append(Doubt("off-land", text))
    return tuple(doubts)


def _declared_doubt(row: RawFacility, ground: Ground, lon: float, lat: float) -> tuple[Doubt, ...]:
    """Compare the point with the municipality that the list names."""
    place = declared(ground, row)
    if place is None:
        return ()
    metres = metres_to(ground, place, lon, lat)
    if metres <= ground.tolerance_m:
        return ()
    text = Text(
        f"座標が、一覧にある市区町村({place.municipality})から{metres / 1000:.1f} km離れています",
        f"the point lies {metres / 1000:.1f} km from the municipality in the list "
        f"({place.municipality})",
    )
    return (Doubt("municipality-differs", text),)


def _edge_doubts(measured: Sequence[SpotDistance], tolerance_m: float) -> tuple[Doubt, ...]:
    return tuple(
        Doubt(
            "near-spot-edge",
            Text(
                f"「{m.name}」のスポットの端まで{_shown(abs(m.edge_m))} mです",
                f"the edge of the spot of {m.name} is {_shown(abs(m.edge_m))} m away",
            ),
        )
        for m in measured
        if abs(m.edge_m) <= tolerance_m
    )


def _area_doubt(
    ground: Ground, place: Place, position: Position, tolerance_m: float
) -> tuple[Doubt, ...]:
    near = nearest_other_class(ground, place, position.lon, position.lat, tolerance_m)
    if near is None:
        return ()
    metres, name = near
    shortage = place.area_class is AreaClass.SHORTAGE
    area = place.area if shortage else name
    text = Text(
        f"医師少数区域「{area}」の境まで{_shown(metres)} mです",
        f"the boundary of the shortage area {area} is {_shown(metres)} m away",
    )
    return (Doubt("near-area-edge", text),)


def _shown(metres: float) -> str:
    return f"{metres:.0f}" if metres >= 1 else f"{metres:.2f}"


def _remarks(
    result: RunResult, found: Sequence[Located], file: str, on: date | None
) -> list[Problem]:
    remarks = []
    placed = [f for f in found if f.position is not None]
    own = result.settings.prefecture_code
    if placed and not any(f.place.prefecture_code == own for f in placed):
        remarks.append(
            warning(
                "list-outside-prefecture",
                Text(
                    f"座標のある行がすべて{result.settings.prefecture}の外にあります",
                    f"every row with a position lies outside prefecture {own}",
                ),
                Text(
                    "一覧と出力フォルダの都道府県、座標の緯度・経度を確かめてください",
                    "check that list and output folder belong together, and the coordinates",
                ),
                file=file,
            )
        )
    if on is not None and result.spots and not discs_of(result, on):
        remarks.append(
            note(
                "no-spot-valid-then",
                Text(
                    f"{on.isoformat()} に有効なスポットはありません",
                    f"no spot is valid on {on.isoformat()}",
                ),
                Text("設定の有効期間を確かめてください", "check the period of validity"),
                file=file,
            )
        )
    return remarks
