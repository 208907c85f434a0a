"""Why a source of OpenStreetMap data cannot become a road network, and what to do then."""

from __future__ import annotations

from groundfloor.problems import Problem, Text, error

_OVERPASS = Text(
    "Overpass ではout geom; を使うか、out body; の後に >; out skel qt; を加えてください",
    "ask Overpass for the nodes of the ways too: (._;>;); or out geom;",
)


def unreadable(source: str, why: Text) -> Problem:
    """Return the problem of a file that is not readable as OSM data."""
    return error(
        "osm-unreadable",
        Text(f"OSM データとして読めません: {why.ja}", f"not readable as OSM data: {why.en}"),
        Text(
            "途中で切れていないか確かめ、取得し直してください",
            "it may be cut off: download it again",
        ),
        file=source,
    )


def change_file(source: str) -> Problem:
    """Return the problem of a file of changes to a map, which is no map."""
    return error(
        "osm-changes",
        Text(
            "地図への変更を記録したファイル（osmChange など）で、地図ではありません",
            "it holds changes to a map (osmChange or the like), not a map",
        ),
        Text(
            "変更を適用した地図の抽出ファイルを使ってください（osmium apply-changes）",
            "use an extract of the map after them (osmium apply-changes)",
        ),
        file=source,
    )


def incomplete_answer(source: str, remark: str) -> Problem:
    """Return the problem of an answer in which the server says that it broke off."""
    return error(
        "osm-answer-incomplete",
        Text(
            "地図サーバーが途中で打ち切った答えで、道が欠けています",
            "the map server broke this answer off: roads are missing",
        ),
        Text(
            "範囲を小さくするか時間をおいて、取得し直してください",
            "ask for a smaller area, or later",
        ),
        file=source,
        value=remark,
    )


def nodes_without_ids(source: str) -> Problem:
    """Return the problem of ways drawn as lines: which of them meet is not in the data."""
    return error(
        "osm-no-node-ids",
        Text(
            "道の形だけで点の番号がなく、どの道がつながるか分かりません",
            "its ways have a shape but no ids of nodes, so which of them meet is not known",
        ),
        Text(
            "Overpass では out geom; のままとし、out tags geom; などにしないでください",
            "ask Overpass for out geom; rather than out tags geom; and the like",
        ),
        file=source,
    )


def no_nodes(source: str, ways: int) -> Problem:
    """Return the problem of ways without the positions of their nodes."""
    return error(
        "osm-no-nodes",
        Text(
            f"車の道 {ways:,} 本の位置（点）がほとんど入っていません",
            f"the positions (nodes) of its {ways:,} ways for cars are missing for the most part",
        ),
        Text(
            f"{_OVERPASS.ja}。抽出ファイルは点を含めて書き出してください（osmium extract, "
            "osmium add-locations-to-ways -n）",
            f"{_OVERPASS.en}; write an extract with its nodes (osmium extract, "
            "osmium add-locations-to-ways -n)",
        ),
        file=source,
    )
