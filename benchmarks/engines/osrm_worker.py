"""Ask OSRM, in the interpreter that has `osrm-bindings`; a request on stdin, an answer on stdout.

Request (JSON): ``data`` (path of the ``.osrm`` files), ``pairs`` of [lon, lat, lon, lat], ``nodes``
(whether to name the OSM nodes of each route), ``near`` points whose road is asked for, ``matrix``
points of a table, ``repeats``.
"""

import json
import sys
import time

import osrm


def main() -> None:
    """Answer one request."""
    asked = json.load(sys.stdin)
    engine = osrm.OSRM(osrm.EngineConfig(storage_config=asked["data"], use_shared_memory=False))
    answer = {
        "routes": [route(engine, pair, nodes=asked["nodes"]) for pair in asked["pairs"]],
        "near": [nearest(engine, point) for point in asked["near"]],
        "matrix_s": [],
    }
    for _ in range(asked["repeats"] if asked["matrix"] else 0):
        started = time.perf_counter()
        found = engine.Table(osrm.TableParameters(coordinates=[tuple(p) for p in asked["matrix"]]))
        answer["matrix_s"].append(time.perf_counter() - started)
        answer["matrix"] = [list(row) for row in found["durations"]]
    json.dump(answer, sys.stdout)


def route(engine: osrm.OSRM, pair: list[float], *, nodes: bool) -> dict:
    """Return seconds, metres, snapping distances and, if asked, the nodes with their seconds."""
    more = {"annotations": ["nodes", "duration"]} if nodes else {}
    parameters = osrm.RouteParameters(
        coordinates=[tuple(pair[:2]), tuple(pair[2:])], overview="false", **more
    )
    try:
        found = engine.Route(parameters)
    except RuntimeError as why:  # no route is an exception in the bindings
        return {"why": str(why)}
    best = found["routes"][0]
    snapped = [float(point["distance"]) for point in found["waypoints"]]
    answer = {"s": best["duration"], "m": best["distance"], "snapped": snapped}
    if nodes:
        notes = best["legs"][0]["annotation"]
        answer["nodes"] = [int(node) for node in notes["nodes"]]
        answer["seconds"] = [float(value) for value in notes["duration"]]
    return answer


def nearest(engine: osrm.OSRM, point: list[float]) -> list[int]:
    """Return the OSM nodes at the ends of the segment nearest to a point."""
    found = engine.Nearest(osrm.NearestParameters(coordinates=[tuple(point)]))
    return [int(node) for node in found["waypoints"][0]["nodes"]]


main()
