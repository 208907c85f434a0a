"""The map's layer of what hangs on hospitals and roads: one line or ring for each, by rank.

Stands apart: only a map that is given a ranking has it, and every other stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import shapely
from shapely.geometry import Point

from groundfloor.problems import Lang, Text
from spots.map.card_data import Ring
from spots.map.page_data import MapData, Node
from spots.map.shapes import pack_line
from spots.telling.colours import GRADES
from spots.telling.robustness_words import (
    GONE_TITLES,
    GRADE_LABELS,
    gone_name,
    ranked_words,
    road_words,
    why_lines,
)
from spots.types.robustness import Gone, GoneGrade, GoneKind, GoneRanking, Robustness

#: The script that draws it; behind those whose functions it goes on from.
RANKED_SCRIPT = "ranked.js"
_PX_PER_MM = 3.0
_TOLERANCE = 5e-5  # degrees, about 5 m


@dataclass(frozen=True, slots=True)
class RankedMark:
    """A hospital or road as the map draws it.

    Parameters
    ----------
    key : str
        Of the line of the legend that shows it.
    texts : tuple of str
        What the reader is told of it, line by line.
    colour : str
        Of its line or ring.
    width : float
        Of that, in pixels.
    lines : tuple of Ring
        Of a road.
    lon, lat : float or None
        Of a hospital, degrees.
    """

    key: str
    texts: tuple[str, ...]
    colour: str
    width: float
    lines: tuple[Ring, ...] = ()
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class RankedMapData(MapData):
    """Everything that a page with a ranking shows."""

    ranked: tuple[RankedMark, ...] = ()


def with_ranking(data: MapData, found: Robustness, lang: Lang) -> RankedMapData:
    """Return what a page shows, and besides what hangs on hospitals and roads.

    Parameters
    ----------
    data : MapData
        The page of the run.
    found : Robustness
        The rankings.
    lang : Lang
        Language of the texts.
    """
    given = {each.name: getattr(data, each.name) for each in fields(MapData)}
    nodes = tuple(_node(ranking, lang) for ranking in found.rankings)
    marks = tuple(mark for ranking in found.rankings for mark in _marks(ranking, lang))
    return RankedMapData(**{**given, "tree": (*nodes, *data.tree)}, ranked=marks)


def _key(kind: GoneKind, grade: GoneGrade) -> str:
    return f"gone-{kind.value}-{grade.value}"


def _node(ranking: GoneRanking, lang: Lang) -> Node:
    """Return the lines of the legend: how many there are of each grade."""
    grades = [gone.grade for gone in ranking.rows]
    children = tuple(
        Node(
            _key(ranking.kind, grade),
            GRADE_LABELS[grade].render(lang),
            str(grades.count(grade)),
            f"ranked-{ranking.kind.value}-{colour[1:]}-{width * _PX_PER_MM * 10:.0f}",
            on=grade is not GoneGrade.NOTHING,
        )
        for grade, (colour, width) in GRADES.items()
        if grade in grades
    )
    note = Text("線や輪に触れると影響を示します", "touch a line or ring for what hangs on it")
    return Node(
        f"gone-{ranking.kind.value}",
        GONE_TITLES[ranking.kind].render(lang),
        children=children,
        note=note.render(lang),
    )


def _marks(ranking: GoneRanking, lang: Lang) -> Iterator[RankedMark]:
    """Yield what is drawn, the most important last: it lies on top."""
    for gone in reversed(ranking.rows):
        colour, width = GRADES[gone.grade]
        mark = RankedMark(
            _key(ranking.kind, gone.grade), tuple(_texts(gone, lang)), colour, width * _PX_PER_MM
        )
        if isinstance(gone.geometry, Point):
            at = gone.geometry
            yield _at(mark, (), round(at.x, 6), round(at.y, 6))
        elif gone.geometry is not None:
            thin = shapely.simplify(shapely.line_merge(gone.geometry), _TOLERANCE)
            packed = (pack_line(part) for part in shapely.get_parts(thin))
            yield _at(mark, tuple(line for line in packed if len(line) > 2), None, None)  # noqa: PLR2004 more than one point


def _at(
    mark: RankedMark, lines: tuple[Ring, ...], lon: float | None, lat: float | None
) -> RankedMark:
    return RankedMark(mark.key, mark.texts, mark.colour, mark.width, lines, lon, lat)


def _texts(gone: Gone, lang: Lang) -> Iterator[str]:
    """Yield what a reader is told: the place in the ranking, what it is, and why."""
    yield ranked_words(gone.rank, gone_name(gone)).render(lang)
    if gone.road is not None:
        yield road_words(gone).render(lang)
    for line in why_lines(gone):
        yield line.render(lang)
