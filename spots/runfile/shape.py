"""The shape of a run file: its tables, their keys and defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from groundfloor.problems import Lang
from groundfloor.settings import STRICT, Bilingual, Finite, Words
from spots.types import Accuracy, Role

AsOf = date | str | None


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


@dataclass(frozen=True, slots=True)
class PolicyChoice:
    """``[policy]``: a preset or a file, and what is set otherwise."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    preset: str | None = None
    file: str | None = None
    override: dict[str, Any] = field(default_factory=dict)


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
    columns: dict[str, str] = field(default_factory=dict)
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file with its source and date."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Words
    layer: str | None = None
    source: str = ""
    as_of: AsOf = None


@dataclass(frozen=True, slots=True)
class IndexFile:
    """``[physician_index]``: 医師偏在指標 of one edition with that edition's cut-offs."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Words
    edition: Words
    shortage_at_most: Finite
    surplus_at_least: Finite
    source: str = ""


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
class RunFile:
    """The run file's shape."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    policy: PolicyChoice
    facilities: Annotated[tuple[FacilityList, ...], Field(min_length=1)]
    municipalities: SourceFile
    medical_areas: SourceFile
    physician_index: IndexFile
    run: RunHead = field(default_factory=RunHead)
    network: NetworkFile | None = None
    towns: SourceFile | None = None
    population: PopulationFile | None = None
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
