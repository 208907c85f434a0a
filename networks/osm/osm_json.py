"""Answers of Overpass in JSON (``[out:json]``) to `OsmData`, as people save them.

Stands apart: `osm_files` tells forms of files apart, this module knows one.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from typing import Any, BinaryIO

from groundfloor.problems import Text
from networks.errors import NetworkDataError
from networks.osm.gathered import UNVERSIONED, Gathered
from networks.osm.refusals import incomplete_answer, nodes_without_ids, unreadable
from networks.osm.restrictions import Member


def gather_json(file: BinaryIO, source: str) -> Gathered:
    """Return the objects of an answer of Overpass that is called `source`.

    Raises
    ------
    NetworkDataError
        When it is something else, or says itself that it is incomplete.
    ValueError
        When it is damaged: no JSON, or ids and positions that are no numbers.
    """
    try:
        answer = json.load(file)
    except RecursionError as cause:
        raise ValueError("nested without end") from cause
    if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
        why = Text("Overpass の答え（elements）ではありません", "no answer of Overpass (elements)")
        raise NetworkDataError(unreadable(source, why))
    remark = answer.get("remark", "")
    if "error" in str(remark):
        raise NetworkDataError(incomplete_answer(source, str(remark).strip()))
    gathered = Gathered(as_of=str(_part(answer, "osm3s").get("timestamp_osm_base", ""))[:10])
    for element in answer["elements"]:
        try:
            _take(gathered, element, source)
        except NetworkDataError:
            raise
        except (TypeError, KeyError, AttributeError, OverflowError, ValueError) as cause:
            number = element.get("id") if isinstance(element, dict) else element
            raise ValueError(f"element {number}: {cause}") from cause
    return gathered


def _part(element: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = element.get(key)
    return found if isinstance(found, dict) else {}


def _take(gathered: Gathered, element: Mapping[str, Any], source: str) -> None:
    kind = element["type"]
    number, version = _whole(element.get("id")), _whole(element.get("version", UNVERSIONED))
    tags = {key: str(value) for key, value in _part(element, "tags").items()}
    gone = element.get("visible") is False or element.get("action") == "delete"
    if kind == "way":
        gathered.way(number, version, tags, _nodes(gathered, element, source), gone=gone)
    elif kind == "relation":
        members: list[Member] = [
            (str(m["type"])[:1], _whole(m["ref"]), str(m.get("role", "")))
            for m in element.get("members", ())
        ]
        gathered.relation(number, version, tags, members, gone=gone)
    elif kind == "node":
        if gone:
            gathered.node(number, version, float("nan"), float("nan"))
        elif "lat" in element:
            gathered.node(number, version, float(element["lon"]), float(element["lat"]))
        gathered.node_tags(number, version, tags)


def _nodes(gathered: Gathered, way: Mapping[str, Any], source: str) -> array[int]:
    """Return the ids of a way's nodes; `gathered` learns where ``out geom`` says that they are."""
    shape = way.get("geometry") or ()
    if shape and "nodes" not in way:
        raise NetworkDataError(nodes_without_ids(source))
    refs = array("q", map(_whole, way.get("nodes", ())))
    if shape and len(shape) != len(refs):
        raise ValueError("a shape that has not one point for each node")
    for node, point in zip(refs, shape, strict=False):
        if point is not None:  # beyond the box of out geom(south, west, north, east)
            gathered.node_on_way(node, float(point["lon"]), float(point["lat"]))
    return refs


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no id")
    return value
