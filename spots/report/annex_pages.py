"""The tables of all facilities: the 別表 with its reasons, those on the edge, and the rest.

Nobody vanishes: who is no spot is told with the reason. Stands apart: the document puts its parts
in order, and each part is a subject of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from boundaries.types import AreaClass
from groundfloor.problems import Lang, Text
from spots.report.canvas import criterion
from spots.report.report_data import (
    UI,
    Annex,
    Block,
    Cell,
    PageColumn,
    PageFact,
    RowGroup,
    SpotReason,
    Table,
    counted,
)
from spots.telling.annex_words import (
    BLANK_COUNCILS,
    NO_COUNCIL,
    council_lines,
    reason_lines,
    remark_lines,
)
from spots.telling.dossier import Dossier, dossiers_of
from spots.telling.dossier_facts import Fact
from spots.telling.dossier_travel import doubt_words
from spots.telling.evidence_words import (
    NEAR_MS,
    NEAR_SHARE,
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
from spots.telling.plan_columns import COUNCILS
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
from spots.telling.wording import NONE, bracketed, run_on, sentence, told_as
from spots.types import Role, RunResult, Spot, State, Truth, Verdict

_INSTITUTION = Text("医療機関名・所在地", "Institution, address")
_NO_AREA = Text("医療圏なし", "no medical area")


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
    """Return the 別表: one row a spot, medical area by medical area."""
    people = result.dissolved_population is not None
    spots = {s.facility_id: s for s in result.spots}
    listed_in = groupby(designated(result), key=lambda v: annex_order(v.place)[:2])
    areas = [list(group) for _, group in listed_in]
    verdicts = [verdict for group in areas for verdict in group]
    rows = tuple(
        _row(number, verdict, spots.get(verdict.facility.id), result, lang)
        for number, verdict in enumerate(verdicts, 1)
    )
    return Annex(
        table=Table(
            columns=_columns(lang, people=people),
            rows=rows,
            footer=_total(result, lang, people=people) if rows else (),
            empty=UI["no_spots"].render(lang),
            groups=tuple(_group(group, lang) for group in areas),
        ),
        notes=_notes(result, lang),
    )


def _group(verdicts: Sequence[Verdict], lang: Lang) -> RowGroup:
    """Return what stands over the rows of a medical area, and again where they go on."""
    place, count = verdicts[0].place, len(verdicts)
    return RowGroup(area_head(place.area, place.area_class, count).render(lang), count)


def _columns(lang: Lang, *, people: bool) -> tuple[PageColumn, ...]:
    columns = [
        PageColumn(Text("番号", "No.").render(lang), 11, align="center"),
        PageColumn(Text("市町村", "Municipality").render(lang), 22),
        PageColumn(
            Text("医療機関名・所在地", "Institution, address").render(lang), 1.0, share=True
        ),
        PageColumn(Text("要件", "Criteria").render(lang), 15, align="center"),
        PageColumn(Text("設定理由", "Reason").render(lang), 1.6, share=True),
        PageColumn(sentence(COUNCILS.label).render(lang), 26),
        PageColumn(Text("面積（km²）", "Area (km²)").render(lang), 18, align="right"),
    ]
    if people:
        label = Text("人口（人）", "Population").render(lang)
        columns.append(PageColumn(label, 18, align="right"))
    columns.append(PageColumn(Text("備考", "Remarks").render(lang), 0.8, share=True))
    return tuple(columns)


def area_head(name: str, kind: AreaClass, count: int) -> Text:
    """Return what a medical area is called over its rows and on its map: class and spots."""
    shown = Text(f"{name}医療圏", name) if name else _NO_AREA
    spots = Text(f"{count}か所" if count else "設定なし", f"{count} spot{'s' * (count != 1)}")
    return run_on(shown, bracketed(AREA_CLASS_LABELS[kind]), Text("　", ": "), spots)


def _row(
    number: int, verdict: Verdict, spot: Spot | None, result: RunResult, lang: Lang
) -> tuple[Cell, ...]:
    facility, people = verdict.facility, spot.population if spot else None
    reasons = reason_lines(spot) if spot else (verdict.state_reason,)
    cells = [
        Cell(str(number), tone="strong"),
        Cell(verdict.place.municipality),
        Cell("\n".join(part for part in (facility.name, facility.address) if part)),
        Cell(criteria_marks(result, verdict.criteria)),
        Cell(_lines(reasons, lang)),
        Cell(_lines(council_lines(spot) if spot else (), lang)),
        Cell(square_kilometres(spot.area_km2) if spot else "–"),
    ]
    if result.dissolved_population is not None:
        cells.append(Cell("–" if people is None else whole(people)))
    return (*cells, Cell(_lines(remark_lines(spot, verdict, result), lang)))


def _lines(told: Iterable[Text], lang: Lang) -> str:
    return "\n".join(text.render(lang) for text in told)


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
    if not all(spot.councils for spot in result.spots):
        notes.append(BLANK_COUNCILS.render(lang))
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
    """Return what the plan says beside the reason, then the ground: a council's own words first."""
    section = dossier.section("spot")
    told = [f for f in (section.facts if section else ()) if f.key != "spot_reason"]
    facts = [PageFact(f.label.render(lang), f.words.render(lang)) for f in told]
    if not any(fact.key == "councils" for fact in told):
        label = sentence(COUNCILS.label).render(lang)
        facts.append(PageFact(label, NO_COUNCIL.render(lang), "muted"))
    first = {"service": 0, "councils": 1}
    keys = [*(f.key for f in told), "councils"]
    order = sorted(range(len(facts)), key=lambda k: first.get(keys[k], len(first)))
    return tuple(facts[k] for k in order)


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
    again = "道路網による計算" if result.straight else "道路や速度表の見直し"
    text = Text(
        f"基準との差が{near.ja}以内の施設、{speeds.ja}が{share}%以内の違いで判定が変わる施設、"
        f"前提を一つ変えると判定が変わる施設です。{again}で結論が変わりうるため、"
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
