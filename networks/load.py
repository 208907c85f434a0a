"""One door for every kind of network file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

from groundfloor.problems import MissingFileError, Problem, Text, error, file_missing
from networks.compiling import compiling_told
from networks.errors import SearchError
from networks.network import RoadNetwork
from networks.speeds.profile import SpeedProfile
from networks.speeds.profile_files import load_profile


class NetworkKind(StrEnum):
    """Kinds of file that hold roads."""

    AUTO = "auto"  # by the name's ending, of a zip also by what is in it
    OSM = "osm"
    GRAPHML = "graphml"
    LINKS = "links"
    SAVED = "saved"
    N13 = "n13"  # 国土数値情報 道路データ


Progress = Callable[[Text], None]

_SUFFIXES = {
    **dict.fromkeys((".pbf", ".osm", ".xml", ".osm.gz", ".osm.bz2"), NetworkKind.OSM),
    # Changes to a map are no map; the reader of maps is who says so.
    **dict.fromkeys((".osc", ".osc.gz", ".osc.bz2"), NetworkKind.OSM),
    ".graphml": NetworkKind.GRAPHML,
    ".spotsnet": NetworkKind.SAVED,
}


def load_network(
    path: str | Path,
    *,
    beside: Sequence[str | Path] = (),
    kind: str = "auto",
    profile: SpeedProfile | str | None = None,
    nodes: str | Path | None = None,
    schematic: bool = False,
    as_of: str = "",
    attribution: str = "",
    progress: Progress | None = None,
) -> RoadNetwork:
    """Return the network in a file of any kind.

    Nothing is kept and nothing looked up; see `networks.storage.cache.load_cached`.

    Parameters
    ----------
    path : str or Path
        OSM extract, GraphML, N13 (zip, Shapefile, GeoJSON, GeoPackage or a folder of these),
        link table or a zip of it, or a network saved before.
    beside : sequence of str or Path
        Further OSM extracts of the regions next to it, read as one with it; of OSM alone.
    kind : str
        A `NetworkKind`; ``auto`` goes by the name, and looks into a zip.
    profile : SpeedProfile or str, optional
        Speeds, or the name or file of some, needed for everything but saved networks, which keep
        the ones they were built with; another one given with those is an error.
    nodes : str or Path, optional
        Node table, needed for link tables.
    schematic, as_of, attribution : bool, str, str
        Passed on for link tables.
    progress : callable, optional
        Told what is being read, where a reader takes long.

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
    chosen = network_kind(path, kind)
    _refuse_beside(path, chosen, beside)
    profile = None if profile is None else load_profile(profile)
    if not Path(path).exists():
        raise MissingFileError(file_missing(file=Path(path).name))
    if chosen is NetworkKind.SAVED:
        return _saved(path, profile)
    if profile is None:
        raise SearchError(
            _problem("profile-needed", path, "速度表が必要です", "a speed profile is needed")
        )
    if chosen is not NetworkKind.LINKS:
        with compiling_told(progress):
            return _read(Path(path), beside, chosen, profile, progress)
    if nodes is None:
        raise SearchError(
            _problem("nodes-needed", path, "地点表（nodes）が必要です", "a node table is needed")
        )
    from networks.links.link_table import read_link_table  # noqa: PLC0415 (readers are heavy)

    with compiling_told(progress):
        return read_link_table(
            path, nodes, profile, schematic=schematic, as_of=as_of, attribution=attribution
        )


def _saved(path: str | Path, profile: SpeedProfile | None) -> RoadNetwork:
    from networks.storage.network_files import open_network  # noqa: PLC0415

    network = open_network(path)
    if profile is not None and network.profile != profile:
        raise SearchError(_other_profile(Path(path).name, network.profile, profile))
    return network


def _refuse_beside(path: str | Path, kind: NetworkKind, beside: Sequence[str | Path]) -> None:
    if beside and kind is not NetworkKind.OSM:
        raise SearchError(
            _problem(
                "network-beside",
                path,
                "並べて読めるのは OpenStreetMap の抽出だけです",
                "only extracts of OpenStreetMap can be read side by side",
            )
        )


def _read(
    path: Path,
    beside: Sequence[str | Path],
    kind: NetworkKind,
    profile: SpeedProfile,
    progress: Progress | None,
) -> RoadNetwork:
    if kind is NetworkKind.OSM:
        from networks.osm.osm_files import read_osm  # noqa: PLC0415 (readers are heavy)

        told = _percent(progress) if progress else None
        return read_osm(path, profile, beside=beside, progress=told)
    if kind is NetworkKind.GRAPHML:
        from networks.graphs.graphs_in import read_graphml  # noqa: PLC0415

        return read_graphml(path, profile)
    from networks.n13.centre_lines import read_n13  # noqa: PLC0415

    return read_n13(path, profile, progress=progress)


def _percent(progress: Progress) -> Callable[[int, int], None]:
    """Return a counter of bytes that tells every tenth of the way."""
    told = [0]  # a tenth that was told is not told again

    def tell(done: int, total: int) -> None:
        tenth = done * 10 // total if total > 0 else 0
        if tenth > told[0]:
            told[0] = tenth
            progress(Text(f"{tenth}0 % を読みました", f"{tenth}0 % read"))

    return tell


def network_kind(path: str | Path, kind: str = NetworkKind.AUTO) -> NetworkKind:
    """Return the kind of network that `path` holds: as asked for, else by its name.

    A zip of tables, which is there to be looked into, is a link table; any other is N13. JSON that
    is there to be looked into is OSM where it is an answer of Overpass, else N13.

    Raises
    ------
    SearchError
        There is no such kind, or the name tells nothing.

    Examples
    --------
    >>> network_kind("kyushu-latest.osm.pbf").value, network_kind("N13-24_43.zip").value
    ('osm', 'n13')
    """
    if kind not in set(NetworkKind):
        raise SearchError(
            _problem("network-kind", kind, "知らない種類です", "no such kind of network")
        )
    if kind != NetworkKind.AUTO:
        return NetworkKind(kind)
    if Path(path).is_dir():
        return NetworkKind.N13  # its meshes come as one file each
    name = Path(path).name.lower()
    if name.endswith(".json") and _is_overpass(Path(path)):
        return NetworkKind.OSM
    for suffix, found in _SUFFIXES.items():
        if name.endswith(suffix):
            return found
    if (held := _tables_or_shapes(path)) is not None:
        return held
    raise SearchError(
        _problem(
            "network-kind",
            path,
            "種類が名前から分かりません",
            "its name does not tell what it is",
        )
    )


def _tables_or_shapes(path: str | Path) -> NetworkKind | None:
    """Return the kind of a file that the readers of tables and layers know."""
    # The readers take as long to import as a small extract to read, which needs neither.
    from groundfloor.tables import TABLE_SUFFIXES, is_zip_of_tables  # noqa: PLC0415
    from groundfloor.vector_files import VECTOR_SUFFIXES  # noqa: PLC0415

    name = Path(path).name.lower()
    if name.endswith(tuple(TABLE_SUFFIXES)):
        return NetworkKind.LINKS
    if name.endswith(".zip"):
        return NetworkKind.LINKS if is_zip_of_tables(path) else NetworkKind.N13
    return NetworkKind.N13 if name.endswith(tuple(VECTOR_SUFFIXES)) else None


def _is_overpass(path: Path) -> bool:
    """Tell whether a JSON file is an answer of Overpass, by how it begins."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(4096)
    return b'"elements"' in start and b'"FeatureCollection"' not in start


def _other_profile(file: str, stored: SpeedProfile, asked: SpeedProfile) -> Problem:
    return _problem(
        "profile-differs",
        file,
        f"速度表「{stored.label}」で作った道路網で、指定の「{asked.label}」と違います",
        f"built with the profile {stored.label!r}, not with {asked.label!r}.",
    )


def _problem(code: str, file: str | Path, ja: str, en: str) -> Problem:
    known = ".osm.pbf, .osm, .graphml, .csv/.xlsx, .spotsnet, N13 .zip/.shp/.geojson/.gpkg"
    remedy = Text(f"設定を確かめてください（{known}）", f"check the settings ({known}).")
    return error(code, Text(ja, en), remedy, file=Path(file).name)
