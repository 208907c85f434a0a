"""The 別表 and the reasons behind each of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from groundfloor.problems import Lang, Text
from spots.report import report_words as words
from spots.report.palette import criterion
from spots.report.report_data import Annex, Cell, Column, Pair, SpotReason, Table
from spots.telling.labels import AREA_CLASS_LABELS, CUT_LABELS, TRUTH_LABELS, criteria_marks, listed
from spots.telling.units import SMALLEST_KM2, period
from spots.types import Accuracy, RunResult, Spot, State, Truth, Verdict

# A medical area's cell covers at most so many rows, so that every page names the area.
_MOST_ROWS = 6


def designated(result: RunResult) -> tuple[Verdict, ...]:
    """Return the designated facilities in the order of the 別表: medical area, municipality.

    The order of the workbook's 別表, so that a number means the same facility in both.
    """
    found = [v for v in result.verdicts if v.state is State.DESIGNATED]
    return tuple(sorted(found, key=lambda v: (*_area(v), v.place.municipality_code or "~")))


def _area(verdict: Verdict) -> tuple[str, str]:
    # "~" sorts after every digit: what has no code comes last, and input order decides in ties.
    return (verdict.place.area_code or "~", verdict.place.area)


def numbering(result: RunResult) -> dict[str, int]:
    """Return the number in the 別表 by facility id, from one."""
    return {v.facility.id: k for k, v in enumerate(designated(result), 1)}


def annex_of(result: RunResult, lang: Lang) -> Annex:
    """Return the 別表."""
    spots = {s.facility_id: s for s in result.spots}
    people = result.dissolved_population is not None
    rows: list[tuple[Cell, ...]] = []
    number = 0
    for _, group in groupby(designated(result), key=_area):
        verdicts = list(group)
        for start in range(0, len(verdicts), _MOST_ROWS):
            part = verdicts[start : start + _MOST_ROWS]
            for k, verdict in enumerate(part):
                number += 1
                lead = _area_cells(part, len(verdicts), lang, more=start > 0) if k == 0 else ()
                town = _town_cell(part, k)
                rows.append((*lead, *town, *_row(number, verdict, spots, result, lang)))
    return Annex(
        table=Table(
            columns=_columns(lang, people=people),
            rows=tuple(rows),
            footer=_total(result, lang, people=people) if rows else (),
            empty=words.UI["no_spots"].render(lang),
        ),
        notes=_notes(result, lang),
    )


def _columns(lang: Lang, *, people: bool) -> tuple[Column, ...]:
    columns = [
        Column(Text("二次医療圏", "Medical area").render(lang), 27),
        Column(Text("市町村", "Municipality").render(lang), 23),
        Column(Text("番号", "No.").render(lang), 11, align="center"),
        Column(Text("医療機関名", "Institution").render(lang), 1.2, share=True),
        Column(Text("所在地", "Address").render(lang), 1.0, share=True),
        Column(Text("要件", "Criteria").render(lang), 17, align="center"),
        Column(Text("面積（km²）", "Area (km²)").render(lang), 19, align="right"),
    ]
    if people:
        label = Text("人口（人）", "Population").render(lang)
        columns.append(Column(label, 20, align="right"))
    columns.append(Column(Text("備考", "Remarks").render(lang), 1.0, share=True))
    return tuple(columns)


def _area_cells(part: Sequence[Verdict], count: int, lang: Lang, *, more: bool) -> tuple[Cell, ...]:
    place = part[0].place
    name = place.area or Text("（医療圏なし）", "(none)").render(lang)
    if more:
        name += Text("（続き）", " (continued)").render(lang)
    else:
        kind = AREA_CLASS_LABELS[place.area_class].render(lang)
        total = words.counted(count, "か所", "spot" if count == 1 else "spots", lang)
        name += f"\n{kind}\n{total}"
    return (Cell(name, rows=len(part), tone="head"),)


def _town_cell(part: Sequence[Verdict], k: int) -> tuple[Cell, ...]:
    """Return the municipality's cell where its rows begin; nothing where it goes on."""
    code = part[k].place.municipality_code
    if k > 0 and part[k - 1].place.municipality_code == code:
        return ()
    run = 0
    while k + run < len(part) and part[k + run].place.municipality_code == code:
        run += 1
    return (Cell(part[k].place.municipality, rows=run),)


def _row(
    number: int, verdict: Verdict, spots: Mapping[str, Spot], result: RunResult, lang: Lang
) -> tuple[Cell, ...]:
    spot = spots.get(verdict.facility.id)
    cells = [
        Cell(str(number), tone="strong"),
        Cell(verdict.facility.name),
        Cell(verdict.facility.address),
        Cell(criteria_marks(result, verdict.criteria)),
        Cell(f"{spot.area_km2:.2f}" if spot else "–"),
    ]
    if result.dissolved_population is not None:
        known = spot is not None and spot.population is not None
        cells.append(Cell(f"{spot.population:,.0f}" if spot and known else "–"))
    return (*cells, Cell(_remark(verdict, lang)))


def _remark(verdict: Verdict, lang: Lang) -> str:
    notes = [verdict.facility.remark] if verdict.facility.remark else []
    position = verdict.facility.position
    if position is not None and position.accuracy is Accuracy.TOWN:
        note = Text("位置は町丁目の中心による", "position: centre of the town block")
        notes.append(note.render(lang))
    return "\n".join(notes)


def _total(result: RunResult, lang: Lang, *, people: bool) -> tuple[Cell, ...]:
    count = words.counted(len(result.spots), "か所", "spots", lang)
    label = Text(f"合計　{count}（面積の重なりは1回だけ数える）", f"Total: {count} (overlaps once)")
    cells = [
        Cell(label.render(lang), columns=6, tone="head"),
        Cell(f"{result.dissolved_km2:,.2f}", tone="head"),
    ]
    if people and result.dissolved_population is not None:
        cells.append(Cell(f"{result.dissolved_population:,.0f}", tone="head"))
    return (*cells, Cell("", tone="head"))


def _notes(result: RunResult, lang: Lang) -> tuple[str, ...]:
    settings = result.settings
    titles = listed((f"{c.mark} {c.title.render(lang)}" for c in settings.criteria), lang)
    notes = [Text(f"要件：{titles}", f"Criteria: {titles}").render(lang)]
    radius = f"{settings.radius_m / 1000:g} km"
    notes.append(
        Text(
            f"区域は各医療機関から半径{radius}の円で、方針に従い切り取った残りです。",
            f"Each spot is the circle of {radius} around the institution, after the policy's cuts.",
        ).render(lang)
    )
    when = period(settings.valid_from, settings.valid_to).render(lang)
    if when:
        notes.append(Text(f"期間：{when}", f"Valid: {when}").render(lang))
    return tuple(notes)


def reasons_of(result: RunResult, lang: Lang) -> tuple[SpotReason, ...]:
    """Return the reason of each spot, in the order of the 別表."""
    spots = {s.facility_id: s for s in result.spots}
    return tuple(
        _reason(number, verdict, spots[verdict.facility.id], result, lang)
        for number, verdict in enumerate(designated(result), 1)
        if verdict.facility.id in spots
    )


def _reason(number: int, verdict: Verdict, spot: Spot, result: RunResult, lang: Lang) -> SpotReason:
    titles = {c.number: c for c in result.settings.criteria}
    colon = Text("：", ": ").render(lang)
    reason = spot.reason.render(lang)
    findings = []
    for o in verdict.outcomes:
        mark = titles[o.number].mark if o.number in titles else str(o.number)
        text = o.text.render(lang)
        if o.truth is Truth.MET and text in reason:
            text = Text("設定理由のとおり", "as in the reason").render(lang)
        findings.append(Pair(f"{mark} {TRUTH_LABELS[o.truth].render(lang)}", text))
    marks = [
        f"{titles[n].mark} {titles[n].title.render(lang)}" for n in verdict.criteria if n in titles
    ]
    place = [verdict.place.area, verdict.place.municipality, verdict.facility.address]
    return SpotReason(
        number=str(number),
        colour=criterion(verdict.criteria[0] if verdict.criteria else 1).colour,
        name=verdict.facility.name,
        place="　".join(p for p in place if p),
        marks=listed(marks, lang),
        reason=Text("設定理由", "Reason").render(lang) + colon + reason,
        facts=_facts(spot, lang),
        findings=tuple(findings),
    )


def _facts(spot: Spot, lang: Lang) -> tuple[Pair, ...]:
    cuts = [e for e in spot.ledger if e.removed_km2 >= SMALLEST_KM2]
    whole = f"{spot.circle_km2:.2f} km²"
    lines = [Pair(Text("区域の面積", "Area").render(lang), f"{spot.area_km2:.2f} km²")]
    if cuts:
        taken = [
            f"{CUT_LABELS.get(e.step, Text(e.step, e.step)).render(lang)} −{e.removed_km2:.2f} km²"
            for e in cuts
        ]
        joined = listed(taken, lang)
        text = Text(f"円 {whole} から {joined}", f"circle {whole}, of which {joined}")
        lines.append(Pair(Text("切り取り", "Cut away").render(lang), text.render(lang)))
    else:
        text = Text(f"なし（半径{spot.radius_m / 1000:g} kmの円のまま）", "nothing")
        lines.append(Pair(Text("切り取り", "Cut away").render(lang), text.render(lang)))
    if spot.population is not None:
        people = words.counted(round(spot.population), "人", "people", lang)
        lines.append(Pair(Text("区域内の人口", "Population").render(lang), people))
    when = period(spot.valid_from, spot.valid_to).render(lang)
    if when:
        lines.append(Pair(Text("期間", "Valid").render(lang), when))
    return tuple(lines)
