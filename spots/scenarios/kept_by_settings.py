"""What scenarios read, shared between those whose settings behind it are the same.

A job's own steps of reading say what they look at of the policy (`groundfloor.kept`). Of scenarios
the rest of the run file differs too: each step is kept by the tables that it looks at besides.

Stands apart: a job has one run file, and need not say what of it a step depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import TypeVar

from groundfloor.frozen import FrozenDict
from groundfloor.kept import Kept
from spots.job.run_file import Job

T = TypeVar("T")
#: Kinds of which every value is needed until the end; they are small.
_LASTING = frozenset({"layer", "regions"})
_MOST_LASTING = 4096


class KeptBySettings(Kept):
    """A look at what many jobs read, as the job of one scenario asks for it.

    Parameters
    ----------
    shared, lasting : Kept
        What all scenarios read: the last few of each kind, and all of those that are small.
    behind : mapping of str to hashable
        What a kind depends on beside the policy; all of the run file where it is not named.
    """

    __slots__ = ("_behind", "_lasting", "_shared")

    def __init__(self, shared: Kept, lasting: Kept, behind: Mapping[str, Hashable]) -> None:
        super().__init__()
        self._shared, self._lasting, self._behind = shared, lasting, behind

    def get(self, kind: str, depends_on: Hashable, find: Callable[[], T]) -> T:
        """Return what `find` gives, asked once for the same settings; see `Kept.get`."""
        kept = self._lasting if kind in _LASTING else self._shared
        behind = self._behind[kind if kind in self._behind else ""]
        return kept.get(kind, (depends_on, behind), find)


def lasting() -> Kept:
    """Return what holds the kinds that last."""
    return Kept(_MOST_LASTING)


def settings_behind(job: Job) -> Mapping[str, Hashable]:
    """Return by kind of what is read the settings of a job that it looks at beside the policy."""
    of = job.settings
    tables = of.units, of.tables, of.entries
    ground = of.municipalities, of.medical_areas, of.physician_index, tables
    lists = job.layers, job.lists, of.aliases
    merged = ground, lists, job.identities, of.positions, of.towns
    open_ones = merged, of.run.without
    roads = of.network
    open_roads = replace(roads, closures=(), closures_on=None) if roads is not None else None
    tied = open_ones, roads
    return {
        "layer": (),
        "rows": lists,
        "regions": ground,
        "positions": (job.base, of.positions, of.towns),
        "people": (ground, of.population),
        "lived_in": (ground, of.population),
        "merged": merged,
        "places": open_ones,
        "ground": (open_ones, of.population),
        "outlines": ground,
        "zone": ground,
        "closures": roads,
        "network": open_roads,
        "closed": roads,
        "tied": tied,
        "facts": (tied, of.run.not_given, of.run.not_measured, of.indicators is not None),
        "": (job.base, replace(of, policy=replace(of.policy, override=FrozenDict())), lists),
    }
