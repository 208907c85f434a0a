"""Speed profiles from TOML, with every mistake named by its key."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from typing import TypeVar

from groundfloor.problems import Problem, Text, error
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
_KEYS = {
    *("name", "version", "title_ja", "title_en", "maxspeed", "unknown_class"),
    *(ACCESS, FERRY, FALLBACK, "class", "delay", "turns", "width", "limit", "centre_line"),
}
_Rule = TypeVar("_Rule", MaxspeedRule, UnknownClassRule)
_Table = Mapping[str, object]


def parse_profile(text: str, file: str) -> SpeedProfile:
    """Return the profile written in TOML `text`; `file` names it in problems.

    Raises
    ------
    ProfileError
        With every problem of the text.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as cause:
        raise ProfileError(
            error(
                "profile-toml",
                Text(f"TOML として読めません: {cause}", f"not valid TOML: {cause}"),
                Text("示された行を直してください", "correct the line named"),
                file=file,
            )
        ) from cause
    return _Reader(file).profile(data)


class _Reader:
    """Turns parsed TOML into a profile and gathers every problem on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def profile(self, data: _Table) -> SpeedProfile:
        self.unknown_keys(data, _KEYS, "")
        name, version = self.text(data, "name"), self.text(data, "version")
        classes = self.tables(data, "class")
        if not classes:
            self.bad("class", "[[class]] がありません", "there is no [[class]].")
        fallback = data.get("fallback")
        profile = SpeedProfile(
            name=name,
            version=version,
            title=Text(str(data.get("title_ja", name)), str(data.get("title_en", name))),
            classes=tuple(self.row(table, where) for where, table in classes),
            ferry=self.row(data.get(FERRY), FERRY, name=FERRY, needs_kmh=False),
            access=self.row(data.get(ACCESS), ACCESS, name=ACCESS),
            maxspeed=self.choice(data, "maxspeed", MaxspeedRule.IGNORE),
            unknown_class=self.choice(data, "unknown_class", UnknownClassRule.ERROR),
            fallback=None if fallback is None else self.row(fallback, FALLBACK, name=FALLBACK),
            delays=tuple(self.delay(table, where) for where, table in self.tables(data, "delay")),
            turns=self.turns(data.get("turns")),
            widths=tuple(self.width(table, where) for where, table in self.tables(data, "width")),
            limits=tuple(self.limit(table, where) for where, table in self.tables(data, "limit")),
            centre_line=self.centre_line(data.get("centre_line")),
        )
        self.cross_check(profile)
        if self.problems:
            raise ProfileError(self.problems)
        return profile

    def tables(self, data: _Table, key: str) -> list[tuple[str, object]]:
        """Return (place, table) of an array of tables; empty after reporting anything else."""
        value = data.get(key, [])
        if not isinstance(value, list):
            self.bad(key, f"[[{key}]] と書いてください", f"write [[{key}]].")
            return []
        return [(f"{key}[{i}]", table) for i, table in enumerate(value, 1)]

    def table(self, value: object, where: str, known: set[str]) -> _Table:
        """Return a table after reporting the keys it should not have; empty for no table."""
        if not isinstance(value, dict):
            self.bad(where, f"[{where}] がありません", f"[{where}] is missing.")
            return {}
        self.unknown_keys(value, known, f"{where}.")
        return value

    def row(
        self, value: object, where: str, *, name: str | None = None, needs_kmh: bool = True
    ) -> RoadClass:
        if not isinstance(value, dict):
            self.bad(where, f"[{where}] がありません", f"[{where}] is missing.")
            return RoadClass(name or where, None, "")
        table = self.table(value, where, {"name", "kmh", "source", "doors", "aliases"})
        doors = table.get("doors", name != FERRY)
        if not isinstance(doors, bool):
            self.bad(f"{where}.doors", "true か false です", "must be true or false.")
        kmh = None
        if needs_kmh or "kmh" in table:
            kmh = self.kmh(table, where)
        return RoadClass(
            name=name or self.text(table, "name", f"{where}."),
            kmh=kmh,
            source=self.text(table, "source", f"{where}."),
            doors=doors is True,
            aliases=self.texts(table, "aliases", f"{where}."),
        )

    def delay(self, value: object, where: str) -> Delay:
        table = self.table(value, where, {"kind", "seconds", "source"})
        kind = self.text(table, "kind", f"{where}.")
        if kind and kind not in set(DelayKind):
            allowed = " / ".join(DelayKind)
            self.bad(f"{where}.kind", f"{allowed} のどれかです", f"must be one of {allowed}.", kind)
        seconds = self.seconds(table, "seconds", where, None)
        return Delay(kind, seconds, self.text(table, "source", f"{where}."))

    def turns(self, value: object) -> TurnDelays | None:
        if value is None:
            return None
        kinds = ("left_s", "right_s", "straight_s", "u_turn_s")
        table = self.table(value, "turns", {*kinds, "source"})
        left, right, straight, back = (self.seconds(table, key, "turns", 0.0) for key in kinds)
        return TurnDelays(left, right, straight, back, self.text(table, "source", "turns."))

    def width(self, value: object, where: str) -> WidthCap:
        table = self.table(value, where, {"below_m", "kmh", "source"})
        below = table.get("below_m")
        if not _number(below) or not 0 < float(below) <= _WIDEST_M:  # type: ignore[arg-type]
            self.bad(
                f"{where}.below_m",
                f"幅員は 0 より大きく {_WIDEST_M:.0f} m 以下の数です",
                f"a width is a number above 0 and up to {_WIDEST_M:.0f} m.",
                below,
            )
            below = math.nan
        kmh = 0.0 if _number(table.get("kmh")) and table["kmh"] == 0 else self.kmh(table, where)
        source = self.text(table, "source", f"{where}.")
        return WidthCap(float(below), kmh or 0.0, source)  # type: ignore[arg-type]

    def limit(self, value: object, where: str) -> LimitKind:
        table = self.table(value, where, {"name", "kmh", "source"})
        return LimitKind(
            name=self.text(table, "name", f"{where}."),
            kmh=self.kmh(table, where) or math.nan,
            source=self.text(table, "source", f"{where}."),
        )

    def centre_line(self, value: object) -> CentreLine | None:
        if value is None:
            return None
        where = "centre_line"
        table = self.table(value, where, {"with_kmh", "without_kmh", "classes", "source"})
        return CentreLine(
            with_kmh=self.kmh(table, where, "with_kmh") or math.nan,
            without_kmh=self.kmh(table, where, "without_kmh") or math.nan,
            classes=self.texts(table, "classes", f"{where}."),
            source=self.text(table, "source", f"{where}."),
        )

    def kmh(self, table: _Table, where: str, key: str = "kmh") -> float | None:
        value = table.get(key)
        if _number(value) and MIN_KMH <= float(value) <= MAX_KMH:  # type: ignore[arg-type]
            return float(value)  # type: ignore[arg-type]
        self.bad(
            f"{where}.{key}",
            f"速度は {MIN_KMH:.0f} km/h 以上 {MAX_KMH:.0f} km/h 以下の数です",
            f"a speed is a number from {MIN_KMH:.0f} to {MAX_KMH:.0f} km/h.",
            value,
        )
        return None

    def seconds(self, table: _Table, key: str, where: str, default: float | None) -> float:
        value = table.get(key, default)
        if _number(value) and 0 <= float(value) <= _LONGEST_S:  # type: ignore[arg-type]
            return float(value)  # type: ignore[arg-type]
        self.bad(
            f"{where}.{key}",
            f"秒数は 0 以上 {_LONGEST_S:.0f} 以下の数です",
            f"seconds are a number from 0 to {_LONGEST_S:.0f}.",
            value,
        )
        return 0.0

    def text(self, table: _Table, key: str, prefix: str = "") -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            self.bad(f"{prefix}{key}", "文字列が必要です", "needs a text.", value)
            return ""
        return value

    def texts(self, table: _Table, key: str, prefix: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.bad(f"{prefix}{key}", "文字列の並びにしてください", "must be a list of strings.")
        return ()

    def choice(self, table: _Table, key: str, default: _Rule) -> _Rule:
        value = table.get(key, default.value)
        kind = type(default)
        try:
            return kind(str(value))
        except ValueError:
            allowed = " / ".join(kind)
            self.bad(key, f"{allowed} のどれかです", f"must be one of {allowed}.", value)
            return default

    def unknown_keys(self, table: _Table, known: set[str], prefix: str) -> None:
        for key in sorted(set(table) - known):
            self.bad(f"{prefix}{key}", "知らないキーです", "unknown key.")

    def cross_check(self, profile: SpeedProfile) -> None:
        rows = (*profile.classes, profile.ferry)
        self.twice("区分名", "class name", [n for row in rows for n in (row.name, *row.aliases)])
        self.twice("待ちの種類", "kind of delay", [delay.kind for delay in profile.delays])
        self.twice("速度制限の種類", "kind of limit", [limit.name for limit in profile.limits])
        self.twice("幅員", "width", [str(cap.below_m) for cap in profile.widths])
        if profile.unknown_class is UnknownClassRule.FALLBACK and profile.fallback is None:
            self.bad(FALLBACK, "[fallback] がありません", "[fallback] is missing.")
        line = profile.centre_line
        known = {row.name for row in profile.classes}
        for name in () if line is None else line.classes:
            if name not in known:
                self.bad("centre_line.classes", "この区分の行がありません", "no such row.", name)

    def twice(self, ja: str, en: str, names: list[str]) -> None:
        seen: set[str] = set()
        for name in names:
            if fold(name) in seen:
                self.bad(name, f"{ja}が重複しています", f"{en} given twice.", name)
            seen.add(fold(name))

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


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
