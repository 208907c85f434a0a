"""Speed profiles from TOML: what may stand in the file, and what must fit together in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeVar

from pydantic import AfterValidator, ConfigDict, Field

from groundfloor.problems import Problem, Text, UsageError, error
from groundfloor.settings import STRICT, Words, missing_key, refusal, validate
from groundfloor.toml import KeyPath, TomlDocument, key_name, parse_toml
from networks.errors import ProfileError
from networks.speeds.types import (
    ACCESS,
    FALLBACK,
    FERRY,
    MAX_KMH,
    MIN_KMH,
    CentreLine,
    Delay,
    DelayKind,
    LimitKind,
    MaxspeedRule,
    RoadClass,
    SpeedProfile,
    TurnDelays,
    UnknownClassRule,
    WidthCap,
    fold,
)

_LONGEST_S = 3600.0  # nobody waits longer on average at a signal, a crossing or a turn
_WIDEST_M = 60.0


def _none_or_a_speed(kmh: float) -> float:
    if 0 < kmh < MIN_KMH:
        raise refusal(f"0 か {MIN_KMH:g} 以上です", f"must be 0 or at least {MIN_KMH:g}")
    return kmh


_Kmh = Annotated[float, Field(ge=MIN_KMH, le=MAX_KMH, allow_inf_nan=False)]
_CapKmh = Annotated[
    float, Field(ge=0, le=MAX_KMH, allow_inf_nan=False), AfterValidator(_none_or_a_speed)
]
_Seconds = Annotated[float, Field(ge=0, le=_LONGEST_S, allow_inf_nan=False)]
_Metres = Annotated[float, Field(gt=0, le=_WIDEST_M, allow_inf_nan=False)]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class _FerryTable:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    source: Words
    kmh: _Kmh | None = None
    doors: bool = False
    aliases: tuple[str, ...] = ()
    name: str = ""  # may stand there, and says nothing: the table's own name is the row's

    def row(self, name: str) -> RoadClass:
        """Return the row of a profile."""
        return RoadClass(name, self.kmh, self.source, self.doors, self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SpeedTable(_FerryTable):
    kmh: _Kmh
    doors: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _ClassTable(_SpeedTable):
    name: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class _DelayTable:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: DelayKind
    seconds: _Seconds
    source: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class _TurnsTable:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    left_s: _Seconds = 0.0
    right_s: _Seconds = 0.0
    straight_s: _Seconds = 0.0
    u_turn_s: _Seconds = 0.0
    source: Words

    def delays(self) -> TurnDelays:
        """Return them as a profile has them."""
        return TurnDelays(self.left_s, self.right_s, self.straight_s, self.u_turn_s, self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class _WidthTable:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    below_m: _Metres
    kmh: _CapKmh
    source: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class _LimitTable:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Words
    kmh: _Kmh
    source: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class _CentreLineTable:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    with_kmh: _Kmh
    without_kmh: _Kmh
    classes: tuple[str, ...] = ()
    source: Words

    def speeds(self) -> CentreLine:
        """Return them as a profile has them."""
        return CentreLine(self.with_kmh, self.without_kmh, self.classes, self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ProfileFile:
    """The keys of a profile's file; see `SpeedProfile` for what they mean."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Words
    version: Words
    title_ja: str | None = None
    title_en: str | None = None
    maxspeed: MaxspeedRule = MaxspeedRule.IGNORE
    unknown_class: UnknownClassRule = UnknownClassRule.ERROR
    access: _SpeedTable
    ferry: _FerryTable
    fallback: _SpeedTable | None = None
    class_: Annotated[tuple[_ClassTable, ...], Field(min_length=1)]
    delay: tuple[_DelayTable, ...] = ()
    turns: _TurnsTable | None = None
    width: tuple[_WidthTable, ...] = ()
    limit: tuple[_LimitTable, ...] = ()
    centre_line: _CentreLineTable | None = None


def parse_profile(text: str, file: str) -> SpeedProfile:
    """Return the profile written in TOML `text`; `file` names it in problems.

    Raises
    ------
    ProfileError
        With every problem of the text.
    """
    try:
        document = parse_toml(text, file)
        return profile_of(document)
    except UsageError as fault:
        raise ProfileError(fault.problems) from None


def profile_of(document: TomlDocument) -> SpeedProfile:
    """Return the profile that a TOML document holds.

    Raises
    ------
    UsageError
        With every problem, by key and line.
    """
    given = validate(_ProfileFile, document.data, document)
    if problems := list(_misfits(given, document)):
        raise UsageError(problems)
    ja, en = (given.name if t is None else t for t in (given.title_ja, given.title_en))
    return SpeedProfile(
        name=given.name,
        version=given.version,
        title=Text(ja, en),
        classes=tuple(row.row(row.name) for row in given.class_),
        ferry=given.ferry.row(FERRY),
        access=given.access.row(ACCESS),
        maxspeed=given.maxspeed,
        unknown_class=given.unknown_class,
        fallback=None if given.fallback is None else given.fallback.row(FALLBACK),
        delays=tuple(Delay(row.kind, row.seconds, row.source) for row in given.delay),
        turns=None if given.turns is None else given.turns.delays(),
        widths=tuple(WidthCap(row.below_m, row.kmh, row.source) for row in given.width),
        limits=tuple(LimitKind(row.name, row.kmh, row.source) for row in given.limit),
        centre_line=None if given.centre_line is None else given.centre_line.speeds(),
    )


def _misfits(given: _ProfileFile, document: TomlDocument) -> Iterator[Problem]:
    """Yield what each key allows by itself and the file as a whole does not."""
    names: list[tuple[KeyPath, str]] = []
    for n, row in enumerate(given.class_):
        names += [(("class", n, "name"), row.name)]
        names += _entries(("class", n, "aliases"), row.aliases)
    names += [((FERRY,), FERRY), *_entries((FERRY, "aliases"), given.ferry.aliases)]
    yield from _twice(names, document)
    yield from _twice([(("delay", n, "kind"), r.kind) for n, r in enumerate(given.delay)], document)
    yield from _twice([(("limit", n, "name"), r.name) for n, r in enumerate(given.limit)], document)
    widths = [(("width", n, "below_m"), str(r.below_m)) for n, r in enumerate(given.width)]
    yield from _twice(widths, document)
    if given.unknown_class is UnknownClassRule.FALLBACK and given.fallback is None:
        code, message, remedy = missing_key(FALLBACK)
        yield error(code, message, remedy, **_place(document, (FALLBACK,)))
    line = given.centre_line
    for path, name in _entries(("centre_line", "classes"), line.classes if line else ()):
        if name not in {row.name for row in given.class_}:
            yield error(
                "profile-no-such-class",
                Text("この区分の行がありません", "there is no row of this class"),
                Text("[[class]] の name を書いてください", "write the name of a [[class]]"),
                **_place(document, path, name),
            )


def _entries(path: KeyPath, items: Iterable[_Item]) -> list[tuple[KeyPath, _Item]]:
    return [((*path, n), item) for n, item in enumerate(items)]


def _twice(names: Iterable[tuple[KeyPath, str]], document: TomlDocument) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, name in names:
        if fold(name) in seen:
            yield error(
                "profile-twice",
                Text("二度書かれています", "stands there twice"),
                Text("どちらか一方を消してください", "remove one of the two"),
                **_place(document, path, name),
            )
        seen.add(fold(name))


def _place(
    document: TomlDocument, path: KeyPath, value: str | None = None
) -> dict[str, str | int | None]:
    return {
        "file": document.file,
        "row": document.line_of(path),
        "column": key_name(path),
        "value": value,
    }
