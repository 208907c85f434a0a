"""The part of a network that touches an area."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import Point, box

from networks import load_network
from networks.clipping import clipped
from networks.errors import NetworkDataError
from networks.network import CLOSED
from tests.helpers.road_cases import link, roads

AREA = box(130.505, 32.4, 130.535, 32.6)  # nodes lie at 130.50, 130.51, …


def row():
    return roads(
        [
            link(0, 1, both=False, ms=5),
            link(1, 2, name="A", toll=True),
            link(2, 3, road_class="motorway"),
            link(3, 4, ferry=True, ms=60_000),
            link(4, 5),
            link(5, 0, name="B"),
        ]
    )


def test_what_touches_the_area_is_kept_whole_and_as_it_was():
    whole = row()
    part = clipped(whole, AREA)
    kept = [0, 1, 2, 3, 5]  # the last leads from one end of the row to the other
    for name in ("forward_ms", "backward_ms", "length_m", "toll", "ferry", "doorless"):
        assert (getattr(part.edges, name) == getattr(whole.edges, name)[kept]).all()
    assert part.edges.backward_ms[0] == CLOSED
    names = [part.names[i] for i in part.edges.name]
    assert names == ["", "A", "", "", "B"]
    assert part.nodes.id[part.edges.tail].tolist() == whole.edges.tail[kept].tolist()
    for e, old in enumerate(kept):
        a, b = part.shapes.offset[e : e + 2]
        c, d = whole.shapes.offset[old : old + 2]
        assert part.shapes.lon[a:b].tolist() == whole.shapes.lon[c:d].tolist()
    assert part.nodes.border.tolist() == [False, False, False, False, True, True]
    assert "roads-clipped" in [p.code for p in part.problems]


def test_an_area_around_everything_changes_nothing_and_one_beside_it_is_refused():
    whole = row()
    assert clipped(whole, box(130, 32, 131, 33)) is whole
    with pytest.raises(NetworkDataError, match="network-empty"):
        clipped(whole, box(140, 32, 141, 33))


def test_forbidden_turns_and_closed_ways_go_with_their_roads(tmp_path):
    """A road of an extract is driven in a part of it as in the whole."""
    extract = tmp_path / "cross.osm"
    nodes = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1), 5: (1, -1), 6: (9, 0), 7: (1, 2)}
    ways = {10: (1, 2), 11: (2, 3), 12: (2, 4), 13: (5, 2), 14: (3, 6), 15: (4, 7)}
    lines = [
        f'<node id="{n}" lon="{130.7 + 0.001 * x}" lat="{32.8 + 0.001 * y}"/>'
        for n, (x, y) in nodes.items()
    ]
    for way, refs in ways.items():
        more = '<tag k="access" v="private"/>' if way == 15 else ""
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{way}">{inside}<tag k="highway" v="tertiary"/>{more}</way>')
    lines.append(
        '<relation id="1"><member type="way" ref="10" role="from"/>'
        '<member type="node" ref="2" role="via"/><member type="way" ref="12" role="to"/>'
        '<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>'
    )
    extract.write_text(f'<osm version="0.6">{"".join(lines)}</osm>', encoding="utf-8")
    whole = load_network(extract, profile="everyday")
    part = clipped(whole, box(130.7, 32.7995, 130.7018, 32.8012))
    assert len(whole.turns) == len(part.turns) == 1
    before, after = (n.edges.source_id[n.turns.directed >> 1].tolist() for n in (whole, part))
    assert before == after == [10, 12]
    assert len(part.edges) == len(whole.edges) - 1
    assert len(whole.closed_ways) == 1
    assert len(part.closed_ways) == 1
    at = part.closed_ways.joint_edge
    assert set(part.edges.source_id[at]) <= {12}
    far = clipped(whole, Point(130.7085, 32.8).buffer(0.0003))
    assert far.edges.source_id.tolist() == [14]
    assert len(far.turns) == len(far.closed_ways) == 0
    assert np.isfinite(far.nodes.lon).all()
