"""Each secondary emergency hospital closed in turn, and what hangs on it.

A hospital that closes neither asks nor counts: its records are taken out of every list of its type,
as if the rows had never been there, and everything that follows from the lists is put together
again: who is one facility with whom, who stands on one site, who is tied to which road. What is
kept for other reasons (it is also a base hospital) stays. So the outcome is that of a run whose
lists lack the rows.

Judged again are those whose nearest other it was, and those who hang on more than that drive:
everybody else keeps the nearest, since no drive becomes shorter when a hospital closes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from shapely.geometry import MultiPolygon, Point

from groundfloor.problems import DataError, UsageError
from spots.facilities import RawFacility
from spots.job.at_hand import AtHand
from spots.job.inputs import job_rows
from spots.job.job_facts import JobFacts, put_together
from spots.job.job_roads import silent
from spots.job.run_file import Job
from spots.judging.criteria import Facts
from spots.judging.criteria.closed_ways import doors_in_doubt
from spots.judging.indicators import IndicatorSetting
from spots.judging.people_beyond import PeopleBeyond
from spots.judging.people_counting import count_people
from spots.scenarios.standings import Question, moved
from spots.telling.units import ms_from_minutes
from spots.types import Facility, FacilityType, Verdict
from spots.types.robustness import Gone, GoneKind, GoneRanking, Standing, ranked

#: What hangs on the lists: kinds of `AtHand.kept`.
_OF_LISTS = ("rows", "merged", "places", "ground", "facts", "tied", "records")
_MINUTES = 30.0  # of `[indicators]` where the run file has none: the rule's own limit

#: Called with how many are done, how many there are, and the name of the next.
Step = Callable[[int, int, str], None]


def hospitals_gone(
    job: Job,
    known: JobFacts,
    verdicts: Sequence[Verdict],
    *,
    hand: AtHand,
    step: Step = lambda _n, _of, _name: None,
) -> GoneRanking:
    """Return what hangs on each hospital that the criterion on travel time counts.

    Parameters
    ----------
    job : Job
        The job.
    known : JobFacts
        What is known of it.
    verdicts : sequence of Verdict
        As it judges.
    hand : AtHand
        What was read for it.
    step : callable
        Told of the progress.

    Raises
    ------
    UsageError
        The policy has no criterion on travel time.
    """
    question = Question.of(job.policy)
    closing = _Closing.of(job, known, verdicts, hand, question)
    people = people_of(job, known)
    hospitals = [f for f in known.facts.facilities if question.criterion.counts(f, known.facts)]
    found = []
    for n, hospital in enumerate(hospitals, 1):
        step(n, len(hospitals), hospital.name)
        found.append(closing.without(hospital, people))
    return GoneRanking(
        GoneKind.HOSPITAL,
        question.number,
        question.criterion.threshold_ms,
        ranked(found),
        people.limit_ms if people else None,
        people.beyond if people else None,
        people.off_roads if people else None,
    )


def people_of(job: Job, known: JobFacts) -> PeopleBeyond | None:
    """Return the people of a job by the drive to the nearest hospital; None without population.

    As its ``[indicators]`` say; without such a table the list that the criterion counts, and 30
    minutes.
    """
    given, asked = known.given, job.settings.indicators
    if given.people is None or known.facts.roads is None:
        return None
    question = Question.of(job.policy)
    hospitals = asked.hospitals if asked else question.criterion.list
    limit_ms = ms_from_minutes(asked.minutes if asked else _MINUTES)
    setting = IndicatorSetting(hospitals, (), limit_ms, 0)
    counted = count_people(given.people, (), MultiPolygon(), given.regions)
    if counted.cells is None:
        return None
    facts = job.policy.over(known.facts)
    return PeopleBeyond.of(setting, facts, given.regions, counted.cells, counted.ground)


@dataclass(frozen=True, slots=True, eq=False)
class _Closing:
    """A job whose hospitals are closed in turn."""

    job: Job
    known: JobFacts
    hand: AtHand
    question: Question
    rows: tuple[RawFacility, ...]
    before: dict[str, Standing]
    always: frozenset[str]  # who is judged again whoever closes

    @classmethod
    def of(
        cls,
        job: Job,
        known: JobFacts,
        verdicts: Sequence[Verdict],
        hand: AtHand,
        question: Question,
    ) -> _Closing:
        before = question.standings(known.facts)
        always = question.unsettled(verdicts)
        facts, counts = known.facts, question.criterion.counts
        counted = [f.id for f in facts.facilities if counts(f, facts)]
        if facts.roads is None or doors_in_doubt(facts.roads, counted):
            always = frozenset(before)
        return cls(job, known, hand, question, job_rows(job, hand)[0], before, always)

    def without(self, hospital: Facility, people: PeopleBeyond | None) -> Gone:
        """Return what hangs on a hospital."""
        facts = self._facts_without(hospital)
        after = self.question.standings(facts, self._asking(hospital, facts))
        at = hospital.position
        return Gone(
            id=hospital.id,
            name=hospital.name,
            geometry=None if at is None else Point(at.lon, at.lat),
            moved=moved(facts.facilities, self.before, after),
            people_beyond=None if people is None else people.more_without({hospital.id}),
        )

    def _asking(self, hospital: Facility, facts: Facts) -> frozenset[str]:
        """Return who is judged again: everybody, where another that counts is not the same now."""
        known = {f.id: f for f in self.known.facts.facilities}
        changed = {f.id for f in facts.facilities if known.get(f.id) != f}
        counts = self.question.criterion.counts
        asking = {f.id for f in facts.candidates}
        if not any(f.id in changed and counts(f, facts) for f in facts.facilities):
            led = {i for i, standing in self.before.items() if standing.nearest_id == hospital.id}
            asking &= led | changed | self.always
        return frozenset(asking - {hospital.id})

    def _facts_without(self, hospital: Facility) -> Facts:
        """Return the facts of the lists without a hospital's records.

        A run refuses a decision by hand, or an identity, that names nobody any more. Here the
        hospital is then taken out of the facts as they are.
        """
        rows = tuple(self._rows_without(hospital))
        kept = self.hand.kept.without(*_OF_LISTS)
        hand = replace(self.hand, rows=(rows, []), kept=kept)
        try:
            facts = put_together(self.job, silent, hand).facts
            return replace(facts, memory=self.known.facts.memory)
        except (UsageError, DataError):
            return _taken_out(self.known.facts, hospital, self.question.criterion.type)

    def _rows_without(self, hospital: Facility) -> Iterator[RawFacility]:
        """Yield the rows of the lists, those of the hospital without its type, if any is left."""
        own, kind = frozenset(hospital.rows), self.question.criterion.type
        for raw in self.rows:
            if raw.row not in own or kind not in raw.types:
                yield raw
            elif left := raw.types - {kind}:
                yield replace(raw, types=left)


def _taken_out(facts: Facts, hospital: Facility, kind: FacilityType) -> Facts:
    left = hospital.types - {kind}
    other = replace(hospital, types=left)
    rest = (other if f is hospital else f for f in facts.facilities if left or f is not hospital)
    return replace(facts, facilities=tuple(rest))
