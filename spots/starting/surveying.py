"""A folder surveyed: every file in it, inside zips too, told by its content and not by its name.

Stands apart: what lies in a folder is the same whoever asks, and whatever is decided from it.
"""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from groundfloor.archives import ZIP_FAULTS, is_zip, open_archive
from groundfloor.grids import Grid
from groundfloor.problems import SpotsError, Text
from groundfloor.tables import TABLE_SUFFIXES, read_grid
from groundfloor.vector_files import (
    SIDECAR_SUFFIXES,
    VECTOR_SUFFIXES,
    VectorFormat,
    vector_format,
)
from groundfloor.workbook_parts import open_package
from groundfloor.workbooks import is_old_workbook, read_workbook
from networks.osm.osm_files import is_osm, osm_span
from spots.outputs.evidence import read_manifest
from spots.outputs.manifest import EVIDENCE
from spots.starting.folder_walk import walk
from spots.starting.layer_signs import layers_found
from spots.starting.recognised import Bounds, DataKind, FoundData, PassedOver, Survey
from spots.starting.table_signs import TablePlace, any_table, nodes_of, table_found

Told = FoundData | PassedOver
_HEAD_BYTES = 4096
#: A zip that unpacks to more is not looked into: the country's outlines have some 700 MB.
MOST_UNPACKED_BYTES = 2 * 1024**3
#: Text that is larger is no list; cells of people of the whole country have some 100 MB.
_MOST_TEXT_BYTES = 128 * 1024**2
_SAVED = ".spotsnet"
_OSM_SUFFIXES = frozenset({".pbf", ".osm", _SAVED, ".graphml", ".gz", ".bz2"})
_IN_ZIP = TABLE_SUFFIXES | VECTOR_SUFFIXES | SIDECAR_SUFFIXES | _OSM_SUFFIXES
# Kinds of which a reader takes a zip whole, whatever parts it has.
_WHOLE_ZIPS = frozenset(
    {DataKind.OUTLINES, DataKind.AREAS, DataKind.POPULATION, DataKind.P04, DataKind.ROADS}
)
_NO_DATA = {
    b"%PDF": Text("PDF は読めません。表は Excel か CSV で入手してください",
                  "is a PDF; get its tables as Excel or CSV"),
    b"\x89PNG": Text("画像です", "is a picture"),
    b"\xff\xd8\xff": Text("画像です", "is a picture"),
    b"PAR1": Text("GeoParquet は読みません。QGIS で GeoPackage に書き出してください",
                  "is Parquet; export it as GeoPackage in QGIS"),
    b"Rar!": Text("zip 以外の圧縮ファイルです。展開してください", "is packed; unpack it"),
    b"7z\xbc\xaf": Text("zip 以外の圧縮ファイルです。展開してください", "is packed; unpack it"),
}  # fmt: skip
_OTHER = frozenset(
    {
        *(".md", ".py", ".ipynb", ".html", ".htm", ".log", ".js", ".css", ".sh", ".bat", ".ps1"),
        *(".qgz", ".qgs", ".qmd", ".qml", ".doc", ".docx", ".pptx", ".ods", ".sql", ".md5"),
    }
)


def survey(folder: Path, leave_out: Iterable[Path] = (), beside: Iterable[Path] = ()) -> Survey:
    """Return what lies in a folder.

    Parameters
    ----------
    folder : Path
        The folder; every file in it at any depth, and in zips.
    leave_out : iterable of Path
        Files and folders that the caller is about to write.
    beside : iterable of Path
        Files elsewhere that belong to it.

    Returns
    -------
    Survey
        The same for the same files, in the order of their names.

    Raises
    ------
    MissingFileError, UsageError
        As `spots.starting.folder_walk.walk`.
    """
    walked = walk(folder)
    own = {path.absolute() for path in leave_out}
    told: list[Told] = list(walked.passed)
    told += [_result(*each) for each in walked.results if each[0].absolute() not in own]
    for path, name in walked.files:
        if not _is_part(path) and own.isdisjoint((path.absolute(), path.absolute().parent)):
            told += _file(path, name)
    for path in beside:
        told += _file(path, path.name)
    found = [each for each in told if isinstance(each, FoundData)]
    found, lonely = _with_nodes(found)
    passed = [*(each for each in told if isinstance(each, PassedOver)), *lonely]
    return Survey(
        folder,
        tuple(sorted(found, key=lambda each: each.shown)),
        tuple(sorted(passed, key=lambda each: each.name)),
        len(walked.files),
    )


def _result(folder: Path, name: str) -> Told:
    """Return the folder of a finished run, whose facilities may lend their positions."""
    try:
        code = read_manifest(folder)["settings"]["prefecture_code"]
    except (SpotsError, KeyError, TypeError) as fault:
        why = fault.problems[0].message if isinstance(fault, SpotsError) else _UNKNOWN
        return PassedOver(name, why)
    return FoundData(
        path=folder / EVIDENCE,
        name=f"{name}/{EVIDENCE}",
        kind=DataKind.RESULT,
        prefectures=frozenset({str(code)}),
    )


def _is_part(path: Path) -> bool:
    """Tell whether a file belongs to a Shapefile beside it, and is nothing by itself."""
    return path.suffix.lower() in SIDECAR_SUFFIXES


def _file(path: Path, name: str) -> list[Told]:
    """Return what a file is, or why it is none of ours."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
        # Workbooks and saved networks are zips, too, and each is one thing.
        whole = path.suffix.lower() == _SAVED or _is_workbook(path)
        if is_zip(path) and not whole:
            return list(_packed(path, name, size))
        return list(_single(path, TablePlace(path, name, size=size), head))
    except SpotsError as fault:
        first = fault.problems[0]
        return [PassedOver(name, first.message)]
    except OSError:
        return [PassedOver(name, _UNREADABLE)]


_UNREADABLE = Text("開けません（読み取る権限を確かめてください）", "cannot be opened")
_UNKNOWN = Text("何のファイルか分かりません", "it is not known what this is")
_EMPTY = Text("中身がありません（0バイト）", "is empty (0 bytes)")
_NOT_DATA = Text("データのファイルではありません", "is no file of data")


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as packed:
            return "xl/workbook.xml" in {name.lower() for name in packed.namelist()}
    except (*ZIP_FAULTS, OSError):
        return False


def _single(path: Path, place: TablePlace, head: bytes) -> Iterator[Told]:
    """Yield what a file that is no zip is; `path` is where it can be opened."""
    shown, suffix = place.found(DataKind.LIST).shown, path.suffix.lower()
    no_data = _EMPTY if not head else _no_data(head)
    if no_data is None and suffix in _OTHER:
        no_data = _NOT_DATA
    if no_data is not None:
        yield PassedOver(shown, no_data)
    elif suffix == ".toml" and b"[policy" in path.read_bytes():
        yield place.found(DataKind.RUN_FILE)
    elif roads := _roads(path, place):
        yield roads
    else:
        yield from _map_or_table(path, place, head)


def _no_data(head: bytes) -> Text | None:
    return next((why for mark, why in _NO_DATA.items() if head.startswith(mark)), None)


def _roads(path: Path, place: TablePlace) -> FoundData | None:
    """Return roads of OpenStreetMap or a saved network; None for anything else."""
    if path.suffix.lower() == _SAVED:
        return _saved(path, place)
    if not is_osm(path):
        return None
    span = osm_span(path)
    bounds = span.bounds or _spanned(path)
    return replace(place.found(DataKind.ROADS), unit="osm", bounds=bounds, edition=span.as_of)


def _spanned(path: Path) -> Bounds | None:
    """Return what an extract spans that does not say it: its roads are read for that."""
    from networks.osm.osm_files import read_osm  # noqa: PLC0415 (compiled loops)

    return read_osm(path, "everyday").info().bounds


def _map_or_table(path: Path, place: TablePlace, head: bytes) -> Iterator[Told]:
    """Yield what a map file or a table is, with the ending that its readers need."""
    layered = _vector(path, head)
    if is_old_workbook(head) or head.startswith(b"PK\x03\x04"):
        told, fit, proper = _workbook(path, place), TABLE_SUFFIXES, ".xlsx"
    elif layered is not None:
        told, fit, proper = layers_found(place, path), VECTOR_SUFFIXES, _ENDINGS[layered]
    elif b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield PassedOver(place.found(DataKind.LIST).shown, _UNKNOWN)
        return
    else:
        told, fit, proper = _text(path, place, head), TABLE_SUFFIXES, ".csv"
    named = path.suffix.lower() in fit
    for each in told:
        yield replace(each, suffix=proper) if isinstance(each, FoundData) and not named else each


_ENDINGS = {
    VectorFormat.GEOPACKAGE: ".gpkg",
    VectorFormat.FLATGEOBUF: ".fgb",
    VectorFormat.SHAPEFILE: ".shp",
    VectorFormat.GEOJSON: ".geojson",
    VectorFormat.GEOJSON_LINES: ".geojsonl",
}


def _vector(path: Path, head: bytes) -> VectorFormat | None:
    """Return the format of a map file by its content: a text that is only called so is none."""
    found = vector_format(path)
    json = found in {VectorFormat.GEOJSON, VectorFormat.GEOJSON_LINES}
    begins = head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n\x1e")[:1]
    return None if json and begins != b"{" else found


def _saved(path: Path, place: TablePlace) -> FoundData:
    from networks.storage.network_files import open_network  # noqa: PLC0415 (compiled loops)

    info = open_network(path).info()
    found = place.found(DataKind.ROADS)
    return replace(found, unit="saved", bounds=info.bounds, edition=info.as_of)


def _text(path: Path, place: TablePlace, head: bytes) -> Iterator[Told]:
    """Yield what a text is: a table, or none."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"#!")):
        yield PassedOver(place.name, _NOT_DATA)
    elif path.stat().st_size > _MOST_TEXT_BYTES:
        yield PassedOver(place.name, Text("表として大きすぎます", "is too large for a table"))
    else:
        yield table_found(read_grid(path, any_table(), label=place.name), place)


def _workbook(path: Path, place: TablePlace) -> Iterator[Told]:
    """Yield what the sheets of a workbook are; hidden ones are not looked at."""
    data = path.read_bytes()
    read_first = read_workbook if is_old_workbook(data) else None
    if read_first is not None:
        read_first(data, place.name)  # says why such a file is not read
    with open_package(data, place.name) as package:
        sheets = [part.name for part in package.sheets() if not part.hidden]
    told: list[Told] = []
    for sheet in sheets:
        at = replace(place, sheet=sheet if len(sheets) > 1 else "")
        try:
            grid: Grid = read_workbook(data, place.name, sheet)
            told.append(table_found(grid, at))
        except SpotsError as fault:
            told.append(PassedOver(at.found(DataKind.LIST).shown, fault.problems[0].message))
    known = [each for each in told if isinstance(each, FoundData)]
    # Covers, notes and contacts beside a list are no news.
    yield from known or told[:1]


# --- zips


def _packed(path: Path, name: str, size: int) -> Iterator[Told]:
    """Yield what the parts of a zip are: as one where a reader takes the zip whole."""
    with open_archive(
        path, suffixes=_IN_ZIP, label=name, max_total_bytes=MOST_UNPACKED_BYTES
    ) as archive:
        parts = [m for m in archive.members if m.suffix not in SIDECAR_SUFFIXES]
        told: list[Told] = []
        for part in parts:
            place = TablePlace(path, name, member=part.name, size=size)
            told += _part_of_zip(part.path, place)
    found = _without_twins([each for each in told if isinstance(each, FoundData)])
    if not parts:
        yield PassedOver(name, Text("使えるファイルが入っていません", "holds no file of data"))
    elif _is_one(found, [part.suffix for part in parts]):
        yield _whole(found)
    else:
        yield from found
        if not found:
            yield from (each for each in told if isinstance(each, PassedOver))


def _part_of_zip(path: Path, place: TablePlace) -> list[Told]:
    try:
        if is_zip(path) and not _is_workbook(path):
            return [PassedOver(place.found(DataKind.LIST).shown, _ZIP_IN_ZIP)]
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
        return list(_single(path, place, head))
    except SpotsError as fault:
        return [PassedOver(place.found(DataKind.LIST).shown, fault.problems[0].message)]


_ZIP_IN_ZIP = Text("zip の中の zip です。展開してください", "is a zip in a zip; unpack it")


def _without_twins(found: Iterable[FoundData]) -> list[FoundData]:
    """Return parts with one for each data set: the same layer is packed in several formats."""
    best: dict[tuple[DataKind, str, str], FoundData] = {}
    for each in sorted(found, key=lambda part: (part.member.endswith(".shp"), part.member)):
        stem = PurePosixPath(each.member).stem.casefold()
        best.setdefault((each.kind, stem, each.sheet or each.layer), each)
    return sorted(best.values(), key=lambda part: part.shown)


def _is_one(found: list[FoundData], suffixes: list[str]) -> bool:
    """Tell whether a reader that is given the zip finds what is in it."""
    kinds = {each.kind for each in found}
    if len(kinds) != 1 or any(each.unit == "osm" or each.suffix for each in found):
        return False
    if any(suffix in VECTOR_SUFFIXES for suffix in suffixes):
        return kinds <= _WHOLE_ZIPS and all(
            PurePosixPath(each.member).suffix.lower() in VECTOR_SUFFIXES for each in found
        )
    tables = sum(suffix in TABLE_SUFFIXES for suffix in suffixes)
    return tables == 1 or kinds == {DataKind.POPULATION}


def _whole(found: list[FoundData]) -> FoundData:
    """Return the parts of a zip as one."""
    names: dict[str, tuple[str, ...]] = {}
    for each in found:
        names |= each.names
    return replace(
        found[0],
        member="",
        layer="",
        prefectures=frozenset[str]().union(*(each.prefectures for each in found)),
        rows=sum(each.rows for each in found),
        names=names,
    )


# --- tables that belong together


def _with_nodes(found: list[FoundData]) -> tuple[list[FoundData], list[PassedOver]]:
    """Give each table of links the table of its places, which lies beside it."""
    links = [each for each in found if each.unit == "links"]
    if not links:
        return found, []
    beside: defaultdict[Path, list[FoundData]] = defaultdict(list)
    for each in found:
        beside[each.path.parent].append(each)
    used: set[Path] = set()
    joined: dict[int, FoundData] = {}
    lonely: list[PassedOver] = []
    for table in links:
        ends = frozenset(table.names["ends"])
        pair = _nodes_beside(table, ends)
        if pair is None:
            lonely.append(PassedOver(table.shown, _NO_NODES))
        else:
            joined[id(table)], node_file = pair
            used.add(node_file)
    kept = [
        joined.get(id(each), each)
        for each in found
        if each.path not in used and (each.unit != "links" or id(each) in joined)
    ]
    return kept, lonely


_NO_NODES = Text(
    "道路のリンク表ですが、対応する地点（ノード）の表が同じフォルダにありません",
    "is a table of links, but the table of its places is not beside it",
)


def _nodes_beside(table: FoundData, ends: frozenset[str]) -> tuple[FoundData, Path] | None:
    for path in sorted(table.path.parent.iterdir()):
        if path == table.path or path.suffix.lower() not in TABLE_SUFFIXES:
            continue
        try:
            grid = read_grid(path, any_table(), label=path.name)
        except (SpotsError, OSError):
            continue
        found = nodes_of(grid, TablePlace(path, path.name))
        if found is not None and ends <= found[0]:
            return replace(table, nodes=path, bounds=found[1], names={}), path
    return None
