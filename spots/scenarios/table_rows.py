"""Which row of a table of scenarios each facility is: lists of two scenarios may number otherwise.

Stands apart: arrays are filled by rows, and need not know who is one facility with whom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from spots.comparing.run_matching import municipality_of, paired
from spots.types import Facility, Place


@dataclass(frozen=True, slots=True)
class ListedFacility:
    """A facility as the lists of a scenario have it, and where it is."""

    facility: Facility
    place: Place


@dataclass(slots=True, eq=False)
class TableRows:
    """The rows so far: each as the first scenario has it that has it, its id unique among them."""

    known: list[ListedFacility] = field(default_factory=list)

    def rows_of(self, listed: Sequence[ListedFacility]) -> Mapping[str, int]:
        """Return the row of each facility by its id, new ones behind those known.

        Two lists' records are one facility as two runs' are (`spots.comparing.run_matching`); by
        the id alone, too, unless they are known to lie in two municipalities.
        """
        at = {each.facility.id: row for row, each in enumerate(self.known)}
        found = {own.facility.id: at[was.facility.id] for was, own in self._matched(listed, at)}
        taken = set(at)
        for own in listed:
            if own.facility.id not in found:
                found[own.facility.id] = len(self.known)
                self.known.append(_with_id_of_its_own(own, taken))
        return found

    def _matched(
        self, listed: Sequence[ListedFacility], at: Mapping[str, int]
    ) -> Iterator[tuple[ListedFacility, ListedFacility]]:
        """Yield what is known with what is listed, one to one."""
        rest = {each.facility.id: each for each in self.known}
        waiting = {each.facility.id: each for each in listed}

        def settled(
            pairs: Sequence[tuple[ListedFacility, ListedFacility]],
        ) -> Sequence[tuple[ListedFacility, ListedFacility]]:
            for was, own in pairs:
                del rest[was.facility.id], waiting[own.facility.id]
            return pairs

        alike = [(self.known[at[i]], own) for i, own in waiting.items() if i in at]
        yield from settled([(was, own) for was, own in alike if _same(was, own)])
        yield from settled(
            [(was, own) for was, own, _ in paired(list(rest.values()), list(waiting.values()))]
        )
        of_one_id = [(rest[i], own) for i, own in waiting.items() if i in rest]
        yield from settled([(was, own) for was, own in of_one_id if not _apart(was, own)])


def _same(was: ListedFacility, own: ListedFacility) -> bool:
    """Tell whether records of one id are one facility beyond doubt, as nearly all are."""
    named = was.facility.name == own.facility.name
    return named and municipality_of(was) == municipality_of(own)


def _apart(was: ListedFacility, own: ListedFacility) -> bool:
    """Tell whether two are known to lie in different municipalities."""
    here, there = municipality_of(was), municipality_of(own)
    return bool(here and there) and here != there


def _with_id_of_its_own(own: ListedFacility, taken: set[str]) -> ListedFacility:
    """Return a facility whose id is none of those taken, and take it."""
    wanted = own.facility.id
    others = (f"{wanted}-{n}" for n in count(2))
    free = wanted if wanted not in taken else next(each for each in others if each not in taken)
    taken.add(free)
    return own if free == wanted else replace(own, facility=replace(own.facility, id=free))
