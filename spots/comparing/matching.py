"""Which facility of the old run is which of the new one.

Ids are not enough: a list without ids of its own, or with row numbers for ids, gives a facility
another id, or another facility the same one. So an id counts only where name or municipality
agree too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from problems import Problem, Text, note
from spots.comparing.model import MatchedBy
from spots.facilities.words import name_key
from spots.types import Verdict

_Key = Callable[[Verdict], Hashable]


@dataclass(frozen=True, slots=True)
class Pair:
    """An old and a new verdict of one facility; one of them is None when it is in one run only."""

    old: Verdict | None
    new: Verdict | None
    by: MatchedBy


def match(old: Sequence[Verdict], new: Sequence[Verdict]) -> tuple[Pair, ...]:
    """Match the facilities of two runs one to one.

    First by id and name, then by name and municipality, then by id and municipality (renamed).

    Parameters
    ----------
    old, new : sequence of Verdict
        The two runs; ids are unique within each.

    Returns
    -------
    tuple of Pair
        In the order of `new`, then what is left of `old`.
    """
    steps: tuple[tuple[_Key, MatchedBy], ...] = (
        (lambda v: (v.facility.id, name_key(v.facility.name)), MatchedBy.ID),
        (lambda v: (name_key(v.facility.name), municipality_of(v)), MatchedBy.NAME),
        (lambda v: (v.facility.id, municipality_of(v)), MatchedBy.ID),
    )
    found: dict[str, Pair] = {}
    taken: set[str] = set()
    for key, by in steps:
        before = _unique((v for v in old if v.facility.id not in taken), key)
        after = _unique((v for v in new if v.facility.id not in found), key)
        for value, verdict in after.items():
            partner = before.get(value)
            if partner is not None:
                same_id = partner.facility.id == verdict.facility.id
                how = MatchedBy.ID if same_id else by
                found[verdict.facility.id] = Pair(partner, verdict, how)
                taken.add(partner.facility.id)
    return (
        *(found.get(v.facility.id, Pair(None, v, MatchedBy.NONE)) for v in new),
        *(Pair(v, None, MatchedBy.NONE) for v in old if v.facility.id not in taken),
    )


def _unique(verdicts: Iterable[Verdict], key: _Key) -> dict[Hashable, Verdict]:
    """Return verdicts by a key that only one of them has."""
    groups: dict[Hashable, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(key(verdict), []).append(verdict)
    return {value: group[0] for value, group in groups.items() if len(group) == 1}


def municipality_of(verdict: Verdict) -> str:
    """Return the municipality's code, as declared or else by position; empty when unknown."""
    return verdict.facility.municipality_code or verdict.place.municipality_code or ""


def match_notes(pairs: Iterable[Pair]) -> tuple[Problem, ...]:
    """Report the pairs that were not found by id."""
    return tuple(
        note(
            "matched-by-name",
            Text(
                f"IDが異なりますが、名称と市町村から同じ施設とみなしました"
                f"({p.old.facility.id} と {p.new.facility.id})",
                f"taken for one facility by name and municipality, though the ids differ "
                f"({p.old.facility.id} and {p.new.facility.id})",
            ),
            Text("別の施設であれば一覧のIDを直してください", "mend the ids if they are two"),
            value=p.new.facility.name,
        )
        for p in pairs
        if p.by is MatchedBy.NAME and p.old is not None and p.new is not None
    )
