"""Finding the municipality that a name or an address means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from boundaries.codes import fold, split_prefecture

_POSTAL = re.compile(r"^(日本国?[、,]?)?(〒?\d{3}[-‐－ー]?\d{4}(?=\D))?[、,]?")
_COUNTY = re.compile(r"^(.{1,6}?郡)(?=.)")
_ISLAND = re.compile(r"^(.{1,4}?島)(?=.)")  # 東京都八丈島八丈町, 三宅島三宅村
_WARD = re.compile(r"^.{1,5}区$")
_TOKYO = "13"


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A municipality as name matching sees it.

    Parameters
    ----------
    code, prefecture_code : str
        Five and two digits.
    name : str
        Folded name without county (see `boundaries.codes.fold`).
    county : str
        Folded county; empty where unknown, and then any county fits a town or village.
    """

    code: str
    prefecture_code: str
    name: str
    county: str


def code_of_name(
    text: str, places: Iterable[PlaceName], prefecture_code: str | None = None
) -> str | None:
    """Return the code of the municipality that is called exactly `text`.

    Parameters
    ----------
    text : str
        Name with or without prefecture and county; a ward finds the city it was merged into.
    places : iterable of PlaceName
        Municipalities to choose from.
    prefecture_code : str, optional
        Only look in this prefecture.

    Returns
    -------
    str or None
        None when nothing or more than one municipality fits.
    """
    chosen = codes_of_name(text, places, prefecture_code)
    return chosen[0] if len(chosen) == 1 else None


def codes_of_name(
    text: str, places: Iterable[PlaceName], prefecture_code: str | None = None
) -> tuple[str, ...]:
    """Return the codes of all municipalities that `text` may mean, sorted; see `code_of_name`."""
    stated, rest = split_prefecture(fold(text))
    found = set()
    merged = set()
    for place in _within(places, stated, prefecture_code):
        if place.name not in rest:
            continue  # nearly all of them
        for part in _after_county(rest, place):
            if part == place.name:
                found.add(place.code)
            elif (
                place.name.endswith("市")
                and part.startswith(place.name)
                and _WARD.match(part[len(place.name) :])
            ):
                merged.add(place.code)
    return tuple(sorted(found or merged))


def code_of_address(
    text: str, places: Iterable[PlaceName], prefecture_code: str | None = None
) -> str | None:
    """Return the code of the municipality that an address lies in.

    The municipality must stand at the start, after an optional postal code, prefecture and county
    (so 南小国町 is never taken for 小国町); the longest name wins.

    Parameters
    ----------
    text : str
        Address, with or without prefecture and county.
    places : iterable of PlaceName
        Municipalities to choose from.
    prefecture_code : str, optional
        Only look in this prefecture.

    Returns
    -------
    str or None
        None when nothing fits, or the same name fits in two prefectures.
    """
    stated, rest = split_prefecture(_POSTAL.sub("", fold(text)))
    best: dict[str, int] = {}
    for place in _within(places, stated, prefecture_code):
        if place.name in rest and any(
            part.startswith(place.name) for part in _after_county(rest, place)
        ):
            best[place.code] = len(place.name)
    longest = [code for code, length in best.items() if length == max(best.values())]
    return longest[0] if len(longest) == 1 else None


def _within(
    places: Iterable[PlaceName], stated: str | None, wanted: str | None
) -> Iterator[PlaceName]:
    known = {code for code in (stated, wanted) if code is not None}
    if len(known) > 1:
        return iter(())
    return (p for p in places if p.name and (not known or p.prefecture_code in known))


def _after_county(text: str, place: PlaceName) -> Iterator[str]:
    """Yield what may start with the name of `place`: `text`, and `text` after its county."""
    yield text
    if not place.name.endswith(("町", "村")):
        return
    county = _COUNTY.match(text)
    if county is not None and place.county in {"", county.group(1)}:
        yield text[county.end() :]
    island = _ISLAND.match(text) if place.prefecture_code == _TOKYO else None
    if island is not None:
        yield text[island.end() :]
