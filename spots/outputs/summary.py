"""The table of all facilities for a terminal, aligned also where characters are two cells wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from networks.types import NetworkInfo
from problems import Lang, Text, one_line
from spots.labels import STATE_LABELS, road_label
from spots.outputs.columns import facility_columns, plain
from spots.outputs.manifest import WrittenFile, counts, file_entry
from spots.types import RunResult, State, Verdict
from spots.units import shown_minutes

_NAME_LIMIT = 30


def summary_table(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return the table of every facility, the counts of states, and why some are undetermined.

    Criteria stand as plain digits: circled ones are one cell wide in some terminals and two in
    others, and would break the columns.
    """
    heads = (
        Text("医療機関", "facility"),
        Text("市町村", "municipality"),
        Text("二次医療圏", "area"),
        Text("状態", "state"),
        Text("要件", "criteria"),
        Text("分", "min"),
        Text("差", "margin"),
    )
    rows = [[h.render(lang) for h in heads]]
    rows += [_summary_row(verdict, lang) for verdict in result.verdicts]
    tally = counts(result)
    states = ", ".join(f"{STATE_LABELS[s].render(lang)} {tally[s.value]}" for s in State)
    total = Text(
        f"全{tally['facilities']}施設({states})、統合面積 {result.dissolved_km2:.1f} km²",
        f"{tally['facilities']} facilities ({states}), {result.dissolved_km2:.1f} km² in all",
    )
    return "\n".join([*aligned(rows, right=(5, 6)), "", *_open(result, lang), total.render(lang)])


def _open(result: RunResult, lang: Lang) -> list[str]:
    """Return a line for each facility that could not be judged: its id, its name and why."""
    label = STATE_LABELS[State.UNDETERMINED].render(lang)
    return [
        one_line(
            f"{label}: {v.facility.name} [{v.facility.id}]: {v.state_reason.render(lang)}", 240
        )
        for v in result.verdicts
        if v.state is State.UNDETERMINED
    ]


def summary_json(
    result: RunResult, written: Iterable[WrittenFile], lang: Lang = Lang.JA
) -> dict[str, object]:
    """Return the same as JSON-able data, with the files written."""
    columns = facility_columns(result)
    return {
        "counts": counts(result),
        "dissolved_km2": round(result.dissolved_km2, 6),
        "facilities": [
            {c.name: plain(c.value(verdict, lang)) for c in columns} for verdict in result.verdicts
        ],
        "files": [file_entry(file) for file in written],
    }


def network_table(info: NetworkInfo, lang: Lang = Lang.JA) -> str:
    """Return what a road network is, a line for each fact."""

    def word(ja: str, en: str) -> str:
        return Text(ja, en).render(lang)

    def shares(items: Iterable[tuple[str, float]]) -> str:
        return ", ".join(f"{one_line(name)} {share:.1%}" for name, share in items)

    km_by_label: dict[str, float] = {}
    for name, km in info.km_by_class:  # a class and its ramps have one label
        label = road_label(name, lang)
        km_by_label[label] = km_by_label.get(label, 0.0) + km
    roads = ", ".join(f"{label} {km:.1f} km" for label, km in km_by_label.items())
    size = f"{info.nodes:,} / {info.edges:,} / {info.components:,}"
    pairs = [
        (word("道路データ", "source"), info.source),
        (word("時点", "as of"), info.as_of or "-"),
        (word("速度表", "speed profile"), info.profile),
        (word("節点/リンク/連結成分", "nodes/links/components"), size),
        (word("最大成分の割合", "largest component"), f"{info.largest_component_share:.1%}"),
        (word("種別ごとの延長", "length by class"), roads),
        (word("速度の根拠", "speeds rest on"), shares(info.speed_source_share)),
        (word("延長の根拠", "lengths rest on"), shares(info.length_basis_share) or "-"),
        (word("範囲", "bounds"), ", ".join(f"{degree:.4f}" for degree in info.bounds)),
        (word("除いたもの", "left out"), ", ".join(f"{k} {n:,}" for k, n in info.dropped) or "-"),
        (word("出典", "attribution"), info.attribution or "-"),
        ("SHA-256", info.sha256),
    ]
    if info.schematic:
        pairs.append((word("注意", "caveat"), word("模式的な道路網(試用)", "schematic network")))
    return "\n".join(aligned([(name, one_line(value, 400)) for name, value in pairs]))


def aligned(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Return rows as lines with columns of equal display width.

    Parameters
    ----------
    rows : sequence of sequences of str
        Cells; every row has as many.
    right : sequence of int
        Columns to align right.

    Returns
    -------
    list of str
        A line for each row.

    Examples
    --------
    >>> aligned([["天草", "1"], ["a", "22"]], right=(1,))
    ['天草   1', 'a     22']
    """
    widths = [max(cell_width(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for k, cell in enumerate(row):
            gap = " " * (widths[k] - cell_width(cell))
            cells.append(gap + cell if k in right else cell + gap)
        lines.append("  ".join(cells).rstrip())
    return lines


def cell_width(text: str) -> int:
    """Return how many terminal cells `text` takes: wide and full-width characters take two.

    Examples
    --------
    >>> cell_width("そよう病院"), cell_width("abc"), cell_width("ｱ")
    (10, 3, 1)
    """
    return sum(
        0
        if unicodedata.combining(ch)
        else 2
        if unicodedata.east_asian_width(ch) in {"W", "F"}
        else 1
        for ch in text
    )


def _summary_row(verdict: Verdict, lang: Lang) -> list[str]:
    travel = verdict.travel
    minutes = margin = ""
    if travel is not None and travel.reachable is False:
        minutes = Text("到達不能", "unreachable").render(lang)
    elif travel is not None and travel.travel_ms is not None:
        minutes = str(shown_minutes(travel.travel_ms, travel.threshold_ms))
    if travel is not None and travel.margin_ms is not None:
        margin = f"{shown_minutes(travel.margin_ms, 0):+}"
    return [
        one_line(verdict.facility.name, _NAME_LIMIT),
        one_line(verdict.place.municipality, _NAME_LIMIT),
        one_line(verdict.place.area, _NAME_LIMIT),
        STATE_LABELS[verdict.state].render(lang),
        ",".join(str(number) for number in verdict.criteria) or "-",
        minutes,
        margin,
    ]
