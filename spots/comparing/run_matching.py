"""Which facility of the old run is which of the new one.

Ids are not enough: a list without ids of its own, or with row numbers for ids, gives a facility
another id, or another facility the same one. So an id counts only where name or municipality
agree too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from groundfloor.problems import Problem, Text, note, warning
from spots.comparing.changes import MatchedBy
from spots.facilities.naming import name_key
from spots.types import Verdict

_Key = Callable[[Verdict], Hashable]


@dataclass(frozen=True, slots=True)
class MatchedPair:
    """An old and a new verdict of one facility; one of them is None when it is in one run only."""

    old: Verdict | None
    new: Verdict | None
    by: MatchedBy


def match(old: Sequence[Verdict], new: Sequence[Verdict]) -> tuple[MatchedPair, ...]:
    """Match the facilities of two runs one to one.

    First by id and name, then by name and municipality, then by id and municipality (renamed).

    Parameters
    ----------
    old, new : sequence of Verdict
        The two runs; ids are unique within each.

    Returns
    -------
    tuple of MatchedPair
        In the order of `new`, then what is left of `old`.
    """
    steps: tuple[tuple[_Key, MatchedBy], ...] = (
        (lambda v: (v.facility.id, name_key(v.facility.name)), MatchedBy.ID),
        (lambda v: (name_key(v.facility.name), municipality_of(v)), MatchedBy.NAME),
        (lambda v: (v.facility.id, municipality_of(v)), MatchedBy.ID),
    )
    found: dict[str, MatchedPair] = {}
    taken: set[str] = set()
    for key, by in steps:
        before = _unique((v for v in old if v.facility.id not in taken), key)
        after = _unique((v for v in new if v.facility.id not in found), key)
        for value, verdict in after.items():
            partner = before.get(value)
            if partner is not None:
                same_id = partner.facility.id == verdict.facility.id
                how = MatchedBy.ID if same_id else by
                found[verdict.facility.id] = MatchedPair(partner, verdict, how)
                taken.add(partner.facility.id)
    return (
        *(found.get(v.facility.id, MatchedPair(None, v, MatchedBy.NONE)) for v in new),
        *(MatchedPair(v, None, MatchedBy.NONE) for v in old if v.facility.id not in taken),
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


def match_notes(pairs: Iterable[MatchedPair]) -> tuple[Problem, ...]:
    """Report the pairs that were not found by id, and what was not taken for one facility.

    Parameters
    ----------
    pairs : iterable of MatchedPair
        From `match`.
    """
    found = tuple(pairs)
    by_name = (_by_name(p.old, p.new) for p in found if p.by is MatchedBy.NAME)
    left = [p.old for p in found if p.new is None and p.old is not None]
    entered = [p.new for p in found if p.old is None and p.new is not None]
    return (*(n for n in by_name if n is not None), *_unmatched(left, entered))


def _by_name(old: Verdict | None, new: Verdict | None) -> Problem | None:
    if old is None or new is None:
        return None
    return note(
        "matched-by-name",
        Text(
            f"IDが異なりますが、名称と市町村から同じ施設とみなしました"
            f"（{old.facility.id} と {new.facility.id}）",
            f"taken for one facility by name and municipality, though the ids differ "
            f"({old.facility.id} and {new.facility.id})",
        ),
        Text("別の施設であれば一覧のIDを直してください", "mend the ids if they are two"),
        value=new.facility.name,
    )


def _unmatched(left: Sequence[Verdict], entered: Sequence[Verdict]) -> Iterable[Problem]:
    """Name what entered and left under one name or one id: perhaps it is one facility."""
    ids = {v.facility.id: v for v in left}
    for verdict in entered:
        name = name_key(verdict.facility.name)
        twins = [v for v in left if name_key(v.facility.name) == name]
        if twins:
            listed = ", ".join(v.facility.id for v in twins)
            yield warning(
                "ambiguous-match",
                Text(
                    f"同じ名称の施設が旧にもありますが、同じ施設か決められないため、"
                    f"削除と追加として扱いました（旧 {listed}、新 {verdict.facility.id}）",
                    f"the old run has the name too, but whether it is the same facility cannot be "
                    f"decided: treated as left and entered (old {listed}, "
                    f"new {verdict.facility.id})",
                ),
                Text(
                    "同じ施設であれば一覧のIDをそろえてください", "give them one id if they are one"
                ),
                value=verdict.facility.name,
            )
        elif verdict.facility.id in ids:
            before = ids[verdict.facility.id].facility.name
            yield warning(
                "id-of-another",
                Text(
                    f"IDが旧の「{before}」と同じですが、名称も市町村も異なるため、"
                    f"別の施設として扱いました",
                    f"has the id that {before} had, but neither its name nor its municipality: "
                    f"treated as another facility",
                ),
                Text(
                    "同じ施設であれば名称をそろえてください", "give them one name if they are one"
                ),
                value=verdict.facility.name,
            )
