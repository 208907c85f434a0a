"""What a road network is, and what the cache holds, for a terminal and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from groundfloor.aligned import aligned
from groundfloor.problems import Lang, Text, one_line
from networks.info.network_info import NetworkReport
from networks.info.types import NetworkInfo
from networks.info.words import APPLIED, explained, km_by_label, speed_source
from networks.storage.cache import CacheEntry


def network_table(info: NetworkInfo, lang: Lang = Lang.JA) -> str:
    """Return what a road network is, a line for each fact."""
    return "\n".join(aligned(_identity(info, lang)))


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
        list(_components(report, lang)),
        list(_ferries(report, lang)),
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


def cache_text(
    folder: Path | None, entries: Sequence[CacheEntry], lang: Lang = Lang.JA, *, cleared: bool
) -> str:
    """Return what the cache holds, or what was removed from it."""
    size = sum(entry.size for entry in entries) / 1e6
    where = "-" if folder is None else str(folder)
    done = Text(
        f"{where}: {len(entries)} 件、{size:,.1f} MB を削除しました",
        f"{where}: removed {len(entries)}, {size:,.1f} MB",
    )
    kept = Text(
        f"{where}: 道路網 {len(entries)} 件、{size:,.1f} MB",
        f"{where}: {len(entries)} networks, {size:,.1f} MB",
    )
    head = (done if cleared else kept).render(lang)
    if cleared or not entries:
        return head
    rows = [
        [
            entry.path.name,
            f"{entry.size / 1e6:,.1f} MB",
            one_line(entry.source) or Text("(壊れています)", "(damaged)").render(lang),
            entry.profile,
            _day(entry),
        ]
        for entry in entries
    ]
    return "\n".join([head, *(f"  {line}" for line in aligned(rows, right=(1,)))])


def cache_json(
    folder: Path | None, entries: Sequence[CacheEntry], *, cleared: bool
) -> dict[str, object]:
    """Return the same as JSON-able data."""
    return {
        "folder": None if folder is None else str(folder),
        "removed" if cleared else "networks": [
            {
                "file": entry.path.name,
                "bytes": entry.size,
                "source": entry.source,
                "profile": entry.profile,
                "used": _day(entry),
            }
            for entry in entries
        ],
    }


def _day(entry: CacheEntry) -> str:
    return datetime.fromtimestamp(entry.used_s).astimezone().date().isoformat()


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
        (Text("信号等で待つ区間(方向別)", "links with waiting"), f"{report.delays:,}"),
        (Text("データの端で切れた地点", "cut at the data's end"), f"{report.border_nodes:,}"),
    )
    return [(name.render(lang), value) for name, value in pairs]


def _components(report: NetworkReport, lang: Lang) -> Iterator[str]:
    if len(report.parts) <= 1:
        return
    shown, count = len(report.parts), report.info.components
    yield Text(
        f"連結成分(道路だけでつながる範囲) {count:,} のうち大きい順に {shown}:",
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


def _ferries(report: NetworkReport, lang: Lang) -> Iterator[str]:
    if not report.ferries:
        return
    yield Text("フェリー(乗船待ちを含まない時間):", "ferries (without the wait):").render(lang)
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
