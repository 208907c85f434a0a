"""Why a person should look at an answer: what the accuracy of a position could turn.

Stands apart: `answering` answers; here it is asked whether a position some way off would turn it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from boundaries.types import AreaClass
from groundfloor.problems import Text
from spots.facilities import RawFacility
from spots.locating.run_ground import RunGround, declared, metres_to, nearest_other_class
from spots.locating.standing import Doubt, SpotDistance
from spots.telling.units import kilometres
from spots.types import Accuracy, Place, Position


def position_doubts(place: Place, off_m: float, *, claimed: bool) -> tuple[Doubt, ...]:
    """Return the doubt of a point that lies in no municipality."""
    if math.isinf(off_m) and claimed:
        text = Text(
            "一覧では都道府県内の施設ですが、地点が都道府県内のどの市区町村にも入りません",
            "the list says it is in the prefecture, but the point lies in no municipality of it",
        )
        return (Doubt("outside-boundaries", text),)
    if 0 < off_m < math.inf:
        text = Text(
            f"地点が{place.municipality}の境界から{off_m:.0f} m外れています",
            f"the point lies {off_m:.0f} m outside {place.municipality}",
        )
        return (Doubt("off-land", text),)
    return ()


def declared_doubt(
    row: RawFacility, ground: RunGround, lon: float, lat: float
) -> tuple[Doubt, ...]:
    """Compare the point with the municipality that the list names."""
    place = declared(ground, row)
    if place is None:
        return ()
    metres = metres_to(ground, place, lon, lat)
    if metres <= ground.tolerance_m:
        return ()
    text = Text(
        f"座標が、一覧にある市区町村（{place.municipality}）から{kilometres(metres)}離れています",
        f"the point lies {kilometres(metres)} from the municipality in the list "
        f"({place.municipality})",
    )
    return (Doubt("municipality-differs", text),)


def edge_doubts(
    measured: Sequence[SpotDistance], accuracy: Accuracy, tolerance_m: float
) -> tuple[Doubt, ...]:
    """Return a doubt for each spot whose edge is within the tolerance, on either side."""
    return tuple(
        Doubt(
            "near-spot-edge",
            Text(
                f"「{m.name}」のスポットの端まで{_shown(abs(m.edge_m))} mです"
                f"{_why_near(accuracy, tolerance_m).ja}",
                f"the edge of the spot of {m.name} is {_shown(abs(m.edge_m))} m away"
                f"{_why_near(accuracy, tolerance_m).en}",
            ),
        )
        for m in measured
        if m.valid and abs(m.edge_m) <= tolerance_m
    )


def area_doubt(
    ground: RunGround, place: Place, position: Position, tolerance_m: float
) -> tuple[Doubt, ...]:
    """Return the doubt of a point near the boundary of a 少数区域, on either side."""
    near = nearest_other_class(ground, place, position.lon, position.lat, tolerance_m)
    if near is None:
        return ()
    metres, name = near
    shortage = place.area_class is AreaClass.SHORTAGE
    area = place.area if shortage else name
    tail = _why_near(position.accuracy, tolerance_m)
    text = Text(
        f"医師少数区域「{area}」の境まで{_shown(metres)} mです{tail.ja}",
        f"the boundary of the shortage area {area} is {_shown(metres)} m away{tail.en}",
    )
    return (Doubt("near-area-edge", text),)


def _why_near(accuracy: Accuracy, tolerance_m: float) -> Text:
    """Return the accuracy that makes a distance near, in brackets."""
    what = (
        Text("町丁目の代表点の座標のため、", "the point of a town block, ")
        if accuracy is Accuracy.TOWN
        else Text("座標の", "position ")
    )
    return Text(
        f"（{what.ja}誤差を{tolerance_m:,.0f} mとみています）",
        f" ({what.en}taken to be up to {tolerance_m:,.0f} m off)",
    )


def _shown(metres: float) -> str:
    """Return metres for a sentence, with more decimals where whole ones would say 0."""
    return f"{metres:,.0f}" if metres >= 1 else f"{metres:.2f}"
