"""Hospitals that a run takes to be closed (``[run] without``), and lists without their rows.

A hospital that closes neither asks nor counts: its records are taken out of every list of the type
that asks for another hospital, as if the rows had never been there. What is kept for other reasons
(it is also a base hospital) stays.

Stands apart: lists are read as they are; here rows are left out, for a run and for each hospital in
turn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from groundfloor.problems import Problem, Text, UsageError, error
from spots.facilities import RawFacility
from spots.job.run_file import Job
from spots.judging.criteria import NearestOtherDistanceSetting, NearestOtherTimeSetting
from spots.judging.decisions import nearest_facilities
from spots.judging.policy import Policy
from spots.types import Facility, FacilityType

_COLUMN = "run.without"


@dataclass(frozen=True, slots=True)
class ClosedHospitals:
    """The hospitals that are closed, as the lists have them, and what closes of them.

    Parameters
    ----------
    hospitals : tuple of Facility
        Merged, with all their types.
    types : frozenset of FacilityType
        The types that they lose.
    """

    hospitals: tuple[Facility, ...] = ()
    types: frozenset[FacilityType] = frozenset()

    @classmethod
    def of(cls, job: Job, facilities: Sequence[Facility]) -> ClosedHospitals:
        """Return the hospitals that a run takes to be closed.

        Parameters
        ----------
        job : Job
            The job.
        facilities : sequence of Facility
            All facilities of its lists.

        Raises
        ------
        UsageError
            A name is that of no hospital, or of several, or the policy asks for no other hospital:
            all problems, the nearest names with them.
        """
        if not job.settings.run.without:
            return cls()
        kinds = closing_types(job.policy)
        if not kinds:
            raise UsageError(_no_criterion(job))
        found: dict[str, Facility] = {}
        problems: list[Problem] = []
        for name in job.settings.run.without:
            called = [f for f in facilities if f.is_called(name)]
            hit = [f for f in called if f.types & kinds]
            if len(hit) == 1:
                found[hit[0].id] = hit[0]
            else:
                problems.append(_not_one(job, name, hit, called, facilities, kinds))
        if problems:
            raise UsageError(problems)
        return cls(tuple(found.values()), kinds)

    def rows_left(self, rows: Iterable[RawFacility]) -> Iterator[RawFacility]:
        """Yield the rows of lists as if the hospitals had never been there; see `rows_without`."""
        own = frozenset(row for each in self.hospitals for row in each.rows)
        return rows_without(rows, own, self.types)

    def names(self, who: str) -> bool:
        """Return whether `who` is the name or id of a hospital of which nothing is left."""
        return any(f.is_called(who) and f.types <= self.types for f in self.hospitals)


NONE_CLOSED = ClosedHospitals()


def closing_types(policy: Policy) -> frozenset[FacilityType]:
    """Return the types of hospitals of which a policy asks for another one."""
    measuring = NearestOtherTimeSetting | NearestOtherDistanceSetting
    return frozenset(c.type for _, c in policy.criteria if isinstance(c, measuring))


def rows_without(
    rows: Iterable[RawFacility], own: Collection[object], kinds: Collection[FacilityType]
) -> Iterator[RawFacility]:
    """Yield the rows of lists, those of closed hospitals without some types, if any is left.

    Parameters
    ----------
    rows : iterable of RawFacility
        Of all lists.
    own : collection of SourceRow
        The rows of the hospitals.
    kinds : collection of FacilityType
        What closes.
    """
    for raw in rows:
        if raw.row not in own or raw.types.isdisjoint(kinds):
            yield raw
        elif left := raw.types - frozenset(kinds):
            yield replace(raw, types=left)


def _not_one(
    job: Job,
    name: str,
    hit: Sequence[Facility],
    called: Sequence[Facility],
    facilities: Sequence[Facility],
    kinds: Collection[FacilityType],
) -> Problem:
    if hit:
        listed = "、".join(f"{f.name} [{f.id}]" for f in hit)
        told = Text(
            f"この名称の病院が{len(hit)}件あります（{listed}）",
            f"is the name of {len(hit)} hospitals ({listed})",
        )
        remedy = Text("施設 ID で書いてください", "give the id of the one that is meant")
    elif called:
        told = Text(
            "要件が最も近い他の病院として数える種別の施設ではないため、閉院しても何も変わりません",
            "is no institution of the type that counts as another hospital: closing it changes "
            "nothing",
        )
        remedy = Text("消すか、二次救急病院を書いてください", "take it out, or name a hospital")
    else:
        others = [f for f in facilities if f.types & frozenset(kinds)]
        near = nearest_facilities(name, others)
        told = Text(
            f"この名称・ID の病院はどの一覧にもありません{near.ja}",
            f"no list has a hospital of this name or id{near.en}",
        )
        remedy = Text(
            "一覧どおりの名称か、施設 ID を書いてください",
            "write its name exactly as listed, or its id",
        )
    return error("closed-hospital-unknown", told, remedy, file=job.file, column=_COLUMN, value=name)


def _no_criterion(job: Job) -> Problem:
    return error(
        "closed-without-criterion",
        Text(
            "ほかの病院までの時間や距離の要件がない設定基準では、閉院を計算できません",
            "a closed hospital means nothing to a policy without a criterion on the nearest other",
        ),
        Text("without を消してください", "take without out"),
        file=job.file,
        column=_COLUMN,
        value=", ".join(job.settings.run.without),
    )
