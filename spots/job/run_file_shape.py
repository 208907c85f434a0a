"""The shape of a run file: its tables, their keys and defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from groundfloor.frozen import FrozenDict, frozen
from groundfloor.problems import Lang
from groundfloor.settings import STRICT, Bilingual, Finite, Positive, Words, refusal
from networks.speeds.profile import LEAST_FACTOR, MOST_FACTOR
from spots.facilities import source_file
from spots.judging.selecting.ground_facts import TableKey
from spots.judging.selecting.selection_settings import Metres
from spots.telling.report_words import called, words_of
from spots.types import (
    Accuracy,
    MapPages,
    OptionalOutput,
    ReportChoice,
    ReportSection,
    Role,
    RoutePages,
    StraightTravel,
    TablePaper,
)
from spots.types.ground_units import UnitKind

AsOf = date | str | None
K = TypeVar("K")
V = TypeVar("V")
#: A table that stays as it was read.
Frozen = Annotated[Mapping[K, V], AfterValidator(frozen)]


def _one_or_many(value: object) -> object:
    """Take one file for a list of one; types are strict behind this, so a list is no tuple."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Zoom = Annotated[int, Field(ge=0, le=18)]
Files = Annotated[tuple[Words, ...], BeforeValidator(_one_or_many)]


def one_table_or_many(value: object) -> object:
    """Take one table for a list of one: ``[positions]`` as well as ``[[positions]]``.

    What comes out of here is checked as Python, where a list inside of it is no tuple either.
    """
    return _tupled([value] if isinstance(value, Mapping) else value)


def _tupled(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _tupled(inner) for key, inner in value.items()}
    return tuple(map(_tupled, value)) if isinstance(value, list) else value


def _of(kind: type[StrEnum]) -> BeforeValidator:
    """Return the reading of a word that calls a member of `kind`, in either language."""

    def member(value: object) -> object:
        if not isinstance(value, str):
            return value
        if (found := called(kind, value)) is None:
            known = words_of(kind)
            raise refusal(
                f"{known.ja} のいずれかでなければなりません", f"must be one of {known.en}"
            )
        return found

    return BeforeValidator(member)


@dataclass(frozen=True, slots=True)
class RunHead:
    """``[run]``: what the outputs are called and where they go."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    prefecture: str | None = None  # fills {prefecture} (`spots.job.run_templates`)
    title: Bilingual | None = None
    output: Words = "out"
    lang: Lang = Lang.JA
    caveats: tuple[Bilingual, ...] = ()
    not_given: tuple[int, ...] = ()  # criteria whose list this run does not have
    not_measured: tuple[int, ...] = ()  # criteria whose travel times this run does not measure
    without: tuple[Words, ...] = ()  # hospitals taken to be closed (`closed_hospitals`)
    outputs: Annotated[
        tuple[Annotated[OptionalOutput, _of(OptionalOutput)], ...], BeforeValidator(_one_or_many)
    ] = tuple(OptionalOutput)  # what is written beside the verdicts


@dataclass(frozen=True, slots=True)
class PolicyChoice:
    """``[policy]``: a preset or a file, and what is set otherwise."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    preset: str | None = None
    file: str | None = None
    override: Frozen[str, Any] = field(default_factory=FrozenDict)

    @property
    def chosen(self) -> bool:
        """Whether one policy is chosen."""
        return (self.preset is None) != (self.file is None)


@dataclass(frozen=True, slots=True)
class FacilityList:
    """``[[facilities]]``: one list."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Words
    file: Words
    type: Words
    role: Role = Role.CANDIDATE
    list: str = ""
    source: str = ""
    as_of: AsOf = None
    format: Literal["auto", "table", "p04", "iryo_joho", "vector"] = "auto"
    sheet: str | None = None
    encoding: str | None = None
    accuracy: Accuracy = Accuracy.POINT
    columns: Frozen[str, str] = field(default_factory=FrozenDict)
    where: Frozen[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    belt_km: Annotated[float, Field(gt=0, le=1_000)] | None = None  # of role = "auto"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file with its source and date."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Words
    layer: str | None = None
    source: str = ""
    as_of: AsOf = None
    edition: str = ""


@dataclass(frozen=True, slots=True)
class PositionsFile:
    """``[positions]``: where institutions without coordinates are looked up, by name."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Annotated[Files, Field(min_length=1)]
    format: Literal["auto", "iryo_joho", "p04", "table", "result", "towns"] = "auto"
    sheet: str | None = None
    encoding: str | None = None
    source: str = ""
    as_of: AsOf = None
    columns: Frozen[str, str] = field(default_factory=FrozenDict)
    where: Frozen[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    names: Frozen[str, str] = field(default_factory=FrozenDict)


@dataclass(frozen=True, slots=True)
class OutlineFiles:
    """``[municipalities]``: outlines of the prefecture and of its neighbours, one file or more."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Annotated[Files, Field(min_length=1)]
    layer: str | None = None
    source: str = ""
    as_of: AsOf = None
    edition: str = ""
    # "around": the policy's prefecture and those near it, out of files that hold more.
    prefectures: Literal["all", "around"] = "all"


@dataclass(frozen=True, slots=True)
class IndexFile:
    """``[physician_index]``: 医師偏在指標 of one edition with that edition's cut-offs."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Words
    edition: Words
    # None where the edition's cut-offs are not known: classes are as the table states them.
    shortage_at_most: Finite | None = None
    surplus_at_least: Finite | None = None
    source: str = ""
    national_average: Finite | None = None


@dataclass(frozen=True, slots=True)
class NetworkFile:
    """``[network]``: roads, the speeds assumed on them, and what is closed on a day.

    Or, of the kind ``straight``, no roads but an estimate by straight lines
    (`spots.job.network_fit` says what goes together).
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Words | None = None
    beside: Files = ()
    nodes: str | None = None
    kind: Literal["auto", "osm", "graphml", "links", "saved", "n13", "straight"] = "auto"
    profile: str | None = None
    source: str = ""
    as_of: AsOf = None
    schematic: bool = False
    cache: bool = True
    closures: Files = ()
    closures_on: AsOf = None
    detour_factor: Finite | None = None
    speed_kmh: Finite | None = None
    speed_factor: Annotated[Finite, Field(ge=LEAST_FACTOR, le=MOST_FACTOR)] = 1.0

    @property
    def speeds(self) -> str | None:
        """The speed profile that holds; None without roads, or of a network that brings its own."""
        own = self.kind == "saved" or (self.file or "").endswith(".spotsnet")
        return self.profile or (None if own or self.straight is not None else "everyday")

    @property
    def straight(self) -> StraightTravel | None:
        """The estimate that stands in for roads; None where there are roads."""
        if self.kind != "straight" or self.detour_factor is None or self.speed_kmh is None:
            return None
        kmh = self.speed_kmh * self.speed_factor
        return StraightTravel(self.detour_factor, kmh, self.source)


@dataclass(frozen=True, slots=True)
class PopulationFile:
    """``[population]``: people by cell, for maps and for the number of people inside a spot."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Annotated[Files, Field(min_length=1)]
    column: str | None = None
    layer: str | None = None
    source: str = ""
    as_of: AsOf = None


@dataclass(frozen=True, slots=True)
class IdentityDecision:
    """``[[identity]]``: names that are one hospital, or surely are not."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    names: Annotated[tuple[Words, ...], Field(min_length=2)]
    same: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnitLayer:
    """``[[units]]``: ground of your own: former municipalities, districts, islands, points."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Words
    file: Words
    unit: UnitKind
    layer: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    source: str = ""
    as_of: AsOf = None
    edition: str = ""
    columns: Frozen[str, str] = field(default_factory=FrozenDict)


@dataclass(frozen=True, slots=True)
class NumbersFile:
    """``[[tables]]``: numbers by municipality, medical area, facility or unit."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Words
    file: Words
    key: TableKey = TableKey.MUNICIPALITY
    within_m: Metres | None = None
    sheet: str | None = None
    encoding: str | None = None
    source: str = ""
    as_of: AsOf = None
    edition: str = ""
    columns: Frozen[str, str] = field(default_factory=FrozenDict)
    national_average: Frozen[str, Finite] = field(default_factory=FrozenDict)


@dataclass(frozen=True, slots=True)
class EntriesFile:
    """``[[entries]]``: named places or institutions, each with its reason and councils."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Words
    file: Words
    sheet: str | None = None
    encoding: str | None = None
    source: str = ""
    as_of: AsOf = None
    edition: str = ""
    columns: Frozen[str, str] = field(default_factory=FrozenDict)


@dataclass(frozen=True, slots=True)
class IndicatorsTable:
    """``[indicators]``: how far municipalities and medical areas are from hospitals."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    hospitals: Words
    institutions: tuple[Words, ...] = ()
    minutes: Positive = 30.0
    distance_m: Annotated[int, Field(gt=0)] = 4_000


@dataclass(frozen=True, slots=True)
class TileBackground:
    """``[map] background``: tiles that go into the map, so that they are seen without a network."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    tiles: Words  # an address with {z}, {x} and {y}, a folder z/x/y.png, or an .mbtiles file
    zoom: Annotated[tuple[Zoom, Zoom], BeforeValidator(_one_or_many)]
    attribution: Words
    area: Annotated[tuple[Finite, Finite, Finite, Finite] | None, BeforeValidator(_one_or_many)] = (
        None  # west, south, east, north; the prefecture where it is not given
    )
    limit_mb: Annotated[float, Field(gt=0, le=12)] = 2.5


@dataclass(frozen=True, slots=True)
class MapTable:
    """``[map]``: what the map carries beside the run."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    background: TileBackground | None = None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """``[report]``: what the report holds; chosen by the words that it prints, or by keys."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    sections: Annotated[
        tuple[Annotated[ReportSection, _of(ReportSection)], ...],
        Field(min_length=1),
        BeforeValidator(_one_or_many),
    ] = tuple(ReportSection)
    maps: Annotated[
        tuple[Annotated[MapPages, _of(MapPages)], ...],
        Field(min_length=1),
        BeforeValidator(_one_or_many),
    ] = (MapPages.WHOLE,)
    routes: Annotated[RoutePages, _of(RoutePages)] = RoutePages.DECISIVE
    paper: Annotated[TablePaper, _of(TablePaper)] = TablePaper.A4

    @property
    def choice(self) -> ReportChoice:
        """The same in the order of the pages, nothing twice."""
        sections = tuple(each for each in ReportSection if each in self.sections)
        maps = tuple(each for each in MapPages if each in self.maps)
        return ReportChoice(sections, maps, self.routes, self.paper)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFile:
    """The run file's shape."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    policy: PolicyChoice
    facilities: tuple[FacilityList, ...] = ()
    municipalities: OutlineFiles
    medical_areas: SourceFile | None = None
    physician_index: IndexFile | None = None
    run: RunHead = field(default_factory=RunHead)
    network: NetworkFile | None = None
    positions: Annotated[tuple[PositionsFile, ...], BeforeValidator(one_table_or_many)] = ()
    towns: SourceFile | None = None
    population: PopulationFile | None = None
    aliases: Frozen[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    identity: tuple[IdentityDecision, ...] = ()
    units: tuple[UnitLayer, ...] = ()
    tables: tuple[NumbersFile, ...] = ()
    entries: tuple[EntriesFile, ...] = ()
    indicators: IndicatorsTable | None = None
    report: ReportTable = field(default_factory=ReportTable)
    map: MapTable = field(default_factory=MapTable)


def with_evidence_files(settings: RunFile, base: Path) -> RunFile:
    """Return settings that name the evidence of a finished run where they name its folder.

    Parameters
    ----------
    settings : RunFile
        As written.
    base : Path
        What paths are relative to.
    """

    def named(file: str) -> str:
        given = base / file
        found = source_file(given)
        if found == given:
            return file
        folder = Path(file) if found.parent == given else Path(file).parent
        return (folder / found.name).as_posix()

    positions = tuple(
        replace(each, file=tuple(map(named, each.file))) for each in settings.positions
    )
    return replace(settings, positions=positions)
