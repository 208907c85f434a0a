"""What ``[network]`` must say: where its roads are, or how time is estimated without any.

Stands apart: one table has two forms, of which each refuses the keys of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from groundfloor.problems import Problem, Text, error
from groundfloor.settings import missing_key
from groundfloor.toml import KeyPath, TomlDocument, key_name
from spots.job.run_file_shape import NetworkFile

#: A road is no shorter than the straight line, and a mean speed beyond that of the fastest road is
#: none: what lies outside is a slip of the pen (13 for 1.3, or metres per second). Bounds of this
#: tool.
FACTORS = (1.0, 3.0)
SPEEDS = (5.0, 120.0)
_BOUNDS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"detour_factor": FACTORS, "speed_kmh": SPEEDS}
)
_OF_ROADS = ("file", "beside", "nodes", "profile", "schematic", "closures", "closures_on")
_STRAIGHT = "straight"


def network_fits(network: NetworkFile | None, document: TomlDocument) -> Iterator[Problem]:
    """Yield keys of ``[network]`` that are missing, out of bounds, or of its other form."""
    if network is None:
        return
    if network.kind == _STRAIGHT:
        yield from _straight(network, document)
        return
    if network.file is None:
        yield _missing("file", document)
    for key in _BOUNDS:
        if getattr(network, key) is not None:
            yield _refused(key, network.kind, document)


def _straight(network: NetworkFile, document: TomlDocument) -> Iterator[Problem]:
    for key in _OF_ROADS:
        if getattr(network, key):
            yield _refused(key, _STRAIGHT, document)
    for key in _BOUNDS:
        value, where = getattr(network, key), ("network", key)
        if value is None:
            yield _missing(key, document)
            continue
        row, column = document.line_of(where), key_name(where)
        found = out_of_bounds(key, value, file=document.file, row=row, column=column)
        yield from (found,) if found else ()


def out_of_bounds(key: str, value: float, **place: str | int | None) -> Problem | None:
    """Return the problem of a factor or speed that is out of bounds; None where it is not.

    Parameters
    ----------
    key : str
        ``detour_factor`` or ``speed_kmh``.
    value : float
        The number.
    **place
        File, row and column, as a problem has them.
    """
    least, most = _BOUNDS[key]
    if least <= value <= most:
        return None
    what = (
        Text("直線距離に対する道のりの倍率", "how many times longer a road is than the line")
        if key == "detour_factor"
        else Text("平均の時速（km/h）", "a mean speed in kilometres per hour")
    )
    return error(
        "straight-out-of-bounds",
        Text(f"{what.ja}としてありえない値です", f"cannot be {what.en}"),
        Text(
            f"{least:g}以上{most:g}以下の数を書いてください",
            f"write a number from {least:g} to {most:g}",
        ),
        value=f"{value:g}",
        **place,
    )


def _missing(key: str, document: TomlDocument) -> Problem:
    where: KeyPath = ("network", key)
    code, message, remedy = missing_key(key_name(where))
    if key == "file":
        remedy = Text(
            '道路網のファイルを file に書くか、直線距離で概算するなら kind = "straight" と'
            "detour_factor・speed_kmh を書いてください",
            'give the roads as file, or, for an estimate by straight lines, kind = "straight" with '
            "detour_factor and speed_kmh",
        )
    row = document.line_of(where) or document.line_of(("network",))
    return error(code, message, remedy, file=document.file, row=row, column=key_name(where))


def _refused(key: str, kind: str, document: TomlDocument) -> Problem:
    where: KeyPath = ("network", key)
    straight = kind == _STRAIGHT
    return error(
        "network-key-mixed",
        Text(
            '直線距離による概算（kind = "straight"）では使えません'
            if straight
            else '直線距離による概算（kind = "straight"）だけのキーです',
            'does not go with an estimate by straight lines (kind = "straight")'
            if straight
            else 'goes with an estimate by straight lines alone (kind = "straight")',
        ),
        Text(
            "道路網で計算するならkindを消し、概算するならこの行を消してください。両方は使えません"
            if straight
            else "道路網で計算するならこの行を消してください",
            "take kind out to use roads, or this line out to estimate: a run has one of the two"
            if straight
            else "take it out to use roads",
        ),
        file=document.file,
        row=document.line_of(where),
        column=key_name(where),
    )
