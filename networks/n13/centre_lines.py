"""Road networks from 国土数値情報 N13 (道路データ), the ministry's road centre lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from groundfloor.layers import layers_of, read_features
from groundfloor.problems import DataError, Problem, Text, error, note, warning
from groundfloor.vector_files import VectorFile, vector_files
from networks.build import EdgeTable, Labels, build_network
from networks.doorless import Doorless
from networks.errors import NetworkDataError, as_network_data
from networks.geo import hilbert_order
from networks.n13 import codes
from networks.n13.road_rows import RoadRows, n13_columns, rows_of
from networks.n13.topology import Lines, Pieces, cut_lines, driven_once, mesh_ends
from networks.network import Origin, RoadNetwork
from networks.speeds.profile import FALLBACK, SpeedProfile, UnknownClassRule
from networks.speeds.profile_files import load_profile

ATTRIBUTION = "「国土数値情報（道路データ）」（国土交通省）を加工して作成"
DOUBLED = "二重の道路"
_YEAR = re.compile(r"N13-(\d\d)(?!\d)", re.IGNORECASE)

Progress = Callable[[Text], None]


def read_n13(
    path: str | Path, profile: SpeedProfile | str, *, progress: Progress | None = None
) -> RoadNetwork:
    """Return the network of N13 road centre lines (see `networks.n13.codes` for the layout).

    Roads under construction, garden and foot paths and steps are left out and counted. Lines are
    tied by equal coordinates, also over the seams of meshes. Every road runs both ways, since N13
    knows no one-way streets; speeds are those of the profile's rows, lowered by its rules on
    width where it has some.

    Parameters
    ----------
    path : str or Path
        A file of any format of `groundfloor.vector_files`, a zip with some inside, or a folder
        with any number of these: one mesh or many.
    profile : SpeedProfile or str
        Speeds. Its rows are found by name: trunk for 国道, secondary for 都道府県道, unclassified
        for 市区町村道等 (tertiary from 5.5 m on), motorway for 高速自動車国道等, road for その他
        and 不明.
    progress : callable, optional
        Told which file is being read.

    Returns
    -------
    RoadNetwork
        Edges by file, row, and place along the line. `Edges.source_id` is the row in its file.

    Raises
    ------
    NetworkDataError
        With every problem: unknown codes by file, row and column, missing columns or CRS,
        geometry that is no line or not in Japan, a class for which the profile has no row.
    MissingFileError
        When there is nothing at `path`.
    """
    profile = load_profile(profile)
    tell = progress or (lambda _text: None)
    dropped: Counter[str] = Counter()
    problems: list[Problem] = []
    parts: list[RoadRows] = []
    any_class = profile.unknown_class is UnknownClassRule.FALLBACK
    labels: list[str] = []
    with as_network_data(), vector_files(path, folders=True) as files:
        for file in files:
            tell(Text(f"{file.label} を読んでいます", f"reading {file.label}"))
            try:
                parts += _parts_of(file, labels, dropped, problems, any_class=any_class)
            except DataError as fault:
                problems += fault.problems
    source = Path(path).name
    if not labels and not problems:
        problems.append(_no_n13(source))
    if problems:
        raise NetworkDataError(problems)
    tell(Text("道路をつないでいます", "joining the roads"))
    rows = _wide_enough(_joined(parts), profile, dropped)
    pieces = cut_lines(rows.lines, rows.level)
    short = len(rows.lines) - len(np.unique(pieces.line))
    dropped["長さ0"] += short
    pieces, dropped[DOUBLED] = driven_once(pieces, _kind_of(rows)[pieces.line])
    table, counted = _table(pieces, rows, profile, source)
    origin = Origin(
        source=source,
        as_of=_year(labels),
        attribution=ATTRIBUTION,
        dropped=tuple(sorted((what, n) for what, n in dropped.items() if n)),
    )
    notes = [_no_oneway(source), *([_fallback_note(source, counted)] if counted else [])]
    return build_network(table, profile, origin, notes)


def _kind_of(rows: RoadRows) -> NDArray[np.int64]:
    """Return one number for everything that a row says of its road."""
    columns = [rows.road_class, rows.width, rows.toll, rows.level]
    _, kind = np.unique(np.stack(columns), axis=1, return_inverse=True)
    return kind.reshape(-1).astype(np.int64)


def _parts_of(
    file: VectorFile,
    labels: list[str],
    dropped: Counter[str],
    problems: list[Problem],
    *,
    any_class: bool,
) -> list[RoadRows]:
    """Return the roads of a file; the labels of its N13 layers and what is wrong go to lists."""
    parts: list[RoadRows] = []
    for layer in layers_of(file):
        columns = n13_columns(layer.fields)
        if columns is None:
            continue
        labels.append(layer.label)
        for part in read_features(layer, columns, as_text=False):
            rows = rows_of(part, dropped, problems, any_class=any_class)
            parts += [] if rows is None else [rows]
    return parts


def _joined(parts: Sequence[RoadRows]) -> RoadRows:
    offsets, start = [np.zeros(1, np.int64)], 0
    for part in parts:
        offsets.append(part.lines.offset[1:] + start)
        start += int(part.lines.offset[-1])
    none = np.zeros(0, np.int64)
    return RoadRows(
        lines=Lines(
            offset=np.concatenate(offsets),
            lon=np.concatenate([np.zeros(0), *(p.lines.lon for p in parts)]),
            lat=np.concatenate([np.zeros(0), *(p.lines.lat for p in parts)]),
        ),
        road_class=np.concatenate([none, *(p.road_class for p in parts)]),
        state=np.concatenate([none, *(p.state for p in parts)]),
        width=np.concatenate([none, *(p.width for p in parts)]),
        toll=np.concatenate([none, *(p.toll for p in parts)]),
        level=np.concatenate([none, *(p.level for p in parts)]),
        row=np.concatenate([none, *(p.row for p in parts)]),
    )


def _wide_enough(rows: RoadRows, profile: SpeedProfile, dropped: Counter[str]) -> RoadRows:
    """Leave out the roads whose class of width a car does not fit through, says the profile."""
    shut = [code for code, metres in codes.WIDTH_M.items() if profile.width_kmh(metres) == 0]
    keep = ~np.isin(rows.width, shut)
    dropped["too-narrow"] += int((~keep).sum())
    if keep.all():
        return rows
    counts = np.diff(rows.lines.offset)
    vertex = np.repeat(keep, counts)
    offset = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts[keep])])
    return RoadRows(
        lines=Lines(offset, rows.lines.lon[vertex], rows.lines.lat[vertex]),
        road_class=rows.road_class[keep],
        state=rows.state[keep],
        width=rows.width[keep],
        toll=rows.toll[keep],
        level=rows.level[keep],
        row=rows.row[keep],
    )


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a pair of class and width means under a profile."""

    name: str
    kmh: float
    width_m: float
    source: str


def _table(
    pieces: Pieces, rows: RoadRows, profile: SpeedProfile, source: str
) -> tuple[EdgeTable, int]:
    """Return the edges, and how many of them got the fallback's speed."""
    kinds, kind_of = _kinds_of(pieces, rows, profile, source)
    classes, sources = Labels(), Labels()
    count = len(pieces.tail)
    order = hilbert_order(pieces.node_lon, pieces.node_lat)  # neighbours close in memory
    place = np.argsort(order)
    table = EdgeTable(
        node_id=pieces.node_id[order],
        node_lon=pieces.node_lon[order],
        node_lat=pieces.node_lat[order],
        tail=place[pieces.tail],
        head=place[pieces.head],
        offset=pieces.offset,
        lon=pieces.lon,
        lat=pieces.lat,
        length_m=np.full(count, np.nan),
        kmh=np.array([kind.kmh for kind in kinds], np.float64)[kind_of],
        given_ms=np.full(count, -1, np.int64),
        forward=np.ones(count, bool),
        backward=np.ones(count, bool),
        toll=rows.toll[pieces.line] == codes.TOLL_ROAD,
        ferry=np.zeros(count, bool),
        road_class=np.array([classes.number(kind.name) for kind in kinds], np.int64)[kind_of],
        name=np.zeros(count, np.int64),
        speed_source=np.array([sources.number(kind.source) for kind in kinds], np.int64)[kind_of],
        length_basis=np.zeros(count, np.int64),
        classes=classes.texts(),
        names=("",),
        speed_sources=sources.texts(),
        width_m=np.array([kind.width_m for kind in kinds], np.float64)[kind_of],
        source_id=rows.row[pieces.line],
        doorless=_doorless(rows.state)[pieces.line],
        bridge=(rows.state == codes.BRIDGE)[pieces.line],
        border=mesh_ends(pieces)[order],
    )
    fallback = np.array([kind.source == FALLBACK for kind in kinds], bool)
    return table, int(fallback[kind_of].sum()) if count else 0


def _doorless(state: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return why lines have no doors, bridges aside: nobody stops in a tunnel or a snow shed."""
    covered = np.isin(state, (codes.TUNNEL, codes.SNOW_SHED))
    return np.where(covered, np.int64(Doorless.TUNNEL), np.int64(Doorless.NO))


def _kinds_of(
    pieces: Pieces, rows: RoadRows, profile: SpeedProfile, file: str
) -> tuple[list[_Kind], NDArray[np.int64]]:
    """Return the kinds of road there are, and which of them each piece is."""
    pair = rows.road_class[pieces.line] * 10 + rows.width[pieces.line]
    pairs, kind_of = np.unique(pair, return_inverse=True)
    kinds = _kinds([(int(p) // 10, int(p) % 10) for p in pairs], profile, file)
    return kinds, kind_of.reshape(-1)


def _kinds(pairs: Sequence[tuple[int, int]], profile: SpeedProfile, file: str) -> list[_Kind]:
    kinds: list[_Kind] = []
    problems: dict[str, Problem] = {}
    for code, width in pairs:
        found = codes.CLASSES.get(code, codes.N13Class("", ()))
        if code == codes.MUNICIPAL and width in codes.CENTRE_LINE_WIDTHS:
            found = codes.WITH_CENTRE_LINE
        row = codes.row_of(found, profile)
        if row is None or row.kmh is None:
            problems.setdefault(found.label, _no_row(file, found, profile))
            continue
        width_m = codes.WIDTH_M[width]
        cap = profile.width_kmh(width_m, meeting=row.doors)
        narrow = cap is not None and cap < row.kmh
        source = FALLBACK if row.name == FALLBACK else "profile"
        kmh = min(row.kmh, cap) if cap is not None else row.kmh
        # A class without a row keeps its name, so that another profile can have one.
        name = next(iter(found.rows), FALLBACK) if row.name == FALLBACK else row.name
        kinds.append(_Kind(name, kmh, width_m, "width" if narrow else source))
    if problems:
        raise NetworkDataError(problems.values())
    return kinds


def _year(labels: Sequence[str]) -> str:
    """Return the edition's year out of names such as N13-24_4930; empty when they have none."""
    years = {int(found[1]) for label in labels if (found := _YEAR.search(label))}
    return str(2000 + max(years)) if years else ""


def _no_n13(source: str) -> Problem:
    return error(
        "n13-none",
        Text(
            f"国土数値情報 N13（道路）のデータがありません（列 {codes.CLASS} が見つかりません）",
            f"there are no N13 roads (no column {codes.CLASS})",
        ),
        Text("ファイルを確かめてください", "check the file"),
        file=source,
    )


def _no_row(source: str, found: codes.N13Class, profile: SpeedProfile) -> Problem:
    known = " / ".join(found.rows)
    return error(
        "n13-class",
        Text(
            f"速度表「{profile.label}」にこの道路分類の行がありません（{known}）",
            f"the profile {profile.label!r} has no row for this class ({known})",
        ),
        Text("速度表に行を足してください", "add a row to the profile"),
        file=source,
        column=codes.CLASS,
        value=found.label,
    )


def _no_oneway(source: str) -> Problem:
    return warning(
        "n13-no-oneway",
        Text(
            "N13 には一方通行と規制速度の情報がありません。"
            "すべて双方向とし、速度は速度表によります",
            "N13 has no one-way streets and no speed limits: every road runs both ways, at the "
            "profile's speed",
        ),
        Text(
            "結果が変わりうる施設では OpenStreetMap の道路網でも確かめてください",
            "where the result is close, check it on an OpenStreetMap network too",
        ),
        file=source,
    )


def _fallback_note(source: str, count: int) -> Problem:
    return note(
        "class-fallback",
        Text(
            f"速度表にない道路分類 {count:,} 区間に fallback の速度を使いました",
            f"{count:,} stretches of a class unknown to the profile got the fallback speed",
        ),
        Text("速度表に行を足してください", "add rows to the profile"),
        file=source,
        column=codes.CLASS,
    )
