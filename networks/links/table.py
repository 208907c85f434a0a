"""Road networks written as two plain tables: nodes with coordinates, links with kilometres."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from groundfloor.problems import Problem, Severity, Text, note
from networks.build import build_network
from networks.edge_rows import table_of_rows
from networks.errors import NetworkDataError
from networks.links.cells import read_cells, rows_of_cells
from networks.links.rows import LINKS, NODES, LinkReader, read_nodes
from networks.network import Origin, RoadNetwork
from networks.speeds.profile import FALLBACK, SpeedProfile, load_profile


def read_link_table(
    links_path: str | Path,
    nodes_path: str | Path,
    profile: SpeedProfile | str,
    *,
    schematic: bool = False,
    as_of: str = "",
    attribution: str = "",
) -> RoadNetwork:
    """Return the network of two tables (CSV or XLSX, English or Japanese headers).

    Links run straight from node to node on maps; their ``length_km`` rules travel time, and a
    place half way along the line is half way along the length. ``minutes``, where given, replaces
    the speed of the profile. An empty direction means both.

    Parameters
    ----------
    links_path : str or Path
        Columns from, to, length_km, class, and optionally direction (both, forward, backward),
        minutes, name, toll (0/1), basis, source, schematic (0/1).
    nodes_path : str or Path
        Columns id, lon, lat (degrees), and optionally name, kind.
    profile : SpeedProfile or str
        Speeds by class.
    schematic : bool
        Mark the network as one that is only good for trying the tool; a row can also say so.
    as_of, attribution : str
        Date of the tables; who must be named.

    Returns
    -------
    RoadNetwork
        Edges in the order of the rows.

    Raises
    ------
    NetworkDataError
        With every problem of both tables, by row and column.
    MissingFileError
        When a file is not there.
    """
    profile = load_profile(profile)
    node_table = read_cells(Path(nodes_path), NODES)
    link_table = read_cells(Path(links_path), LINKS)
    problems: list[Problem] = [*node_table.problems, *link_table.problems]
    nodes = read_nodes(node_table, problems)
    reader = LinkReader(nodes, profile, problems)
    rows = rows_of_cells(link_table, LINKS)
    links = [link for row in rows if (link := reader.link(row)) is not None]
    if any(p.severity is Severity.ERROR for p in problems):
        raise NetworkDataError(problems)
    fallback = sum(link.speed_source == FALLBACK for link in links)
    if fallback:
        problems.append(_fallback_note(link_table.label, fallback))
    origin = Origin(
        source=link_table.label,
        as_of=as_of,
        attribution=attribution,
        schematic=schematic or reader.schematic,
    )
    table = table_of_rows(
        np.array([node.id for node in nodes], np.str_),
        np.array([node.lon for node in nodes], np.float64),
        np.array([node.lat for node in nodes], np.float64),
        links,
    )
    return build_network(table, profile, origin, problems)


def _fallback_note(file: str, count: int) -> Problem:
    return note(
        "road-class-fallback",
        Text(
            f"種別が速度表にない {count} 本に予備の速度を使いました",
            f"{count} links of unknown class got the fallback speed",
        ),
        Text("種別を確かめてください", "check their class"),
        file=file,
        column="class",
    )
