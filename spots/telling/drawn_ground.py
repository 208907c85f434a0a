"""What maps say of the ground that they show, and of what they cannot show."""

from __future__ import annotations

from collections.abc import Sequence

from groundfloor.problems import Text
from spots.telling.units import area

#: Of a run without its neighbours' outlines.
NO_NEIGHBOURS = Text(
    "隣接する都道府県の境界が入力されていないため、その外は陸と海を区別せずに描いています",
    "Outlines of the neighbouring prefectures were not given: beyond, land and sea look alike",
)
#: Of ground in no medical area, in legends; nothing is said of its class.
WITHOUT_AREA = Text("圏域なし", "in no medical area")
INSET = Text("別図", "Inset")


def far_land(lands: Sequence[tuple[str, int, float]]) -> Text:
    """Return what is said of islands that no map shows.

    Parameters
    ----------
    lands : sequence of (str, int, float)
        Municipality, islands, and their land in km².

    Examples
    --------
    >>> far_land([("小笠原村", 13, 43.38)]).ja
    '施設のない遠くの島は図にありません（小笠原村の13島・43.38 km²）'
    """
    ja = "、".join(f"{name}の{count}島・{area(km2)}" for name, count, km2 in lands)
    en = "; ".join(f"{count} of {name}, {area(km2)}" for name, count, km2 in lands)
    return Text(
        f"施設のない遠くの島は図にありません（{ja}）",
        f"Far islands without a facility are not drawn ({en})",
    )
