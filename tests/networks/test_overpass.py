"""Overpass through osmnx, against a server on this machine that replays a recorded answer."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import quoteattr

import osmnx as ox
import pytest
from shapely.geometry import box

from groundfloor.problems import Severity
from networks.errors import FetchError
from networks.network import CLOSED
from networks.osm.osm_files import read_osm
from networks.osm.overpass import _FILTERS, fetch_overpass
from networks.speeds.profile import Delay, DelayKind
from networks.speeds.profile_files import load_profile
from tests.helpers.road_cases import ROADS

pytestmark = pytest.mark.slow  # osmnx against a server on the loopback interface

RECORDED = ROADS / "kumamoto_chuo_overpass_20230105.json"
needs_data = pytest.mark.skipif(not ROADS.is_dir(), reason="shared road data is not here")
BOUNDS = (130.60, 32.70, 130.85, 32.90)
EVERYDAY = load_profile("everyday")


@contextmanager
def server(overpass: bytes, *, status: int = 200, places: bytes = b"[]") -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self, body: bytes, code: int) -> None:
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.answer(overpass, status)

        def do_GET(self) -> None:
            asked.append(self.path)
            self.answer(places, 200)

        def log_message(self, *_: object) -> None: ...

    asked: list[str] = []
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}"
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def answer(*ways, nodes=6, tags=None):
    """Overpass JSON with nodes on a row; `tags` by node."""
    elements = [
        {
            "type": "node",
            "id": i,
            "lon": 130.7 + i / 1000,
            "lat": 32.8,
            "tags": (tags or {}).get(i, {}),
        }
        for i in range(1, nodes + 1)
    ]
    elements += [
        {"type": "way", "id": 100 + i, "nodes": refs, "tags": tags}
        for i, (refs, tags) in enumerate(ways)
    ]
    return json.dumps({"elements": elements}).encode()


def place_answer(geometry):
    found = {
        "place_id": 1,
        "osm_type": "relation",
        "osm_id": 1,
        "lat": "32.8",
        "lon": "130.7",
        "class": "boundary",
        "type": "administrative",
        "place_rank": 14,
        "importance": 0.5,
        "addresstype": "city",
        "name": "熊本市中央区",
        "display_name": "熊本市中央区",
        "boundingbox": ["32.7", "32.9", "130.6", "130.85"],
        "geojson": geometry.__geo_interface__,
    }
    return json.dumps([found]).encode()


def edges(network):
    e, ids = network.edges, network.nodes.id
    return sorted(
        (int(ids[t]), int(ids[h]), f != CLOSED, b != CLOSED)
        for t, h, f, b in zip(e.tail, e.head, e.forward_ms, e.backward_ms, strict=True)
    )


def test_ways_mean_the_same_as_in_an_extract():
    ways = (
        ([1, 2, 3], {"highway": "trunk"}),
        ([2, 4], {"highway": "primary", "oneway": "-1"}),
        ([4, 5, 6, 4], {"highway": "tertiary", "junction": "roundabout"}),
        ([1, 5], {"highway": "motorway", "toll": "yes"}),
        ([1, 6], {"highway": "service", "access": "private"}),
        ([3, 6], {"route": "ferry", "motor_vehicle": "yes", "duration": "00:10"}),
    )
    with server(answer(*ways)) as url:
        network = fetch_overpass(BOUNDS, EVERYDAY, overpass_url=url)
    drivable = [
        (1, 2, True, True),
        (2, 3, True, True),
        (2, 4, False, True),
        (1, 5, True, False),
        (3, 6, True, True),
    ]
    assert [e for e in edges(network) if e in drivable] == sorted(drivable)
    ring = {frozenset(e[:2]) for e in edges(network)} - {frozenset(e[:2]) for e in drivable}
    assert ring == {frozenset(p) for p in ((4, 5), (5, 6), (6, 4))}
    # All nodes lie on one line, so an end lies beside a road that runs on.
    assert dict(network.info().dropped) == {"dead-ends-beside-road": 1, "no-access": 1}
    assert network.edges.forward_ms[network.edges.ferry].tolist() == [600_000]


@pytest.mark.parametrize("odd", ["x", 10**30, 1.5])
@pytest.mark.parametrize("kind", ["node", "way"])
def test_ids_that_are_no_ids_are_refused(kind, odd):
    page = json.loads(answer(([1, 2, 3], {"highway": "trunk"}), ([3, 4], {"highway": "trunk"})))
    element = next(e for e in reversed(page["elements"]) if e["type"] == kind and e["id"] != 6)
    if kind == "node":
        page["elements"][-2]["nodes"] = [odd if n == element["id"] else n for n in (1, 2, 5)]
    element["id"] = odd
    with server(json.dumps(page).encode()) as url, pytest.raises(FetchError) as caught:
        fetch_overpass(BOUNDS, EVERYDAY, overpass_url=url)
    assert [p.code for p in caught.value.problems] == ["fetch-odd-answer"]


def test_an_answer_nested_beyond_all_depth_is_refused():
    with server(b"[" * 200_000) as url, pytest.raises(FetchError) as caught:
        fetch_overpass(BOUNDS, EVERYDAY, overpass_url=url)
    assert [p.code for p in caught.value.problems] == ["fetch-odd-answer"]


def test_barriers_and_signals_arrive_and_restrictions_are_missed():
    ways = (([1, 2, 3], {"highway": "trunk"}), ([3, 4, 5], {"highway": "trunk", "oneway": "-1"}))
    waits = replace(EVERYDAY, delays=(Delay(DelayKind.TRAFFIC_SIGNALS, 20, "test"),))
    tags = {
        2: {"barrier": "bollard"},
        4: {"highway": "traffic_signals", "traffic_signals:direction": "backward"},
    }
    with server(answer(*ways, tags=tags)) as url:
        network = fetch_overpass(BOUNDS, waits, overpass_url=url)
    both, against = (True, True), (False, True)
    assert edges(network) == [(1, 2, *both), (2, 3, *both), (3, 4, *against), (4, 5, *against)]
    assert network.info().components == 2
    assert network.edges.forward_delay_ms.tolist() == [0, 0, 0, 0]
    assert network.edges.backward_delay_ms.tolist() == [0, 0, 0, 20_000]
    assert [(p.code, p.severity) for p in network.problems] == [
        ("overpass-no-restrictions", Severity.NOTE)
    ]


@pytest.mark.parametrize("shape", [tuple, box])
def test_what_lies_outside_the_area_is_its_border(shape):
    area = (130.0, 32.0, 130.7035, 33.0)
    with server(
        answer(([1, 2, 3, 4, 5], {"highway": "trunk"}), ([2, 6], {"highway": "trunk"}))
    ) as url:
        asked = area if shape is tuple else box(*area)
        network = fetch_overpass(asked, EVERYDAY, overpass_url=url)
    border = network.nodes.id[network.nodes.border].tolist()
    assert border
    assert set(border) <= {4, 5, 6}
    assert "osm-border" in [p.code for p in network.problems]


def as_xml(recorded):
    """The recorded answer as an OSM file."""
    lines = ['<osm version="0.6">']
    for e in sorted(recorded["elements"], key=lambda e: (e["type"] == "way", e["id"])):
        tags = "".join(
            f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in e.get("tags", {}).items()
        )
        if e["type"] == "node":
            lines.append(f'<node id="{e["id"]}" lon="{e["lon"]}" lat="{e["lat"]}">{tags}</node>')
        else:
            refs = "".join(f'<nd ref="{ref}"/>' for ref in e["nodes"])
            lines.append(f'<way id="{e["id"]}">{refs}{tags}</way>')
    return "\n".join([*lines, "</osm>"])


@needs_data
def test_recorded_answer_by_place_name_equals_the_same_data_as_a_file(tmp_path):
    raw = RECORDED.read_bytes()
    with server(raw, places=place_answer(box(*BOUNDS))) as url:
        network = fetch_overpass("熊本市中央区", EVERYDAY, overpass_url=url, nominatim_url=url)
    (tmp_path / "same.osm").write_text(as_xml(json.loads(raw)), "utf-8")
    extract = read_osm(tmp_path / "same.osm", EVERYDAY)
    info, same = network.info(), extract.info()
    assert info.source == "熊本市中央区"
    assert info.attribution.startswith("© OpenStreetMap")
    assert info.components == same.components
    assert dict(info.km_by_class) == pytest.approx(dict(same.km_by_class), rel=1e-9)
    mine, theirs = Counter(edges(network)), Counter(edges(extract))
    # rings may be cut at another of their nodes; everything else is the same edge by edge
    assert (mine & theirs).total() > 0.995 * theirs.total() > 9_000


def test_settings_of_osmnx_are_put_back():
    before = {n: getattr(ox.settings, n) for n in dir(ox.settings) if not n.startswith("_")}
    with server(answer(([1, 2], {"highway": "trunk"}))) as url:
        fetch_overpass(box(*BOUNDS), EVERYDAY, overpass_url=url)
    with server(b"", status=500) as url, pytest.raises(FetchError):
        fetch_overpass(BOUNDS, EVERYDAY, overpass_url=url)
    assert {n: getattr(ox.settings, n) for n in before} == before


@pytest.mark.parametrize("status", [400, 429, 500, 504])
def test_a_refusal_is_told_at_once(status):
    with server(b"busy", status=status) as url, pytest.raises(FetchError, match="fetch-refused"):
        fetch_overpass(BOUNDS, EVERYDAY, overpass_url=url)


def test_an_answer_that_broke_off_is_refused():
    said = 'runtime error: Query timed out in "query" at line 1 after 180 seconds.'
    whole = json.loads(answer(([1, 2, 3], {"highway": "primary", "remark": "no error"})))
    broken = json.dumps(whole | {"remark": said}).encode()
    with server(broken) as url, pytest.raises(FetchError, match="fetch-refused") as caught:
        fetch_overpass(BOUNDS, EVERYDAY, overpass_url=url)
    assert said in caught.value.problems[0].message.en
    with server(json.dumps(whole).encode()) as url:
        assert edges(fetch_overpass(BOUNDS, EVERYDAY, overpass_url=url)) == [(1, 3, True, True)]


def test_streets_for_people_on_foot_that_let_cars_in_are_asked_for():
    ways = [
        ([1, 2], {"highway": "primary"}),
        ([2, 3], {"highway": "pedestrian", "motor_vehicle": "destination"}),
        ([3, 4], {"highway": "cycleway"}),
    ]
    with server(answer(*ways)) as url:
        network = fetch_overpass(BOUNDS, EVERYDAY, overpass_url=url)
    assert edges(network) == [(1, 2, True, True), (2, 3, True, True)]
    assert network.edges.through.tolist() == [True, False]
    assert all(name in _FILTERS[0] for name in ("pedestrian", "cycleway"))


def test_unreachable_server():
    with server(b"") as url:
        gone = url
    with pytest.raises(FetchError, match="fetch-unreachable") as caught:
        fetch_overpass(BOUNDS, EVERYDAY, overpass_url=gone)
    assert isinstance(caught.value, ConnectionError)


@pytest.mark.parametrize("body", [b'{"elements": []}', b"[]", b"<html>sorry</html>"])
def test_an_answer_without_roads(body):
    with server(body) as url, pytest.raises(FetchError, match="fetch-"):
        fetch_overpass(BOUNDS, EVERYDAY, overpass_url=url)


def test_unknown_place():
    with server(b"{}") as url, pytest.raises(FetchError, match="fetch-nothing"):
        fetch_overpass("どこにもない町", EVERYDAY, overpass_url=url, nominatim_url=url)
