"""What the page template is told: final text, words, shapes and places, and nothing else.

Everything here becomes one JSON value. The template shows strings as they are and never reads them
as markup, so no value needs an escape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from groundfloor.problems import Lang, Text, clean
from spots.telling.report_words import SECTION_LABELS
from spots.types import ReportSection, TablePaper

#: Fields that hold drawings of our own; every other string may hold what somebody else wrote.
DRAWINGS = frozenset({"svg", "swatch"})


@dataclass(frozen=True, slots=True)
class PageFact:
    """A line of a list of facts: label, value, and a tone (``""``, ``"strong"``, ``"warn"``)."""

    label: str
    value: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class PageColumn:
    """A column of a table.

    Parameters
    ----------
    label : str
        Heading.
    width : float
        Millimetres; or, where `share` is set, the part of what is left over.
    share : bool
        Whether `width` is a share.
    align : str
        ``"left"``, ``"right"`` or ``"center"``.
    """

    label: str
    width: float
    share: bool = False
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: text, rows and columns it covers, and a tone.

    Parameters
    ----------
    text : str
        Its text; lines are kept.
    rows, columns : int
        How many it covers.
    tone : str
        ``""``, ``"strong"``, ``"warn"``, ``"muted"`` or ``"head"``.
    """

    text: str
    rows: int = 1
    columns: int = 1
    tone: str = ""


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows of a table under a heading of their own, which is repeated where a page begins."""

    heading: str
    rows: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose heading is repeated on each page.

    Parameters
    ----------
    columns : tuple of PageColumn
        Headings and widths.
    rows : tuple of tuple of Cell
        Cells row by row; what a cell above covers is left out.
    footer : tuple of Cell
        A last row, or nothing.
    empty : str
        What stands there when there are no rows.
    groups : tuple of RowGroup
        How the rows are parted, in their order; empty where they are not.
    """

    columns: tuple[PageColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    footer: tuple[Cell, ...] = ()
    empty: str = ""
    groups: tuple[RowGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """Text on a map.

    Parameters
    ----------
    text : str
        Its lines.
    x, y : float
        Upper left corner of its box, millimetres from that of the map.
    width, height : float
        The box.
    size : float
        Points.
    colour : str
        Of the text.
    align : str
        ``"left"``, ``"right"`` or ``"center"``, within the box.
    halo : bool
        Whether it has a white edge, to be read over lines.
    """

    text: str
    x: float
    y: float
    width: float
    height: float
    size: float
    colour: str = "#222222"
    align: str = "center"
    halo: bool = True


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A line of a legend: a small drawing, text, and how many (empty for none)."""

    swatch: str
    text: str
    count: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn map.

    Parameters
    ----------
    width, height : float
        Millimetres.
    svg : str
        Its shapes.
    labels : tuple of Label
        Its text.
    alt : str
        What it shows, for those who cannot see it.
    scale : str
        ``"1:800,000"``.
    bar_mm : float
        Length of the scale bar.
    bar_text : str
        What it stands for, ``"20 km"``.
    corner : str
        Where scale and north stand, ``"bottom-left"``: where they hide least.
    legend : tuple of LegendLine
        Only of what it shows.
    """

    width: float
    height: float
    svg: str
    labels: tuple[Label, ...]
    alt: str
    scale: str
    bar_mm: float
    bar_text: str
    corner: str
    legend: tuple[LegendLine, ...]


@dataclass(frozen=True, slots=True)
class SpotReason:
    """Why one spot is set, as the plan must say it."""

    number: str
    colour: str
    name: str
    place: str
    marks: str
    reason: str
    facts: tuple[PageFact, ...]
    findings: tuple[PageFact, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A map sheet in landscape.

    Parameters
    ----------
    paper : str
        ``"a4"`` or ``"a3"``.
    title : str
        Heading in the outline.
    chart : Chart
        The map.
    index : tuple of PageFact
        Numbers and names of the spots on it.
    notes : tuple of str
        What must be read beside it.
    ground : bool
        Whether a result designates any unit.
    unnamed : tuple of PageFact
        Those of `index` whose name found no room on the map.
    spot : SpotReason or None
        The one spot that the sheet is about.
    """

    paper: str
    title: str
    chart: Chart
    index: tuple[PageFact, ...]
    notes: tuple[str, ...]
    ground: bool = False
    unnamed: tuple[PageFact, ...] = ()
    spot: SpotReason | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure of the cover."""

    label: str
    value: str
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page."""

    prefecture: str
    title: str
    policy: str
    status: str
    draft: str
    facts: tuple[PageFact, ...]
    figures: tuple[Figure, ...]
    criteria: tuple[PageFact, ...]
    states: tuple[PageFact, ...]
    caveats: tuple[str, ...]
    results: tuple[PageFact, ...] = ()  # with their colours as tones


@dataclass(frozen=True, slots=True)
class Annex:
    """The 別表."""

    table: Table
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a section: heading, paragraphs, facts, bullet points and a table, as there are."""

    title: str
    paragraphs: tuple[str, ...] = ()
    pairs: tuple[PageFact, ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class RoutePage:
    """The page of one facility judged on travel time."""

    title: str
    number: str
    colour: str
    state: str
    place: str
    verdict: str
    chart: Chart | None
    no_chart: str
    facts: tuple[PageFact, ...]
    nearest: Table
    variants: Table | None
    turning: str


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report."""

    lang: str
    words: dict[str, str]
    colours: tuple[str, ...]  # of the criteria, in their order
    running: str
    attribution: str
    attributions: tuple[str, ...]
    keywords: tuple[str, ...]
    cover: Cover
    sheets: tuple[Sheet, ...]
    annex: Annex
    reasons: tuple[SpotReason, ...]
    method: tuple[Block, ...]
    borderline: Block
    undetermined: tuple[Block, ...]
    rest: tuple[Block, ...]
    pages: tuple[RoutePage, ...]
    ground: tuple[Block, ...] = ()  # what the policy's results come to, unit by unit
    facilities: bool = True  # whether facilities were judged
    sections: tuple[ReportSection, ...] = tuple(ReportSection)  # those that the report has
    left_out: tuple[str, ...] = ()
    paper: TablePaper = TablePaper.A4  # of the 別表


#: Words that the template asks for by name.
#: In the place of those of `UI`, where times are no drives.
STRAIGHT_UI = {
    "pages": Text("施設ごとの直線と所要時間（概算）", "Line and estimated times of each facility"),
    "evidence": Text("所要時間（概算）のもと", "What the estimate is made of"),
}
UI = {
    "contents": Text("目次", "Contents"),
    "page_of": Text("ページ", "Page"),
    **{each.value: label for each, label in SECTION_LABELS.items()},
    "left_out": Text("この報告書にないもの", "Not in this report"),
    "legend": Text("凡例", "Legend"),
    "index": Text("番号（別表と同じ）", "Numbers (as in the annex)"),
    "index_elsewhere": Text(
        "図に名前のない番号は別表にあります。", "Numbers without a name: see the annex."
    ),
    "index_in_workbook": Text(
        "図に名前のない番号は table.xlsx の別表にあります。",
        "Numbers without a name: see the annex in table.xlsx.",
    ),
    "sources": Text("出典", "Sources"),
    "notes": Text("ご注意", "Please note"),
    "north": Text("北", "N"),
    "scale": Text("縮尺", "Scale"),
    "finding": Text("要件ごとの判定", "Criterion by criterion"),
    "by_criterion": Text("要件別のスポット数", "Spots by criterion"),
    "by_result": Text("結果ごとの区域数", "Units by result"),
    "by_state": Text("判定した施設", "Facilities judged"),
    "nearest": Text("近い他の病院", "Nearest other hospitals"),
    "variants": Text("前提を変えた場合", "Under single other assumptions"),
    "evidence": Text("所要時間の内訳", "The time in parts"),
    "no_spots": Text("設定する区域はありません。", "There is no spot."),
    "none_judged": Text("経路図を載せる施設はありません。", "There is no route to be shown."),
}
# What no line may break, and where it may after all: after a joint, or after twelve characters.
_LONG_WORD = re.compile(r"[!-~]{15,}")
_JOINTS = re.compile(r"[_./@=-](?=.)|[^_./@=-]{12}(?=.)")


def printable(text: str) -> str:
    r"""Return `text` as paper can hold it: no control characters, long runs with places to break.

    A zero-width space stands at the joints of a word (a file name, an address) that is longer
    than a narrow cell; nothing of it is seen.

    Examples
    --------
    >>> printable("a\x00b\nc")
    'a b\nc'
    """
    return "\n".join(_broken(clean(line)) for line in text.replace("\r\n", "\n").split("\n"))


def _broken(line: str) -> str:
    return _LONG_WORD.sub(lambda word: _JOINTS.sub("\\g<0>\u200b", word[0]), line)


def counted(number: int, ja: str, en: str, lang: Lang) -> str:
    """Return a count with its unit.

    Examples
    --------
    >>> counted(3, "施設", "facilities", Lang.JA), counted(1200, "施設", "facilities", Lang.EN)
    ('3施設', '1,200 facilities')
    """
    return f"{number:,}{ja}" if lang == Lang.JA else f"{number:,} {en}"
