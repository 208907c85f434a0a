"""Frames of drives: the nearest few of each origin, and the fastest way of each pair.

Stands apart: `road_answers` is the face, this how its drives are found and laid out in rows.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString

from groundfloor.problems import Problem, Text, UsageError, error, one_line
from networks.network import RoadNetwork
from networks.search.nearest import drives, nearest_few, nearest_other
from networks.types import Direction, NearestOther, Route, Terminal, TravelOptions
from spots.library.given_points import GeoFrame, back_in
from spots.library.tied_points import MS_PER_MIN, TiedPoints, label_series, same_places

#: Why there is no drive.
BEYOND, NO_WAY, OFF_ROADS, NO_POINT = "beyond_limit", "no_way", "off_roads", "no_point"
_JOIN = ";"  # of names in one cell
_SITE = "site"  # the column of sites, as `read_facilities` has it
WHYS = (BEYOND, NO_WAY, OFF_ROADS, NO_POINT)


@dataclass(frozen=True, slots=True)
class Leg:
    """A row of a frame of drives.

    Parameters
    ----------
    row : int
        Number of the origin.
    destination : label or None
        Where it leads; None where nothing was found.
    rank : int
        From 1.
    route : Route or None
        The drive; None where there is none.
    ties : int or None
        How many other destinations are exactly as near.
    why : str or None
        Why there is no drive.
    """

    row: int
    destination: Hashable
    rank: int
    route: Route | None
    ties: int | None = None
    why: str | None = None


def nearest_legs(
    network: RoadNetwork,
    options: TravelOptions,
    origins: TiedPoints,
    destinations: TiedPoints,
    sites: tuple[Sequence[str], Sequence[str]],
    *,
    k: int,
    limit_ms: int | None,
    direction: Direction,
) -> list[Leg]:
    """Return `k` rows for each origin, nearest first.

    An origin that is a destination too, and may serve itself, is its own nearest in no time.
    """
    itself = {
        i: j
        for i, j in zip(*(at.tolist() for at in same_places(origins, destinations)), strict=True)
        if sites[0][i] != sites[1][j] and origins.given.there[i]
    }
    starts = origins.terminals(sites[0], "o")
    ends = destinations.terminals(sites[1], "d")
    label = dict(zip((t.id for t in ends), destinations.on_roads.tolist(), strict=True))
    ranked = _ranked(network, options, starts, ends, k + 1 if itself else k, direction)
    found = dict(zip(origins.on_roads.tolist(), ranked, strict=True))
    legs: list[Leg] = []
    for i in range(len(origins.given)):
        few = found.get(i, ())
        reached = [(label[f.destination_id], f) for f in few if f.destination_id is not None]
        legs += _legs_of(i, origins, destinations, itself.get(i), reached, k, limit_ms)
    return legs


def _legs_of(
    i: int,
    origins: TiedPoints,
    destinations: TiedPoints,
    itself: int | None,
    reached: Sequence[tuple[int, NearestOther]],
    k: int,
    limit_ms: int | None,
) -> list[Leg]:
    """Return the rows of origin `i`: itself where that counts, what was found, and what was not."""
    label = destinations.given.index
    legs = [] if itself is None else [Leg(i, label[itself], 1, _standing(origins, i), 0)]
    others = [(d, f) for d, f in reached if d != itself]
    near = [(d, f) for d, f in others if limit_ms is None or (f.travel_ms or 0) <= limit_ms]
    for d, f in near[: k - len(legs)]:
        legs.append(Leg(i, label[d], len(legs) + 1, f.route, f.tie_count))
    why = _why(origins, i, beyond=len(others) > len(near))
    return legs + [Leg(i, None, n, None, None, why) for n in range(len(legs) + 1, k + 1)]


def _standing(tied: TiedPoints, i: int) -> Route:
    """Return the drive of a place to itself."""
    door = float(tied.given.lon[i]), float(tied.given.lat[i])
    line = LineString([door, door])
    return Route("", "", 0, 0, 0, 0, 0, 0.0, 0.0, (), (), (), line)


def _ranked(
    network: RoadNetwork,
    options: TravelOptions,
    starts: Sequence[Terminal],
    ends: Sequence[Terminal],
    k: int,
    direction: Direction,
) -> list[Sequence[NearestOther]]:
    """Return the nearest `k` others of each origin, with how many are exactly as near as each."""
    if k == 1:
        found = nearest_other(network, starts, ends, direction=direction, options=options)
        return [(each,) for each in found]
    answers: list[Sequence[NearestOther]] = [()] * len(starts)
    pending, count = list(range(len(starts))), k + 1
    while pending:
        asked = [starts[i] for i in pending]
        few = nearest_few(network, asked, ends, count, direction=direction, options=options)
        for i, ranked in zip(pending, few, strict=True):
            answers[i] = ranked
        # equals of the last one wanted may go on beyond those asked for
        pending = [
            i
            for i in pending
            if len(answers[i]) == count and answers[i][-1].travel_ms == answers[i][k - 1].travel_ms
        ]
        count *= 2
    return [_with_ties(ranked) for ranked in answers]


def _with_ties(ranked: Sequence[NearestOther]) -> list[NearestOther]:
    counted: list[NearestOther] = []
    for _, group in groupby(ranked, key=lambda each: each.travel_ms):
        equal = list(group)
        counted += [
            NearestOther(e.origin_id, e.destination_id, e.travel_ms, e.route, (), len(equal) - 1)
            for e in equal
        ]
    return counted


def _why(tied: TiedPoints, i: int, *, beyond: bool) -> str:
    if not tied.given.there[i]:
        return NO_POINT
    result = tied.results[i]
    if result is None or result.snap is None:
        return OFF_ROADS
    return BEYOND if beyond else NO_WAY


def sites_of(
    origins: GeoFrame,
    destinations: GeoFrame,
    rows: TiedPoints,
    columns: TiedPoints,
    *,
    exclusive: bool,
    site: str | None,
) -> tuple[list[str], list[str]]:
    """Return the site of each origin and of each destination: no site serves itself.

    One site are a label that stands for the same point on both sides, and rows with the same
    entry in the column `site`. Without `exclusive` everybody has a site of their own.

    Raises
    ------
    UsageError
        A frame has no column of the name asked for.
    """
    near = [f"o{i}" for i in range(len(rows.given))]
    far = [f"d{i}" for i in range(len(columns.given))]
    if not exclusive:
        return near, far
    joined = [(near[i], far[j]) for i, j in zip(*same_places(rows, columns), strict=True)]
    entries = (
        *zip(near, _sites(origins, site, "origins", destinations), strict=False),
        *zip(far, _sites(destinations, site, "destinations", origins), strict=False),
    )
    joined += [(one, f"site {entry}") for one, entry in entries if entry is not None]
    root = _roots(joined)
    return [root.get(one, one) for one in near], [root.get(one, one) for one in far]


def _roots(joined: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """Return for everything that is joined to something the name of its group."""
    parent: dict[str, str] = {}

    def top(one: str) -> str:
        while (above := parent.setdefault(one, one)) != one:
            one = above
        return one

    for one, other in joined:
        parent[top(one)] = top(other)
    return {one: top(one) for one in list(parent)}


def _sites(frame: GeoFrame, site: str | None, of: str, other: GeoFrame) -> list[object]:
    """Return the site of each row, None where it has none."""
    named = site or _SITE
    if not _has(frame, named) or (site is None and not _has(other, named)):
        if site is not None:
            raise UsageError(_no_site(site, of))
        return []
    values = frame[named]
    return [None if gap else value for value, gap in zip(values, values.isna(), strict=True)]


def _has(frame: GeoFrame, column: str) -> bool:
    return isinstance(frame, gpd.GeoDataFrame) and column in frame.columns


def elementwise(
    origins: object, destinations: object, pairs: object = None
) -> tuple[GeoFrame, GeoFrame]:
    """Return frames of as many origins as destinations.

    Raises
    ------
    UsageError
        They are no frames of the same length, but pairs of labels, say, without their points.
    """
    frames = gpd.GeoDataFrame | gpd.GeoSeries
    if pairs is not None or destinations is None:
        raise UsageError(_no_points())
    if not isinstance(origins, frames) or not isinstance(destinations, frames):
        raise UsageError(_no_pairs())
    if len(origins) != len(destinations):
        raise UsageError(_not_as_many(len(origins), len(destinations)))
    return origins, destinations


@dataclass(frozen=True, slots=True)
class Pair:
    """Two points that a drive is wanted between.

    Parameters
    ----------
    origin : int
        Number of the point.
    destination : int or None
        Number of the point; None where `nearest` found none.
    why : str or None
        Why it found none.
    """

    origin: int
    destination: int | None
    why: str | None = None


def pairs_of(pairs: object, index: pd.Index) -> list[Pair]:
    """Return pairs of labels as numbers of points, one for each; nothing is left out.

    Raises
    ------
    UsageError
        They are no pairs, or labels among them are none of the points; all of them are named.
    """
    if isinstance(pairs, pd.DataFrame):
        if not {"origin", "destination"} <= set(pairs.columns):
            raise UsageError(_no_pairs())
        listed = list(zip(pairs["origin"], pairs["destination"], strict=True))
        whys = list(pairs["why"]) if "why" in pairs.columns else [NO_POINT] * len(listed)
    elif isinstance(pairs, Iterable) and not isinstance(pairs, str):
        listed = [tuple(pair) for pair in pairs]
        whys = [NO_POINT] * len(listed)
    else:
        raise UsageError(_no_pairs())
    if any(len(pair) != 2 for pair in listed):  # noqa: PLR2004 (a pair)
        raise UsageError(_no_pairs())
    number = {label: i for i, label in enumerate(index)}
    named = [(a,) if pd.isna(b) else (a, b) for a, b in listed]
    unknown = dict.fromkeys(label for pair in named for label in pair if label not in number)
    if unknown:
        raise UsageError([_no_label(label) for label in unknown])
    return [
        Pair(number[a], None, why if why in WHYS else NO_POINT)
        if pd.isna(b)
        else Pair(number[a], number[b])
        for (a, b), why in zip(listed, whys, strict=True)
    ]


def _no_pairs() -> Problem:
    return error(
        "wrong-type",
        Text("組になっていません", "are no pairs"),
        Text(
            "`routes(起点, 終点)` か `routes([(起点, 終点), …], points=点)` のように書いてください",
            "such as routes(origins, destinations) or routes([(from, to), ...], points=points)",
        ),
        column="pairs",
    )


def _no_points() -> Problem:
    return error(
        "missing-key",
        Text(
            "組の点が渡されていません", "are not given: pairs of labels need the points they name"
        ),
        Text(
            "`points=` に点の GeoDataFrame を渡してください", "add points=, the frame of the points"
        ),
        column="points",
    )


def _not_as_many(origins: int, destinations: int) -> Problem:
    return error(
        "wrong-value",
        Text("起点と終点の数が違います", "are not as many as the origins"),
        Text(
            "すべての組み合わせは matrix、最寄りは nearest で求めます",
            "for all combinations ask matrix, for the nearest ask nearest",
        ),
        column="destinations",
        value=f"{origins} / {destinations}",
    )


def _no_label(label: Hashable) -> Problem:
    return error(
        "no-such-label",
        Text("points の索引にない名札です", "is no label of the points"),
        Text("points の索引（index）を確かめてください", "check the index of the points"),
        column="pairs",
        value=one_line(str(label)),
    )


def _no_site(name: str, of: str) -> Problem:
    return error(
        "column-missing",
        Text("この列がありません", "has no such column"),
        Text("site に敷地の列の名前を書いてください", "name the column of sites with site="),
        file=f"<{of}>",
        column="site",
        value=one_line(name),
    )


def route_legs(
    network: RoadNetwork,
    options: TravelOptions,
    points: tuple[TiedPoints, TiedPoints],
    pairs: Sequence[Pair],
) -> list[Leg]:
    """Return the fastest drive of each pair of points."""
    starts, ends = points
    itself = set(zip(*(at.tolist() for at in same_places(starts, ends)), strict=True))
    itself = {(i, j) for i, j in itself if starts.given.there[i]}
    terminals = [{t: side.snap(t) for t in side.on_roads.tolist()} for side in points]
    drivable = [
        (n, pair.origin, pair.destination)
        for n, pair in enumerate(pairs)
        if pair.origin in terminals[0] and pair.destination in terminals[1]
    ]
    asked = [
        (Terminal(f"o{i}", f"o{i}", terminals[0][i]), Terminal(f"d{j}", f"d{j}", terminals[1][j]))
        for _, i, j in drivable
    ]
    routes = dict(
        zip((n for n, _, _ in drivable), drives(network, asked, options=options), strict=True)
    )
    legs = []
    for n, pair in enumerate(pairs):
        i, j = pair.origin, pair.destination
        if j is None:
            legs.append(Leg(i, None, 1, None, None, pair.why))
            continue
        route = _standing(starts, i) if (i, j) in itself else routes.get(n)
        why = None
        if route is None:
            why = max(_why(starts, i, beyond=False), _why(ends, j, beyond=False), key=WHYS.index)
        legs.append(Leg(i, ends.given.index[j], 1, route, None, why))
    return legs


def legs_frame(
    legs: Sequence[Leg], origins: TiedPoints, ends: pd.Index, *, ranked: bool = True
) -> gpd.GeoDataFrame:
    """Return drives as a frame of lines on the origins' index, in the origins' CRS."""
    index = origins.given.index
    at = [leg.row for leg in legs]
    routes = [leg.route for leg in legs]
    ms = pd.array([None if r is None else r.travel_ms for r in routes], dtype="Int64")
    columns: dict[str, object] = {
        "origin": index.take(at),
        "destination": label_series([leg.destination for leg in legs], ends),
    }
    if ranked:
        columns["rank"] = pd.array([leg.rank for leg in legs], dtype="Int64")
    columns |= {
        "travel_ms": ms,
        "minutes": ms.astype("Float64") / MS_PER_MIN,
        "length_m": _floats(None if r is None else r.length_m for r in routes),
    }
    if ranked:
        columns["ties"] = pd.array([leg.ties for leg in legs], dtype="Int64")
    columns |= {
        "toll_m": _floats(None if r is None else r.toll_m for r in routes),
        "ferries": _texts(None if r is None else _JOIN.join(r.ferries) for r in routes),
        "road_names": _texts(None if r is None else _JOIN.join(r.road_names) for r in routes),
        "why": pd.Categorical([leg.why for leg in legs], categories=WHYS),
    }
    frame = pd.DataFrame(columns)
    frame.index = index.take(at)
    lines = np.array([None if r is None else r.geometry for r in routes], object)
    return gpd.GeoDataFrame(frame, geometry=back_in(lines, frame.index, origins.given.crs))


def _floats(values: Iterable[float | None]) -> object:
    return pd.array(list(values), dtype="Float64")


def _texts(values: Iterable[str | None]) -> object:
    return pd.array(list(values), dtype="string")
