"""The 別表 as a plan has it: spots by medical area, then what each other result designates.

Stands apart: what a council decides on; `council_sheets` has what it should look at twice.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from boundaries import ellipsoidal_km2
from boundaries.types import CutEntry
from groundfloor.problems import Lang, Text
from spots.outputs.shared_width import low_rows
from spots.outputs.sheet_layout import (
    BODY_SIZE,
    UNIT_PT,
    Paper,
    SheetColumn,
    SheetContent,
    SheetValue,
    em_width,
    sheet_column,
)
from spots.telling.annex_words import (
    BLANK_COUNCILS,
    common_period,
    council_lines,
    page_lines,
    reason_lines,
    remark_lines,
)
from spots.telling.columns import ColumnKind
from spots.telling.facility_columns import (
    ADDRESS,
    CRITERIA,
    NAME,
    POPULATION,
    VALID_FROM,
    VALID_TO,
)
from spots.telling.labels import (
    STATE_LABELS,
    STEP_LABELS,
    counted_state,
    criteria_marks,
    drafted,
    listed,
)
from spots.telling.setting_words import PEOPLE, people_basis
from spots.telling.sheet_columns import (
    ANNEX_COLUMNS,
    PERIOD,
    annex_order,
)
from spots.telling.unit_columns import UNIT_NAME, UnitRow, unit_rows
from spots.telling.unit_labels import UNIT_KIND_LABELS, designated
from spots.telling.units import day, period
from spots.telling.wording import joined, run_on, same, told_as
from spots.types import (
    GroundResult,
    ResultKind,
    RunResult,
    Spot,
    State,
    UnitKind,
    UnitVerdict,
    Verdict,
)

#: What two decimals cannot show is rounding, not a cut.
_SMALLEST_KM2 = 0.005
_NOTHING = Text(
    "この基準では、医師少数スポットとなる医療機関はありません。",
    "No institution becomes a spot under this policy.",
)
_BOTH_NAMES = replace(NAME, label=Text("医療機関名・区域名", "institution or unit"))
_CONTINUED = Text("（続き）", " (continued)")


_ANNEX = Text("別表", "Annex")
_NO_TAB = re.compile(r"[\[\]:*?/\\'\x00-\x1f]+")  # what Excel refuses in the name of a sheet
_LONGEST_TAB = 31


@dataclass(frozen=True, slots=True)
class _Annex:
    """What one 別表 lists: circles of facilities and units of ground, and all of it together.

    `km2` and `people` count overlaps once; people are None where they are not known.
    """

    tab: Text
    title: Text
    spots: tuple[Spot, ...]
    units: tuple[UnitRow, ...]
    km2: float
    people: float | None
    nothing: Text

    @property
    def ground(self) -> tuple[Spot | UnitVerdict, ...]:
        """Every row's ground: its size, people and period."""
        return (*self.spots, *(unit.verdict for unit in self.units))

    @property
    def peopled(self) -> bool:
        """Whether people were counted."""
        return any(each.population is not None for each in self.ground)


def annex(result: RunResult, lang: Lang) -> SheetContent:
    """Return the 別表 of spots: one row per spot, by medical area and municipality.

    Units that a result designates as spots stand among the circles.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Its language.
    """
    return _sheet(_of_spots(result), result, lang)


def annexes(result: RunResult, lang: Lang) -> tuple[SheetContent, ...]:
    """Return the 別表 of spots, if the policy designates any, and one for each other result.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Their language.
    """
    others = [ground for ground in result.grounds if ground.kind is not ResultKind.SPOT]
    some = result.by_rule or len(others) < len(result.grounds)
    lists = [_of_spots(result)] if some else []
    lists += [_of_result(ground, len(lists) + k, result) for k, ground in enumerate(others, 1)]
    if len(lists) == 1:
        lists = [replace(lists[0], tab=_ANNEX)]  # nothing to tell it from
    return tuple(_sheet(each, result, lang) for each in lists)


def _of_spots(result: RunResult) -> _Annex:
    units = [row for row in unit_rows(result) if row.ground.kind is ResultKind.SPOT]
    km2, people = result.dissolved_km2, result.dissolved_population
    grounds = [g for g in result.grounds if g.kind is ResultKind.SPOT]
    if grounds:
        # Of people on ground that two of them share nobody knows how many were counted twice.
        alone = len(grounds) == 1 and not result.spots
        km2 = ellipsoidal_km2(result.spot_ground)
        people = grounds[0].population if alone else None
    nothing = _nothing(result) if result.by_rule else _no_unit(units)
    return _Annex(
        _ANNEX,
        result.settings.title,
        result.spots,
        _designated(units),
        km2,
        people,
        nothing,
    )


def _of_result(ground: GroundResult, number: int, result: RunResult) -> _Annex:
    units = [row for row in unit_rows(result) if row.ground is ground]
    return _Annex(
        _tab(ground.title, number),
        ground.title,
        (),
        _designated(units),
        ground.area_km2,
        ground.population,
        _no_unit(units),
    )


def _tab(title: Text, number: int) -> Text:
    """Return the name of a result's sheet: the number of the annex, and which result it is."""
    ja, en = (_NO_TAB.sub(" ", each).strip() for each in (title.ja, title.en))
    shown = str(number) if number > 1 else ""
    numbered = Text(f"別表{shown} {ja}", f"Annex {shown} {en}".replace("  ", " "))
    return Text(numbered.ja[:_LONGEST_TAB].strip(), numbered.en[:_LONGEST_TAB].strip())


def _designated(units: Iterable[UnitRow]) -> tuple[UnitRow, ...]:
    return tuple(row for row in units if row.verdict.state is State.DESIGNATED)


def _sheet(told: _Annex, result: RunResult, lang: Lang) -> SheetContent:
    verdicts = {v.facility.id: v for v in result.verdicts}
    rows = [
        (annex_order(s.place), _row(s, verdicts[s.facility_id], result, lang)) for s in told.spots
    ]
    rows += [(_unit_order(unit), _unit_row(unit, lang)) for unit in told.units]
    rows.sort(key=lambda each: each[0])
    numbered = [(number, *cells) for number, (_, cells) in enumerate(rows, 1)]
    left_out = set() if told.peopled else {POPULATION.name}
    if common_period(told.ground) == (result.settings.valid_from, result.settings.valid_to):
        left_out |= {VALID_FROM.name, VALID_TO.name}  # the notes say it
    if not told.spots and (told.units or not result.settings.criteria):
        left_out |= {ADDRESS.name, CRITERIA.name}  # of facilities alone
    kept = [k for k, column in enumerate(ANNEX_COLUMNS) if column.name not in left_out]
    totals = _totals(told, lang) if told.km2 else ()  # institutions have no ground to add up
    content = SheetContent(
        tab=told.tab.render(lang),
        title=told.title.render(lang),
        notes=_notes(told, result, lang),
        columns=tuple(_columns(told, lang)[k] for k in kept),
        rows=tuple(tuple(row[k] for k in kept) for row in numbered),
        totals=tuple(tuple(row[k] for k in kept) for row in totals),
        stamp=Text("案", "DRAFT").render(lang),
        nothing=told.nothing.render(lang),
        merged=1,
        continued=_CONTINUED.render(lang),
        paper=Paper(result.settings.report.paper),
    )
    return low_rows(content)


def _columns(told: _Annex, lang: Lang) -> tuple[SheetColumn, ...]:
    wide, over = _day_width(told, lang), PERIOD.render(lang)
    renamed = {NAME.name: _BOTH_NAMES if told.spots else UNIT_NAME} if told.units else {}
    return tuple(
        sheet_column(replace(c, width=wide), lang, over)
        if c.kind is ColumnKind.DAY
        else sheet_column(replace(renamed.get(c.name, c), width=c.width), lang)
        for c in ANNEX_COLUMNS
    )


def _day_width(told: _Annex, lang: Lang) -> float:
    """Return the width that the longest day needs: a day too long for its cell shows as ####."""
    days = {end for s in told.ground for end in (s.valid_from, s.valid_to)}
    widths = [em_width(day(end).render(lang)) for end in days]
    return max([9.0, *(width * BODY_SIZE / UNIT_PT + 2 for width in widths)])


def _row(spot: Spot, verdict: Verdict, result: RunResult, lang: Lang) -> tuple[SheetValue, ...]:
    km = f"{spot.radius_m / 1000:g}"
    return (
        spot.place.area,
        spot.place.municipality,
        spot.name,
        verdict.facility.address,
        criteria_marks(result, spot.criteria),
        _lines(reason_lines(spot), lang),
        _extent(Text(f"半径{km}km以内", f"within {km} km"), spot.ledger, lang),
        round(spot.area_km2, 2),
        _people(spot.population),
        spot.valid_from,
        spot.valid_to,
        _lines(council_lines(spot), lang),
        _lines(remark_lines(spot, verdict, result), lang),
    )


def _people(count: float | None) -> int | None:
    return None if count is None or not math.isfinite(count) else round(count)


def _unit_order(unit: UnitRow) -> tuple[str, str, str]:
    """Return by what units stand among circles: as `annex_order`."""
    ground, last = unit.verdict.unit, "~"
    area = (ground.area_codes[0], unit.areas[0]) if len(ground.area_codes) == 1 else (last, "")
    return (*area, min(ground.municipality_codes, default=last))


def _unit_row(row: UnitRow, lang: Lang) -> tuple[SheetValue, ...]:
    verdict, unit = row.verdict, row.verdict.unit
    kind = UNIT_KIND_LABELS[unit.kind]
    if unit.radius_m is not None:
        km = f"{unit.radius_m / 1000:g}"
        kind = Text(f"{kind.ja}から半径{km}km以内", f"within {km} km of the {kind.en}")
    return (
        "" if unit.kind is UnitKind.PREFECTURE else listed(row.areas, lang),
        unit.municipality,
        unit.name,
        "",
        "",
        _lines(reason_lines(verdict), lang),
        _extent(kind, verdict.ledger, lang),
        None if unit.geometry is None else round(verdict.area_km2, 2),
        _people(verdict.population),
        verdict.valid_from,
        verdict.valid_to,
        _lines(council_lines(verdict), lang),
        _lines(page_lines(verdict), lang),
    )


def _lines(told: Iterable[Text], lang: Lang) -> str:
    return "\n".join(text.render(lang) for text in told)


def _extent(whole: Text, ledger: Iterable[CutEntry], lang: Lang) -> str:
    """Return the ground in a plan's words: what it is, and what is left out of it."""
    told = whole.render(lang)
    cuts = [
        STEP_LABELS[entry.step].render(lang) if entry.step in STEP_LABELS else entry.step
        for entry in ledger
        if entry.removed_km2 >= _SMALLEST_KM2
    ]
    if not cuts:
        return told
    if lang == Lang.JA:
        return f"{told}\n{listed(cuts, lang)}を除く"
    return f"{told}\nwithout {listed(cuts, lang)}"


def _totals(told: _Annex, lang: Lang) -> tuple[tuple[SheetValue, ...], ...]:
    rows, count = told.ground, len(told.ground)
    sums = (
        (
            Text(f"合計（{count}か所）", f"Total ({count} spots)"),
            sum(r.area_km2 for r in rows),
            sum(r.population or 0 for r in rows),
        ),
        (Text("重なりを除いた合計", "Total, overlaps counted once"), told.km2, told.people),
    )
    return tuple(
        (label.render(lang), *[None] * 7, round(km2, 2), _people(people), *[None] * 4)
        for label, km2, people in sums
    )


def _nothing(result: RunResult) -> Text:
    """Return why the table is empty: how many facilities ended in which state."""
    every, of = len(result.verdicts), {v.state for v in result.verdicts}
    states = joined([counted_state(each, result.verdicts) for each in State if each in of])
    states = states if of else same("0")
    told = Text(
        f"（対象とした施設 {every}件の内訳: {states.ja}）", f"({every} facilities: {states.en})"
    )
    return joined((_NOTHING, told), "\n", "\n")


def _no_unit(units: Sequence[UnitRow]) -> Text:
    """Return the same of units of ground."""
    every, states = len(units), _tallied(row.verdict.state for row in units)
    none = Text(
        "この基準では、該当する区域はありません。", "No unit of ground is taken by this policy."
    )
    told = Text(f"（判定した区域 {every}件の内訳: {states.ja}）", f"({every} units: {states.en})")
    return joined((none, told), "\n", "\n")


def _tallied(states: Iterable[State]) -> Text:
    counts = Counter(states)
    told = [run_on(STATE_LABELS[s], same(f" {counts[s]}")) for s in State if counts[s]]
    return joined(told) if told else same("0")


def _notes(told: _Annex, result: RunResult, lang: Lang) -> tuple[str, ...]:
    settings, circles = result.settings, bool(told.spots) or not told.units
    items = "　" if lang == Lang.JA else "  "
    titles = items.join(f"{c.mark} {c.title.render(lang)}" for c in settings.criteria)
    policy = Text("設定基準: ", "Policy: ").render(lang) + settings.policy_title.render(lang)
    valid = period(settings.valid_from, settings.valid_to).render(lang)
    lines = [
        drafted(Text("表", "table"), designated(result)).render(lang),
        policy + (f"{items}{PERIOD.render(lang)}: {valid}" if valid else ""),
    ]
    if titles and circles:
        lines.append(Text("該当要件: ", "Criteria: ").render(lang) + titles)
    if result.dissolved_population is not None:
        lines.append(told_as(PEOPLE, people_basis(result)).render(lang))
    mark = Text("※ ", "Note: ").render(lang)
    blank = () if all(each.councils for each in told.ground) else (BLANK_COUNCILS,)
    return (*lines, *(mark + text.render(lang) for text in (*settings.caveats, *blank)))
