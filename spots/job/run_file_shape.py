"""The shape of a run file: its tables, their keys and defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from groundfloor.folding import nfkc
from groundfloor.frozen import FrozenDict, frozen
from groundfloor.problems import Lang, Problem, Text, UsageError, error
from groundfloor.settings import STRICT, Bilingual, Finite, Positive, Words, refusal
from spots.facilities import LayerSpec, parse_types
from spots.judging.selecting.ground_facts import TableKey
from spots.judging.selecting.selection_settings import Metres
from spots.telling.report_words import called, words_of
from spots.types import (
    Accuracy,
    MapPages,
    ReportChoice,
    ReportSection,
    Role,
    RoutePages,
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


Files = Annotated[tuple[Words, ...], BeforeValidator(_one_or_many)]


@dataclass(frozen=True, slots=True)
class RunHead:
    """``[run]``: what the outputs are called and where they go."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    title: Bilingual | None = None
    output: Words = "out"
    lang: Lang = Lang.JA
    caveats: tuple[Bilingual, ...] = ()
    not_given: tuple[int, ...] = ()  # criteria whose list this run does not have


@dataclass(frozen=True, slots=True)
class PolicyChoice:
    """``[policy]``: a preset or a file, and what is set otherwise."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    preset: str | None = None
    file: str | None = None
    override: Frozen[str, Any] = field(default_factory=FrozenDict)


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
class OutlineFiles:
    """``[municipalities]``: outlines of the prefecture and of its neighbours, one file or more."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Annotated[Files, Field(min_length=1)]
    layer: str | None = None
    source: str = ""
    as_of: AsOf = None
    edition: str = ""


@dataclass(frozen=True, slots=True)
class IndexFile:
    """``[physician_index]``: 医師偏在指標 of one edition with that edition's cut-offs."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Words
    edition: Words
    shortage_at_most: Finite | None  # None in Python alone: classes are as the table states them
    surplus_at_least: Finite | None
    source: str = ""
    national_average: Finite | None = None


@dataclass(frozen=True, slots=True)
class NetworkFile:
    """``[network]``: roads, the speeds assumed on them, and what is closed on a day."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Words
    nodes: str | None = None
    kind: Literal["auto", "osm", "graphml", "links", "saved", "n13"] = "auto"
    profile: str | None = None
    source: str = ""
    as_of: AsOf = None
    schematic: bool = False
    cache: bool = True
    closures: Files = ()
    closures_on: AsOf = None

    @property
    def speeds(self) -> str | None:
        """The speed profile that holds; None for a saved network that brings its own."""
        saved = self.kind == "saved" or self.file.endswith(".spotsnet")
        return self.profile or (None if saved else "everyday")


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
    towns: SourceFile | None = None
    population: PopulationFile | None = None
    aliases: Frozen[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    identity: tuple[IdentityDecision, ...] = ()
    units: tuple[UnitLayer, ...] = ()
    tables: tuple[NumbersFile, ...] = ()
    entries: tuple[EntriesFile, ...] = ()
    indicators: IndicatorsTable | None = None
    report: ReportTable = field(default_factory=ReportTable)


OPTION = "--facilities"
EVERY_LIST = "*"


@dataclass(frozen=True, slots=True)
class RunLayer:
    """A facility list of a job.

    Parameters
    ----------
    spec : LayerSpec
        How it is read.
    list_name : str
        Name a criterion asks for; may be empty. `EVERY_LIST` stands for all of them.
    entry : int or None
        Its place in the run file, from zero; None when the command line names the file.
    """

    spec: LayerSpec
    list_name: str
    entry: int | None = None

    @property
    def judged(self) -> bool:
        """Whether its facilities are judged, not only reached."""
        return self.spec.role is Role.CANDIDATE


def with_new_lists(layers: Sequence[RunLayer], given: Sequence[str]) -> tuple[RunLayer, ...]:
    r"""Put lists of the command line in the place of the run file's.

    ``LAYER=FILE`` replaces one layer, called by its name, its list name, or the mark or term of
    its type. A plain ``FILE`` replaces the judged layer where there is only one. Otherwise plain
    files, however many, replace all judged layers that are not named, and each row must say its
    type in a type column. Layers that are only reached stay unless named.

    An equals sign in a path is no trouble: what stands before it must name a layer, or be part of
    a path (``C:\x=1\list.csv``, ``./a=b.csv``) or of a file that is there.

    Parameters
    ----------
    layers : sequence of RunLayer
        Those of the run file.
    given : sequence of str
        Arguments of ``--facilities``; paths start from the working directory.

    Returns
    -------
    tuple of RunLayer
        The layers of the job.

    Raises
    ------
    UsageError
        An argument names no layer, or several, or a layer is named twice.
    """
    targets = [_target(layers, text) for text in given]
    problems = [t for t in targets if isinstance(t, Problem)]
    named = [(t[0], t[1]) for t in targets if isinstance(t, tuple) and t[0] is not None]
    plain = [t[1] for t in targets if isinstance(t, tuple) and t[0] is None]
    judged = [n for n, layer in enumerate(layers) if layer.judged]
    if len(plain) == 1 and len(judged) == 1:
        named, plain = [*named, (judged[0], plain[0])], []
    chosen = [n for n, _ in named]
    problems += [
        _problem(
            "layer-given-twice",
            Text("同じレイヤに二つのファイルが指定されています", "gets two files"),
            Text("一つにしてください", "give one"),
            layers[n].spec.name,
        )
        for n in sorted(set(chosen))
        if chosen.count(n) > 1
    ]
    if problems:
        raise UsageError(problems)
    files = dict(named)
    kept = [
        _with_file(layer, files[n]) if n in files else layer
        for n, layer in enumerate(layers)
        if n in files or not (plain and layer.judged)
    ]
    return (*_whole(plain, {layer.spec.name for layer in kept}), *kept)


def _target(layers: Sequence[RunLayer], text: str) -> tuple[int | None, str] | Problem:
    """Return the layer an argument names (None for a plain file) and its file."""
    splits = [(text[:i].strip(), text[i + 1 :].strip()) for i, c in enumerate(text) if c == "="]
    for name, file in splits:
        fits = _called(layers, name)
        if len(fits) == 1 and file:
            return fits[0], file
        if fits:
            names = ", ".join(layers[n].spec.name for n in fits)
            return _problem(
                "ambiguous-layer" if file else "layer-without-file",
                Text(f"{names} に当たります", f"names {names}")
                if file
                else Text("= の後にファイルがありません", "names no file after ="),
                Text(
                    "「レイヤの名前=ファイル」と書いてください",
                    "write LAYER=FILE with a name",
                ),
                text,
            )
    if not splits or any(c in splits[0][0] for c in "/\\") or Path(text).is_file():
        return None, text
    known = ", ".join(layer.spec.name for layer in layers)
    return _problem(
        "unknown-layer",
        Text("この名前のレイヤはありません", "names no layer of the run file"),
        Text(f"{known} のいずれかにしてください", f"use one of: {known}"),
        text,
    )


def _called(layers: Sequence[RunLayer], name: str) -> list[int]:
    """Return the layers that `name` may mean; a name counts before a list, a list before a type."""
    folded = nfkc(name)
    types = parse_types(name)
    by_name, by_list, by_type = [], [], []
    for n, layer in enumerate(layers):
        if folded == nfkc(layer.spec.name):
            by_name.append(n)
        if name and name == layer.list_name:
            by_list.append(n)
        if types and layer.judged and types <= layer.spec.types:
            by_type.append(n)
    return by_name or by_list or by_type


def _with_file(layer: RunLayer, file: str) -> RunLayer:
    """Return `layer` with another file.

    What is said of the content (columns, filter, type, publisher) holds for a newer list too, and
    without its filter a national table would be taken whole. What is said of the container holds
    for the same kind of file only, and the as-of date for the old file alone.
    """
    spec, path = layer.spec, Path(file)
    new = replace(spec, path=path, shown=path.name, as_of=None)
    if path.suffix.casefold() != spec.path.suffix.casefold():
        new = replace(new, format="auto", sheet=None, encoding=None)
    return RunLayer(new, layer.list_name)


def _whole(files: Sequence[str], taken: set[str]) -> Iterator[RunLayer]:
    """Yield a layer for each file whose rows say their own types."""
    used = frozenset(taken)
    for file in files:
        path = Path(file)
        name = next((n for n in (path.stem, path.name, file) if n not in used), file)
        used |= {name}
        spec = LayerSpec(path=path, shown=path.name, name=name, types_in_rows=True)
        yield RunLayer(spec, EVERY_LIST)


def _problem(code: str, message: Text, remedy: Text, value: str) -> Problem:
    return error(code, message, remedy, column=OPTION, value=value)
