"""Child of the building benchmark: OSM XML to a graph with travel times, the way osmnx does it."""

from __future__ import annotations

import json
import sys
import time

started = time.perf_counter()
import osmnx as ox  # noqa: E402 - imports are part of it

graph = ox.graph_from_xml(sys.argv[1], bidirectional=False, simplify=True, retain_all=True)
graph = ox.add_edge_speeds(graph)
graph = ox.add_edge_travel_times(graph)
print(
    json.dumps(
        {
            "nodes": graph.number_of_nodes(),
            "edges": graph.number_of_edges(),
            "build_s": time.perf_counter() - started,
        }
    )
)
