"""Speed profiles: a versioned table of kilometres per hour by road class, with a source per row."""

from __future__ import annotations

import math
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import TypeVar

from networks.errors import ProfileError
from problems import MissingFileError, Problem, Text, error, file_missing

FERRY = "ferry"
FALLBACK = "fallback"
BUILT_IN = ("everyday", "legal")
MAX_KMH = 200.0  # above it a figure is a slip of the pen: no road vehicle here goes faster


class MaxspeedRule(StrEnum):
    """What a mapped speed limit does to the speed of the table."""

    IGNORE = "ignore"
    CAP = "cap"  # lowers it, never raises it
    USE = "use"  # replaces it


class UnknownClassRule(StrEnum):
    """What happens to a road whose class has no row."""

    ERROR = "error"
    FALLBACK = "fallback"  # the fallback row's speed, and counted


@dataclass(frozen=True, slots=True)
class RoadClass:
    """A row of a speed profile.

    Parameters
    ----------
    name : str
        OSM highway value, ``"ferry"`` or ``"fallback"``.
    kmh : float or None
        Speed; None only for ferries: each then needs its own duration.
    source : str
        What the speed rests on, as a sentence.
    doors : bool
        Whether places can be entered and left from such a road. Points are never snapped to
        roads without doors (motorways, ramps, ferries).
    aliases : tuple of str
        Other spellings in link tables, e.g. ``国道``.
    """

    name: str
    kmh: float | None
    source: str
    doors: bool = True
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeedProfile:
    """Speeds by road class. Nothing is ever imputed: a class has a row, or the policy speaks.

    Parameters
    ----------
    name, version : str
        Identity, printed with every result.
    title : Text
        For readers.
    classes : tuple of RoadClass
        Rows in the file's order, without ferry.
    ferry : RoadClass
        Row for ferries that bring no duration; ``kmh`` None means such ferries are not used.
    access : RoadClass
        Speed on the metres between a door and the road.
    maxspeed : MaxspeedRule
        Use of mapped speed limits.
    unknown_class : UnknownClassRule
        Policy for classes without a row.
    fallback : RoadClass or None
        The row used by `UnknownClassRule.FALLBACK`.

    Examples
    --------
    >>> profile = load_profile("everyday")
    >>> profile.lookup()["国道"].name, profile.lookup()["国道"].kmh
    ('trunk', 45.0)
    """

    name: str
    version: str
    title: Text
    classes: tuple[RoadClass, ...]
    ferry: RoadClass
    access: RoadClass
    maxspeed: MaxspeedRule = MaxspeedRule.IGNORE
    unknown_class: UnknownClassRule = UnknownClassRule.ERROR
    fallback: RoadClass | None = None

    @property
    def label(self) -> str:
        """Name and version on one line."""
        return f"{self.name} {self.version}"

    @property
    def access_kmh(self) -> float:
        """Kilometres per hour between door and road."""
        return self.access.kmh or math.nan

    def access_ms(self, distance_m: float) -> int:
        """Return whole milliseconds for metres at the access speed.

        Examples
        --------
        >>> load_profile("everyday").access_ms(100.0)  # at 15 km/h
        24000
        """
        return round(distance_m * 3600.0 / self.access_kmh)

    def lookup(self) -> dict[str, RoadClass]:
        """Return rows by folded name and alias, see `fold`; ferry included."""
        table: dict[str, RoadClass] = {}
        for row in (*self.classes, self.ferry):
            for name in (row.name, *row.aliases):
                table[fold(name)] = row
        return table


def fold(name: str) -> str:
    """Return a class name as it is compared: NFKC, no spaces around, no case.

    Examples
    --------
    >>> fold(" Ｔｒｕｎｋ ")
    'trunk'
    """
    return unicodedata.normalize("NFKC", name).strip().casefold()


def load_profile(name_or_path: str | Path) -> SpeedProfile:
    """Return a built-in profile by name, or the one in a TOML file.

    Parameters
    ----------
    name_or_path : str or Path
        ``"everyday"``, ``"legal"``, or a path that ends in ``.toml``.

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
    name = str(name_or_path)
    if name in BUILT_IN:
        text = resources.files("networks").joinpath("profiles", f"{name}.toml").read_text("utf-8")
        return parse_profile(text, f"{name}.toml")
    path = Path(name_or_path)
    if path.suffix != ".toml":
        raise ProfileError(_unknown_profile(name))
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as cause:
        raise MissingFileError(file_missing(cause, file=name)) from cause
    except UnicodeDecodeError as cause:
        raise ProfileError(
            error(
                "profile-not-utf8",
                Text("UTF-8 で読めません", "not UTF-8."),
                Text("UTF-8 で保存し直してください", "save it as UTF-8."),
                file=name,
            )
        ) from cause
    return parse_profile(text, name)


def parse_profile(text: str, file: str) -> SpeedProfile:
    """Return the profile written in TOML `text`; `file` names it in problems.

    Raises
    ------
    ProfileError
        With every problem of the text.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise ProfileError(
            error(
                "profile-toml",
                Text(f"TOML として読めません: {cause}", f"not valid TOML: {cause}"),
                Text("示された行を直してください", "correct the line named"),
                file=file,
            )
        ) from cause
    return _Reader(file).profile(data)


_Rule = TypeVar("_Rule", MaxspeedRule, UnknownClassRule)


class _Reader:
    """Turns parsed TOML into a profile and gathers every problem on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def profile(self, data: Mapping[str, object]) -> SpeedProfile:
        known = {"name", "version", "title_ja", "title_en", "maxspeed", "unknown_class"}
        self.unknown_keys(data, known | {"access", "ferry", "fallback", "class"}, "")
        name, version = self.text(data, "name"), self.text(data, "version")
        rows = data.get("class")
        tables = rows if isinstance(rows, list) else []
        if not tables:
            self.bad("class", "[[class]] がありません", "there is no [[class]].")
        fallback = data.get("fallback")
        profile = SpeedProfile(
            name=name,
            version=version,
            title=Text(str(data.get("title_ja", name)), str(data.get("title_en", name))),
            classes=tuple(self.row(table, f"class[{i}]") for i, table in enumerate(tables, 1)),
            ferry=self.row(data.get("ferry"), FERRY, name=FERRY, needs_kmh=False),
            access=self.row(data.get("access"), "access", name="access"),
            maxspeed=self.choice(data, "maxspeed", MaxspeedRule.IGNORE),
            unknown_class=self.choice(data, "unknown_class", UnknownClassRule.ERROR),
            fallback=None if fallback is None else self.row(fallback, FALLBACK, name=FALLBACK),
        )
        self.cross_check(profile)
        if self.problems:
            raise ProfileError(self.problems)
        return profile

    def row(
        self, table: object, where: str, *, name: str | None = None, needs_kmh: bool = True
    ) -> RoadClass:
        if not isinstance(table, dict):
            self.bad(where, f"[{where}] がありません", f"[{where}] is missing.")
            return RoadClass(name or where, None, "")
        self.unknown_keys(table, {"name", "kmh", "source", "doors", "aliases"}, f"{where}.")
        aliases = table.get("aliases", [])
        if not isinstance(aliases, list) or not all(isinstance(a, str) for a in aliases):
            self.bad(f"{where}.aliases", "文字列の並びにしてください", "must be a list of strings.")
            aliases = []
        doors = table.get("doors", name != FERRY)
        if not isinstance(doors, bool):
            self.bad(f"{where}.doors", "true か false です", "must be true or false.")
        return RoadClass(
            name=name or self.text(table, "name", f"{where}."),
            kmh=self.kmh(table, where, needed=needs_kmh),
            source=self.text(table, "source", f"{where}."),
            doors=doors is True,
            aliases=tuple(aliases),
        )

    def kmh(self, table: Mapping[str, object], where: str, *, needed: bool) -> float | None:
        value = table.get("kmh")
        if value is None and not needed:
            return None
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not 0 < value <= MAX_KMH
        ):
            self.bad(
                f"{where}.kmh",
                f"速度は 0 より大きく {MAX_KMH:.0f} km/h 以下の数です",
                f"a speed is a number above 0 and up to {MAX_KMH:.0f} km/h.",
                value,
            )
            return None
        return float(value)

    def text(self, table: Mapping[str, object], key: str, prefix: str = "") -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            self.bad(f"{prefix}{key}", "文字列が必要です", "needs a text.", value)
            return ""
        return value

    def choice(self, table: Mapping[str, object], key: str, default: _Rule) -> _Rule:
        value = table.get(key, default.value)
        kind = type(default)
        try:
            return kind(str(value))
        except ValueError:
            allowed = " / ".join(kind)
            self.bad(key, f"{allowed} のどれかです", f"must be one of {allowed}.", value)
            return default

    def unknown_keys(self, table: Mapping[str, object], known: set[str], prefix: str) -> None:
        for key in sorted(set(table) - known):
            self.bad(f"{prefix}{key}", "知らないキーです", "unknown key.")

    def cross_check(self, profile: SpeedProfile) -> None:
        seen: set[str] = set()
        for row in (*profile.classes, profile.ferry):
            for name in (row.name, *row.aliases):
                if fold(name) in seen:
                    self.bad(row.name, "区分名が重複しています", "class name given twice.", name)
                seen.add(fold(name))
        if profile.unknown_class is UnknownClassRule.FALLBACK and profile.fallback is None:
            self.bad(FALLBACK, "[fallback] がありません", "[fallback] is missing.")

    def bad(self, key: str, ja: str, en: str, value: object = None) -> None:
        self.problems.append(
            error(
                "profile-value",
                Text(ja, en),
                Text("速度表の該当箇所を直してください", "correct the profile"),
                file=self.file,
                column=key,
                value=None if value is None else str(value),
            )
        )


def _unknown_profile(name: str) -> Problem:
    known = ", ".join(BUILT_IN)
    return error(
        "profile-unknown",
        Text("この名前の速度表はありません", "no profile of this name"),
        Text(f"{known} か .toml ファイルを指定してください", f"give {known} or a .toml file"),
        value=name,
    )
