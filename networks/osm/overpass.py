"""Road networks fetched from OpenStreetMap's servers through osmnx.

osmnx is asked for the plain ways, each in its own direction and with its own tags; what the tags
mean is decided by the same code as for extracts, so that both ways give the same network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import networkx as nx
import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from groundfloor.problems import Problem, Text, error, note
from networks.errors import FetchError
from networks.network import Origin, RoadNetwork
from networks.osm.data import Bounds, Ints, Marks, OsmData, Places
from networks.osm.judging import Judging, WayRows, tag_row
from networks.osm.nodes import NODE_KEYS
from networks.osm.osm_files import network_of_data
from networks.osm.tags import ATTRIBUTION, CAR_CLASSES, NAME_KEYS, OPENED_CLASSES, RELEVANT_KEYS
from networks.speeds.profile import SpeedProfile
from networks.speeds.profile_files import load_profile

if TYPE_CHECKING:
    import requests

OVERPASS = "https://overpass-api.de/api"  # osmnx's default, public and free: be gentle
NOMINATIM = "https://nominatim.openstreetmap.org/"

# osmnx keeps only the tags it is told to; these are the ones that `networks.osm.tags` reads.
_TAGS = sorted(RELEVANT_KEYS | NAME_KEYS)
_NODE_TAGS = sorted(NODE_KEYS)
_TURNED = frozenset({"-1", "reverse", "T"})  # values of oneway at which osmnx turns a way around
_FILTERS = [
    f'["highway"~"^({"|".join(sorted(CAR_CLASSES | OPENED_CLASSES))})$"]["area"!~"yes"]',
    '["route"="ferry"]',
]
_REFUSED = 400
_LARGEST_ID = 2**63 - 1

Area: TypeAlias = str | Polygon | MultiPolygon | Bounds


def fetch_overpass(
    area: Area,
    profile: SpeedProfile | str,
    *,
    overpass_url: str | None = None,
    nominatim_url: str | None = None,
    timeout_s: float = 180.0,
    as_of: str = "",
) -> RoadNetwork:
    """Return the network of a place, fetched from an Overpass server.

    Parameters
    ----------
    area : str, Polygon, MultiPolygon or tuple of float
        Place name (looked up at `nominatim_url`), area in degrees, or bounds (west, south, east,
        north) in degrees.
    profile : SpeedProfile or str
        Speeds by class.
    overpass_url, nominatim_url : str, optional
        Base URLs of the servers, without ``/interpreter`` and ``/search``; by default the public
        ones.
    timeout_s : float
        Seconds to wait for a server.
    as_of : str
        Date to record, ISO; osmnx does not hand on the server's own.

    Returns
    -------
    RoadNetwork
        Fragments and islands kept.

    Raises
    ------
    FetchError
        When a server is unreachable, refuses, or has nothing for the area.
    NetworkDataError
        When the answer has no road for cars, or classes that the profile lacks.
    """
    import osmnx as ox  # noqa: PLC0415 (a second of import, only needed here)

    profile = load_profile(profile)
    name = area if isinstance(area, str) else "overpass"
    endpoint, nominatim = overpass_url or OVERPASS, nominatim_url or NOMINATIM
    with (
        _settings(ox, endpoint, nominatim, timeout_s),
        _clear_errors(ox, name, endpoint, nominatim),
    ):
        graph = _download(ox, area)
    if not _has_ids(graph):
        raise FetchError(_odd_answer(endpoint))
    return _network(graph, profile, Origin(name, as_of, ATTRIBUTION), _bounds(area))


def _download(ox: Any, area: Area) -> nx.MultiDiGraph:
    options = {"simplify": False, "retain_all": True, "truncate_by_edge": True}
    make = ox.graph
    if isinstance(area, str):
        return make.graph_from_place(area, custom_filter=_FILTERS, **options)
    if isinstance(area, tuple):
        return make.graph_from_bbox(area, custom_filter=_FILTERS, **options)
    return make.graph_from_polygon(area, custom_filter=_FILTERS, **options)


def _has_ids(graph: nx.MultiDiGraph) -> bool:
    """Return whether nodes and ways have the ids of OpenStreetMap; osmnx takes what it is told."""
    ways = (data["osmid"] for _, _, data in graph.edges(data=True))
    return all(isinstance(i, int) and abs(i) <= _LARGEST_ID for i in (*graph.nodes, *ways))


def _bounds(area: Area) -> Bounds | None:
    """Return the bounds of an area; those of a place by name stay with the server."""
    if isinstance(area, str):
        return None
    return area if isinstance(area, tuple) else area.bounds


def _network(
    graph: nx.MultiDiGraph, profile: SpeedProfile, origin: Origin, bounds: Bounds | None
) -> RoadNetwork:
    steps: dict[int, list[tuple[int, int]]] = defaultdict(list)
    tags: dict[int, dict[str, str]] = {}
    for u, v, data in graph.edges(data=True):
        way = data["osmid"]
        if way not in tags:
            tags[way] = _tags(data, _TAGS)
        steps[way].append((v, u) if tags[way].get("oneway") in _TURNED else (u, v))
    judging = Judging(profile)
    rows = WayRows(judging)
    for way in sorted(steps):
        road = rows.road(tags[way])
        if road >= 0:
            for refs in _chains(steps[way]):
                rows.add(way, refs, road, tags[way])
    ids = np.array(sorted(graph.nodes), np.int64)
    lon = np.array([graph.nodes[n]["x"] for n in ids.tolist()], np.float64)
    lat = np.array([graph.nodes[n]["y"] for n in ids.tolist()], np.float64)
    data = OsmData(
        ways=rows.joined(origin.source),
        places=Places(ids, lon, lat),
        marks=_marks(graph, ids, judging),
        dropped=judging.dropped,
        bounds=bounds,
    )
    return network_of_data(data, profile, origin, (_no_restrictions(origin.source),))


def _marks(graph: nx.MultiDiGraph, ids: Ints, judging: Judging) -> Marks:
    tags = (tag_row(_tags(graph.nodes[node], _NODE_TAGS), NODE_KEYS) for node in ids.tolist())
    mark = np.array([judging.mark(row) for row in tags], np.int32)
    return Marks(ids[mark >= 0], mark[mark >= 0], judging.marks)


def _tags(data: Mapping[str, object], keys: list[str]) -> dict[str, str]:
    return {key: str(data[key]) for key in keys if key in data}


def _chains(steps: list[tuple[int, int]]) -> Iterator[list[int]]:
    """Yield a way's steps joined into runs of nodes; the way may be cut at the area's border."""
    onward: dict[int, list[int]] = defaultdict(list)
    arriving: dict[int, int] = defaultdict(int)
    for u, v in sorted(steps, reverse=True):
        onward[u].append(v)
        arriving[v] += 1
    starts = [u for u in sorted(onward) for _ in range(len(onward[u]) - arriving[u])]
    for start in (*starts, *sorted(onward)):  # what has no beginning is a ring
        run = [start]
        while onward[run[-1]]:
            run.append(onward[run[-1]].pop())
        if len(run) > 1:
            yield run


@contextmanager
def _settings(ox: Any, endpoint: str, nominatim: str, timeout_s: float) -> Iterator[None]:
    """Set osmnx's global settings for one download, and put them back."""
    settings = ox.settings
    wanted = {
        "overpass_url": endpoint.rstrip("/"),
        "nominatim_url": nominatim.rstrip("/") + "/",
        "overpass_rate_limit": endpoint.rstrip("/") == OVERPASS,  # asks the server's /status
        "requests_timeout": timeout_s,
        "requests_kwargs": {**settings.requests_kwargs, "hooks": {"response": _refuse}},
        "useful_tags_way": _TAGS,
        "useful_tags_node": _NODE_TAGS,
        "all_oneway": True,  # every way once, in the direction of its nodes, tags untouched
        "use_cache": False,
        "log_console": False,
    }
    before = {name: getattr(settings, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


class _RefusedError(Exception):
    """An answer that osmnx would ask for again, for ever, or take although the server broke off."""


def _refuse(response: requests.Response, *_: object, **__: object) -> None:
    if response.status_code >= _REFUSED:
        raise _RefusedError(f"HTTP {response.status_code} {response.reason}")
    if b'"remark"' in response.content and (said := _remark(response)):
        raise _RefusedError(said)


def _remark(response: requests.Response) -> str:
    """Return what a server says of an answer that lacks something; empty where it is whole."""
    try:
        answer = response.json()
    except (ValueError, RecursionError):  # osmnx will find it odd too
        return ""
    said = str(answer.get("remark", "")) if isinstance(answer, dict) else ""
    return said.strip() if "error" in said else ""


@contextmanager
def _clear_errors(ox: Any, area: str, endpoint: str, nominatim: str) -> Iterator[None]:
    import requests  # noqa: PLC0415 (comes with osmnx)

    internal = ox._errors  # noqa: SLF001 (osmnx's errors live there)
    servers = f"{endpoint} / {nominatim}" if area != "overpass" else endpoint
    try:
        yield
    except (requests.RequestException, OSError) as cause:
        raise FetchError(_unreachable(servers, cause)) from cause
    except (_RefusedError, internal.ResponseStatusCodeError) as cause:
        raise FetchError(_refused(servers, cause)) from cause
    except (internal.InsufficientResponseError, TypeError, KeyError, ValueError) as cause:
        raise FetchError(_nothing(area, cause)) from cause
    except RecursionError as cause:  # brackets in brackets without end
        raise FetchError(_odd_answer(endpoint)) from cause


def _no_restrictions(source: str) -> Problem:
    return note(
        "overpass-no-restrictions",
        Text(
            "地図サーバーからの道路網には右左折の禁止が含まれません",
            "networks from a map server come without turn restrictions",
        ),
        Text("必要なら OSM の抽出ファイルを使ってください", "use an OSM extract if they matter"),
        file=source,
    )


def _unreachable(servers: str, cause: Exception) -> Problem:
    return error(
        "fetch-unreachable",
        Text(
            f"地図サーバーにつながりません（{servers}）: {cause}",
            f"cannot reach the map server ({servers}): {cause}",
        ),
        Text(
            "ネットワークを確かめるか、OSM の抽出ファイルを使ってください",
            "check the connection, or use an OSM extract",
        ),
    )


def _refused(servers: str, cause: Exception) -> Problem:
    return error(
        "fetch-refused",
        Text(
            f"地図サーバーに断られました（{servers}）: {cause}",
            f"the map server refused ({servers}): {cause}",
        ),
        Text("時間をおくか、範囲を小さくしてください", "wait, or ask for a smaller area"),
    )


def _odd_answer(server: str) -> Problem:
    return error(
        "fetch-odd-answer",
        Text(
            f"地図サーバーの答えを読めません（{server}）: 点や道の番号が整数ではありません",
            f"the answer of the map server is odd ({server}): ids that are no numbers",
        ),
        Text(
            "別のサーバーか、OSM の抽出ファイルを使ってください",
            "use another server, or an extract",
        ),
    )


def _nothing(area: str, cause: Exception) -> Problem:
    return error(
        "fetch-nothing",
        Text(f"道路が見つかりません: {cause}", f"nothing found: {cause}"),
        Text("地名の綴りと範囲を確かめてください", "check the place name and the area"),
        value=area,
    )
