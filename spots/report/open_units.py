"""Units of ground that are undetermined, on printed maps: their outline, a mark, and a legend line.

Stands apart: who may yet be designated has to be seen beside what is, in whatever way it is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from groundfloor.problems import Lang, Text
from spots.report.basemap import SpotGround, swatch, symbol
from spots.report.canvas import Frame, Stroke, path_data, stroked
from spots.report.report_data import LegendLine
from spots.telling.wording import some
from spots.types import RunResult, State, UnitVerdict

_OUTLINE = Stroke("#7A6A00", 0.3, (0.5, 0.7))
_MARK_MM = 2.6
_HOW_MANY = Text("区域", "more")


def open_units(result: RunResult) -> tuple[UnitVerdict, ...]:
    """Return the units that are undetermined, each once."""
    found = {v.unit.id: v for v in result.units if v.state is State.UNDETERMINED}
    return tuple(found.values())


def drawn_open(result: RunResult, ground: SpotGround, frame: Frame) -> list[str]:
    """Return what is drawn of them; one without ground or position cannot be."""
    parts: list[str] = []
    for verdict in open_units(result):
        at = verdict.unit.position
        shape = verdict.ground
        if shape is not None:
            data = path_data(ground.moved(np.asarray([shape], dtype=object)), frame)
            parts += [stroked(data, _OUTLINE)] if data else []
        where = shapely.Point(at.lon, at.lat) if at is not None else None
        where = where or (shapely.point_on_surface(shape) if shape is not None else None)
        if where is None:
            continue
        moved = ground.moved(np.asarray([where], dtype=object))
        ((x, y),) = frame.on_sheet(shapely.get_coordinates(moved)).tolist()
        if 0 < x < frame.width and 0 < y < frame.height:
            parts.append(symbol("undetermined", x, y, size=_MARK_MM))
    return parts


def open_legend(result: RunResult, lang: Lang) -> Iterator[LegendLine]:
    """Yield the line of the legend, with how many there are."""
    found = open_units(result)
    if found:
        text = Text("判定不能の区域", "units undetermined").render(lang)
        yield LegendLine(swatch("undetermined"), text, str(len(found)))


def open_note(result: RunResult) -> Iterator[Text]:
    """Yield which units are open, for the foot of a sheet."""
    found = open_units(result)
    if found:
        told = some([v.unit.name for v in found], _HOW_MANY)
        yield Text(
            f"判定不能の区域があります：{told.ja}。設定（案）に含めていません。",
            f"Undetermined, and not in what is designated: {told.en}.",
        )
