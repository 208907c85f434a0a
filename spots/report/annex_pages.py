"""The tables of all facilities: the 別表 with its reasons, those on the edge, and the rest.

Nobody vanishes: who is no spot is told with the reason. Stands apart: the document puts its parts
in order, and each part is a subject of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from groundfloor.problems import Lang, Text
from spots.report.canvas import criterion
from spots.report.report_data import (
    UI,
    Annex,
    Block,
    Cell,
    PageColumn,
    PageFact,
    SpotReason,
    Table,
    counted,
)
from spots.telling.dossier import Dossier, dossiers_of
from spots.telling.dossier_facts import Fact
from spots.telling.dossier_travel import doubt_words
from spots.telling.evidence_words import (
    NEAR_MS,
    NEAR_SHARE,
    annex_remark,
    doubts,
    is_borderline,
    time_words,
    turning_factor,
)
from spots.telling.labels import (
    AREA_CLASS_LABELS,
    ROLE_LABELS,
    STATE_LABELS,
    criteria_marks,
    listed,
    type_marks,
)
from spots.telling.setting_words import PEOPLE, people_basis
from spots.telling.sheet_columns import annex_order
from spots.telling.straight_words import speeds_word, time_word
from spots.telling.units import (
    margin,
    period,
    radius,
    square_kilometres,
    threshold,
    times,
    whole,
)
from spots.telling.wording import NONE, told_as
from spots.types import Role, RunResult, Spot, State, Truth, Verdict

# A medical area's cell covers at most so many rows, so that every page names the area.
_MOST_ROWS = 6


def designated(result: RunResult) -> tuple[Verdict, ...]:
    """Return the designated facilities in the order of the 別表: medical area, municipality.

    The order of the workbook's 別表, so that a number means the same facility in both.
    """
    found = [v for v in result.verdicts if v.state is State.DESIGNATED]
    return tuple(sorted(found, key=lambda v: annex_order(v.place)))


def numbering(result: RunResult) -> dict[str, int]:
    """Return the number in the 別表 by facility id, from one."""
    return {v.facility.id: k for k, v in enumerate(designated(result), 1)}


def annex_of(result: RunResult, lang: Lang) -> Annex:
    """Return the 別表."""
    spots = {s.facility_id: s for s in result.spots}
    people = result.dissolved_population is not None
    rows: list[tuple[Cell, ...]] = []
    number = 0
    for _, group in groupby(designated(result), key=lambda v: annex_order(v.place)[:2]):
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
            empty=UI["no_spots"].render(lang),
        ),
        notes=_notes(result, lang),
    )


def _columns(lang: Lang, *, people: bool) -> tuple[PageColumn, ...]:
    columns = [
        PageColumn(Text("二次医療圏", "Medical area").render(lang), 27),
        PageColumn(Text("市町村", "Municipality").render(lang), 23),
        PageColumn(Text("番号", "No.").render(lang), 11, align="center"),
        PageColumn(Text("医療機関名", "Institution").render(lang), 1.2, share=True),
        PageColumn(Text("所在地", "Address").render(lang), 1.0, share=True),
        PageColumn(Text("要件", "Criteria").render(lang), 17, align="center"),
        PageColumn(Text("面積（km²）", "Area (km²)").render(lang), 19, align="right"),
    ]
    if people:
        label = Text("人口（人）", "Population").render(lang)
        columns.append(PageColumn(label, 20, align="right"))
    columns.append(PageColumn(Text("備考", "Remarks").render(lang), 1.0, share=True))
    return tuple(columns)


def _area_cells(part: Sequence[Verdict], count: int, lang: Lang, *, more: bool) -> tuple[Cell, ...]:
    place = part[0].place
    name = place.area or Text("（医療圏なし）", "(none)").render(lang)
    if more:
        name += Text("（続き）", " (continued)").render(lang)
    else:
        kind = AREA_CLASS_LABELS[place.area_class].render(lang)
        total = counted(count, "か所", "spot" if count == 1 else "spots", lang)
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
        Cell(square_kilometres(spot.area_km2) if spot else "–"),
    ]
    if result.dissolved_population is not None:
        cells.append(Cell(whole(spot.population) if spot and spot.population is not None else "–"))
    return (*cells, Cell(annex_remark(verdict, result).render(lang)))


def _total(result: RunResult, lang: Lang, *, people: bool) -> tuple[Cell, ...]:
    count = counted(len(result.spots), "か所", "spots", lang)
    label = Text(f"合計　{count}（面積の重なりは1回だけ数える）", f"Total: {count} (overlaps once)")
    cells = [
        Cell(label.render(lang), columns=6, tone="head"),
        Cell(square_kilometres(result.dissolved_km2), tone="head"),
    ]
    if people and result.dissolved_population is not None:
        cells.append(Cell(whole(result.dissolved_population), tone="head"))
    return (*cells, Cell("", tone="head"))


def _notes(result: RunResult, lang: Lang) -> tuple[str, ...]:
    settings = result.settings
    titles = listed((f"{c.mark} {c.title.render(lang)}" for c in settings.criteria), lang)
    notes = [Text(f"要件：{titles}", f"Criteria: {titles}").render(lang)]
    if result.dissolved_population is not None:
        notes.append(told_as(PEOPLE, people_basis(result)).render(lang))
    size = radius(settings.radius_m)
    notes.append(
        Text(
            f"区域は各医療機関から半径{size}の円で、設定基準に従い切り取った残りです。",
            f"Each spot is the circle of {size} around the institution, after the policy's cuts.",
        ).render(lang)
    )
    when = period(settings.valid_from, settings.valid_to)
    if when.ja:
        notes.append(Text(f"設定期間：{when.ja}", f"Period: {when.en}").render(lang))
    return tuple(notes)


def reasons_of(result: RunResult, lang: Lang) -> tuple[SpotReason, ...]:
    """Return the reason of each spot, in the order of the 別表."""
    found = dossiers_of(result, designated(result))
    return tuple(_reason(number, d, lang) for number, d in enumerate(found, 1) if d.spot)


def _reason(number: int, dossier: Dossier, lang: Lang) -> SpotReason:
    verdict = dossier.verdict
    told = dossier.fact("spot_reason")
    colon = Text("：", ": ").render(lang)
    reason = (told.words if told else verdict.state_reason).render(lang)
    criteria = dossier.section("criteria")
    facts = criteria.facts if criteria else ()
    met = (fact for fact in facts if fact.value == Truth.MET.value)
    place = [verdict.place.area, verdict.place.municipality, verdict.facility.address]
    return SpotReason(
        number=str(number),
        colour=criterion(verdict.criteria[0] if verdict.criteria else 1).colour,
        name=verdict.facility.name,
        place="　".join(p for p in place if p),
        marks=listed((fact.label.render(lang) for fact in met), lang),
        reason=Text("設定理由", "Reason").render(lang) + colon + reason,
        facts=_facts(dossier, lang),
        findings=tuple(_finding(fact, reason, lang) for fact in facts),
    )


def _finding(fact: Fact, reason: str, lang: Lang) -> PageFact:
    """Return what a criterion found; a finding that the reason repeats is not said again."""
    text = fact.part_words("finding", lang)
    if fact.value == Truth.MET.value and text in reason:
        text = Text("設定理由のとおり", "as in the reason").render(lang)
    mark = fact.label.render(lang).partition(" ")[0]
    return PageFact(f"{mark} {fact.part_words('truth', lang)}", text)


def _facts(dossier: Dossier, lang: Lang) -> tuple[PageFact, ...]:
    section = dossier.section("spot")
    return tuple(
        PageFact(fact.label.render(lang), fact.words.render(lang))
        for fact in (section.facts if section else ())
        if fact.key != "spot_reason"
    )


# --- on the edge, and no spot

_NO_SPOT = (State.EXCLUDED, State.MOOT, State.NOT_MET)


def borderline_of(result: RunResult, numbers: Mapping[str, int], lang: Lang) -> Block:
    """Return the table of facilities near the line, the nearest first."""
    rows = []
    for verdict in sorted(filter(is_borderline, result.verdicts), key=_distance):
        travel = verdict.travel
        gap = travel.margin_ms if travel else None
        number = numbers.get(verdict.facility.id)
        rows.append(
            (
                Cell(str(number) if number else "–"),
                Cell(f"{verdict.facility.name}\n{verdict.place.municipality}".strip()),
                Cell(STATE_LABELS[verdict.state].render(lang), tone="strong"),
                Cell(time_words(travel).render(lang) or "–"),
                Cell("–" if gap is None else margin(gap).render(lang)),
                Cell(_factor(verdict, lang)),
                Cell(_turned(verdict, lang)),
            )
        )
    near, share = threshold(NEAR_MS), round(NEAR_SHARE * 100)
    speeds = speeds_word(result)
    text = Text(
        f"基準との差が{near.ja}以内の施設、{speeds.ja}が{share}%以内の違いで判定が変わる施設、"
        "前提を一つ変えると判定が変わる施設です。道路や速度表の見直しで結論が変わりうるため、"
        f"個別に確認してください。「速度の倍率」は、{speeds.ja}がその倍率を超える（1未満では下回る）"
        "と要件の判定が変わることを表します。",
        f"Facilities within {near.en} of the threshold, whose criterion turns when "
        f"{speeds.en} differ by {share} % or less, or whose verdict changes under a single other "
        f"assumption. Look at each before deciding. 'Speed' is the factor on {speeds.en} beyond "
        "which the criterion turns.",
    )
    return Block(
        title="",
        paragraphs=(text.render(lang),),
        table=Table(
            _borderline_columns(result, lang),
            tuple(rows),
            empty=Text("該当する施設はありません。", "There is none.").render(lang),
        ),
    )


def _borderline_columns(result: RunResult, lang: Lang) -> tuple[PageColumn, ...]:
    return (
        PageColumn(Text("別表", "No.").render(lang), 11, align="center"),
        PageColumn(Text("施設", "Facility").render(lang), 1.2, share=True),
        PageColumn(Text("状態", "State").render(lang), 24),
        PageColumn(time_word(result, Text("所要時間", "Time")).render(lang), 21, align="right"),
        PageColumn(Text("基準との差", "Margin").render(lang), 25, align="right"),
        PageColumn(Text("速度の倍率", "Speed").render(lang), 22, align="right"),
        PageColumn(
            Text("前提を変えた場合", "Under other assumptions").render(lang), 1.6, share=True
        ),
    )


def _distance(verdict: Verdict) -> tuple[int, int]:
    """Return how far from the threshold, for sorting: who has no margin comes last."""
    travel = verdict.travel
    if travel is None or travel.margin_ms is None:
        return (1, 0)
    return (0, abs(travel.margin_ms))


def _turned(verdict: Verdict, lang: Lang) -> str:
    lines = [doubt_words(v, verdict.state).render(lang) for v in doubts(verdict)]
    return "\n".join(lines) or NONE.render(lang)


def _factor(verdict: Verdict, lang: Lang) -> str:
    """Return the factor on all speeds at which the criterion turns, beyond which it surely has."""
    turning = verdict.travel.turning if verdict.travel else None
    if turning is None:
        return "–"
    return times(turning_factor(turning), exact=turning.exact).render(lang)


def open_of(result: RunResult, lang: Lang) -> tuple[Block, ...]:
    """Return those that are left open, whom somebody has to do something about."""
    return tuple(_by_state(result, (State.UNDETERMINED,), lang))


def _by_state(result: RunResult, states: Iterable[State], lang: Lang) -> Iterator[Block]:
    for state in states:
        found = [
            v for v in result.verdicts if v.state is state and v.facility.role is Role.CANDIDATE
        ]
        if found:
            yield _block(STATE_LABELS[state].render(lang), found, lang)


def rest_of(result: RunResult, lang: Lang) -> tuple[Block, ...]:
    """Return everyone who is no spot, state by state, with the reason."""
    blocks = list(_by_state(result, _NO_SPOT, lang))
    reached = [v for v in result.verdicts if v.facility.role is Role.DESTINATION]
    if reached:
        blocks.append(_reached(reached, lang))
    return tuple(blocks)


def _reached(verdicts: list[Verdict], lang: Lang) -> Block:
    """Return those that are only reached, two in a row: there is one reason for all."""
    columns = (
        PageColumn(Text("施設", "Facility").render(lang), 1.0, share=True),
        PageColumn(Text("所在地", "Place").render(lang), 0.9, share=True),
    )
    cells = [
        (Cell(v.facility.name), Cell(v.place.municipality or v.facility.address or "–"))
        for v in verdicts
    ]
    half = (len(cells) + 1) // 2
    rows = [
        (*left, *(cells[half + k] if half + k < len(cells) else (Cell(""), Cell(""))))
        for k, left in enumerate(cells[:half])
    ]
    reasons = dict.fromkeys(v.state_reason.render(lang) for v in verdicts)
    return Block(
        title=_counted(ROLE_LABELS[Role.DESTINATION].render(lang), verdicts, lang),
        paragraphs=tuple(reasons),
        table=Table((*columns, *columns), tuple(rows)),
    )


def _counted(title: str, verdicts: list[Verdict], lang: Lang) -> str:
    count = counted(len(verdicts), "施設", "", lang).strip()
    return Text(f"{title}（{count}）", f"{title[:1].upper()}{title[1:]} ({count})").render(lang)


def _block(title: str, verdicts: list[Verdict], lang: Lang) -> Block:
    columns = (
        PageColumn(Text("施設", "Facility").render(lang), 1.1, share=True),
        PageColumn(Text("種別", "Type").render(lang), 14, align="center"),
        PageColumn(Text("二次医療圏・市町村", "Area, municipality").render(lang), 36),
        PageColumn(Text("理由", "Reason").render(lang), 1.9, share=True),
    )
    rows = tuple(
        (
            Cell(v.facility.name),
            Cell(type_marks(v.facility.types) or "–"),
            Cell(
                "　".join(p for p in (v.place.area, v.place.municipality) if p)
                or v.facility.address
                or "–"
            ),
            Cell(v.state_reason.render(lang)),
        )
        for v in verdicts
    )
    return Block(title=_counted(title, verdicts, lang), table=Table(columns, rows))
