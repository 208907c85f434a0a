"""Speed profiles as TOML that reads back to the same profile."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from networks.speeds.types import ACCESS, FALLBACK, FERRY, RoadClass, SpeedProfile

_Value = str | float | bool | tuple[str, ...]


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
        lines += ["", name, *(_line(key, value) for key, value in pairs)]
    return "\n".join(lines) + "\n"


def _head(profile: SpeedProfile) -> list[str]:
    return [
        _line("name", profile.name),
        _line("version", profile.version),
        _line("title_ja", profile.title.ja),
        _line("title_en", profile.title.en),
        _line("maxspeed", profile.maxspeed.value),
        _line("unknown_class", profile.unknown_class.value),
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


def _line(key: str, value: _Value) -> str:
    return f"{key} = {_toml(value)}"


def _toml(value: _Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return repr(value)
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    # JSON's escapes are TOML's, but for the one control character that JSON lets stand.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
