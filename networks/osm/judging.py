"""Judges tags once for each combination that occurs, and keeps the count of what was left out."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from groundfloor.problems import Problem, Text, error
from networks.errors import NetworkDataError
from networks.osm.data import Restriction, Ways
from networks.osm.nodes import NodeMark, judge_node
from networks.osm.restrictions import Member, judge_restriction
from networks.osm.tags import NAME_KEYS, RELEVANT_KEYS, closed_road, judge, road_name
from networks.osm.verdicts import Drivable, Dropped, UnknownClass
from networks.speeds.profile import RoadClass, SpeedProfile

#: Keys and values of an object, sorted; what memos are kept by.
TagRow = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Judging:
    """Gives roads, names and marks their numbers while a source is being read; mutable.

    Parameters
    ----------
    profile : SpeedProfile
        Speeds and policies.
    """

    profile: SpeedProfile
    dropped: Counter[str] = field(default_factory=Counter)
    restrictions: list[Restriction] = field(default_factory=list)
    _rows: Mapping[str, RoadClass] = field(init=False)
    _unknown: Counter[str] = field(default_factory=Counter)
    _verdicts: dict[TagRow, Drivable | Dropped | UnknownClass | None] = field(default_factory=dict)
    _roads: dict[Drivable, int] = field(default_factory=dict)
    _names: dict[str, int] = field(default_factory=lambda: {"": 0})
    _mark_of: dict[TagRow, int] = field(default_factory=dict)
    _marks: dict[NodeMark, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rows = self.profile.lookup()

    def road(self, tags: TagRow, ways: int = 1) -> int:
        """Return the number of the road that `ways` ways with these tags are; -1 if left out.

        A road that is closed to the public has a number too, and is counted as left out.

        Parameters
        ----------
        tags : TagRow
            Their tags among ``RELEVANT_KEYS``, sorted.
        ways : int
            How many they are, for the counts.
        """
        if tags not in self._verdicts:
            self._verdicts[tags] = judge(dict(tags), self.profile, self._rows)
        verdict = self._verdicts[tags]
        if isinstance(verdict, Drivable):
            self.dropped.update(dict.fromkeys(verdict.doubts, ways))
            return self._roads.setdefault(verdict, len(self._roads))
        if isinstance(verdict, Dropped):
            self.dropped[verdict.reason] += ways
            closed = closed_road(dict(tags), verdict.reason, self.profile, self._rows)
            return -1 if closed is None else self._roads.setdefault(closed, len(self._roads))
        if isinstance(verdict, UnknownClass):
            self._unknown[verdict.road_class] += ways
        return -1

    def name(self, tags: TagRow) -> int:
        """Return the number of the name in these tags (those among ``NAME_KEYS``)."""
        return self._names.setdefault(road_name(dict(tags)), len(self._names))

    def mark(self, tags: TagRow) -> int:
        """Return the number of what a node with these tags does to cars; -1 for nothing."""
        if tags not in self._mark_of:
            mark = judge_node(dict(tags))
            number = -1 if mark is None else self._marks.setdefault(mark, len(self._marks))
            self._mark_of[tags] = number
        return self._mark_of[tags]

    def restriction(
        self, relation: int, tags: Mapping[str, str], members: Sequence[Member]
    ) -> None:
        """Keep a relation if it is a turn restriction for cars; count why if it cannot be used."""
        verdict = judge_restriction(relation, tags, members)
        if isinstance(verdict, Dropped):
            self.dropped[verdict.reason] += 1
        elif verdict is not None:
            self.restrictions.extend(verdict)

    @property
    def roads(self) -> tuple[Drivable, ...]:
        """What ways are to a car, by number."""
        return tuple(self._roads)

    @property
    def names(self) -> tuple[str, ...]:
        """Names by number; the first is empty."""
        return tuple(self._names)

    @property
    def marks(self) -> tuple[NodeMark, ...]:
        """What nodes do to a car, by number."""
        return tuple(self._marks)

    def check_classes(self, source: str) -> None:
        """Refuse to go on when the profile lacks a class that cars need.

        Raises
        ------
        NetworkDataError
            Naming every such class.
        """
        if self._unknown:
            found = sorted(self._unknown.items())
            raise NetworkDataError(
                _class_problem(source, self.profile, name, count) for name, count in found
            )


def tag_row(tags: Mapping[str, str], keys: frozenset[str]) -> TagRow:
    """Return those of `tags` that are among `keys`, as memos are kept by them.

    Examples
    --------
    >>> tag_row({"highway": "trunk", "building": "no", "access": "yes"}, {"highway", "access"})
    (('access', 'yes'), ('highway', 'trunk'))
    """
    return tuple(sorted(item for item in tags.items() if item[0] in keys))


@dataclass(slots=True)
class WayRows:
    """Gathers ways that cars may use, one by one; mutable while a source is being read."""

    judging: Judging
    ids: array[int] = field(default_factory=lambda: array("q"))
    sizes: array[int] = field(default_factory=lambda: array("q"))
    refs: array[int] = field(default_factory=lambda: array("q"))
    roads: array[int] = field(default_factory=lambda: array("l"))
    names: array[int] = field(default_factory=lambda: array("l"))

    def road(self, tags: Mapping[str, str]) -> int:
        """Return the number of the road a way is; -1 after counting why it is left out."""
        return self.judging.road(tag_row(tags, RELEVANT_KEYS))

    def add(self, way_id: int, refs: Sequence[int], road: int, tags: Mapping[str, str]) -> None:
        """Keep a way."""
        self.ids.append(way_id)
        self.sizes.append(len(refs))
        self.refs.extend(refs)
        self.roads.append(road)
        self.names.append(self.judging.name(tag_row(tags, NAME_KEYS)))

    def joined(self, source: str) -> Ways:
        """Return the kept ways.

        Raises
        ------
        NetworkDataError
            When the profile lacks classes that cars need.
        """
        self.judging.check_classes(source)
        offset = np.zeros(len(self.sizes) + 1, np.int64)
        np.cumsum(np.array(self.sizes, np.int64), out=offset[1:])
        return Ways(
            id=np.array(self.ids, np.int64),
            offset=offset,
            ref=np.array(self.refs, np.int64),
            road=np.array(self.roads, np.int32),
            name=np.array(self.names, np.int32),
            roads=self.judging.roads,
            names=self.judging.names,
        )


def _class_problem(source: str, profile: SpeedProfile, road_class: str, count: int) -> Problem:
    return error(
        "road-class-unknown",
        Text(
            f"速度表「{profile.label}」にない道路種別の道が {count} 本あります",
            f"{count} ways have a road class that the profile {profile.label!r} lacks",
        ),
        Text("速度表に行を足してください", "add a row to the profile"),
        file=source,
        column="highway",
        value=road_class,
    )
