"""OSM files as people have them: out of order, in versions, deleted, without nodes, packed."""

from __future__ import annotations

import bz2
import gzip
import json
from itertools import groupby, permutations

import pytest

from networks.errors import NetworkDataError
from networks.load import load_network
from networks.osm.osm_files import read_osm
from tests.helpers import pbf_files as pbf
from tests.helpers.road_cases import flat_profile

NODES = {1: (130.70, 32.80), 2: (130.71, 32.80), 3: (130.72, 32.80), 4: (130.70, 32.83)}
NODES |= {5: (130.72, 32.83)}
DIRECT, DETOUR = [1, 2, 3], [1, 4, 5, 3]
TEXTS = ("xml", "xml.gz", "xml.bz2", "json")
FORMS = (*TEXTS, "pbf", "sorted.pbf")


def node(number, *, tags=None, **more):
    lon, lat = NODES[abs(number)]
    return {"type": "node", "id": number, "lat": lat, "lon": lon, "tags": tags or {}, **more}


def way(number, refs, *, tags=None, **more):
    tags = {"highway": "trunk"} if tags is None else tags
    return {"type": "way", "id": number, "nodes": refs, "tags": tags, **more}


def ban(number=9, **more):
    members = [("way", 12, "from"), ("node", 3, "via"), ("way", 14, "to")]
    return {
        "type": "relation",
        "id": number,
        "tags": {"type": "restriction", "restriction": "no_left_turn"},
        "members": [dict(zip(("type", "ref", "role"), m, strict=True)) for m in members],
        **more,
    }


USUAL = [*map(node, NODES), way(12, DIRECT), way(14, DETOUR)]


def as_xml(elements, head=""):
    """Write elements of Overpass as XML."""

    def plain(value):
        return str(value).lower() if isinstance(value, bool) else value

    lines = ["<osm version='0.6'>", head]
    for element in elements:
        inner = {"type", "tags", "nodes", "members", "geometry"}
        named = {k: plain(v) for k, v in element.items() if k not in inner}
        attributes = "".join(f" {k}='{v}'" for k, v in named.items())
        lines.append(f"<{element['type']}{attributes}>")
        shape = element.get("geometry") or [None] * len(element.get("nodes", ()))
        for ref, point in zip(element.get("nodes", ()), shape, strict=True):
            where = f" lat='{point['lat']}' lon='{point['lon']}'" if point else ""
            lines.append(f"<nd ref='{ref}'{where}/>")
        lines += [
            f"<member type='{m['type']}' ref='{m['ref']}' role='{m['role']}'/>"
            for m in element.get("members", ())
        ]
        lines += [f"<tag k='{k}' v='{v}'/>" for k, v in element.get("tags", {}).items()]
        lines.append(f"</{element['type']}>")
    return "\n".join([*lines, "</osm>"])


def as_pbf(elements, optional=()):
    """Write elements as PBF, a block for each run of one kind."""
    blocks = []
    for kind, run in groupby(elements, key=lambda element: element["type"]):
        strings = pbf.Strings()
        write = {"node": dense, "way": way_message, "relation": relation_message}[kind]
        blocks.append(pbf.block_of(strings, write(strings, list(run))))
    return pbf.pbf([b for b in blocks if b], pbf.header(optional=optional))


def info(element):
    version = pbf.number(1, element["version"]) if "version" in element else b""
    visible = not (element.get("visible") is False or "action" in element)
    return pbf.chunk(4, version + (b"" if visible else pbf.number(6, 0)))


def steps(values):
    return pbf.steps([round(value * 1e7) for value in values])


def dense(strings, nodes):
    gone = [n.get("visible") is False or "action" in n for n in nodes]
    told = pbf.packed(1, [n.get("version", 0) for n in nodes])
    told += pbf.packed(6, [not g for g in gone]) if any(gone) else b""
    tags = [v for n in nodes for v in (*(strings(s) for kv in n["tags"].items() for s in kv), 0)]
    columns = pbf.packed(1, pbf.steps([n["id"] for n in nodes])) + pbf.chunk(5, told)
    columns += pbf.packed(8, steps(n["lat"] for n in nodes))
    columns += pbf.packed(9, steps(n["lon"] for n in nodes)) + pbf.packed(10, tags)
    return pbf.chunk(2, columns)


def way_message(strings, elements):
    found = b""
    for e in elements:
        body = pbf.number(1, e["id"]) + strings.tags(e["tags"]) + info(e)
        body += pbf.packed(8, pbf.steps(e["nodes"]))
        if shape := e.get("geometry"):
            off = {"lat": 214.7483647, "lon": 214.7483647}  # libosmium's for no position
            shape = [point or off for point in shape]
            body += pbf.packed(9, steps(p["lat"] for p in shape))
            body += pbf.packed(10, steps(p["lon"] for p in shape))
        found += pbf.chunk(3, body)
    return found


def relation_message(strings, elements):
    found = b""
    for e in elements:
        roles, refs, kinds = zip(
            *((m["role"], m["ref"], m["type"]) for m in e["members"]), strict=True
        )
        body = pbf.number(1, e["id"]) + strings.tags(e["tags"]) + info(e)
        body += pbf.packed(8, map(strings, roles)) + pbf.packed(9, pbf.steps(refs))
        body += pbf.packed(10, ["nwr".index(kind[0]) for kind in kinds])
        found += pbf.chunk(4, body)
    return found


def read(tmp_path, elements, form="xml"):
    """Read elements as a file of this form."""
    if form.endswith("pbf"):
        optional = pbf.SORTED if form == "sorted.pbf" else ()  # whether or not it is true
        (tmp_path / "map.osm.pbf").write_bytes(as_pbf(elements, optional))
        return load_network(tmp_path / "map.osm.pbf", profile=flat_profile())
    if form == "json":
        content = json.dumps({"version": 0.6, "elements": elements}).encode()
    else:
        content = as_xml(elements).encode()
    pack = {"xml.gz": gzip.compress, "xml.bz2": bz2.compress}.get(form, bytes)
    path = tmp_path / f"map.{'json' if form == 'json' else form.replace('xml', 'osm')}"
    path.write_bytes(pack(content))
    return load_network(path, profile=flat_profile())


def ways(network):
    """Return {way: metres} of the roads."""
    lengths = zip(network.edges.source_id.tolist(), network.edges.length_m.tolist(), strict=True)
    found = {}
    for number, metres in lengths:
        found[number] = found.get(number, 0.0) + metres
    return found


@pytest.mark.parametrize("form", FORMS)
def test_objects_in_any_order_make_one_network(tmp_path, form):
    whole = read(tmp_path, USUAL, form)
    assert sorted(ways(whole)) == [12, 14]
    groups = (USUAL[:2], USUAL[2:5][::-1], USUAL[5:])
    for order in permutations(groups):
        again = read(tmp_path, [element for group in order for element in group], form)
        assert again.sha256 == whole.sha256
        assert again.info().dropped == whole.info().dropped


@pytest.mark.parametrize("form", FORMS)
def test_the_default_query_of_overpass_turbo_prints_ways_then_nodes(tmp_path, form):
    # out body; >; out skel qt: nodes by place, not by number.
    turned = sorted(map(node, NODES), key=lambda n: (-n["lat"], -n["lon"]))
    assert read(tmp_path, [*USUAL[5:], *turned], form).sha256 == read(tmp_path, USUAL, form).sha256


GONE = [{"action": "delete", "version": 1}, {"visible": False, "version": 2}]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("gone", GONE)
def test_a_deleted_way_is_no_road(tmp_path, form, gone):
    network = read(tmp_path, [*USUAL[:5], way(12, DIRECT, **gone), way(14, DETOUR)], form)
    assert list(ways(network)) == [14]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("gone", GONE)
def test_a_deleted_node_closes_nothing_and_a_deleted_relation_bans_nothing(tmp_path, form, gone):
    block = node(2, tags={"barrier": "block"})
    live = dict(read(tmp_path, [*USUAL, block, ban()], form).info().dropped)
    assert live == {"closed-barriers": 1, "restrictions-applied": 1}
    moved = way(12, [1, 3])  # JOSM takes a deleted node from its ways
    elements = [e for e in USUAL if e["id"] not in {2, 12}]
    network = read(tmp_path, [*elements, moved, block | gone, ban(**gone)], form)
    assert network.info().dropped == ()


def histories():
    old, new = way(12, DIRECT, version=1), way(12, DIRECT, tags={"highway": "footway"}, version=2)
    yield [old, new], {14}
    yield [old, way(12, [], tags={}, version=2, visible=False)], {14}
    yield (
        [way(12, [], tags={}, version=2, visible=False), way(12, DIRECT, version=3)],
        {12, 14},
    )
    yield (
        [way(12, [1, 4], version=3), way(12, DIRECT, version=10)],
        {12, 14},
    )
    yield [old, way(12, DIRECT, tags={}, version=2)], {14}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("copies", "roads"), list(histories()))
def test_the_latest_version_of_a_way_holds_in_either_order(tmp_path, form, copies, roads):
    for order in (copies, copies[::-1]):
        network = read(tmp_path, [*USUAL[:5], *order, way(14, DETOUR)], form)
        assert set(ways(network)) == roads
        if 12 in roads:
            assert ways(network)[12] == pytest.approx(1873.27, abs=0.01)


@pytest.mark.parametrize("form", FORMS)
def test_the_latest_version_of_nodes_and_relations_holds(tmp_path, form):
    blocks = node(2, tags={"barrier": "block"}, version=1), node(2, version=2, tags={})
    bans = ban(version=1), ban(version=2) | {"tags": {"type": "route"}}
    elsewhere = node(3, version=1) | {"lon": 130.9}
    for turn in (1, -1):
        copies = [*blocks[::turn], *bans[::turn], *(elsewhere, node(3, version=2))[::turn]]
        elements = [*(e for e in USUAL if e["id"] not in {2, 3}), *copies]
        network = read(tmp_path, elements, form)
        assert network.info().dropped == ()
        assert ways(network) == ways(read(tmp_path, USUAL, form))


@pytest.mark.parametrize("form", TEXTS)
def test_copies_of_one_version_complete_each_other(tmp_path, form):
    # (node["barrier"]; way;); out body; >; out skel: the node comes with its tags, then bare.
    block = node(2, tags={"barrier": "block"})
    bare = [way(12, DIRECT, tags={}), way(12, [], version=4)]
    for copies in ([block, node(2)], [node(2), block], [node(2, version=7), block]):
        for order in (bare, bare[::-1]):
            elements = [*(e for e in USUAL if e["id"] not in {2, 12}), *copies, *order]
            network = read(tmp_path, elements, form)
            assert dict(network.info().dropped) == {"closed-barriers": 1}
            assert set(ways(network)) == {12, 14}


@pytest.mark.parametrize("form", FORMS)
def test_what_an_editor_drew_has_negative_ids(tmp_path, form):
    drawn = [node(1), node(-2), node(3), node(-4), node(5), way(-12, [1, -2, 3])]
    network = read(tmp_path, [*drawn, way(14, [1, -4, 5, 3])], form)
    assert {abs(w): m for w, m in ways(network).items()} == ways(read(tmp_path, USUAL, form))


def shaped(number, refs):
    points = [NODES[ref] for ref in refs]
    return way(number, refs, geometry=[{"lat": lat, "lon": lon} for lon, lat in points])


@pytest.mark.parametrize("form", FORMS)
def test_ways_may_tell_where_their_nodes_are(tmp_path, form):
    # out geom: no node of its own in the answer.
    network = read(tmp_path, [shaped(12, DIRECT), shaped(14, DETOUR)], form)
    assert ways(network) == ways(read(tmp_path, USUAL, form))
    half = read(tmp_path, [node(1), node(2), shaped(12, DIRECT), shaped(14, DETOUR)], form)
    assert half.sha256 == network.sha256


@pytest.mark.parametrize("form", FORMS)
def test_points_beyond_the_box_of_the_query_are_missing_nodes(tmp_path, form):
    cut = shaped(14, DETOUR)
    cut["geometry"][2] = None
    network = read(tmp_path, [shaped(12, DIRECT), cut], form)
    assert dict(network.info().dropped)["missing-nodes"] == 1
    assert sorted(network.nodes.id[network.nodes.border].tolist()) == [3, 4]


def grid(size, lost=()):
    """Return elements of streets that cross each other all over a square, without lost nodes."""
    found = []
    for x in range(size):
        for y in range(size):
            where = {"tags": {}, "lon": 130.5 + x / 500, "lat": 32.5 + y / 500}
            if (x, y) not in lost:
                found.append({"type": "node", "id": 1 + x * size + y, **where})
    for i in range(size):
        found.append(way(1000 + i, [1 + i * size + y for y in range(size)]))
        found.append(way(2000 + i, [1 + x * size + i for x in range(size)]))
    return found


@pytest.mark.parametrize(
    ("lost", "amid"),
    [
        ({(0, 4)}, 0),  # the first node of a street that comes from outside; see below
        ({(0, y) for y in range(20)}, 0),
        ({(x, y) for x in range(20) for y in range(20) if x + y > 30}, 0),
        ({(10, 10)}, 2),
        ({(10, y) for y in range(5, 12)}, 8),
    ],
)
@pytest.mark.parametrize("form", ["xml", "json", "pbf"])
def test_gaps_amid_the_roads_are_not_said_to_be_the_border(tmp_path, form, lost, amid):
    elements = grid(20, lost)
    if lost == {(0, 4)}:
        elements = [e for e in elements if e["id"] != 1000]
    (problem,) = (
        p for p in read(tmp_path, elements, form).problems if p.code != "osm-bounds-unknown"
    )
    assert problem.code == "osm-missing-nodes"
    assert ("usual at the border" in problem.remedy.en) == (amid == 0)
    assert (f"({amid} of these places" in problem.message.en) == (amid > 0)


def refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(NetworkDataError) as caught:
        load_network(path, profile=flat_profile(), kind="auto")
    (problem,) = caught.value.problems
    assert problem.file == name
    return problem


@pytest.mark.parametrize("name", ["x.osm", "x.json", "x.osm.pbf"])
def test_ways_whose_nodes_are_nowhere_are_refused_by_name(tmp_path, name):
    for elements in ([way(12, DIRECT)], [node(1), way(12, DIRECT), way(14, DETOUR)], [way(12, [])]):
        text = json.dumps({"elements": elements}) if name == "x.json" else as_xml(elements)
        text = as_pbf(elements) if name == "x.osm.pbf" else text
        assert refused(tmp_path, name, text).code == "osm-no-nodes"


@pytest.mark.parametrize("name", ["x.osm", "x.json"])
def test_shapes_without_ids_of_nodes_are_refused_by_name(tmp_path, name):
    shape = [{"lat": lat, "lon": lon} for lon, lat in NODES.values()]
    points = "".join(f"<nd lat='{p['lat']}' lon='{p['lon']}'/>" for p in shape)
    tag = "<tag k='highway' v='trunk'/>"
    element = {"type": "way", "id": 12, "tags": {"highway": "trunk"}, "geometry": shape}
    text = f"<osm><way id='12'>{points}{tag}</way></osm>"
    content = text if name == "x.osm" else json.dumps({"elements": [element]})
    assert refused(tmp_path, name, content).code == "osm-no-node-ids"


CHANGE = "<osmChange version='0.6'><create><node id='1' lat='32' lon='130'/></create></osmChange>"
ADIFF = "<osm><action type='modify'><old/><new/></action></osm>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.osc", CHANGE),
        ("x.osm", CHANGE),
        ("x.osc.gz", gzip.compress(CHANGE.encode(), mtime=0)),
        ("x.osc.bz2", bz2.compress(CHANGE.encode())),
        ("x.osm", ADIFF),
    ],
)
def test_files_of_changes_are_named(tmp_path, name, content):
    assert refused(tmp_path, name, content).code == "osm-changes"


@pytest.mark.parametrize("name", ["x.osm", "x.json"])
def test_an_answer_that_broke_off_is_no_map(tmp_path, name):
    said = 'runtime error: Query timed out in "query" at line 3 after 26 seconds.'
    text = as_xml(USUAL, f"<remark> {said} </remark>")
    if name == "x.json":
        text = json.dumps({"elements": USUAL, "remark": said})
    problem = refused(tmp_path, name, text)
    assert (problem.code, problem.value) == ("osm-answer-incomplete", said)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.osm", "<html><body>429 Too Many Requests</body></html>"),
        ("bomb.osm", "<!DOCTYPE osm [<!ENTITY a 'aaaa'>]><osm>&a;</osm>"),
        ("no-id.osm", "<osm><node lat='32' lon='130'/></osm>"),
        ("comma.osm", "<osm><node id='1' lat='32,5' lon='130'/></osm>"),
        ("cut.osm.gz", gzip.compress(as_xml(USUAL).encode(), mtime=0)[:-40]),
        ("cut.osm.bz2", bz2.compress(as_xml(USUAL).encode())[:-40]),
        ("cut.json", '{"elements": [{"type": "node", "id": 1, "la'),
        ("text-id.json", '{"elements": [{"type": "node", "id": "1", "lat": 32, "lon": 130}]}'),
        ("shape.json", '{"elements": [{"type":"way","id":1,"nodes":[1,2],"geometry":[null]}]}'),
        ("members.json", '{"elements": [{"type": "relation", "id": 1, "members": [7]}]}'),
        ("huge.json", '{"elements": [{"type": "way", "id": 1, "nodes": [99999999999999999999]}]}'),
    ],
)
def test_what_cannot_be_read_is_said_to_be_unreadable(tmp_path, name, content):
    assert refused(tmp_path, name, content).code == "osm-unreadable"


def test_json_is_told_from_a_map_of_shapes_by_its_content(tmp_path):
    text = json.dumps(
        {"version": 0.6, "osm3s": {"timestamp_osm_base": "2026-01-02T03:04:05Z"}, "elements": USUAL}
    )
    (tmp_path / "overpass.json").write_text(" \n" + text, "utf-8")
    (tmp_path / "download").write_bytes(gzip.compress(text.encode("utf-8-sig")))
    network = load_network(tmp_path / "overpass.json", profile=flat_profile())
    assert network.info().as_of == "2026-01-02"
    assert read_osm(tmp_path / "download", flat_profile()).sha256 == network.sha256


def test_dates_and_bounds_of_the_file_itself(tmp_path):
    box = "minlat='{}' minlon='130' maxlat='{}' maxlon='131'"
    two = "".join(f"<bounds {box.format(*sides)}/>" for sides in ((32, 32.81), (32.82, 33)))
    inner = f"<way id='7'><bounds {box.format(0, 1)}/></way>"
    meta = "<meta osm_base='2026-01-02T03:04:05Z'/>"
    elements = [*USUAL[:6], way(16, [3, 5])]
    path = tmp_path / "x.osm"
    path.write_text(as_xml(elements, meta + two + inner), "utf-8")
    network = read_osm(path, flat_profile())
    assert (network.info().as_of, network.problems) == ("2026-01-02", ())
    path.write_text(as_xml(elements, f"<bounds {box.format(32, 32.81)}/>"), "utf-8")
    assert [p.code for p in read_osm(path, flat_profile()).problems] == ["osm-border"]


@pytest.mark.parametrize("form", FORMS)
def test_one_odd_way_stops_no_build(tmp_path, form):
    nodes = [node(1) | {"id": 6, "lon": -130.0, "lat": -32.0}, node(1) | {"id": 7, "lon": 500.0}]
    odd = [
        way(20, [3, 4], tags={"highway": "ferry"}),
        way(21, [3, 4], tags={"highway": "フェリー"}),
        way(22, [3, 6]),  # half round the globe
        way(23, [3, 7]),  # off it
        way(24, [3]),
        way(25, []),
    ]
    network = read(tmp_path, [*USUAL[:5], *nodes, *USUAL[5:], *odd], form)
    assert ways(network) == ways(read(tmp_path, USUAL, form))
    assert dict(network.info().dropped) == {
        "unknown-highway-value": 2,
        "impossible-roads": 1,
        "missing-nodes": 1,
        "ways-cut-at-missing-nodes": 1,
        "ways-without-nodes": 2,
    }
