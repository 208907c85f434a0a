"""Which of several candidates a role gets: the newest edition, then the one that says more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from boundaries.codes import fold, split_county
from boundaries.indices import PUBLISHED_CUT_OFFS
from groundfloor.problems import Text
from spots.starting.recognised import Bounds, DataKind, FoundData, Survey
from spots.telling import starting_words as words

#: Of the municipalities of a prefecture an extract of roads must hold so many: islands that lie
#: far off have no roads to anybody, and the bounds of some extracts end before them.
COVERED = 0.8


@dataclass(frozen=True, slots=True)
class Choice:
    """What a role gets, and what else would have done.

    Parameters
    ----------
    taken : FoundData or None
        The best candidate; None where there is none.
    others : tuple of (FoundData, Text)
        The other ones, each with why it was not taken.
    """

    taken: FoundData | None
    others: tuple[tuple[FoundData, Text], ...] = ()


def newest(candidates: Iterable[FoundData]) -> Choice:
    """Return the candidate of the newest edition; of one edition that with most to say."""
    ranked = sorted(candidates, key=_rank, reverse=True)
    if not ranked:
        return Choice(None)
    first, *rest = ranked
    return Choice(first, tuple((each, _why_not(each, first)) for each in rest))


def _rank(each: FoundData) -> tuple[object, ...]:
    known = each.kind is not DataKind.INDEX or each.edition in PUBLISHED_CUT_OFFS
    detail = each.size / max(len(each.prefectures), 1)
    if each.kind in {DataKind.INDEX, DataKind.AREAS}:
        detail = each.rows
    return each.edition, known, detail, each.shown


def _why_not(each: FoundData, taken: FoundData) -> Text:
    if each.edition != taken.edition:
        return words.older_than(each.edition, taken.edition)
    return words.LESS_DETAIL if each.kind is DataKind.OUTLINES else words.NARROWER


def outlines_of(
    survey: Survey, own: str, beside: Sequence[str]
) -> tuple[Choice, tuple[Choice, ...]]:
    """Return the outlines of a prefecture, and those of its neighbours that are not in the same.

    A file that holds a prefecture which another file gives already is no candidate: the same
    ground twice, drawn otherwise, is a fault.
    """
    every = survey.of(DataKind.OUTLINES)
    mine = newest(each for each in every if own in each.prefectures)
    have = set(mine.taken.prefectures if mine.taken else {own})
    more: list[Choice] = []
    for code in beside:
        if code in have:
            continue
        fits = [e for e in every if code in e.prefectures and have.isdisjoint(e.prefectures)]
        choice = newest(fits)
        if choice.taken is not None:
            have |= choice.taken.prefectures
            more.append(choice)
    return mine, tuple(more)


def covered_share(bounds: Bounds | None, places: Sequence[tuple[float, float]]) -> float:
    """Return which share of places (longitude, latitude) lies within bounds; zero without them."""
    if bounds is None or not places:
        return 0.0
    west, south, east, north = bounds
    inside = sum(west <= x <= east and south <= y <= north for x, y in places)
    return inside / len(places)


def roads_of(
    survey: Survey, places: Sequence[tuple[float, float]], regions: Sequence[str]
) -> Choice:
    """Return the roads that cover a prefecture; others with what they lack.

    A saved network first, then the extract of the prefecture's own region, then the widest: the box
    that a neighbouring region's extract states may reach over ground of which it has no roads.

    Parameters
    ----------
    survey : Survey
        What lies in the folder.
    places : sequence of (float, float)
        Points of the prefecture's municipalities.
    regions : sequence of str
        Names of the regional extracts that hold it and what touches it, its own first.
    """
    shares = [(covered_share(each.bounds, places), each) for each in survey.of(DataKind.ROADS)]
    fit = [each for share, each in shares if share >= COVERED]
    ranked = sorted(fit, key=lambda each: _roads_rank(each, regions))
    taken = ranked[-1] if ranked else None
    others = [(each, _roads_not_taken(share, taken)) for share, each in shares if each is not taken]
    return Choice(taken, tuple(others))


def _roads_rank(each: FoundData, regions: Sequence[str]) -> tuple[object, ...]:
    own = region_of(each, regions[:1]) is not None
    return each.unit == "saved", own, _square(each.bounds), each.edition, each.shown


def region_of(data: FoundData, regions: Sequence[str]) -> str | None:
    """Return of which region's extract of OpenStreetMap a file is, by its name."""
    name = data.path.name.lower()
    found = (region for region in regions if data.unit == "osm" and name.startswith(f"{region}-"))
    return next(found, None)


def extracts_beside(
    survey: Survey, roads: Choice, ground: Bounds | None, regions: Sequence[str]
) -> tuple[FoundData, ...]:
    """Return the extracts of OpenStreetMap that go on where the one that is taken ends.

    Where that is a region's, the newest of each other region that a touching prefecture lies in;
    else those that meet the prefecture's bounds and have ground that the others have not.
    """
    taken = roads.taken
    if taken is None or taken.unit != "osm":
        return ()
    if (first := region_of(taken, regions)) is not None:
        extracts = sorted(survey.of(DataKind.ROADS), key=lambda e: (e.edition, e.shown))
        newest_of = {region_of(each, regions): each for each in extracts}
        return tuple(newest_of[r] for r in regions if r in newest_of and r != first)
    if taken.bounds is None or ground is None:
        return ()
    every = [e for e in survey.of(DataKind.ROADS) if e.unit == "osm" and e is not taken]
    fit = [e for e in every if meets(e.bounds, ground)]
    found: list[FoundData] = []
    for each in sorted(fit, key=lambda e: (-_square(e.bounds), e.shown)):
        if not any(_holds(other.bounds, each.bounds) for other in (taken, *found)):
            found.append(each)
    return tuple(found)


def _holds(outer: Bounds | None, inner: Bounds | None) -> bool:
    """Tell whether one box of degrees lies within another."""
    if outer is None or inner is None:
        return False
    west, south = outer[0] <= inner[0], outer[1] <= inner[1]
    return west and south and inner[2] <= outer[2] and inner[3] <= outer[3]


def _roads_not_taken(share: float, taken: FoundData | None) -> Text:
    if share >= COVERED and taken is not None:
        return words.ANOTHER_EXTRACT
    return words.roads_of_a_part(share) if share else words.ROADS_ELSEWHERE


def _square(bounds: Bounds | None) -> float:
    if bounds is None:
        return 0.0
    west, south, east, north = bounds
    return (east - west) * (north - south)


def meets(bounds: Bounds | None, ground: Bounds) -> bool:
    """Tell whether two boxes of degrees have ground in common."""
    if bounds is None:
        return False
    return (
        bounds[0] < ground[2]
        and ground[0] < bounds[2]
        and bounds[1] < ground[3]
        and ground[1] < bounds[3]
    )


class TownNames:
    """Municipalities by name, of all outlines and area tables of a survey.

    Parameters
    ----------
    survey : Survey
        What lies in the folder.
    """

    def __init__(self, survey: Survey) -> None:
        named: dict[str, set[str]] = {}
        for each in survey.of(DataKind.OUTLINES, DataKind.AREAS):
            for code, names in each.names.items():
                for name in names:
                    named.setdefault(split_county(fold(name))[1], set()).add(code)
        self.by_name: Mapping[str, set[str]] = named
        self._longest = max(map(len, named), default=0)

    def prefectures_of(self, texts: Iterable[str]) -> Counter[str]:
        """Return how many of texts (names or addresses) begin with a town of each prefecture.

        A name that two prefectures have counts for neither.
        """
        found: Counter[str] = Counter()
        for text in texts:
            rest = split_county(fold(text))[1]
            for bare in (fold(text), rest, *_after_county(fold(text))):
                codes = self._begins(bare)
                if len(codes) == 1:
                    found.update(codes)
                    break
        return found

    def _begins(self, text: str) -> set[str]:
        for length in range(min(self._longest, len(text)), 1, -1):
            if codes := self.by_name.get(text[:length]):
                return codes
        return set()


def _after_county(text: str) -> tuple[str, ...]:
    """Return what stands behind 郡, of an address that begins with one."""
    county, mark, rest = text.partition("郡")
    return (rest,) if mark and county and rest else ()
