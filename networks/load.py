"""One door for every kind of network file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from networks.errors import SearchError
from networks.network import RoadNetwork
from networks.profile import SpeedProfile
from problems import MissingFileError, Problem, Text, error, file_missing


class NetworkKind(StrEnum):
    """Kinds of file that hold roads."""

    AUTO = "auto"  # by the name's ending
    OSM = "osm"
    GRAPHML = "graphml"
    LINKS = "links"
    SAVED = "saved"


_SUFFIXES = {
    **dict.fromkeys((".pbf", ".osm", ".xml", ".osm.gz", ".osm.bz2"), NetworkKind.OSM),
    ".graphml": NetworkKind.GRAPHML,
    **dict.fromkeys((".csv", ".tsv", ".txt"), NetworkKind.LINKS),
    ".spotsnet": NetworkKind.SAVED,
}


def load_network(
    path: str | Path,
    *,
    kind: str = "auto",
    profile: SpeedProfile | None = None,
    nodes: str | Path | None = None,
    schematic: bool = False,
    as_of: str = "",
    attribution: str = "",
) -> RoadNetwork:
    """Return the network in a file of any kind.

    Parameters
    ----------
    path : str or Path
        OSM extract, GraphML, link table, or a network saved before.
    kind : str
        ``auto`` (by suffix), ``osm``, ``graphml``, ``links`` or ``saved``.
    profile : SpeedProfile, optional
        Speeds, needed for everything but saved networks, which keep the ones they were built
        with; another one given with those is an error.
    nodes : str or Path, optional
        Node table, needed for link tables.
    schematic, as_of, attribution : bool, str, str
        Passed on for link tables.

    Returns
    -------
    RoadNetwork
        The network.

    Raises
    ------
    SearchError
        When the kind is unknown, or a profile or node table is missing or contradicts.
    NetworkDataError, NetworkFormatError, MissingFileError
        As the readers.
    """
    chosen = _kind(Path(path), kind)
    if not Path(path).exists():
        raise MissingFileError(file_missing(file=Path(path).name))
    if chosen is NetworkKind.SAVED:
        from networks.storage import open_network  # noqa: PLC0415 (readers are heavy)

        network = open_network(path)
        if profile is not None and network.profile != profile:
            raise SearchError(_other_profile(Path(path).name, network.profile, profile))
        return network
    if profile is None:
        raise SearchError(
            _problem("profile-needed", path, "速度表が必要です", "a speed profile is needed")
        )
    if chosen is NetworkKind.OSM:
        from networks.osm import read_osm  # noqa: PLC0415

        return read_osm(path, profile)
    if chosen is NetworkKind.GRAPHML:
        from networks.graphs import read_graphml  # noqa: PLC0415

        return read_graphml(path, profile)
    if nodes is None:
        raise SearchError(
            _problem("nodes-needed", path, "地点表（nodes）が必要です", "a node table is needed")
        )
    from networks.link_table import read_link_table  # noqa: PLC0415

    return read_link_table(
        path, nodes, profile, schematic=schematic, as_of=as_of, attribution=attribution
    )


def _kind(path: Path, kind: str) -> NetworkKind:
    if kind not in set(NetworkKind):
        raise SearchError(
            _problem("network-kind", kind, "知らない種類です", "no such kind of network")
        )
    if kind != NetworkKind.AUTO:
        return NetworkKind(kind)
    name = path.name.lower()
    for suffix, found in _SUFFIXES.items():
        if name.endswith(suffix):
            return found
    raise SearchError(
        _problem(
            "network-kind",
            path,
            "種類が名前から分かりません",
            "its name does not tell what it is",
        )
    )


def _other_profile(file: str, stored: SpeedProfile, asked: SpeedProfile) -> Problem:
    return _problem(
        "profile-differs",
        file,
        f"速度表「{stored.label}」で作った道路網で、指定の「{asked.label}」と違います",
        f"built with the profile {stored.label!r}, not with {asked.label!r}.",
    )


def _problem(code: str, file: str | Path, ja: str, en: str) -> Problem:
    known = ".osm.pbf, .osm, .graphml, .csv, .spotsnet"
    remedy = Text(f"設定を確かめてください（{known}）", f"check the settings ({known}).")
    return error(code, Text(ja, en), remedy, file=Path(file).name)
