"""What a network is, in more detail than a manifest needs: as a value, as text, for machines.

Stands apart: it is what ``spots network info`` shows, and anybody else may ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from groundfloor.aligned import aligned
from groundfloor.problems import Lang, Problem, Text, one_line
from networks.info.labels import APPLIED, explained, km_by_label, speed_source
from networks.info.network_info import NetworkInfo
from networks.network import CLOSED, RoadNetwork

_MOST_COMPONENTS = 10  # listed; an extract of a region has hundreds, most of them stubs
_KM_PER_DEGREE = 111.195  # of latitude on the mean sphere, radius 6371.009 km


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a network that no road joins to the others: an island, or a fragment.

    Parameters
    ----------
    number : int
        0 is the one with most kilometres.
    km, share : float
        Kilometres of road, and their share of the network's.
    nodes : int
        Junctions and ends.
    lon, lat : float
        One of its nodes, the one nearest to the middle of all of them; degrees.
    """

    number: int
    km: float
    share: float
    nodes: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class FerryLine:
    """The ferries of one name.

    Parameters
    ----------
    name : str
        As the source has it; ``way/…`` where it has none.
    minutes : float
        Under way, from end to end; boarding is not in it.
    km : float
        Kilometres.
    """

    name: str
    minutes: float
    km: float


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """Everything that can be said of a network in a page.

    Parameters
    ----------
    info : NetworkInfo
        What manifests hold.
    extent_km2 : float
        Square kilometres of the rectangle around it (`NetworkInfo.bounds`), sea included.
    road_km, toll_km, destination_km : float
        Kilometres of road without ferries; of toll roads; of those for their own traffic only.
    one_way_share, limit_share, width_share : float
        Shares of the road length that is one-way, has a mapped limit, has a known width; 0 to 1.
    parts : tuple of Component
        The largest components.
    ferries : tuple of FerryLine
        By name.
    turn_restrictions : int
        Forbidden sequences of edges that searches obey.
    delays : int
        Directions of edges with waiting at signals, crossings or gates.
    border_nodes : int
        Places at which roads were cut because the data end.
    problems : tuple of Problem
        Warnings and notes of the build.
    """

    info: NetworkInfo
    extent_km2: float
    road_km: float
    toll_km: float
    destination_km: float
    one_way_share: float
    limit_share: float
    width_share: float
    parts: tuple[Component, ...]
    ferries: tuple[FerryLine, ...]
    turn_restrictions: int
    delays: int
    border_nodes: int
    problems: tuple[Problem, ...]


def network_report(network: RoadNetwork) -> NetworkReport:
    """Return what can be said of a network in a page."""
    edges = network.edges
    road = ~edges.ferry
    metres = np.where(road, edges.length_m, 0.0)
    total = float(metres.sum())
    one_way = (edges.forward_ms == CLOSED) != (edges.backward_ms == CLOSED)

    def km(chosen: NDArray[np.bool_]) -> float:
        return float(metres[chosen].sum()) / 1000.0

    def share(chosen: NDArray[np.bool_]) -> float:
        return float(metres[chosen].sum()) / total if total else 0.0

    info = network.info()
    return NetworkReport(
        info=info,
        extent_km2=extent_km2(info.bounds),
        road_km=total / 1000.0,
        toll_km=km(edges.toll),
        destination_km=km(~edges.through),
        one_way_share=share(one_way),
        limit_share=share(~np.isnan(edges.limit_kmh)),
        width_share=share(~np.isnan(edges.width_m)),
        parts=_components(network, metres, total),
        ferries=_ferries(network),
        turn_restrictions=len(network.turns),
        delays=int((edges.forward_delay_ms > 0).sum() + (edges.backward_delay_ms > 0).sum()),
        border_nodes=int(network.nodes.border.sum()),
        problems=network.problems,
    )


def extent_km2(bounds: tuple[float, float, float, float]) -> float:
    """Return the square kilometres of west, south, east, north on the sphere: a rough figure.

    Examples
    --------
    >>> round(extent_km2((130.0, 32.0, 131.0, 33.0)))
    10428
    """
    west, south, east, north = bounds
    belt = float(np.sin(np.radians(north)) - np.sin(np.radians(south)))
    return _KM_PER_DEGREE**2 * (east - west) * float(np.degrees(belt))


def _components(
    network: RoadNetwork, metres: NDArray[np.float64], total: float
) -> tuple[Component, ...]:
    nodes = network.nodes
    length = np.bincount(nodes.component[network.edges.tail], weights=metres)
    # A pier that only ferries touch is a component without roads; they come last.
    found = range(min(int((length > 0).sum()), _MOST_COMPONENTS))
    answer = []
    for number in found:
        mine = np.flatnonzero(nodes.component == number)
        lon, lat = nodes.lon[mine], nodes.lat[mine]
        middle = int(np.argmin((lon - np.median(lon)) ** 2 + (lat - np.median(lat)) ** 2))
        metre = float(length[number])
        answer.append(
            Component(
                number=number,
                km=metre / 1000.0,
                share=metre / total,
                nodes=len(mine),
                lon=float(lon[middle]),
                lat=float(lat[middle]),
            )
        )
    return tuple(answer)


def _ferries(network: RoadNetwork) -> tuple[FerryLine, ...]:
    edges = network.edges
    ferry = np.flatnonzero(edges.ferry)
    under_way = np.maximum(edges.forward_ms[ferry], edges.backward_ms[ferry]).astype(np.float64)
    lines = []
    for name in np.unique(edges.name[ferry]).tolist():
        mine = edges.name[ferry] == name
        minutes = float(under_way[mine].sum()) / 60_000.0
        km = float(edges.length_m[ferry][mine].sum()) / 1000.0
        lines.append(FerryLine(network.names[name], minutes, km))
    return tuple(sorted(lines, key=lambda line: (line.name, line.km)))


def _identity(info: NetworkInfo, lang: Lang) -> list[tuple[str, str]]:
    def word(ja: str, en: str) -> str:
        return Text(ja, en).render(lang)

    def shares(items: Iterable[tuple[str, float]]) -> str:
        return ", ".join(f"{one_line(name)} {share:.1%}" for name, share in items)

    by_km = sorted(km_by_label(info, lang).items(), key=lambda row: -row[1])
    roads = ", ".join(f"{label} {km:,.1f} km" for label, km in by_km)
    size = f"{info.nodes:,} / {info.edges:,} / {info.components:,}"
    speeds = [(speed_source(name).render(lang), share) for name, share in info.speed_source_share]
    pairs = [
        (word("道路データ", "source"), info.source),
        (word("時点", "as of"), info.as_of or "-"),
        (word("速度表", "speed profile"), info.profile),
        (word("節点/リンク/連結成分", "nodes/links/components"), size),
        (word("最大成分の割合", "largest component"), f"{info.largest_component_share:.1%}"),
        (word("種別ごとの延長", "length by class"), roads),
        (word("速度の根拠", "speeds rest on"), shares(speeds)),
        (word("延長の根拠", "lengths rest on"), shares(info.length_basis_share) or "-"),
        (word("範囲", "bounds"), ", ".join(f"{degree:.4f}" for degree in info.bounds)),
        (word("出典", "attribution"), info.attribution or "-"),
        ("SHA-256", info.sha256),
    ]
    if info.schematic:
        pairs.append((word("注意", "caveat"), word("模式的な道路網(試用)", "schematic network")))
    return [(name, one_line(value, 400)) for name, value in pairs]


def network_report_text(report: NetworkReport, lang: Lang = Lang.JA) -> str:
    """Return everything that is known of a network: facts, parts, ferries, what was left out."""
    blocks = [
        aligned([*_identity(report.info, lang), *_facts(report, lang)]),
        list(_parts_told(report, lang)),
        list(_ferries_told(report, lang)),
        list(_counted(report.info, lang, applied=True)),
        list(_counted(report.info, lang, applied=False)),
        [problem.render(lang) for problem in report.problems],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def network_report_json(report: NetworkReport, lang: Lang = Lang.JA) -> dict[str, object]:
    """Return the same as JSON-able data; the facts of `NetworkInfo` stand at the top."""
    more = asdict(report)
    info = more.pop("info")
    more["problems"] = [problem.as_json(lang) for problem in report.problems]
    dropped = [
        {"reason": reason, "count": count, "meaning": explained(reason).render(lang)}
        for reason, count in report.info.dropped
    ]
    return {**info, **more, "dropped": dropped}


def _facts(report: NetworkReport, lang: Lang) -> list[tuple[str, str]]:
    pairs = (
        (Text("範囲の矩形", "extent"), f"{report.extent_km2:,.0f} km²"),
        (Text("道路延長", "roads"), f"{report.road_km:,.1f} km"),
        (Text("一方通行", "one-way"), f"{report.one_way_share:.1%}"),
        (Text("制限速度が分かる割合", "speed limit mapped"), f"{report.limit_share:.1%}"),
        (Text("幅員が分かる割合", "width known"), f"{report.width_share:.1%}"),
        (Text("有料道路", "toll roads"), f"{report.toll_km:,.1f} km"),
        (Text("通り抜けできない道", "own traffic only"), f"{report.destination_km:,.1f} km"),
        (Text("右左折規制", "turn restrictions"), f"{report.turn_restrictions:,}"),
        (Text("信号等で待つ区間（方向別）", "links with waiting"), f"{report.delays:,}"),
        (Text("データの端で切れた地点", "cut at the data's end"), f"{report.border_nodes:,}"),
    )
    return [(name.render(lang), value) for name, value in pairs]


def _parts_told(report: NetworkReport, lang: Lang) -> Iterator[str]:
    if len(report.parts) <= 1:
        return
    shown, count = len(report.parts), report.info.components
    yield Text(
        f"連結成分（道路だけでつながる範囲） {count:,} のうち大きい順に {shown}:",
        f"parts that roads alone connect, the largest {shown} of {count:,}:",
    ).render(lang)
    rows = [
        [
            str(part.number + 1),
            f"{part.km:,.1f} km",
            f"{part.share:.2%}",
            Text(f"節点 {part.nodes:,}", f"{part.nodes:,} nodes").render(lang),
            f"{part.lat:.4f}, {part.lon:.4f}",
        ]
        for part in report.parts
    ]
    yield from (f"  {line}" for line in aligned(rows, right=(0, 1, 2, 3)))


def _ferries_told(report: NetworkReport, lang: Lang) -> Iterator[str]:
    if not report.ferries:
        return
    yield Text("フェリー（乗船待ちを含まない時間）:", "ferries (without the wait):").render(lang)
    rows = [
        [
            one_line(line.name),
            Text(f"{line.minutes:.0f} 分", f"{line.minutes:.0f} min").render(lang),
            f"{line.km:,.1f} km",
        ]
        for line in report.ferries
    ]
    yield from (f"  {line}" for line in aligned(rows, right=(1, 2)))


def _counted(info: NetworkInfo, lang: Lang, *, applied: bool) -> Iterator[str]:
    counts = [(n, word) for word, n in info.dropped if (word in APPLIED) == applied]
    if not counts:
        return
    head = Text("反映した規制:", "obeyed:")
    if not applied:
        head = Text(
            "使わなかったもの、そのままでは使えなかったもの:", "left out, or not as it stands:"
        )
    yield head.render(lang)
    rows = [
        [f"{n:,}", one_line(explained(word).render(lang), 120), f"[{one_line(word)}]"]
        for n, word in sorted(counts, key=lambda count: (-count[0], count[1]))
    ]
    yield from (f"  {line}" for line in aligned(rows, right=(0,)))
