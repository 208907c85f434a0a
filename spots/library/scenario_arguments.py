"""What a scenario takes, checked before anything is read: a policy, lists, a ground, roads.

Stands apart: `scenario` asks questions of its parts; here is said what may not be a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from groundfloor.arguments import of_kind
from groundfloor.problems import Text
from spots.judging.policy import Policy
from spots.library.frames_on_disk import Source
from spots.library.ground import Ground
from spots.library.roads import Roads
from spots.library.straight_roads import StraightRoads

_POLICY = Text(
    "Policy、同梱の設定基準の名前、設定基準のファイルのいずれかを渡してください",
    "give a Policy, the name of a preset, or a policy file",
)
_LISTS = Text(
    "`read_facilities(…)` の GeoDataFrame か、そのリストを渡してください",
    "give GeoDataFrames of read_facilities(...), one or a list of them",
)
_GROUND = Text("`read_ground(…)` の Ground を渡してください", "give a Ground of read_ground(...)")
_ROADS = Text(
    "`Roads.from_graph(グラフ)` か `Roads.read(…)` の Roads を渡してください",
    "give Roads: Roads.from_graph(graph), or Roads.read(...)",
)
_CAVEATS = Text("文か、文のリストを渡してください", "give a text, or a list of texts")
_TITLE = Text("文を渡してください", "give a text")


def policy_of(policy: Policy | str | Path) -> Policy:
    """Return a policy that is given by itself, by the name of a preset or as a file.

    Raises
    ------
    UsageError
        It is none of these, or there is no such preset.
    """
    of_kind(policy, (Policy, str, Path), "policy", _POLICY)
    if isinstance(policy, Policy):
        return policy
    a_file = isinstance(policy, Path) or str(policy).endswith(".toml")
    return Policy.read(policy) if a_file else Policy.preset(str(policy))


def lists_of(facilities: Source | Iterable[Source]) -> tuple[Source, ...]:
    """Return facility lists, given as one or several.

    Raises
    ------
    UsageError
        They are neither frames nor files.
    """
    alone = str | Path | pd.DataFrame
    if isinstance(facilities, alone):
        return (facilities,)
    return tuple(of_kind(facilities, Iterable, "facilities", _LISTS))


def refuse_no_ground(ground: Ground) -> None:
    """Refuse what is no ground.

    Raises
    ------
    UsageError
        It is something else, such as a GeoDataFrame.
    """
    of_kind(ground, Ground, "ground", _GROUND)


def refuse_no_roads(roads: Roads | StraightRoads | None) -> None:
    """Refuse what is neither roads, nor an estimate without them, nor none.

    Raises
    ------
    UsageError
        It is something else, such as a graph of networkx.
    """
    of_kind(roads, (Roads, StraightRoads, type(None)), "roads", _ROADS)


def head_of(title: object, caveats: object, not_given: Iterable[int]) -> dict[str, Any]:
    """Return what the ``[run]`` of a run file would say.

    Raises
    ------
    UsageError
        Title or caveats are no texts.
    """
    of_kind(title, (str, Mapping, type(None)), "title", _TITLE)
    alone = isinstance(caveats, str | Mapping)
    several = [caveats] if alone else of_kind(caveats, Iterable, "caveats", _CAVEATS)
    said = [of_kind(each, (str, Mapping), "caveats", _CAVEATS) for each in several]
    head: dict[str, Any] = {"caveats": [_both(each) for each in said], "not_given": list(not_given)}
    return head if title is None else {**head, "title": _both(title)}


def _both(text: Any) -> dict[str, str]:
    return {"ja": text, "en": text} if isinstance(text, str) else dict(text)
