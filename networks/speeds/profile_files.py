"""Speed profiles in files: the built-in ones, what may stand in one, and how one is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, ClassVar, TypeVar

from pydantic import AfterValidator, ConfigDict, Field

from groundfloor.problems import Problem, Text, UsageError, error
from groundfloor.settings import STRICT, Words, missing_key, refusal, validate
from groundfloor.toml import KeyPath, TomlDocument, key_name, parse_toml, read_toml, toml_line
from networks.errors import ProfileError
from networks.speeds.profile import (
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
    UTurnRule,
    WidthCap,
    fold,
)

BUILT_IN = ("everyday", "legal", "ambulance")
_LONGEST_S = 3600.0  # nobody waits longer on average at a signal, a crossing or a turn
_WIDEST_M = 60.0
_Value = str | float | bool | tuple[str, ...]


def load_profile(given: str | Path | SpeedProfile) -> SpeedProfile:
    """Return a built-in profile by name, or the one in a TOML file.

    Parameters
    ----------
    given : str, Path or SpeedProfile
        A name among `BUILT_IN`, or a path that ends in ``.toml``. A profile is returned as it is,
        so that whatever needs speeds takes a name too.

    Returns
    -------
    SpeedProfile
        The checked profile.

    Raises
    ------
    ProfileError
        With every problem of the file.
    MissingFileError
        When there is no such file.
    """
    if isinstance(given, SpeedProfile):
        return given
    name = str(given)
    if name in BUILT_IN:
        text = resources.files("networks").joinpath("profiles", f"{name}.toml").read_text("utf-8")
        return parse_profile(text, f"{name}.toml")
    path = Path(given)
    if path.suffix != ".toml":
        raise ProfileError(_unknown_profile(name))
    try:
        return profile_of(read_toml(path, name))
    except UsageError as fault:
        raise ProfileError(fault.problems) from None


def _unknown_profile(name: str) -> Problem:
    known = ", ".join(BUILT_IN)
    return error(
        "profile-unknown",
        Text("この名前の速度表はありません", "no profile of this name"),
        Text(f"{known} か .toml ファイルを指定してください", f"give {known} or a .toml file"),
        value=name,
    )


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
    u_turns: UTurnRule = UTurnRule.ANYWHERE
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
        u_turns=given.u_turns,
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


def profile_to_toml(profile: SpeedProfile, heading: str = "") -> str:
    """Return a profile as the TOML text that `parse_profile` reads back to an equal one.

    Parameters
    ----------
    profile : SpeedProfile
        Any profile.
    heading : str
        Lines that stand above it as comments.
    """
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    lines += ["", *_head(profile)] if lines else _head(profile)
    for name, pairs in _tables(profile):
        lines += ["", name, *(toml_line(key, value) for key, value in pairs)]
    return "\n".join(lines) + "\n"


def _head(profile: SpeedProfile) -> list[str]:
    return [
        toml_line("name", profile.name),
        toml_line("version", profile.version),
        toml_line("title_ja", profile.title.ja),
        toml_line("title_en", profile.title.en),
        toml_line("maxspeed", profile.maxspeed.value),
        toml_line("unknown_class", profile.unknown_class.value),
        toml_line("u_turns", profile.u_turns.value),
    ]


def _tables(profile: SpeedProfile) -> Iterator[tuple[str, Sequence[tuple[str, _Value]]]]:
    """Yield (heading, keys and values) of every table of the file."""
    yield f"[{ACCESS}]", _row(profile.access)
    yield f"[{FERRY}]", _row(profile.ferry)
    if profile.fallback is not None:
        yield f"[{FALLBACK}]", _row(profile.fallback)
    if (line := profile.centre_line) is not None:
        speeds = [("with_kmh", line.with_kmh), ("without_kmh", line.without_kmh)]
        yield "[centre_line]", [*speeds, ("classes", line.classes), ("source", line.source)]
    if (turns := profile.turns) is not None:
        keys = ("left_s", "right_s", "straight_s", "u_turn_s", "source")
        yield "[turns]", [(key, getattr(turns, key)) for key in keys]
    for d in profile.delays:
        yield "[[delay]]", [("kind", d.kind), ("seconds", d.seconds), ("source", d.source)]
    for w in profile.widths:
        yield "[[width]]", [("below_m", w.below_m), ("kmh", w.kmh), ("source", w.source)]
    for limit in profile.limits:
        yield "[[limit]]", [("name", limit.name), ("kmh", limit.kmh), ("source", limit.source)]
    for row in profile.classes:
        yield "[[class]]", [("name", row.name), *_row(row)]


def _row(row: RoadClass) -> list[tuple[str, _Value]]:
    pairs: list[tuple[str, _Value]] = [] if row.kmh is None else [("kmh", row.kmh)]
    pairs += [("doors", row.doors), ("source", row.source)]
    return [*pairs, ("aliases", row.aliases)] if row.aliases else pairs
