"""Speed profiles: a versioned table of kilometres per hour by road class, with a source per row."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from groundfloor.problems import Problem, Text, UsageError, error
from groundfloor.toml import read_toml
from networks.errors import ProfileError
from networks.speeds.reading import parse_profile, profile_of
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
from networks.speeds.writing import profile_to_toml

__all__ = [
    "ACCESS",
    "BUILT_IN",
    "FALLBACK",
    "FERRY",
    "MAX_KMH",
    "MIN_KMH",
    "CentreLine",
    "Delay",
    "DelayKind",
    "LimitKind",
    "MaxspeedRule",
    "RoadClass",
    "SpeedProfile",
    "TurnDelays",
    "UnknownClassRule",
    "WidthCap",
    "fold",
    "load_profile",
    "parse_profile",
    "profile_to_toml",
]

BUILT_IN = ("everyday", "legal", "ambulance")


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
