"""OpenStreetMap files (PBF or XML) to a road network."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium

from networks.build import build_network
from networks.errors import NetworkDataError
from networks.network import Origin, RoadNetwork
from networks.osm_tags import ATTRIBUTION, Drivable, Dropped, UnknownClass, judge
from networks.profile import RoadClass, SpeedProfile
from networks.ways import Places, Ways, edges_of_ways
from problems import MissingFileError, Problem, Text, error, file_missing, warning


@dataclass(slots=True)
class WayCollector:
    """Gathers ways that cars may use; mutable while a source is being read.

    Parameters
    ----------
    profile : SpeedProfile
        Speeds and policies.
    rows : Mapping of str to RoadClass
        ``profile.lookup()``.
    """

    profile: SpeedProfile
    rows: Mapping[str, RoadClass]
    ids: array[int] = field(default_factory=lambda: array("q"))
    sizes: array[int] = field(default_factory=lambda: array("q"))
    refs: array[int] = field(default_factory=lambda: array("q"))
    roads: list[Drivable] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    def wants(self, tags: dict[str, str]) -> Drivable | None:
        """Return what the way is to a car, or None after counting why it is left out."""
        verdict = judge(tags, self.profile, self.rows)
        if isinstance(verdict, Dropped):
            self.dropped[verdict.reason] += 1
        elif isinstance(verdict, UnknownClass):
            self.unknown[verdict.road_class] += 1
        return verdict if isinstance(verdict, Drivable) else None

    def add(self, way_id: int, refs: list[int], road: Drivable) -> None:
        """Keep a way."""
        self.ids.append(way_id)
        self.sizes.append(len(refs))
        self.refs.extend(refs)
        self.roads.append(road)

    def ways(self, source: str) -> Ways:
        """Return the kept ways.

        Raises
        ------
        NetworkDataError
            When the profile lacks classes that cars need.
        """
        if self.unknown:
            raise NetworkDataError(
                _class_problem(source, self.profile, name, n)
                for name, n in sorted(self.unknown.items())
            )
        offset = np.zeros(len(self.sizes) + 1, np.int64)
        np.cumsum(np.array(self.sizes, np.int64), out=offset[1:])
        return Ways(np.array(self.ids, np.int64), offset, np.array(self.refs, np.int64), self.roads)


def read_osm(path: str | Path, profile: SpeedProfile) -> RoadNetwork:
    """Return the network of an OSM extract, PBF or XML (also ``.gz`` and ``.bz2``).

    Only ways that cars may use become roads; the rest is counted in ``info().dropped``. The file
    is read twice: ways first, then the positions of nodes, of which only those on kept ways leave
    libosmium (16 bytes for each node of the file while reading).

    Parameters
    ----------
    path : str or Path
        The file.
    profile : SpeedProfile
        Speeds; its `maxspeed` rule decides what mapped limits do.

    Returns
    -------
    RoadNetwork
        Edges in the order of the ways, junction to junction; lengths geodesic.

    Raises
    ------
    NetworkDataError
        When the file is damaged, holds no roads, or has classes that the profile lacks.
    MissingFileError
        When there is no such file.
    """
    source = Path(path)
    if not source.is_file():
        raise MissingFileError(file_missing(file=source.name))
    with _clear_errors(source.name):
        file = osmium.io.File(str(source), _format(source))
        collector = _collect(file, profile)
        as_of = _as_of(file)
        ways = collector.ways(source.name)
        places = _locate(file, np.unique(ways.ref))
    return network_of_ways(
        ways, places, profile, Origin(source.name, as_of, ATTRIBUTION), collector.dropped
    )


def network_of_ways(
    ways: Ways, places: Places, profile: SpeedProfile, origin: Origin, dropped: Counter[str]
) -> RoadNetwork:
    """Return the network of judged ways, with everything that was left out in its origin."""
    table, missing = edges_of_ways(ways, places)
    counted = Origin(
        source=origin.source,
        as_of=origin.as_of,
        attribution=origin.attribution,
        schematic=origin.schematic,
        dropped=tuple(sorted((dropped + missing).items())),
    )
    problems = (_missing_nodes(origin.source, missing),) if missing else ()
    return build_network(table, profile, counted, problems)


def _format(path: Path) -> str:
    """Return libosmium's format hint; it does not know ``.xml``."""
    return "xml" if path.suffix.lower() == ".xml" else ""


def _collect(file: osmium.io.File, profile: SpeedProfile) -> WayCollector:
    collector = WayCollector(profile, profile.lookup())
    reader = osmium.FileProcessor(file, osmium.osm.WAY)
    for way in reader.with_filter(osmium.filter.KeyFilter("highway", "route")):
        road = collector.wants(dict(way.tags))
        if road is not None and isinstance(way, osmium.osm.Way):
            collector.add(way.id, [node.ref for node in way.nodes], road)
    return collector


def _locate(file: osmium.io.File, ids: np.ndarray) -> Places:
    """Return positions of the nodes that the file has."""
    index = osmium.index.create_map("flex_mem")
    store = osmium.NodeLocationsForWays(index)
    store.ignore_errors()
    osmium.apply(osmium.io.Reader(file, osmium.osm.NODE), store)
    found, lon, lat = array("q"), array("d"), array("d")
    for node in ids.tolist():
        try:
            location = index.get(node)
        except KeyError:
            continue
        if location.valid():
            found.append(node)
            lon.append(location.lon)
            lat.append(location.lat)
    return Places(np.array(found, np.int64), np.array(lon), np.array(lat))


def _as_of(file: osmium.io.File) -> str:
    """Return the date the file's header gives to its data, or nothing."""
    header = osmium.io.Reader(file, osmium.osm.NOTHING).header()
    stamp = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    return str(stamp)[:10]


@contextmanager
def _clear_errors(name: str) -> Iterator[None]:
    """Turn libosmium's errors about a file into the project's."""
    try:
        yield
    except (RuntimeError, osmium.InvalidLocationError) as cause:
        # libosmium names the file by its whole path, which says more than a message should.
        why = re.sub(r"'[^']*[/\\]([^'/\\]*)'", r"'\1'", str(cause))
        raise NetworkDataError(
            error(
                "osm-unreadable",
                Text(f"OSM データとして読めません: {why}", f"not readable as OSM data: {why}"),
                Text(
                    "途中で切れていないか確かめ、取得し直してください",
                    "it may be cut off: download it again",
                ),
                file=name,
            )
        ) from cause


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


def _missing_nodes(source: str, missing: Counter[str]) -> Problem:
    ways, nodes = missing["ways-cut-at-missing-nodes"], missing["missing-nodes"]
    return warning(
        "osm-missing-nodes",
        Text(
            f"{ways} 本の道が、データにない点 {nodes} 個を指すため、そこで切りました",
            f"{ways} ways name {nodes} nodes that the file lacks, and were cut there",
        ),
        Text(
            "範囲の縁なら普通のことです。縁の外に近い施設がないか確かめてください",
            "usual at the border of an extract; is a near facility beyond it?",
        ),
        file=source,
    )
