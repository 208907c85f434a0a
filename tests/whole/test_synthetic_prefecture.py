"""What benchmarks stand on: a synthetic prefecture that is what it says, and the plain rules."""

from __future__ import annotations

import sys
from collections import Counter
from importlib import import_module

import numpy as np
import osmium
import pytest

from networks import load_profile, read_osm, snap_points
from tests.helpers.folders import ROOT

FOLDER = ROOT / "benchmarks"


@pytest.fixture(scope="module")
def synthetic():
    sys.path.insert(0, str(FOLDER))
    try:
        yield import_module("synthetic")
    finally:
        sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def made(synthetic, tmp_path_factory):
    prefecture = synthetic.make(25_000, seed=5, hospitals=40)
    path = tmp_path_factory.mktemp("synthetic") / "tiny.osm.pbf"
    synthetic.write(prefecture, path)
    return prefecture, path


@pytest.mark.slow
def test_libosmium_reads_back_what_was_made(made):
    prefecture, path = made
    node = way = relation = 0
    for thing in osmium.FileProcessor(str(path)):
        tags = tuple((t.k, t.v) for t in thing.tags)
        if thing.is_node():
            assert thing.id == prefecture.node_id[node]
            assert (thing.location.x, thing.location.y) == (
                prefecture.lon[node],
                prefecture.lat[node],
            )
            assert tags == prefecture.node_tags.sets[prefecture.node_tags.of[node]]
            node += 1
        elif thing.is_way():
            part = slice(prefecture.offset[way], prefecture.offset[way + 1])
            assert thing.id == prefecture.way_id[way]
            assert [n.ref for n in thing.nodes] == prefecture.refs[part].tolist()
            name = prefecture.way_tags.names[prefecture.way_tags.name[way]]
            expected = prefecture.way_tags.sets[prefecture.way_tags.of[way]]
            assert tags == (*expected, *([("name", name)] if name else []))
            way += 1
        else:
            own = prefecture.relations[relation]
            assert tags == own.tags
            assert tuple((m.type, m.ref, m.role) for m in thing.members) == own.members
            relation += 1
    assert (node, way, relation) == (
        len(prefecture.node_id),
        len(prefecture.way_id),
        len(prefecture.relations),
    )
    assert relation > 0


def test_ids_ascend(made):
    prefecture, _ = made
    assert (np.diff(prefecture.node_id) > 0).all()
    assert (np.diff(prefecture.way_id) > 0).all()


def test_same_seed_same_bytes(synthetic, made, tmp_path):
    _, path = made
    again, other = tmp_path / "again.osm.pbf", tmp_path / "other.osm.pbf"
    synthetic.write(synthetic.make(25_000, seed=5, hospitals=40), again)
    synthetic.write(synthetic.make(25_000, seed=6, hospitals=40), other)
    assert again.read_bytes() == path.read_bytes()
    assert other.read_bytes() != path.read_bytes()
    assert synthetic.hospitals_beside(again).read_bytes() == (
        synthetic.hospitals_beside(path).read_bytes()
    )


def test_the_size_is_the_one_asked_for(made):
    prefecture, _ = made
    assert len(prefecture.node_id) == pytest.approx(25_000, rel=0.15)


def test_every_kind_of_road_and_rule_occurs(made):
    prefecture, _ = made
    sets = [dict(s) for s in prefecture.way_tags.sets]
    used = Counter(prefecture.way_tags.of.tolist())
    classes = Counter()
    for number, count in used.items():
        classes[sets[number].get("highway", sets[number].get("route"))] += count
    assert {
        *("motorway", "motorway_link", "trunk", "primary", "secondary", "tertiary"),
        *("unclassified", "residential", "service", "track", "footway", "ferry"),
    } <= set(classes)
    pairs = {pair for number in used for pair in prefecture.way_tags.sets[number]}
    assert {("oneway", "yes"), ("oneway", "-1"), ("toll", "yes"), ("access", "private")} <= pairs
    assert ("access", "destination") in pairs
    marks = {
        pair
        for number in np.unique(prefecture.node_tags.of).tolist()
        for pair in prefecture.node_tags.sets[number]
    }
    assert {("highway", "traffic_signals"), ("barrier", "gate"), ("barrier", "toll_booth")} <= marks


def test_some_islands_have_no_way_off(made):
    prefecture, _ = made
    assert prefecture.islands["none"] > 0
    assert prefecture.islands["ferry"] > 0


def test_it_becomes_a_network_with_islands_and_forbidden_turns(synthetic, made):
    _, path = made
    network = read_osm(path, load_profile("everyday"))
    assert len(network.turns.offset) > 1
    assert network.edges.ferry.any()
    assert network.edges.toll.any()
    assert not network.edges.through.all()
    assert len(np.unique(network.nodes.component)) > 1
    ids, lon, lat = synthetic.read_hospitals(path)
    tied = [r for r in snap_points(network, lon, lat, 500.0) if r.snap is not None]
    assert len(tied) == len(ids) == 40


@pytest.mark.usefixtures("synthetic")  # it puts the folder on the path
def test_the_plain_rules_keep_what_a_forbidden_turn_depends_on():
    """A turn over three edges is forbidden, and the two edges it begins with are not."""
    rules = import_module("plain_rules")
    plain = rules.Rules(
        ms=[1, None, 1, None, 1, None],
        delay=[0] * 6,
        start=[0, 1, 1, 2, 2, 3],
        end=[1, 0, 2, 1, 3, 2],
        through=[True] * 6,
        ferry=[None] * 6,
        leaving={0: [0], 1: [2], 2: [4], 3: []},
        forbidden=frozenset({(0, 2, 4)}),
        beginnings=frozenset({(0,), (0, 2)}),
        wait_ms=0,
    )
    assert plain.remember((0, 2)) == (0, 2)
    assert plain.remember((0, 2, 4)) is None
    assert plain.remember((2, 4)) == (4,)
