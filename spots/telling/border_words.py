"""How soon drives leave what is known, and what may lie beyond, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from groundfloor.problems import Text
from spots.telling.findings import nearest_known
from spots.telling.units import duration
from spots.telling.wording import names
from spots.types import Border, Leaving

BORDER_LABELS: Mapping[Border, Text] = MappingProxyType(
    {
        Border.DATA: Text("道路データの縁まで", "To the border of the data"),
        Border.PREFECTURE: Text("都道府県境まで", "To the prefecture's border"),
    }
)


def border_note(border: Border, unlisted: Sequence[str]) -> Text:
    """Return what a reader must know beside the time to a border.

    Parameters
    ----------
    border : Border
        Which one it is.
    unlisted : sequence of str
        Names of the prefectures that may lie beyond and of which no hospital is listed; empty
        where none of any is.
    """
    if unlisted:
        named = names(unlisted)
        return Text(
            f"（その先にありうる{named.ja}の病院が一覧になく、より近い病院があるかもしれません）",
            f" (no list names hospitals of {named.en}, which may lie beyond, and a nearer one may "
            "be there)",
        )
    if border is Border.PREFECTURE:
        return Text(
            "（隣の都道府県の病院の一覧がなく、都道府県境の外により近い病院があるかもしれません）",
            " (no list names hospitals beyond it, and a nearer one may lie there)",
        )
    return Text(
        "（縁の外により近い病院があるかもしれません）", " (a nearer hospital may lie beyond it)"
    )


def beyond_border(out: Leaving, nearest_name: str | None, travel_ms: int | None) -> Text:
    """Return why a facility is undetermined that is near the prefecture's or the data's border."""
    time, known = duration(out.ms), nearest_known(nearest_name, travel_ms)
    label = BORDER_LABELS[out.border]
    if out.unlisted:
        named = names(out.unlisted)
        return Text(
            f"{label.ja}{time.ja}であり、その先にありうる{named.ja}の病院が一覧に1つもなく、"
            f"より近い病院があるかもしれず、判定できません（{known.ja}）",
            f"{label.en.lower()} it is {time.en}, no list names a hospital of {named.en}, which "
            f"may lie beyond, and a nearer one may be there ({known.en})",
        )
    if out.border is Border.PREFECTURE:
        return Text(
            f"都道府県境まで{time.ja}であり、隣の都道府県の病院の一覧がなく、都道府県境の外により近い病院があるかもしれず、"
            f"判定できません（{known.ja}）",
            f"the prefecture's border is {time.en} away, no list names hospitals beyond, and a "
            f"nearer one may lie there ({known.en})",
        )
    return Text(
        f"道路データの縁まで{time.ja}であり、縁の外により近い病院があるかもしれず、"
        f"判定できません（{known.ja}）",
        f"the road data end {time.en} away, and a nearer hospital may lie beyond ({known.en})",
    )
