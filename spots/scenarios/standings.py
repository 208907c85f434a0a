"""How facilities stand when something is otherwise: the rule's own answers, without its words.

Nothing is decided here: the criteria decide as in a run, by the facts as they are then, and the
policy's rule says which state that is. What could not change the answer of those in question is not
asked: other assumptions, facilities that neither ask nor count.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from groundfloor.problems import Problem, Text, UsageError, error
from spots.judging.criteria import Facts, NearestOtherTimeSetting, PolicyFacts, TypeSetting
from spots.judging.criteria.criterion import Decided
from spots.judging.criteria.inquiry import bordered
from spots.judging.designation import state_by
from spots.judging.policy import Policy
from spots.types import Facility, Outcome, Role, Truth, Verdict
from spots.types.missing import Whereabouts
from spots.types.robustness import Moved, TravelStanding

#: Called with how many are done, how many there are, and the name of the next.
Step = Callable[[int, int, str], None]
#: Whom the data miss, and who is as near whatever is closed: by the straight line.
_WHEREVER_ROADS_LEAD = frozenset(
    {Whereabouts.POSITION, Whereabouts.MUNICIPALITY, Whereabouts.ANYWHERE}
)


@dataclass(frozen=True, slots=True, eq=False)
class TravelQuestion:
    """A rule, and its criterion on travel time that is asked about.

    Parameters
    ----------
    policy : Policy
        The rule.
    number : int
        Of the criterion.
    criterion : NearestOtherTimeSetting
        The criterion.
    """

    policy: Policy
    number: int
    criterion: NearestOtherTimeSetting

    @classmethod
    def of(cls, policy: Policy) -> TravelQuestion:
        """Return the question of a policy: its first criterion on travel time.

        Raises
        ------
        UsageError
            It has none.
        """
        for number, setting in policy.criteria:
            if isinstance(setting, NearestOtherTimeSetting):
                return cls(policy, number, setting)
        raise UsageError(_no_criterion(policy))

    @property
    def alone(self) -> bool:
        """Whether the policy measures nothing else: neither other drives nor straight lines.

        Otherwise nobody may be left out: another criterion has a list and a nearest of its own.
        """
        return all(
            number == self.number or isinstance(setting, TypeSetting)
            for number, setting in self.policy.criteria
        )

    def standings(
        self, facts: Facts, asking: Collection[str] | None = None
    ) -> dict[str, TravelStanding]:
        """Return how candidates stand, by id.

        Parameters
        ----------
        facts : Facts
            Everything known.
        asking : collection of str, optional
            Those who are judged; all candidates by default.
        """
        known = replace(facts, memory=facts.memory.only(bordered))
        if asking is not None and self.alone:
            known = replace(known, facilities=tuple(self._who_matters(facts, asking)))
        asked = self.policy.over(known)
        decided = {
            number: setting.decide(number, asked)
            for number, setting in self.policy.criteria
            if number not in facts.not_given
        }
        names = {f.id: f.name for f in facts.facilities}
        return {
            f.id: self._standing(f, asked, decided, names)
            for f in known.candidates
            if asking is None or f.id in asking
        }

    def _who_matters(self, facts: Facts, asking: Collection[str]) -> Iterator[Facility]:
        """Yield those who ask, and those who count; who only counts is not judged."""
        for facility in facts.facilities:
            if facility.id in asking:
                yield facility
            elif self.criterion.counts(facility, facts):
                # Nobody is a neighbour's whose place is not known.
                placed = facts.places[facility.id].prefecture_code is not None
                yield replace(facility, role=Role.DESTINATION) if placed else facility

    def _standing(
        self,
        facility: Facility,
        asked: PolicyFacts,
        decided: Mapping[int, Mapping[str, Decided]],
        names: Mapping[str, str],
    ) -> TravelStanding:
        """Return how a candidate stands by what the criteria come to."""
        nothing = Decided(Truth.UNDETERMINED)  # of a criterion without a list
        found = {
            n: decided[n][facility.id] if n in decided else nothing for n, _ in self.policy.criteria
        }
        truths = {n: each.truth for n, each in found.items()}
        travel = found[self.number]
        return TravelStanding(
            state=state_by(self.policy, facility, asked, truths, asked.not_given),
            truth=travel.truth,
            criteria=tuple(n for n, truth in truths.items() if truth is Truth.MET),
            nearest_id=travel.nearest_id,
            nearest_name=names[travel.nearest_id] if travel.nearest_id else None,
            travel_ms=travel.travel_ms,
        )

    def outcome(self, verdict: Verdict) -> Outcome | None:
        """Return the outcome of the criterion; None of those who are only reached."""
        return next((o for o in verdict.outcomes if o.number == self.number), None)

    def measured(self, verdicts: Iterable[Verdict]) -> Iterator[tuple[Verdict, Outcome]]:
        """Yield the verdicts of those whom the criterion measures, with its outcome."""
        for verdict in verdicts:
            outcome = self.outcome(verdict)
            if outcome is not None and outcome.travel is not None:
                yield verdict, outcome

    def concerned(self, verdicts: Iterable[Verdict]) -> dict[str, frozenset[str]]:
        """Return whom a hospital's going may concern, by its name or id, beside its nearest.

        Those whose criterion it leaves open, or who may be it. Under "" those who reach nobody,
        and whom anybody's going may concern.
        """
        found: dict[str, set[str]] = {}
        for verdict, outcome in self.measured(verdicts):
            for who in _hangs_on(outcome):
                found.setdefault(who, set()).add(verdict.facility.id)
        return {who: frozenset(ids) for who, ids in found.items()}

    def unsettled(self, verdicts: Iterable[Verdict]) -> frozenset[str]:
        """Return who hangs on other drives than those to its nearest other, and is always asked.

        Drives out of the prefecture or the data, or any at all where nobody is reached.
        """
        return frozenset(
            verdict.facility.id
            for verdict, outcome in self.measured(verdicts)
            if _hangs_on_other_drives(outcome)
        )


def _hangs_on(outcome: Outcome) -> Iterator[str]:
    """Yield ids and names of hospitals that an answer hangs on besides the nearest."""
    travel = outcome.travel
    if travel is None:
        return
    if travel.reachable is False:
        yield ""
    if travel.unmeasured is not None:
        yield travel.unmeasured.name
    for double in travel.doubles:
        yield double.id
    if travel.if_one is not None:
        yield travel.if_one.id


def _hangs_on_other_drives(outcome: Outcome) -> bool:
    travel = outcome.travel
    if travel is None:
        return False
    missing = travel.unmeasured
    return (
        travel.reachable is False
        or travel.border_ms is not None
        or (missing is not None and missing.where not in _WHEREVER_ROADS_LEAD)
    )


def moved(
    facilities: Iterable[Facility],
    before: Mapping[str, TravelStanding],
    after: Mapping[str, TravelStanding],
) -> tuple[Moved, ...]:
    """Return who stands otherwise, those whose state turns first, then the longest drives.

    Parameters
    ----------
    facilities : iterable of Facility
        All facilities, in the order of the run.
    before, after : mapping of str to TravelStanding
        By id; who is absent of `after` was not asked, or is gone.
    """
    found = [
        Moved(f, before[f.id], after[f.id])
        for f in facilities
        if f.id in after and f.id in before and before[f.id] != after[f.id]
    ]
    return tuple(sorted(found, key=lambda m: (not m.turned, not m.cut_off, -(m.longer_ms or 0))))


def _no_criterion(policy: Policy) -> Problem:
    return error(
        "robustness-without-criterion",
        Text("所要時間の要件がない設定基準です", "the policy has no criterion on travel time"),
        Text("所要時間の要件がある設定基準でお使いください", "use a policy that has one"),
        value=policy.policy.name,
    )
