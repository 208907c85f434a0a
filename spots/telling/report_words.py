"""The words of choices: what a run is to write, what sections and pages a report has.

People choose by the words that outputs print, in either language, or by keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from groundfloor.folding import nfkc
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Text
from spots.telling.wording import names
from spots.types import (
    MapPages,
    OptionalOutput,
    ReportChoice,
    ReportSection,
    RoutePages,
    TablePaper,
)

E = TypeVar("E", bound=StrEnum)

OUTPUT_LABELS: Mapping[OptionalOutput, Text] = FrozenDict(
    {
        OptionalOutput.MAP: Text("地図", "the map"),
        OptionalOutput.REPORT: Text("報告書", "the report"),
        OptionalOutput.WORKBOOK: Text("別表のブック", "the workbook"),
        OptionalOutput.GEOPACKAGE: Text("GISレイヤ", "layers for GIS"),
        OptionalOutput.DISSOLVED: Text("一つにした区域", "dissolved ground"),
        OptionalOutput.ROUTES: Text("経路の線", "routes as lines"),
    }
)
SECTION_LABELS: Mapping[ReportSection, Text] = FrozenDict(
    {
        ReportSection.MAPS: Text("地図", "Maps"),
        ReportSection.ANNEX: Text("別表", "Annex table"),
        ReportSection.GROUND: Text("区域の判定", "Units of ground"),
        ReportSection.REASONS: Text("設定理由", "Reasons for each spot"),
        ReportSection.METHOD: Text("方法と出典", "Method and sources"),
        ReportSection.BORDERLINE: Text("判定の境目にある施設", "Facilities near the line"),
        ReportSection.UNDETERMINED: Text("判定できない施設", "Facilities left open"),
        ReportSection.REST: Text("設定しない施設", "Facilities without a spot"),
        ReportSection.ROUTES: Text("施設ごとの経路と所要時間", "Route and times of each facility"),
    }
)
MAP_LABELS: Mapping[MapPages, Text] = FrozenDict(
    {
        MapPages.WHOLE: Text("全体", "the prefecture"),
        MapPages.AREAS: Text("二次医療圏ごと", "each medical area"),
        MapPages.SPOTS: Text("スポットごと", "each spot"),
    }
)
ROUTE_LABELS: Mapping[RoutePages, Text] = FrozenDict(
    {
        RoutePages.DECISIVE: Text("設定と境目", "designated and near the line"),
        RoutePages.ALL: Text("すべて", "all but the excluded"),
        RoutePages.NONE: Text("なし", "no routes"),
    }
)
PAPER_LABELS: Mapping[TablePaper, Text] = FrozenDict(
    {paper: Text(paper.upper(), paper.upper()) for paper in TablePaper}
)
#: Shorter words that people use for the same.
_ALSO: tuple[tuple[str, StrEnum], ...] = (
    ("map.html", OptionalOutput.MAP),
    ("html", OptionalOutput.MAP),
    ("report.pdf", OptionalOutput.REPORT),
    ("pdf", OptionalOutput.REPORT),
    ("table.xlsx", OptionalOutput.WORKBOOK),
    ("xlsx", OptionalOutput.WORKBOOK),
    ("excel", OptionalOutput.WORKBOOK),
    ("ブック", OptionalOutput.WORKBOOK),
    ("別表", OptionalOutput.WORKBOOK),
    ("spots.gpkg", OptionalOutput.GEOPACKAGE),
    ("gpkg", OptionalOutput.GEOPACKAGE),
    ("レイヤ", OptionalOutput.GEOPACKAGE),
    ("spots_dissolved.geojson", OptionalOutput.DISSOLVED),
    ("routes.geojson", OptionalOutput.ROUTES),
    ("経路", OptionalOutput.ROUTES),
    ("境目", ReportSection.BORDERLINE),
    ("判定不能", ReportSection.UNDETERMINED),
    ("経路", ReportSection.ROUTES),
    ("経路図", ReportSection.ROUTES),
    ("医療圏", MapPages.AREAS),
    ("二次医療圏", MapPages.AREAS),
    ("スポット", MapPages.SPOTS),
    ("全部", RoutePages.ALL),
)
_LABELS: tuple[Mapping[Any, Text], ...] = (
    OUTPUT_LABELS,
    SECTION_LABELS,
    MAP_LABELS,
    ROUTE_LABELS,
    PAPER_LABELS,
)


def called(kind: type[E], word: str) -> E | None:
    """Return the member of `kind` that `word` calls: its key, or its name in either language.

    Examples
    --------
    >>> called(ReportSection, "別表"), called(MapPages, "areas"), called(RoutePages, "地図")
    (<ReportSection.ANNEX: 'annex'>, <MapPages.AREAS: 'areas'>, None)
    """
    asked = nfkc(word).casefold()
    return next((member for member, name in _called(kind) if nfkc(name).casefold() == asked), None)


def _called(kind: type[E]) -> Iterator[tuple[E, str]]:
    for member in kind:
        label = _label(member)
        yield from ((member, name) for name in (member.value, label.ja, label.en))
    yield from ((member, name) for name, member in _ALSO if isinstance(member, kind))


def words_of(kind: type[StrEnum]) -> Text:
    """Return every word that calls a member of `kind`, for a remedy."""
    keys = ", ".join(member.value for member in kind)
    return Text("、".join(f"{_label(member).ja}（{member.value}）" for member in kind), keys)


def _label(member: StrEnum) -> Text:
    # Members of two kinds may have one word, and are then equal as texts.
    return next(labels[member] for labels in _LABELS if type(next(iter(labels))) is type(member))


def choice_lines(choice: ReportChoice) -> Iterator[tuple[Text, Text]]:
    """Yield what a report was asked to hold, as far as it is not what every report holds."""
    usual = ReportChoice()
    if choice.sections != usual.sections:
        told = names(SECTION_LABELS[each].ja for each in choice.sections)
        english = names(SECTION_LABELS[each].en for each in choice.sections)
        yield Text("報告書の章", "Sections of the report"), Text(told.ja, english.en)
    if choice.maps != usual.maps:
        told = names(MAP_LABELS[each].ja for each in choice.maps)
        english = names(MAP_LABELS[each].en for each in choice.maps)
        yield Text("報告書の地図", "Maps of the report"), Text(told.ja, english.en)
    if choice.routes is not usual.routes:
        yield Text("報告書の経路図", "Routes of the report"), ROUTE_LABELS[choice.routes]
    if choice.paper is not usual.paper:
        yield Text("別表の用紙", "Paper of the annex"), PAPER_LABELS[choice.paper]
