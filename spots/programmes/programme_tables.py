"""The tables of a programme's file, as TOML has them: keys, types, and what each may be.

Stands apart: what one key may hold, and nothing of how they fit together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field

from boundaries.codes import PREFECTURES
from groundfloor.problems import Text
from groundfloor.settings import STRICT, Bilingual, Day, Words, matching, refusal
from spots.types.designations import DesignationKind

Id = Annotated[
    str,
    matching(
        r"[a-z][a-z0-9_]*",
        Text("英小文字で始まる英数字と _ ", "lower-case letters, digits and _, a letter first"),
    ),
]


def _prefecture(value: str) -> str:
    if value not in PREFECTURES:
        raise refusal(
            "01 から 47 までの都道府県コードでなければなりません", "must be a code from 01 to 47"
        )
    return value


PrefectureCode = Annotated[str, AfterValidator(_prefecture)]


@dataclass(frozen=True, slots=True)
class HeadTable:
    """``[programme]``: what it is, whose, and where it is published."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Id
    title: Bilingual
    source: Bilingual
    prefecture: PrefectureCode | None = None
    source_url: str = ""
    municipalities: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class CohortTable:
    """``[[cohort]]``: graduates to whom the same rules apply."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Id
    title: Bilingual


@dataclass(frozen=True, slots=True)
class ClassTable:
    """``[[class]]``: a class of institutions; one of them is that of everybody else."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Id
    title: Bilingual
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dated:
    """What holds from a day, to another; both are in."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    from_: Day | None = None
    to: Day | None = None

    def __post_init__(self) -> None:
        """Refuse days that are reversed."""
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise refusal("to が from より前の日です", "its day to is before its day from")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionTable(_Dated):
    """An institution that a rule names."""

    name: Words
    municipality: str = ""
    also: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule(_Dated):
    """What every ``[[rule]]`` has."""

    id: Id
    class_: Id
    cohorts: tuple[Id, ...] = ()
    reason: Bilingual | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRule(_Rule):
    """``by = "register"``: designated as one of the kinds, on the day."""

    by: Literal["register"]
    kinds: Annotated[tuple[DesignationKind, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityRule(_Rule):
    """``by = "municipality"``: in one of these, or in any of the prefecture but those."""

    by: Literal["municipality"]
    municipalities: tuple[Words, ...] = ()
    except_: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        """Refuse days that are reversed, and both lists of municipalities or none."""
        _Rule.__post_init__(self)
        if bool(self.municipalities) == bool(self.except_):
            raise refusal(
                "municipalities か except のどちらか一方が必要です",
                "needs municipalities or except, and not both",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRule(_Rule):
    """``by = "named"``: one of a list of the prefecture."""

    by: Literal["named"]
    institutions: Annotated[tuple[InstitutionTable, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AffiliatedRule(_Rule):
    """``by = "affiliated"``: one of a list beyond the prefecture; as yet there may be none."""

    by: Literal["affiliated"]
    institutions: tuple[InstitutionTable, ...] = ()


AnyRule = Annotated[
    RegisterRule | MunicipalityRule | NamedRule | AffiliatedRule, Field(discriminator="by")
]


@dataclass(frozen=True, slots=True)
class ProgrammeTables:
    """A programme's file."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    programme: HeadTable
    cohort: Annotated[tuple[CohortTable, ...], Field(min_length=1)]
    class_: Annotated[tuple[ClassTable, ...], Field(min_length=1)]
    rule: Annotated[tuple[AnyRule, ...], Field(min_length=1)]
