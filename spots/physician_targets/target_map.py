"""``map.html`` of targets: the areas of a run, shaded by how much of what they need is placed.

Stands apart: the page is that of a run; here is what stands on it instead of spots.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace

from groundfloor.problems import Lang, Text
from spots.map.card_data import Card, PopupSection, Row
from spots.map.page import asset
from spots.map.page_data import MapData, Node
from spots.map.rendering import PageMore, page_of
from spots.map.sheet_table import SheetRow, SheetTable
from spots.physician_targets.area_grounds import AreaGround
from spots.physician_targets.target_pages import TargetReport
from spots.telling.colours import TARGETS
from spots.telling.target_words import (
    GRADE_LABELS,
    STOCKS,
    TITLE,
    TOTAL_LABELS,
    TargetGrade,
    fiscal_year,
    grade_of,
    number_words,
    percent_words,
)
from spots.telling.wording import bracketed
from spots.types import RunResult
from spots.types.physician_targets import AreaTarget, TargetRow

_PACKAGE = "spots.physician_targets"
#: Lines of the legend that stay: those of the run's own verdicts would be of nothing.
_KEPT = frozenset({"areas", "all-municipalities", "roads", "main-roads", "population"})
#: Those that would lie under the shades or between the names until somebody asks for them.
_QUIET = frozenset({"areas", "population", "municipality-names", "municipality-excluded"})
_BASE = Text("策定時点医師数", "Base")
_TARGET = Text("目標医師数", "Target")
_NEEDED = Text("追加確保必要数", "Needed")


@dataclass(frozen=True, slots=True)
class MapTarget:
    """An area as the map shades it.

    Parameters
    ----------
    code, name : str
        Of the medical area, whose outline the page has, and as the table has it.
    grade : str
        How far it is in the latest year.
    label : str
        What stands on it.
    texts : tuple of str
        What is told where it is pointed at, line by line.
    card : Card
        Its card.
    """

    code: str
    name: str
    grade: str
    label: str
    texts: tuple[str, ...]
    card: Card


@dataclass(frozen=True, slots=True)
class TargetMapData(MapData):
    """What the page is told, with its areas."""

    targets: tuple[MapTarget, ...] = ()
    target_colours: Mapping[str, str] = field(default_factory=dict)


def targets_map(
    report: TargetReport, found: Mapping[int, AreaGround], base: RunResult, lang: Lang
) -> str:
    """Return the page as one self-contained HTML document.

    Parameters
    ----------
    report : TargetReport
        The table.
    found : mapping of int to AreaGround
        The ground of its rows, by row of the file.
    base : RunResult
        The run that the areas are of; its spots, units and facilities are not shown.
    lang : Lang
        Language of the page.

    Raises
    ------
    MissingFileError
        Leaflet's files are not installed.
    """
    bare = replace(base, verdicts=(), spots=(), units=(), grounds=())

    def more(data: MapData) -> TargetMapData:
        own = {f.name: getattr(data, f.name) for f in fields(MapData)}
        own["title"] = TITLE.render(lang)
        own["subtitle"] = (base.settings.prefecture, report.table.label)
        own["draft"] = ""
        own["caveats"] = tuple(_notes(report, lang))
        own["tree"] = (*_legend(report, found, lang), *_others(data.tree))
        own["annex"] = _table(report, lang)
        own["settings"] = ()
        targets = tuple(
            _target(report, row, lang) for row in report.rows if row.figures.row in found
        )
        colours = {grade.value: colour for grade, colour in TARGETS.items()}
        return TargetMapData(**own, targets=targets, target_colours=colours)

    scripts, styles = (asset("targets.js", _PACKAGE),), (asset("targets.css", _PACKAGE),)
    return page_of(bare, lang, more=PageMore(more, scripts, styles))


def _notes(report: TargetReport, lang: Lang) -> Iterator[str]:
    yield STOCKS.render(lang)
    for problem in report.problems:
        yield problem.message.render(lang)


def _grade(report: TargetReport, row: AreaTarget) -> TargetGrade:
    return grade_of(row, 0) if report.table.years else TargetGrade.UNKNOWN


def _legend(report: TargetReport, found: Mapping[int, AreaGround], lang: Lang) -> tuple[Node, ...]:
    grades = [_grade(report, row) for row in report.table.rows if row.row in found]
    children = tuple(
        Node(f"target-{g}", label.render(lang), str(grades.count(g)), f"target-{g}")
        for g, label in GRADE_LABELS.items()
        if g in grades
    )
    title = Text("配置数 ÷ 追加確保必要数", "placed of needed")
    if report.table.years:
        year = fiscal_year(report.table.years[0].year)
        title = Text(f"{title.ja}（{year.ja}）", f"Placed of needed, {year.en}")
    names = Text("区域名と割合", "Names and shares")
    return (
        Node("targets", title.render(lang), children=children, note=_lost(report, found, lang)),
        Node("target-names", names.render(lang)),
    )


def _lost(report: TargetReport, found: Mapping[int, AreaGround], lang: Lang) -> str:
    names = [row.name for row in report.table.rows if row.row not in found]
    if not names:
        return ""
    told = Text(f"地図にない区域: {'、'.join(names)}", f"On no map: {', '.join(names)}")
    return told.render(lang)


def _others(tree: tuple[Node, ...]) -> Iterator[Node]:
    """Yield the other lines of the legend: the ground, and nothing of verdicts."""
    return (_quiet(node) for node in tree if node.key in _KEPT)


def _quiet(node: Node, *, off: bool = False) -> Node:
    off = off or node.key in _QUIET
    children = tuple(_quiet(child, off=off) for child in node.children)
    return replace(node, on=node.on and not off, children=children)


def _target(report: TargetReport, row: TargetRow, lang: Lang) -> MapTarget:
    figures = row.figures
    grade = _grade(report, figures)
    shown = percent_words(figures, 0).render(lang) if report.table.years else ""
    return MapTarget(
        row.area_code,
        figures.name,
        grade.value,
        f"{figures.name}\n{shown}".strip(),
        tuple(f"{label} {value}" for label, value in _figures(report, figures, lang) if value),
        _card(report, row, grade, lang),
    )


def _figures(report: TargetReport, figures: AreaTarget, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield label and value of everything that is known of an area; a blank stays blank."""
    yield _BASE.render(lang), number_words(figures.base)
    yield _TARGET.render(lang), number_words(figures.target)
    yield _NEEDED.render(lang), number_words(figures.needed)
    yield from _of_years(report, figures, lang)


def _of_years(report: TargetReport, figures: AreaTarget, lang: Lang) -> Iterator[tuple[str, str]]:
    for n, year in enumerate(report.table.years):
        yield fiscal_year(year.year).render(lang), _placed(figures, n, lang)


def _placed(figures: AreaTarget, n: int, lang: Lang) -> str:
    share = percent_words(figures, n)
    return (number_words(figures.placed[n]) + bracketed(share).render(lang)).strip()


def _card(report: TargetReport, row: TargetRow, grade: TargetGrade, lang: Lang) -> Card:
    figures = [*_figures(report, row.figures, lang)]
    plan, years = figures[:3], figures[3:]
    return Card(
        facility=f"target:{row.area_code}",
        title=row.figures.name,
        state="target",
        badge=GRADE_LABELS[grade].render(lang),
        chips=(),
        lead="",
        sections=(
            PopupSection(Text("目標", "Target").render(lang), tuple(Row(a, b) for a, b in plan)),
            PopupSection(
                Text("年度ごとの配置数", "Placed, year by year").render(lang),
                tuple(Row(a, b) for a, b in years),
            ),
        ),
    )


def _table(report: TargetReport, lang: Lang) -> SheetTable:
    """Return the table behind the printed map, and beside the one on screen: totals below."""
    years = (fiscal_year(year.year) for year in report.table.years)
    heads = (Text("区域", "Area"), _BASE, _TARGET, _NEEDED, *years)
    areas = (
        SheetRow(f"target:{row.area_code}", tuple(_cells(report, row.figures, lang)))
        for row in report.rows
    )
    totals = (
        SheetRow(
            f"total:{row.kind}",
            (TOTAL_LABELS[row.kind].render(lang), *_total_cells(row.figures)),
        )
        for row in report.totals
    )
    return SheetTable(
        TITLE.render(lang), tuple(head.render(lang) for head in heads), (*areas, *totals)
    )


def _cells(report: TargetReport, figures: AreaTarget, lang: Lang) -> Iterator[str]:
    yield figures.name
    yield from (value for _, value in _figures(report, figures, lang))


def _total_cells(figures: AreaTarget) -> Iterator[str]:
    """Yield the numbers of a total; it has no percentage."""
    yield from map(number_words, (figures.base, figures.target, figures.needed, *figures.placed))
