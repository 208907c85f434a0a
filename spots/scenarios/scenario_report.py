"""``report.pdf`` of scenarios: spots by scenario, who turns in which, and a map of robustness.

Stands apart: a few pages of figures; the report of a run is another, with all its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groundfloor.problems import Lang, Text, one_line
from spots.report.report_data import PageFact
from spots.report.typesetting import template_of, typeset_as
from spots.scenarios.robust_chart import robust_chart
from spots.scenarios.scenario_answers import RobustRow, ScenarioAnswers, ScenarioRow, turning_text
from spots.telling.colours import CRITERIA, ROBUST, STATE_FILLS, robust
from spots.telling.labels import STATE_LABELS, drafted
from spots.telling.scenario_columns import NOT_LISTED_WORDS
from spots.telling.scenario_words import share_words
from spots.telling.units import people, square_kilometres
from spots.telling.wording import joined, same
from spots.types import State
from spots.types.scenario_table import NOT_LISTED, STATES, ScenarioFigures

#: Lines of bars, columns of the matrix, its rows, and facilities whose change is told.
MOST_BARS, MOST_COLUMNS, MOST_ROWS, MOST_CHANGES = 60, 24, 60, 80
_HEAD_LETTERS = 24  # of a scenario's name, upright over its column
_DARK = 0.75  # of a share: behind it letters are white
_GREY = "#EDEDED"
_WORDS = {
    "turning": Text("状態が変わる施設", "Facilities that turn"),
    "nobody": Text(
        "どのシナリオでも、状態が変わる施設はありません", "No facility turns in any scenario"
    ),
    "changes": Text("状態が変わる最小の変更", "The smallest change that turns each"),
    "map": Text("設定（案）となるシナリオの割合", "In what share of the scenarios"),
    "shaded": Text(
        "円が濃いほど、多くのシナリオで設定（案）となります。",
        "The darker a circle, the more scenarios designate it.",
    ),
}
_DOCUMENT = Text("資料", "document")
_PEOPLE = Text("人口", "people")
_HEADS = (
    Text("番号", "no."),
    Text("シナリオ", "scenario"),
    Text("スポット", "spots"),
    Text("面積", "ground"),
    _PEOPLE,
    Text("変わる施設", "turn"),
)


@dataclass(frozen=True, slots=True)
class ScenarioBar:
    """A line of the figure of spots."""

    number: str
    name: str
    spots: int
    km2: str
    people: str
    changed: str
    base: bool


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """A scenario of the matrix: its number and its name, cut where it is long."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A facility of the matrix: its share with its shade, and its states by number."""

    name: str
    share: str
    shade: str
    dark: bool
    states: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StateMatrix:
    """Facilities that turn by scenarios; `words` and `fills` are those of states by number."""

    name: str
    share: str
    columns: tuple[MatrixColumn, ...]
    rows: tuple[MatrixRow, ...]
    words: tuple[str, ...]
    fills: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TurningLine:
    """A facility that turns: what it is as it is, and what turns it."""

    name: str
    state: str
    turning: str


@dataclass(frozen=True, slots=True)
class ShadeLine:
    """A shade of the map and its words."""

    colour: str
    label: str


@dataclass(frozen=True, slots=True)
class RobustChart:
    """The map, drawn."""

    svg: str


@dataclass(frozen=True, slots=True)
class ScenarioPages:
    """Everything the pages say; `counted` is whether people are known of any scenario."""

    lang: str
    words: dict[str, str]
    sections: tuple[str, ...]
    colours: tuple[str, ...]
    title: str
    description: str
    sources: str
    facts: tuple[PageFact, ...]
    heads: tuple[str, ...]
    counted: bool
    bars: tuple[ScenarioBar, ...]
    notes: tuple[str, ...]
    matrix: StateMatrix
    changes: tuple[TurningLine, ...]
    chart: RobustChart
    shades: tuple[ShadeLine, ...]


def scenarios_pdf(answers: ScenarioAnswers, lang: Lang) -> bytes:
    """Return the pages as PDF.

    Raises
    ------
    MissingFileError
        Typst or the typeface is not installed.
    """
    own = template_of(("scenarios.typ",), "spots.scenarios.assets")
    return typeset_as(f"{template_of(('parts.typ',))}\n{own}", scenario_pages(answers, lang))


def scenario_pages(answers: ScenarioAnswers, lang: Lang) -> ScenarioPages:
    """Return what the pages say.

    Parameters
    ----------
    answers : ScenarioAnswers
        The scenarios.
    lang : Lang
        Language of the pages.
    """
    shown, note = _shown(answers, MOST_BARS)
    described = answers.file.description
    counted = any(figures.people is not None for figures in answers.table.figures)
    return ScenarioPages(
        lang=str(lang),
        words={key: text.render(lang) for key, text in _WORDS.items()},
        sections=(),
        colours=CRITERIA,
        title=answers.title.render(lang),
        description=described.render(lang) if described else "",
        sources="　".join(answers.base.settings.attributions[:3]),
        facts=tuple(_facts(answers, lang)),
        heads=tuple(head.render(lang) for head in _HEADS if counted or head is not _PEOPLE),
        counted=counted,
        bars=tuple(_bar(answers.scenario_rows[n], lang) for n in shown),
        notes=tuple(each.render(lang) for each in (note, drafted(_DOCUMENT)) if each),
        matrix=_matrix(answers, lang),
        changes=tuple(_change(row, lang) for row in answers.turning_rows[:MOST_CHANGES]),
        chart=RobustChart(robust_chart(answers)),
        shades=tuple(_shades(lang)),
    )


def _facts(answers: ScenarioAnswers, lang: Lang) -> Iterator[PageFact]:
    table = answers.table
    facts = (
        (Text("シナリオ（現在の条件を除く）", "scenarios beside the run file"), len(table.varied)),
        (Text("結果の異なる組（現在の条件を含む）", "different results"), len(answers.groups)),
        (Text("状態が変わる施設", "facilities that turn"), len(answers.turning_rows)),
        (Text("一覧の施設", "facilities of the lists"), len(table.facilities)),
    )
    for label, count in facts:
        yield PageFact(label.render(lang), f"{count:,}", "")


def _shown(answers: ScenarioAnswers, most: int) -> tuple[Sequence[int], Text | None]:
    """Return the scenarios that have a line, and what is said of the others."""
    count = len(answers.table.scenarios)
    if count <= most:
        return range(count), None
    firsts = [group[0] for group in answers.groups]
    left = max(0, len(firsts) - most)
    more = Text(f"（ほかに{left:,}組）", f" ({left:,} more groups)") if left else Text("", "")
    return firsts[:most], Text(
        f"シナリオが多いため、結果の組ごとに一つを示します{more.ja}。全部は scenarios.xlsx です。",
        f"Of so many scenarios one is shown for each group of equal results{more.en}; "
        "scenarios.xlsx has all.",
    )


def _bar(row: ScenarioRow, lang: Lang) -> ScenarioBar:
    figures = row.figures
    return ScenarioBar(
        number=str(row.number),
        name=row.name.render(lang),
        spots=figures.spots,
        km2=_ground(figures).render(lang),
        people="" if figures.people is None else people(figures.people).render(lang),
        changed=f"{row.changed:,}",
        base=row.number == 0,
    )


def _ground(figures: ScenarioFigures) -> Text:
    """Return the ground of the circles, and that of the units where the policy asks for units."""
    circles = same(f"{square_kilometres(figures.dissolved_km2)} km²")
    if not figures.units:
        return circles
    count, km2 = figures.units[STATES.index(State.DESIGNATED)], square_kilometres(figures.units_km2)
    units = Text(f"区域{count:,}: {km2} km²", f"{count:,} units: {km2} km²")
    return joined((circles, units), "\n", "\n")


def _matrix(answers: ScenarioAnswers, lang: Lang) -> StateMatrix:
    shown, note = _shown(answers, MOST_COLUMNS)
    rows = answers.turning_rows
    notes = [Text("列の数字はシナリオの番号です。", "Columns are numbers of scenarios.")]
    notes += [note] if note else []
    if len(rows) > MOST_ROWS:
        left = len(rows) - MOST_ROWS
        notes.append(Text(f"ほかに{left:,}施設あります。", f"There are {left:,} more facilities."))
    states = [*STATES, None]
    return StateMatrix(
        name=Text("医療機関名", "name").render(lang),
        share=Text("割合", "share").render(lang),
        columns=tuple(
            MatrixColumn(
                str(n), one_line(answers.scenario_rows[n].name.render(lang), _HEAD_LETTERS)
            )
            for n in shown
        ),
        rows=tuple(_matrix_row(answers, row, shown) for row in rows[:MOST_ROWS]),
        words=tuple(
            (NOT_LISTED_WORDS if s is None else STATE_LABELS[s]).render(lang) for s in states
        ),
        fills=tuple(_GREY if s is None else STATE_FILLS[s] for s in states),
        notes=tuple(each.render(lang) for each in notes),
    )


def _matrix_row(answers: ScenarioAnswers, row: RobustRow, shown: Sequence[int]) -> MatrixRow:
    states = answers.table.states[row.row]
    return MatrixRow(
        name=row.facility.name,
        share=f"{row.designated_in:,}/{row.scenarios:,}",
        shade=robust(row.share),
        dark=row.share > _DARK,
        states=tuple(len(STATES) if states[n] == NOT_LISTED else int(states[n]) for n in shown),
    )


def _change(row: RobustRow, lang: Lang) -> TurningLine:
    base = NOT_LISTED_WORDS if row.base is None else STATE_LABELS[row.base]
    return TurningLine(row.facility.name, base.render(lang), turning_text(row, lang))


def _shades(lang: Lang) -> Iterator[ShadeLine]:
    low = 0.0
    for most, colour in ROBUST:
        if most > 0:
            yield ShadeLine(colour, share_words(low, most).render(lang))
        low = most
