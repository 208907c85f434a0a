"""``table.xlsx``: the 別表 as a council prints it, every facility, and the settings behind it.

Stands apart: a file of the folder; `folder` knows of each only who writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from groundfloor.installed import TOOL, tool_version
from groundfloor.problems import Lang, Text
from networks.info.labels import explained, km_by_label, speed_source
from networks.info.network_info import NetworkInfo
from spots.outputs.annex_sheets import annexes
from spots.outputs.council_sheets import borderline, findings
from spots.outputs.manifest import library_versions
from spots.outputs.position_sheet import positions_sheet
from spots.outputs.sheet_layout import Paper, SheetContent, SheetValue, sheet_column
from spots.outputs.workbook_writer import workbook
from spots.telling.columns import SheetGroup
from spots.telling.facility_columns import facility_rows, sheet_groups
from spots.telling.labels import INPUT_LABELS, listed
from spots.telling.setting_words import cut_offs
from spots.telling.sheet_columns import BACKGROUND_COLUMNS
from spots.telling.straight_words import (
    BASIS_LABEL,
    estimate_caveat,
    estimate_lines,
    speeds_word,
)
from spots.telling.unit_columns import unit_groups, unit_rows
from spots.types import InputRecord, RunResult

T = TypeVar("T")
_CUT_OFF = Text(
    "時間は秒未満を切り捨てて表示しています。基準との差は、所要時間から基準を引いた差です"
    "（セルの値は分と秒を並べた数で、並べ替えと比較に使えます。+4分55秒は455です）。",
    "Times are cut off to the second. The margin is travel time less the threshold; its cells "
    "hold the digits of minutes and seconds, which sort and compare (+4 min 55 s is 455).",
)
_NOT_RECORDED = Text(
    "近い順の他の病院と速度の倍率は、この結果には記録されていません。",
    "The nearest three and the speed factor are not recorded in this run.",
)


def table_xlsx(result: RunResult, lang: Lang = Lang.JA) -> bytes:
    """Return the workbook: 別表, every facility, settings and sources, and what is in doubt.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of everything but names.
    """
    return workbook(sheets(result, lang), title=result.settings.title.render(lang), lang=lang)


def sheets(result: RunResult, lang: Lang) -> tuple[SheetContent, ...]:
    """Return the sheets of the workbook; the last three only where there is something to tell.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of everything but names.
    """
    judged = (
        *((facilities(result, lang),) if result.verdicts or not result.grounds else ()),
        *((units(result, lang),) if result.grounds else ()),
    )
    doubts = (borderline(result, lang), positions_sheet(result, lang), findings(result, lang))
    told = (content for content in doubts if content is not None)
    return (*annexes(result, lang), *judged, background(result, lang), *told)


# --- every facility with what its state rests on


def facilities(result: RunResult, lang: Lang) -> SheetContent:
    """Return the sheet of all facilities, each exactly once, in input order.

    Columns that say nothing in this run are left out.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Its language.
    """
    return _everything(
        Text("全施設", "All facilities"),
        Text("全施設の判定と根拠", "Every facility and its evidence"),
        (*_estimated(result), _CUT_OFF, *_about_speed(result)) if result.by_rule else (),
        sheet_groups(result),
        facility_rows(result),
        lang,
    )


def _estimated(result: RunResult) -> Iterable[Text]:
    """Return that times are no drives, where they are none."""
    return (estimate_caveat(result.straight),) if result.straight else ()


def units(result: RunResult, lang: Lang) -> SheetContent:
    """Return the sheet of all judged units, each once for each result, in the run's order.

    Columns that say nothing in this run are left out.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Its language.
    """
    return _everything(
        Text("区域", "Units"),
        Text("区域の判定と根拠", "Every unit of ground and its evidence"),
        (),
        unit_groups(),
        unit_rows(result),
        lang,
    )


def _everything(
    tab: Text,
    title: Text,
    notes: Iterable[Text],
    groups: Iterable[SheetGroup[T]],
    rows: Sequence[T],
    lang: Lang,
) -> SheetContent:
    columns, told = [], []
    for group in groups:
        for filled in group.columns:
            values = [filled.shown(row, lang) for row in rows]
            if any(value not in {None, ""} for value in values):
                columns.append(sheet_column(filled.column, lang, group.title.render(lang)))
                told.append(values)
    return SheetContent(
        tab=tab.render(lang),
        title=title.render(lang),
        notes=tuple(note.render(lang) for note in notes),
        columns=tuple(columns),
        rows=tuple(zip(*told, strict=True)),
        paper=Paper.A3,
        pages_wide=2,
        kept=3,
        filtered=True,
    )


def _about_speed(result: RunResult) -> Iterable[Text]:
    reached = [v.travel for v in result.verdicts if v.travel is not None and v.travel.reachable]
    if any(t.turning for t in reached):
        speeds = speeds_word(result)
        yield Text(
            f"速度の倍率は、{speeds.ja}が何倍になると最も近い他の二次救急病院までの時間がちょうど基準に"
            "なるかを示します。",
            f"The speed factor is by how much {speeds.en} would have to be multiplied for the time "
            "to the nearest other hospital to be exactly the threshold.",
        )
    elif reached and not any(t.others for t in reached):
        yield _NOT_RECORDED


# --- what the verdicts rest on: policy, settings, inputs, roads, caveats, sources, versions

#: Group, item, content, as-of, file, SHA-256.
_Row = tuple[SheetValue, ...]


def background(result: RunResult, lang: Lang) -> SheetContent:
    """Return the sheet of settings and sources.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Its language.
    """
    title = Text("設定・出典", "Settings and sources").render(lang)
    return SheetContent(
        tab=title,
        title=title,
        notes=(),
        columns=tuple(sheet_column(c, lang) for c in BACKGROUND_COLUMNS),
        rows=tuple(_rows(result, lang)),
        merged=0,
        continued=Text("（続き）", " (continued)").render(lang),
    )


def _rows(result: RunResult, lang: Lang) -> Iterator[_Row]:
    yield from _policy(result, lang)
    yield from _index(result, lang)
    for record in result.inputs:
        yield _input(record, lang)
    if result.straight is not None:
        group = BASIS_LABEL.render(lang)
        for item, value in estimate_lines(result.straight):
            yield (group, item.render(lang), value.render(lang), None, None, None)
    if result.network is not None:
        group = Text("道路網", "Road network").render(lang)
        for item, content, day in _network(result.network, lang):
            yield (group, item.render(lang), content, day, None, None)
    yield from _told(result, lang)


def _policy(result: RunResult, lang: Lang) -> Iterator[_Row]:
    settings = result.settings
    group = Text("設定基準", "Policy").render(lang)
    yield (
        group,
        Text("名称", "Title").render(lang),
        settings.policy_title.render(lang),
        None,
        None,
        None,
    )
    for criterion in settings.criteria:
        item = Text(f"要件{criterion.mark}", f"Criterion {criterion.mark}").render(lang)
        yield (group, item, criterion.title.render(lang), None, None, None)
    for name, day in (
        (Text("設定期間の開始", "Valid from"), settings.valid_from),
        (Text("設定期間の終了", "Valid to"), settings.valid_to),
    ):
        if day is not None:
            yield (group, name.render(lang), None, day, None, None)
    group = Text("設定", "Settings").render(lang)
    for name, value in settings.lines:
        yield (group, name.render(lang), value.render(lang), None, None, None)


def _index(result: RunResult, lang: Lang) -> Iterator[_Row]:
    edition = result.edition
    if edition is None:
        return
    cuts = cut_offs(edition.shortage_at_most, edition.surplus_at_least)
    group = Text("医師偏在指標", "Physician index").render(lang)
    item = Text(f"{edition.name} 版", f"edition {edition.name}").render(lang)
    yield (group, item, cuts.render(lang), None, None, None)


def _day(text: str) -> SheetValue:
    """Return a day where `text` is one, and the text as it is (an edition, a month) elsewhere.

    Examples
    --------
    >>> _day("2023-09-01"), _day("2024-01")
    (datetime.date(2023, 9, 1), '2024-01')
    """
    try:
        return date.fromisoformat(text) if len(text) == len("2023-09-01") else text
    except ValueError:
        return text


def _input(record: InputRecord, lang: Lang) -> _Row:
    label = INPUT_LABELS.get(record.role)
    role = label.render(lang) if label else record.role
    item = role if record.name in {"", record.role, role} else f"{role}: {record.name}"
    group = Text("入力", "Inputs").render(lang)
    return (group, item, record.source, _day(record.as_of), record.file, record.sha256)


def _network(network: NetworkInfo, lang: Lang) -> Iterator[tuple[Text, SheetValue, SheetValue]]:
    yield Text("名称", "Name"), network.source, _day(network.as_of)
    if network.schematic:
        yield (
            Text("注意", "Caveat"),
            Text("模式的な道路網（試用）", "schematic network (for trying out)").render(lang),
            None,
        )
    yield Text("速度表", "Speed profile"), network.profile, None
    size = Text(
        f"{network.nodes:,}地点、{network.edges:,}区間",
        f"{network.nodes:,} nodes, {network.edges:,} edges",
    )
    yield Text("規模", "Size"), size.render(lang), None
    share = f"{network.largest_component_share:.1%}"
    joined = Text(
        f"{network.components:,}個のまとまり（最大のものが延長の{share}）",
        f"{network.components:,} components; the largest has {share} of the length",
    )
    yield Text("つながり", "Components"), joined.render(lang), None
    lengths = [f"{label} {km:,.1f} km" for label, km in km_by_label(network, lang).items()]
    yield Text("道路種別ごとの延長", "Length by class"), listed(lengths, lang), None
    basis = [f"{speed_source(w).render(lang)} {s:.1%}" for w, s in network.speed_source_share]
    if basis:
        yield Text("速度の根拠（延長比）", "What speeds rest on"), listed(basis, lang), None
    dropped = [f"{explained(w).render(lang)} {n:,}" for w, n in network.dropped]
    if dropped:
        yield Text("作成時の処理（件）", "While building it"), "\n".join(dropped), None
    if network.attribution:
        yield Text("出典", "Attribution"), network.attribution, None
    yield Text("内容の SHA-256", "SHA-256 of its content"), network.sha256, None


def _told(result: RunResult, lang: Lang) -> Iterator[_Row]:
    group = Text("注意", "Caveats").render(lang)
    for text in result.settings.caveats:
        yield (group, None, text.render(lang), None, None, None)
    group = Text("出典", "Attribution").render(lang)
    for attribution in result.settings.attributions:
        yield (group, None, attribution, None, None, None)
    group = Text("作成ツール", "Made with").render(lang)
    versions = [f"{name} {version}" for name, version in sorted(library_versions().items())]
    yield (group, TOOL, tool_version(), None, None, None)
    libraries = Text("ライブラリ", "Libraries").render(lang)
    yield (group, libraries, ", ".join(versions), None, None, None)
