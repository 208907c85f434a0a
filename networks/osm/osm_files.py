"""OpenStreetMap files (PBF, XML, JSON of Overpass) to a road network."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from groundfloor.archives import MAX_RATIO, RATIO_FREE_BYTES
from groundfloor.problems import MissingFileError, Problem, Text, error, file_missing, warning
from networks.build import build_network
from networks.errors import NetworkDataError
from networks.network import Origin, RoadNetwork
from networks.osm.data import Bounds, OsmData
from networks.osm.gaps import gaps_amid_roads
from networks.osm.gathered import Gathered
from networks.osm.osm_json import gather_json
from networks.osm.osm_xml import gather_xml
from networks.osm.pbf_blobs import PbfError, list_blobs, parse_header, read_blob, unpack
from networks.osm.private_ways import parted
from networks.osm.refusals import no_nodes, unreadable
from networks.osm.tags import ATTRIBUTION
from networks.osm.ways import edges_of_ways
from networks.speeds.profile import SpeedProfile
from networks.speeds.profile_files import load_profile

_PBF_MARK = b"OSMHeader"  # stands in the first bytes of every PBF file
_FIRST_BYTES = 4096
_GZIP, _BZIP2 = b"\x1f\x8b", b"BZh"  # the first bytes of packed files


def read_osm(
    path: str | Path,
    profile: SpeedProfile | str,
    *,
    beside: Sequence[str | Path] = (),
    progress: Callable[[int, int], None] | None = None,
) -> RoadNetwork:
    """Return the network of an OSM extract: PBF, XML or an answer of Overpass in JSON.

    What a file is its content tells, not its name; XML and JSON may be packed by gzip or bzip2.
    Only ways that cars may use become roads; the rest is counted in ``info().dropped``. PBF is
    streamed: memory grows with the roads kept. XML and JSON are for small areas.

    Parameters
    ----------
    path : str or Path
        The file.
    profile : SpeedProfile or str
        Speeds; its `maxspeed` rule decides what mapped limits do, its delays what signals cost.
    beside : sequence of str or Path
        Further PBF extracts, of the regions next to it, read as one with it: roads over their
        common border stand in both.
    progress : Callable, optional
        Called with bytes read and bytes to read while a PBF file is read.

    Returns
    -------
    RoadNetwork
        Edges in the order of the ways, junction to junction; lengths geodesic.

    Raises
    ------
    NetworkDataError
        When the file is damaged, no map but changes to one, lacks the nodes of its ways, holds no
        roads, or has classes that the profile lacks.
    MissingFileError
        When there is no such file.
    """
    sources, profile = [Path(each) for each in (path, *beside)], load_profile(profile)
    if missing := [each for each in sources if not each.is_file()]:
        raise MissingFileError(file_missing(file=each.name) for each in missing)
    name = "、".join(each.name for each in sources)
    if all(map(_is_pbf, sources)):
        from networks.osm.pbf import read_pbf  # noqa: PLC0415 (compiled loops)

        data = read_pbf(sources, profile, progress)
    elif beside:
        raise NetworkDataError(_not_beside(each.name for each in sources if not _is_pbf(each)))
    else:
        data = _gathered(sources[0]).data(profile, name)
    return network_of_data(data, profile, Origin(name, data.as_of, ATTRIBUTION))


def _not_beside(names: Iterable[str]) -> Iterator[Problem]:
    what = Text(
        "PBF 形式でないため、並べて読めません", "is no PBF, so it cannot be read with others"
    )
    remedy = Text("PBF（.osm.pbf）の抽出を使ってください", "use extracts in PBF (.osm.pbf)")
    return (error("osm-not-beside", what, remedy, file=name) for name in names)


@dataclass(frozen=True, slots=True)
class OsmSpan:
    """What ground an extract covers, as far as it says so without being read.

    Parameters
    ----------
    bounds : tuple of float or None
        West, south, east, north in degrees: stated, or of text those of its nodes.
    as_of : str
        The day of its data, ISO; empty where it does not say.
    """

    bounds: Bounds | None
    as_of: str


def is_osm(path: Path) -> bool:
    """Tell whether a file begins as PBF, XML or Overpass JSON of OpenStreetMap, packed or not."""
    if _is_pbf(path):
        return True
    try:
        with _unpacked(path) as packed:
            start = packed.read(_FIRST_BYTES).removeprefix(codecs.BOM_UTF8).lstrip()
    except (OSError, EOFError, zlib.error):
        return False
    if start.startswith(b"{"):
        return b'"elements"' in start and b'"FeatureCollection"' not in start
    return start.startswith(b"<") and b"<osm" in start


def osm_span(path: Path) -> OsmSpan:
    """Return the area and the day of an OSM extract: of PBF its header alone is read.

    Raises
    ------
    NetworkDataError
        When the file is damaged.
    """
    if not _is_pbf(path):
        gathered = _gathered(path)
        return OsmSpan(gathered.span, gathered.as_of)
    with path.open("rb") as file:
        try:
            first, _ = list_blobs(file)
            header = parse_header(unpack(read_blob(file, first)))
        except PbfError as cause:
            raise NetworkDataError(unreadable(path.name, cause.text)) from cause
    return OsmSpan(header.bounds, header.as_of)


def network_of_data(
    data: OsmData, profile: SpeedProfile, origin: Origin, notes: Iterable[Problem] = ()
) -> RoadNetwork:
    """Return the network of OSM data, with everything that was left out in its origin.

    Raises
    ------
    NetworkDataError
        Where most nodes of the ways are missing, or nothing is left: scraps are no network.
    """
    table, counts = edges_of_ways(data, profile)
    ways, _ = parted(data.ways)
    if len(ways.id) and 2 * counts["missing-nodes"] >= len(ways.ref):
        raise NetworkDataError(no_nodes(origin.source, len(ways.id)))
    counted = Origin(
        source=origin.source,
        as_of=origin.as_of,
        attribution=origin.attribution,
        schematic=origin.schematic,
        dropped=tuple(sorted((data.dropped + counts).items())),
    )
    amid = gaps_amid_roads(data) if counts["missing-nodes"] else 0
    border = tuple(_border(origin.source, counts, amid))
    if not border and data.bounds is None:
        border = (_bounds_unknown(origin.source),)
    return build_network(table, profile, counted, (*notes, *border))


def _is_pbf(path: Path) -> bool:
    if path.suffix.lower() == ".pbf":
        return True
    with path.open("rb") as file:
        return _PBF_MARK in file.read(32)


def _gathered(path: Path) -> Gathered:
    """Return the objects of a file of text, XML or JSON."""
    try:
        with _unpacked(path) as packed:
            start = packed.read(64).removeprefix(codecs.BOM_UTF8).lstrip()
            packed.seek(0)
            most = max(RATIO_FREE_BYTES, MAX_RATIO * path.stat().st_size)
            file = io.BufferedReader(_Within(packed, most))
            if start.startswith(b"{"):
                return gather_json(file, path.name)
            return gather_xml(file, path.name)
    except NetworkDataError:
        raise
    except (OSError, EOFError, zlib.error, ValueError, OverflowError) as cause:
        if isinstance(cause, OSError) and cause.errno is not None:  # the disk, not the content
            raise
        raise NetworkDataError(unreadable(path.name, Text(str(cause), str(cause)))) from cause


class _Within(io.RawIOBase):
    """A stream that ends in an error where a file was packed to fill memory or time."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self.stream, self.left = stream, most

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer; zero at the end."""
        data = self.stream.read(len(buffer))
        self.left -= len(data)
        if self.left < 0:
            raise ValueError("it unpacks to far more than a map of its size")
        buffer[: len(data)] = data
        return len(data)


def _unpacked(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        start = file.read(3)
    if start.startswith(_GZIP):
        return gzip.open(path)  # type: ignore[return-value]
    if start == _BZIP2:
        return bz2.open(path)  # type: ignore[return-value]
    return path.open("rb")


def _border(source: str, counts: Counter[str], amid: int) -> Iterator[Problem]:
    """Yield what tells that roads go on where the data end."""
    ways, nodes = counts["ways-cut-at-missing-nodes"], counts["missing-nodes"]
    outside = counts["nodes-outside-bounds"]
    remedy = Text(
        "データの範囲の縁なら普通のことですが、より近い病院が縁の外にあるかもしれません。"
        "隣の都道府県まで入った抽出ファイルを使うと確かです",
        "usual at the border of an extract, but the nearest hospital may lie across it: use an "
        "extract that reaches into the neighbouring prefectures",
    )
    if nodes:
        message = Text(
            f"{ways} 本の道が、データにない点 {nodes} 個を指すため、そこで切りました",
            f"{ways} ways name {nodes} nodes that the file lacks, and were cut there",
        )
        if amid:
            message = Text(
                f"{message.ja}（うち {amid} か所は道の途中か、周りを道に囲まれた場所です）",
                f"{message.en} ({amid} of these places have roads on all sides)",
            )
        lacking = Text(
            "抽出の縁が入り組んだ所なら、隣の都道府県まで入った抽出ファイルを使ってください。そうでなければ点の"
            "欠けたファイルです。点を含めて書き出すか、取得し直してください。より近い病院がその先にある"
            "かもしれません",
            "where the border of the extract winds, use one that reaches into the neighbouring "
            "prefectures; elsewhere the file lacks nodes: write it with them, or get it again; "
            "the nearest hospital may lie beyond",
        )
        yield warning("osm-missing-nodes", message, lacking if amid else remedy, file=source)
    if outside:
        message = Text(
            f"道が {outside} か所でデータの範囲の外へ出ています。その先の道はデータにありません",
            f"roads leave the area of the data at {outside} places; what lies beyond is missing",
        )
        yield warning("osm-border", message, remedy, file=source)


def _bounds_unknown(source: str) -> Problem:
    """Return the warning of data cut at a border that nothing in them shows."""
    return warning(
        "osm-bounds-unknown",
        Text(
            "データの範囲が書かれておらず、道がどこでデータの縁に切られたか分かりません",
            "the data do not say what area they cover, nor where roads were cut at its edge",
        ),
        Text(
            "より近い病院が縁の外にあるかもしれません。隣の都道府県まで入った抽出ファイルを使うか、"
            "範囲を書き込んでください（osmium extract --set-bounds）",
            "the nearest hospital may lie beyond it: use an extract that reaches into the "
            "neighbouring prefectures, or have the area written (osmium extract --set-bounds)",
        ),
        file=source,
    )
