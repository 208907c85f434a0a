"""The one page of a programme for students: title, graduates, day, map, and the list if it fits.

Stands apart: the tables of the folder have all columns; a page has what is read at a glance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from boundaries.codes import PREFECTURES
from groundfloor.problems import Lang
from spots.programmes.classing import towns_by_class
from spots.programmes.programme_chart import (
    ClassGround,
    ClassPoint,
    class_swatch,
    programme_chart,
)
from spots.programmes.programme_list import ProgrammeList
from spots.report.report_data import Chart, LegendLine, PageFact
from spots.report.typesetting import template_of, typeset_as
from spots.telling.colours import CRITERIA
from spots.telling.programme_words import (
    COHORT,
    ON_DAY,
    OPEN_CLASS,
    PAGE_WORDS,
    RULE_GROUNDS,
    SOURCE,
    in_their_town,
    listed_in_sheet,
    not_on_map,
)
from spots.telling.units import day, period
from spots.telling.wording import as_one, joined, same
from spots.types import Truth
from spots.types.programmes import Cohort, ListedTown, ProgrammeEntry, RuleGround

# Millimetres: the map's width, its height without a list and at least, what map and list share, and
# what a line of the list takes.
_WIDTH, _WITHOUT_LIST, _LEAST = 182.0, 232.0, 92.0
_SHARED, _LINE = 232.0, 3.0
_TEMPLATES = ("parts.typ", "maps.typ")


@dataclass(frozen=True, slots=True)
class ListLine:
    """An institution of the page's list: number, name, and municipality with 種別."""

    number: str
    name: str
    where: str


@dataclass(frozen=True, slots=True)
class ClassLines:
    """The institutions of a class in a column of the list.

    Parameters
    ----------
    swatch, title, count : str
        Its heading; no count where the class goes on from the column before.
    about : str
        Why they are of that class.
    lines : tuple of ListLine
        The institutions.
    """

    swatch: str
    title: str
    count: str
    about: str
    lines: tuple[ListLine, ...]


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """Everything the page says."""

    lang: str
    words: dict[str, str]
    sections: tuple[str, ...]
    colours: tuple[str, ...]
    title: str
    prefecture: str
    facts: tuple[PageFact, ...]
    chart: Chart | None
    legend: tuple[LegendLine, ...]
    columns: tuple[tuple[ClassLines, ...], ...]
    notes: tuple[str, ...]
    sources: str


def programme_pdf(work: ProgrammeList, cohort: Cohort, lang: Lang) -> bytes:
    """Return the page for some graduates as PDF.

    Raises
    ------
    MissingFileError
        Typst or the typeface is not installed.
    """
    own = template_of(("programme.typ",), "spots.programmes")
    return typeset_as(f"{template_of(_TEMPLATES)}\n{own}", programme_sheet(work, cohort, lang))


def programme_sheet(work: ProgrammeList, cohort: Cohort, lang: Lang) -> ProgrammePage:
    """Return what the page says.

    Parameters
    ----------
    work : ProgrammeList
        The institutions.
    cohort : Cohort
        Whose page it is.
    lang : Lang
        Language of the page.
    """
    programme = work.programme
    entries = [e for e in work.entries if e.cohort == cohort]
    ordered = _ordered(work, entries)
    columns = _in_columns(tuple(_groups(work, ordered, lang)))
    high = _SHARED - _LINE * max(map(_lines_of, columns))
    fits = high >= _LEAST
    legend = tuple(_legend(work, entries, lang))
    height = min(high, _WITHOUT_LIST) if fits else _WITHOUT_LIST
    chart, notes = _chart(work, entries, ordered, height, lang, numbered=fits)
    if not fits:
        notes = (*notes, listed_in_sheet(len(ordered), "institutions.xlsx").render(lang))
    facts = ((COHORT, cohort.title), (ON_DAY, day(work.on)), (SOURCE, programme.source))
    return ProgrammePage(
        lang=str(lang),
        words={key: text.render(lang) for key, text in PAGE_WORDS.items()},
        sections=(),
        colours=CRITERIA,
        title=programme.title.render(lang),
        prefecture=PREFECTURES.get(programme.prefecture_code, ""),
        facts=tuple(PageFact(label.render(lang), value.render(lang)) for label, value in facts),
        chart=chart,
        legend=legend,
        columns=columns if fits else (),
        notes=notes,
        sources=programme.source_url,
    )


def _ranks(work: ProgrammeList) -> dict[str, int]:
    """Return which of the programme's classes each is, from 1; that of everybody else is none."""
    own = [each.id for each in work.programme.classes if each.id != work.programme.default]
    return {class_id: n for n, class_id in enumerate(own, start=1)}


def _rank(work: ProgrammeList, entry: ProgrammeEntry) -> int:
    if entry.span.truth is Truth.UNDETERMINED:
        return -1
    return _ranks(work).get(entry.span.class_id, 0)


def _ordered(work: ProgrammeList, entries: Sequence[ProgrammeEntry]) -> list[ProgrammeEntry]:
    """Return those that have a number: by class, those that are open last, then by municipality."""
    ranks = {id(e): _rank(work, e) for e in entries}
    most = len(work.programme.classes) + 1
    return sorted(
        (e for e in entries if ranks[id(e)]),
        key=lambda e: (ranks[id(e)] if ranks[id(e)] > 0 else most, e.institution.municipality_code),
    )


def _legend(
    work: ProgrammeList, entries: Sequence[ProgrammeEntry], lang: Lang
) -> Iterator[LegendLine]:
    ranks = [_rank(work, entry) for entry in entries]
    own = _ranks(work)
    for each in work.programme.classes:
        rank = own.get(each.id, 0)
        if ranks.count(rank):
            text = each.title.render(lang)
            yield LegendLine(class_swatch(rank), text, f"{ranks.count(rank):,}")
    if left_open := ranks.count(-1):
        yield LegendLine(class_swatch(-1), OPEN_CLASS.render(lang), f"{left_open:,}")


def _groups(
    work: ProgrammeList, ordered: Sequence[ProgrammeEntry], lang: Lang
) -> Iterator[ClassLines]:
    """Yield the list, class by class."""
    titles = {rank: work.programme.class_title(key) for key, rank in _ranks(work).items()}
    for rank, title in (*titles.items(), (-1, OPEN_CLASS)):
        lines = tuple(
            ListLine(
                str(number),
                entry.institution.name,
                _joined_words(entry.institution.municipality, entry.institution.facility_kind),
            )
            for number, entry in enumerate(ordered, start=1)
            if _rank(work, entry) == rank
        )
        if lines:
            about = _about(work, [e for e in ordered if _rank(work, e) == rank], lang)
            count = f"{len(lines):,}"
            yield ClassLines(class_swatch(rank), title.render(lang), count, about, lines)


def _joined_words(*words: str) -> str:
    return "・".join(word for word in words if word)


def _about(work: ProgrammeList, entries: Sequence[ProgrammeEntry], lang: Lang) -> str:
    """Return why the institutions of a class are of it: the rules, with plan and days."""
    rules = {rule.id: rule for rule in work.programme.rules}
    told = []
    for entry in entries:
        rule = rules.get(entry.span.rule)
        if rule is None:
            continue
        why = rule.reason
        if rule.by is RuleGround.REGISTER:
            days = period(entry.span.span.first, entry.span.span.last)
            why = joined((same(entry.span.plan), days), "　", ", ")
        told.append(why or RULE_GROUNDS[rule.by])
    return as_one(told).render(lang)


_HEAD_LINES = 3  # what a heading with its reason takes


def _lines_of(column: Sequence[ClassLines]) -> int:
    """Return how many lines a column of the list takes."""
    return sum(_HEAD_LINES + len(group.lines) for group in column)


def _in_columns(groups: Sequence[ClassLines]) -> tuple[tuple[ClassLines, ...], ...]:
    """Return the list in two columns of about the same height; a class may go on in the second."""
    left: list[ClassLines] = []
    right: list[ClassLines] = []
    room = (_lines_of(groups) + _HEAD_LINES) // 2
    for group in groups:
        take = room - _HEAD_LINES
        if right or take <= 0:
            right.append(group)
        elif len(group.lines) <= take:
            left.append(group)
            room -= _HEAD_LINES + len(group.lines)
        else:
            left.append(replace(group, lines=group.lines[:take]))
            right.append(replace(group, lines=group.lines[take:], count="", about=""))
    return tuple(map(tuple, (left, right)))


def _chart(
    work: ProgrammeList,
    entries: Sequence[ProgrammeEntry],
    ordered: Sequence[ProgrammeEntry],
    height: float,
    lang: Lang,
    *,
    numbered: bool,
) -> tuple[Chart | None, tuple[str, ...]]:
    """Return the map with what is to be said of it."""
    if work.regions is None:
        return None, (PAGE_WORDS["no_map"].render(lang),)
    positions = {
        one.institution: at
        for one, at in zip(work.found.institutions, work.found.positions, strict=True)
    }
    numbers = {e.institution.institution: n for n, e in enumerate(ordered, start=1)}
    points = [
        ClassPoint(
            numbers.get(e.institution.institution, 0),
            _rank(work, e),
            positions[e.institution.institution],
            e.institution.municipality_code,
        )
        for e in entries
    ]
    grounds = tuple(_grounds(work, entries[0].cohort.id if entries else ""))
    alt = work.programme.title.render(lang)
    size = _WIDTH, height
    made = programme_chart(work.regions, points, grounds, (), size, alt, numbered=numbered)
    told = [in_their_town(made.in_town, numbered=numbered)] if made.in_town else []
    told += [not_on_map(made.undrawn, numbered=numbered)] if made.undrawn else []
    return made.chart, tuple(each.render(lang) for each in told)


def _grounds(work: ProgrammeList, cohort: str) -> Iterator[ClassGround]:
    """Yield the ground that makes a class: municipalities, then what the register has in force."""
    regions = work.regions
    if regions is None:
        return
    names = regions.municipalities["name"]
    towns = [ListedTown(str(name), str(code)) for code, name in names.items()]
    outlines = regions.municipalities.geometry
    ranks = _ranks(work)
    held = towns_by_class(work.programme, towns, cohort, work.on)
    for class_id, members in held.items():
        if rank := ranks.get(class_id):
            yield ClassGround(rank, tuple(outlines[town.code] for town in members))
    for rule in work.programme.rules:
        rank, shapes = ranks.get(rule.class_id), work.in_force(rule.kinds)
        if rank and shapes and cohort in rule.cohorts:
            yield ClassGround(rank, shapes)
