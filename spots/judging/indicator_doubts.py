"""Whom indicators count, and what they lack: told without measuring them.

A run that has indicators warns of it, and so does each of a thousand scenarios, which has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from groundfloor.problems import Problem, Text, note, warning
from spots.judging.criteria import PolicyFacts
from spots.telling.wording import some_facilities
from spots.types import Facility, FacilityType, Role


def asked_hospitals(name: str, facts: PolicyFacts) -> tuple[Facility, ...]:
    """Return the secondary emergency hospitals of a list, and those that are only reached."""
    listed = facts.lists.get(name, frozenset())
    return tuple(
        f
        for f in facts.facilities
        if FacilityType.SECONDARY_EMERGENCY in f.types
        and (f.role is Role.DESTINATION or f.id in listed)
    )


def asked_institutions(names: Iterable[str], facts: PolicyFacts) -> tuple[Facility, ...]:
    """Return the institutions of some lists."""
    ids = frozenset[str]().union(*(facts.lists.get(name, frozenset()) for name in names))
    return tuple(f for f in facts.facilities if f.id in ids)


def indicator_doubts(
    hospitals: str, institutions: Iterable[str], facts: PolicyFacts, *, people: bool
) -> tuple[Problem, ...]:
    """Return what indicators lack.

    Parameters
    ----------
    hospitals : str
        Name of the list of secondary emergency hospitals.
    institutions : iterable of str
        Names of the lists of institutions.
    facts : PolicyFacts
        Facilities; roads, where the run has some.
    people : bool
        Whether the run has a population.
    """
    asked = asked_hospitals(hospitals, facts)
    return tuple(_found(facts, asked, asked_institutions(institutions, facts), people=people))


def _found(
    facts: PolicyFacts,
    hospitals: Sequence[Facility],
    institutions: Sequence[Facility],
    *,
    people: bool,
) -> Iterator[Problem]:
    if facts.roads is None:
        yield _lacking(
            Text("道路網がないため、所要時間", "without a road network, minutes"),
            Text(
                "[network] に道路網（file）を書いてください。直線距離の指標は求めています",
                "give roads as file under [network]; straight distances are among them",
            ),
        )
    if not people:
        yield _lacking(
            Text("人口がないため、人口", "without population, people"),
            Text("[population] を書いてください", "write [population]"),
        )
    if hospitals and not any(facts.is_neighbour(f) for f in hospitals):
        yield note(
            "indicators-without-neighbours",
            Text(
                "一覧に隣の都道府県の二次救急病院がないため、指標は隣の都道府県を含めても含めなくても同じです",
                "no list has hospitals of another prefecture: the indicators are the same with "
                "and without them",
            ),
            Text(
                "隣の都道府県の病院の一覧を加えてください",
                "add a list of the neighbours' hospitals",
            ),
        )
    tied = facts.roads.tied() if facts.roads is not None else None
    lost = [
        f.name for f in hospitals if f.position is None or (tied is not None and f.id not in tied)
    ]
    nowhere = [f.name for f in institutions if f.position is None and f.name not in lost]
    yield from _left_out(lost, Text("二次救急病院", "secondary emergency hospitals"))
    yield from _left_out(nowhere, Text("医療機関", "institutions"))


def _lacking(what: Text, remedy: Text) -> Problem:
    return note(
        "indicators-incomplete",
        Text(f"{what.ja}の指標はありません", f"{what.en} are not among the indicators"),
        remedy,
        column="indicators",
    )


def _left_out(lost: Sequence[str], what: Text) -> Iterator[Problem]:
    if not lost:
        return
    listed = some_facilities(lost)
    yield warning(
        "indicators-facility-unplaced",
        Text(
            f"位置が分からないか道路から遠い{what.ja}は、指標では数えていません（{listed.ja}）。"
            "実際にはより近い場合があります",
            f"{what.en} without a position, or off the roads, do not count in the indicators "
            f"({listed.en}): something may be nearer than they say",
        ),
        Text("座標を補ってください", "fill in their coordinates"),
    )
