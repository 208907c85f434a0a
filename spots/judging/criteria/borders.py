"""How soon drives can leave what is known: the road data, or the prefecture.

Hospitals of other prefectures may stand right behind the prefecture's border, however far the road
data reach beyond it, and behind the border of the data there may be any. The drive to either is the
yardstick, since every drive out passes it: where it takes as long as the threshold, whatever lies
beyond does too. A drive that leaves and comes back is not looked for.

A list that names hospitals of one neighbour says nothing of another's: a border is covered where
the prefecture behind it is one of which hospitals are listed. Outlines of the neighbours say which
that is. Without them it may be any that the prefecture lies next to, and a list that names
hospitals of one of those is believed: else a policy that counts neighbours could never be met
without outlines of them all.

The coast is no border: only where roads lead on into other land. A network whose source does not
say where it was cut (link tables) has no border of its own.

Stands apart: it is asked only where hospitals beyond count and nobody has said which there are, or
where one stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries import Regions
from boundaries.codes import PREFECTURES, adjacent_prefectures
from groundfloor.kept_forms import packed_plain, unpacked_plain
from groundfloor.kept_on_disk import NOTHING_KEPT, Form, KeptOnDisk, Origin
from networks import Direction, RoadNetwork, Terminal, TravelOptions
from networks.search.borders import Exit
from spots.types import Border, Leaving

#: Outlines of neighbours that are drawn apart leave slivers: land as near as that may be either's.
_SLIVER_DEGREES = 0.01  # about 1 km, as far as roads may stray from the ground they follow


T = TypeVar("T")
_Leading = tuple[T, frozenset[str]]
_ANYTHING = frozenset({""})


@dataclass(frozen=True, slots=True)
class _Ends:
    """Where roads leave prefecture or data, each with the prefectures that may lie beyond."""

    exits: tuple[tuple[Exit, frozenset[str]], ...]
    cuts: tuple[tuple[int, frozenset[str]], ...]


_ENDS: Form[_Ends] = Form(packed_plain, partial(unpacked_plain, kind=_Ends))


@dataclass(frozen=True, slots=True)
class Borders:
    """The borders of a prefecture and of the road data; its exits are looked for once.

    Parameters
    ----------
    regions : Regions or None
        For the prefecture's outline, and the neighbours'; None where none is known.
    prefecture : str
        Two-digit code of the prefecture.
    disk : KeptOnDisk
        Where its exits are when another process looked for them.
    """

    regions: Regions | None
    prefecture: str
    disk: KeptOnDisk = NOTHING_KEPT
    _found: list[_Ends] = field(default_factory=list)

    def may_be_open(self, listed: frozenset[str], *, ferries: bool) -> bool:
        """Whether anything but prefectures whose hospitals are `listed` may lie beyond.

        Roads lead to the prefectures next to this one alone; boats to any whose outline is known.
        """
        outlined = self._outlined() if ferries else frozenset()
        return bool((adjacent_prefectures(self.prefecture) | outlined) - listed) or not listed

    def leaving(
        self,
        network: RoadNetwork,
        origins: Sequence[Terminal],
        direction: Direction,
        options: TravelOptions,
        listed: frozenset[str] = frozenset(),
    ) -> Mapping[str, Leaving]:
        """Return how soon each origin's drives can leave, by id; without those that cannot.

        Parameters
        ----------
        network : RoadNetwork
            The roads, with or without closures.
        origins : sequence of Terminal
            Ids unique.
        direction, options : Direction, TravelOptions
            As in `networks.nearest_other`.
        listed : frozenset of str
            Prefectures whose hospitals are listed: leaving for these is leaving nothing.
        """
        from networks.search.borders import border_times, exit_times  # noqa: PLC0415 (compiled)

        ends = self._ends_of(network)
        leave = partial(exit_times, network, origins, direction=direction, options=options)
        cut = partial(border_times, network, origins, direction=direction, options=options)
        answer: dict[str, Leaving] = {}

        def keep(times: Iterable[int | None], border: Border, unlisted: frozenset[str]) -> None:
            names = prefecture_names(unlisted) if listed else ()
            for origin, ms in zip(origins, times, strict=True):
                if ms is not None and (origin.id not in answer or ms < answer[origin.id].ms):
                    answer[origin.id] = Leaving(ms, border, names)

        for unlisted, exits in _open(ends.exits, listed).items():
            keep(leave(exits=exits), Border.PREFECTURE, unlisted)
        for unlisted, cuts in _open(ends.cuts, listed).items():
            keep(cut(ends=cuts), Border.DATA, unlisted)
        return answer

    def _outlined(self) -> frozenset[str]:
        """Return the other prefectures of which outlines are known."""
        if self.regions is None:
            return frozenset()
        return frozenset(self.regions.municipalities["prefecture_code"]) - {self.prefecture}

    def _ends_of(self, network: RoadNetwork) -> _Ends:
        if not self._found:
            find = partial(self._ends_in, network)
            kept = self.disk.folder is not None
            found = self.disk.get("exits", self._origin(network), find, _ENDS) if kept else find()
            self._found.append(found)
        return self._found[0]

    def _origin(self, network: RoadNetwork) -> Origin:
        """Return what the exits follow from: outlines, and where roads lie."""
        outlines: list[object] = []
        if (regions := self.regions) is not None:
            shapes = shapely.to_wkb(regions.municipalities.geometry.to_numpy())
            digest = hashlib.sha256(b"".join(shapes)).hexdigest()
            codes = regions.municipalities["prefecture_code"].tolist()
            outlines = [digest, codes, regions.prefecture_code]
        code = ("groundfloor", "boundaries", "networks", "spots/judging/criteria/borders")
        return Origin(settings=[network.sha256, self.prefecture, outlines], code=code)

    def _ends_in(self, network: RoadNetwork) -> _Ends:
        from networks.search.borders import ground_exits  # noqa: PLC0415 (only where asked for)

        exits: tuple[Exit, ...] = ()
        if (regions := self.regions) is not None:
            others = list(self._foreign(regions).geometry)
            exits = ground_exits(network, regions.prefecture_land(self.prefecture), others)
        edges, cuts = network.edges, np.flatnonzero(network.nodes.border).tolist()
        outside = [int((edges.head if e.from_tail else edges.tail)[e.edge]) for e in exits]
        left = zip(exits, self._beyond(network, outside), strict=True)
        cut = zip(cuts, self._beyond(network, cuts), strict=True)
        return _Ends(tuple(left), tuple(cut))

    def _foreign(self, regions: Regions) -> gpd.GeoDataFrame:
        frame = regions.municipalities
        return frame[frame["prefecture_code"] != self.prefecture]

    def _beyond(self, network: RoadNetwork, nodes: Sequence[int]) -> list[frozenset[str]]:
        """Return for nodes outside, or where data end, which prefectures may lie there.

        Inside a neighbour's outline that is it. Elsewhere it is any that lies next to this
        prefecture, or, where all of these have outlines, those near by: a sliver between two.
        """
        near_by = adjacent_prefectures(self.prefecture)
        if self.regions is None or not nodes:
            return [near_by] * len(nodes)
        frame, whole = self._foreign(self.regions), near_by <= self._outlined()
        points = shapely.points(network.nodes.lon[nodes], network.nodes.lat[nodes])
        tree, codes = shapely.STRtree(frame.geometry.values), frame["prefecture_code"].tolist()
        holding = _hits(tree.query(points, "intersects"), codes, len(nodes))
        around = _hits(tree.query(points, "dwithin", _SLIVER_DEGREES), codes, len(nodes))
        return [
            inside or (close if whole and close else near_by | close)
            for inside, close in zip(holding, around, strict=True)
        ]


def prefecture_names(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the names of prefectures in the order of their codes."""
    return tuple(PREFECTURES[code] for code in sorted(codes))


def _hits(pairs: NDArray[np.int64], codes: Sequence[str], count: int) -> list[frozenset[str]]:
    """Return the prefectures that a spatial query found, by point."""
    found: list[set[str]] = [set() for _ in range(count)]
    for at, hit in pairs.T.tolist():
        found[at].add(codes[hit])
    return [frozenset(each) for each in found]


def _open(leading: Iterable[_Leading[T]], listed: frozenset[str]) -> dict[frozenset[str], list[T]]:
    """Return what leads to prefectures of which none is listed, by these; everything if none is."""
    answer: dict[frozenset[str], list[T]] = {}
    for thing, beyond in leading:
        if not beyond & listed:
            answer.setdefault(beyond if listed else _ANYTHING, []).append(thing)
    return answer
