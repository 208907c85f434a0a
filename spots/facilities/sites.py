"""Facilities of one site, which never count as each other's nearest hospital.

Records at one point are taken for one site, but nobody has said so: they may be one hospital under
two names, or two whose coordinates were copied. Each is a double of the other until it is decided.

Stands apart: whose site is one is asked of facilities, after rows have become these.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge

from groundfloor.problems import Problem, Text, error, note, one_line, warning
from spots.types import Accuracy, Double, Facility, Position, distance_m

ONE_POINT_M = 1.0
ATTACHED_M = 300.0
# Who writes one label may know of wrong coordinates (two public sources differ by 1.9 km at most);
# over so many metres it is another kind of column.
SITE_M = 10_000.0
_ATTACHED = (
    *("附属", "付属", "併設", "診療所", "クリニック", "分院", "健診", "健康管理", "介護"),
    *("訪問", "歯科"),
)
_MIN_NAME = 4
_TO_DECIDE = Text(
    "座標を確認してください。同じ医療機関なら実行ファイルの [[identity]] に names = [両方の名称] "
    "と same = true を、別の医療機関なら same = false を書いてください（Python では same または "
    "apart=[[両方の名称]]）。同じ敷地にあって互いに他の病院と数えないものは、一覧の敷地（site）"
    "の列に同じ値を入れます",
    "check the coordinates; if they are one, write [[identity]] with names = [both] and "
    "same = true in the run file; if not, same = false (in Python same or apart=[[both]]); where "
    "they are on one site and neither is another to the other, give both one value in a site "
    "column",
)
#: Of a crowd at one point as many are named of each.
_NAMED = 10
_CELL_DEGREES = 1e-4  # about 10 m: neighbours within 1 m lie in the same or the next cell


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two facilities, by their place in the list, and why they belong together."""

    first: int
    second: int
    attached: bool


def assign_sites(
    facilities: Sequence[Facility], keys: Sequence[str], given: Sequence[str | None]
) -> tuple[tuple[Facility, ...], tuple[Problem, ...]]:
    """Return the facilities with their sites, and what was found.

    One site are facilities that share the list's own site label; lie at one point (within 1 m);
    or are a hospital and its attached clinic by name within 300 m. Two different labels, or a
    decision that they are two hospitals, keep facilities apart even at one point. Centres of towns
    say nothing and are not compared.

    Parameters
    ----------
    facilities : sequence of Facility
        In order, with the decisions about them.
    keys : sequence of str
        Their name keys.
    given : sequence of str or None
        Their site labels.

    Returns
    -------
    tuple of Facility, tuple of Problem
        Each site is named by its first facility's id; those that only a point makes one site are
        each other's doubles. An error for each label that facilities
        kilometres apart share: it says something else (who owns the ground, its size, a count),
        and would take every other hospital from them.
    """
    parent = list(range(len(facilities)))

    def root(at: int) -> int:
        while parent[at] != at:
            at = parent[at]
        return at

    def join(a: int, b: int) -> None:
        low, high = sorted((root(a), root(b)))
        parent[high] = low

    labels: dict[str, int] = {}
    for at, label in enumerate(given):
        if label is not None:
            join(labels.setdefault(label, at), at)
    problems = list(_scattered(facilities, given))
    doubles: dict[int, list[Double]] = defaultdict(list)
    for pair in _pairs(facilities, keys):
        a, b = pair.first, pair.second
        apart = given[a] is not None and given[b] is not None and given[a] != given[b]
        told_two = facilities[b].id in facilities[a].apart  # two hospitals, and so two sites
        if told_two or (root(a) == root(b) and (pair.attached or given[a] is not None)):
            continue
        problems.append(_finding(facilities[a], facilities[b], pair, apart=apart))
        if not apart:
            join(a, b)
            _doubt(pair, facilities, doubles)
    sited = (
        replace(f, site=facilities[root(at)].id, site_stated=given[at] is not None)
        for at, f in enumerate(facilities)
    )
    told = tuple(replace(f, doubles=tuple(doubles[at])) for at, f in enumerate(sited))
    return told, tuple(problems)


def _doubt(pair: _Pair, facilities: Sequence[Facility], doubles: dict[int, list[Double]]) -> None:
    """Name each of a pair among the doubles of the other, where only a point joins them.

    `doubles`, by place in the list, grows here; of a crowd few are named.
    """
    here, there = (facilities[at].position for at in (pair.first, pair.second))
    if pair.attached or here is None or there is None:
        return
    gap_m = distance_m(here, there)
    for at, other in ((pair.first, pair.second), (pair.second, pair.first)):
        if len(doubles[at]) < _NAMED:
            double = facilities[other]
            doubles[at].append(Double(double.id, double.name, gap_m, same_address=False))


def _scattered(facilities: Sequence[Facility], given: Sequence[str | None]) -> Iterator[Problem]:
    """Yield an error for each label of facilities that cannot stand on one site."""
    first: dict[str, Facility] = {}
    told: set[str] = set()
    for facility, label in zip(facilities, given, strict=True):
        here = _point(facility)
        if label is None or here is None or label in told:
            continue
        there = _point(first.setdefault(label, facility))
        if there is not None and (gap_m := distance_m(here, there)) > SITE_M:
            told.add(label)
            yield _too_far(first[label], facility, label, gap_m)


def _too_far(first: Facility, second: Facility, label: str, gap_m: float) -> Problem:
    name, km = one_line(first.name, 40), f"{gap_m / 1000:,.1f} km"
    row = second.rows[0]
    return error(
        "site-scattered",
        Text(
            f"敷地（site）が「{name}」と同じ「{one_line(label, 40)}」ですが、{km}離れています",
            f"has the site label {label!r} of {name}, which is {km} away",
        ),
        Text(
            "同じ敷地の施設だけに同じ値を入れるか、座標を直してください。敷地を表す列でなければ"
            '（面積、所有など）、columns に site = "" と書いてください',
            "give one label to facilities of one site alone, or mend the coordinates; if the "
            'column says something else (area, ownership), write site = "" under columns',
        ),
        file=row.file,
        row=row.row,
        column="site",
        value=second.name,
    )


def _point(facility: Facility) -> Position | None:
    position = facility.position
    return position if position and position.accuracy is Accuracy.POINT else None


def _pairs(facilities: Sequence[Facility], keys: Sequence[str]) -> Iterator[_Pair]:
    """Yield who belongs together by point, and then by name; a name says more than a point."""
    attached = list(_attached(facilities, keys))
    by_name = {(pair.first, pair.second) for pair in attached}
    yield from (p for p in _one_point(facilities) if (p.first, p.second) not in by_name)
    yield from attached


def _one_point(facilities: Sequence[Facility]) -> Iterator[_Pair]:
    """Yield each facility with the first earlier one within `ONE_POINT_M`."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, facility in enumerate(facilities):
        position = _point(facility)
        if position is None:
            continue
        x, y = (math.floor(v / _CELL_DEGREES) for v in (position.lon, position.lat))
        around = (cells.get((x + dx, y + dy), ()) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        for other in merge(*around):  # no further than the first: a whole list may lie here
            there = facilities[other].position
            if there is not None and distance_m(position, there) < ONE_POINT_M:
                yield _Pair(other, at, attached=False)
                break
        cells[x, y].append(at)


def _attached(facilities: Sequence[Facility], keys: Sequence[str]) -> Iterator[_Pair]:
    """Yield hospitals with the clinics whose names begin with theirs."""
    named: dict[str, list[int]] = defaultdict(list)
    for at, key in enumerate(keys):
        named[key].append(at)
    for clinic, key in enumerate(keys):
        here = _point(facilities[clinic])
        if here is None:
            continue
        for length in range(_MIN_NAME, len(key)):
            if not any(word in key[length:] for word in _ATTACHED):
                continue
            for hospital in named.get(key[:length], ()):
                there = _point(facilities[hospital])
                if there is not None and distance_m(here, there) <= ATTACHED_M:
                    low, high = sorted((hospital, clinic))
                    yield _Pair(low, high, attached=True)


def _finding(first: Facility, second: Facility, pair: _Pair, *, apart: bool) -> Problem:
    row = second.rows[0]
    name = one_line(first.name, 40)
    place: dict[str, str | int | None] = {
        "file": row.file,
        "row": row.row,
        "value": second.name,
    }
    if apart:
        return warning(
            "one-point-two-sites",
            Text(
                f"「{name}」と同じ地点ですが、敷地（site）の指定に従い別の敷地としました",
                f"lies at the point of {name!r}; kept apart as the site column says",
            ),
            Text("意図したものか確認してください", "check that this is meant"),
            **place,
        )
    if pair.attached:
        return note(
            "same-site-by-name",
            Text(
                f"名称と距離から「{name}」と同じ敷地としました（互いに他の病院として数えません）",
                f"taken for the site of {name!r} by name and distance",
            ),
            Text("別の敷地であれば site の列で分けてください", "if not, tell them apart by site"),
            **place,
        )
    return warning(
        "one-point",
        Text(
            f"「{name}」と同じ地点です。同じ医療機関か、座標の写し間違いかもしれません。"
            "決めるまで別々の施設として残し、判定が変わる場合は判定不能とします",
            f"lies at the point of {name!r}: perhaps one hospital, or copied coordinates; kept as "
            "two until it is decided, and undetermined where that turns a verdict",
        ),
        _TO_DECIDE,
        **place,
    )
