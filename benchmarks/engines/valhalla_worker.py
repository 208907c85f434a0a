"""Ask Valhalla, in the interpreter that has `pyvalhalla`; a request on stdin, answer on stdout.

Request (JSON): ``data`` (the configuration file), ``pairs`` of [lon, lat, lon, lat], ``walks``:
lines to be driven along, ``matrix`` points, ``repeats``. Each route is answered with its seconds,
those of them that are turns, metres and the OSM ways driven.
"""

import json
import sys
import time

from valhalla import Actor

# As near to "only the speed counts" as the costing allows; the time of turns stays.
AUTO = {
    "maneuver_penalty": 0,
    "gate_cost": 0,
    "gate_penalty": 0,
    "private_access_penalty": 0,
    "destination_only_penalty": 100000,
    "country_crossing_cost": 0,
    "country_crossing_penalty": 0,
    "service_penalty": 0,
    "service_factor": 1,
    "alley_factor": 1,
    "use_tracks": 1,
    "use_living_streets": 1,
    "use_highways": 1,
    "use_tolls": 1,
    "use_ferry": 1,
    "ferry_cost": 0,
    "toll_booth_cost": 0,
    "disable_hierarchy_pruning": True,
}
COSTING = {"costing": "auto", "costing_options": {"auto": AUTO}}
# Following a line: with pruning switched off, version 3.9.1 crashes.
FOLLOWING = {k: v for k, v in AUTO.items() if k != "disable_hierarchy_pruning"}
ALONG = {"shape_match": "edge_walk", "costing": "auto", "costing_options": {"auto": FOLLOWING}}


def main() -> None:
    """Answer one request."""
    asked = json.load(sys.stdin)
    actor = Actor(asked["data"])
    answer = {"routes": [route(actor, pair) for pair in asked["pairs"]], "matrix_s": []}
    answer["walks"] = [walk_along(actor, line) for line in asked["walks"]]
    points = [{"lon": lon, "lat": lat} for lon, lat in asked["matrix"]]
    for _ in range(asked["repeats"] if points else 0):
        started = time.perf_counter()
        actor.matrix({"sources": points, "targets": points, **COSTING})
        answer["matrix_s"].append(time.perf_counter() - started)
    json.dump(answer, sys.stdout)


def route(actor: Actor, pair: list[float]) -> dict:
    """Return one route, or why there is none."""
    places = [{"lon": pair[0], "lat": pair[1]}, {"lon": pair[2], "lat": pair[3]}]
    try:
        found = actor.route({"locations": places, "directions_type": "none", **COSTING})
    except RuntimeError as why:
        return {"why": str(why)}
    summary = found["trip"]["summary"]
    own = {"encoded_polyline": found["trip"]["legs"][0]["shape"]}
    try:
        edges = actor.trace_attributes({**own, **ALONG})["edges"]
    except RuntimeError:  # it does not follow every route of its own: no turns, no ways then
        edges = []
    return {
        "s": summary["time"],
        "turn_s": turn_seconds(edges),
        "m": summary["length"] * 1000,
        "ways": [edge["way_id"] for edge in edges],
    }


def walk_along(actor: Actor, line: list[list[float]]) -> list[float] | None:
    """Return the seconds of driving along a line and those of turns; None where it may not."""
    shape = [{"lon": lon, "lat": lat} for lon, lat in line]
    try:
        edges = actor.trace_attributes({"shape": shape, **ALONG})["edges"]
    except RuntimeError:
        return None
    return [edges[-1]["end_node"]["elapsed_time"], turn_seconds(edges)]


def turn_seconds(edges: list[dict]) -> float:
    """Return the seconds of turns from one edge to the next."""
    return sum(edge.get("end_node", {}).get("transition_time", 0.0) for edge in edges[:-1])


main()
