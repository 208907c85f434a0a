"""Each secondary emergency hospital closed in turn, and what hangs on it.

A hospital that closes neither asks nor counts: its records are taken out of every list of its type,
as if the rows had never been there, and everything that follows from the lists is put together
again: who is one facility with whom, who stands on one site, who is tied to which road. What is
kept for other reasons (it is also a base hospital) stays. So the outcome is that of a run whose
lists lack the rows.

Judged again are those whose nearest other it was, and those whose answer it leaves open: everybody
else keeps the nearest, since no drive becomes shorter when a hospital closes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from shapely.geometry import MultiPolygon, Point

from groundfloor.problems import DataError, UsageError
from spots.facilities import RawFacility
from spots.facilities.naming import name_key
from spots.job.at_hand import AtHand
from spots.job.closed_hospitals import rows_without
from spots.job.inputs import job_rows
from spots.job.job_facts import JobFacts, put_together
from spots.job.job_roads import silent
from spots.job.run_file import Job
from spots.judging.criteria import Facts
from spots.judging.criteria.closed_ways import doors_in_doubt
from spots.judging.indicators import IndicatorSetting
from spots.judging.people_beyond import PeopleBeyond
from spots.judging.people_counting import count_people
from spots.scenarios.standings import Step, TravelQuestion, moved
from spots.telling.units import ms_from_minutes
from spots.types import Facility, FacilityType, Verdict
from spots.types.robustness import Gone, GoneKind, GoneRanking, TravelStanding, ranked

#: What hangs on the lists: kinds of `AtHand.kept`.
_OF_LISTS = ("rows", "merged", "places", "ground", "facts", "tied", "records")
_MINUTES = 30.0  # of `[indicators]` where the run file has none: the rule's own limit


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
    question = TravelQuestion.of(job.policy)
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
    question = TravelQuestion.of(job.policy)
    hospitals = asked.hospitals if asked else question.criterion.list
    limit_ms = ms_from_minutes(asked.minutes if asked else _MINUTES)
    setting = IndicatorSetting(hospitals, (), limit_ms, 0)
    counted = count_people(given.people, (), MultiPolygon(), given.regions, lived_in=given.lived_in)
    if counted.cells is None:
        return None
    facts = job.policy.over(known.facts)
    return PeopleBeyond.of(setting, facts, given.regions, counted.cells, counted.ground)


@dataclass(frozen=True, slots=True, eq=False)
class _Closing:
    """A job whose hospitals are closed in turn.

    Parameters
    ----------
    job, known, hand, question
        The job, what is known of it, what was read, and what is asked.
    rows : tuple of RawFacility
        Of all lists.
    before : mapping of str to TravelStanding
        How candidates stand, by id.
    concerned : mapping of str to frozenset of str
        See `TravelQuestion.concerned`.
    everybody : bool
        Whether all are judged again whoever closes: by closed roads at doors the nearest may be
        another than the one told, other criteria have nearest of their own, and without roads
        nobody is worth leaving out.
    """

    job: Job
    known: JobFacts
    hand: AtHand
    question: TravelQuestion
    rows: tuple[RawFacility, ...]
    before: Mapping[str, TravelStanding]
    concerned: Mapping[str, frozenset[str]]
    everybody: bool

    @classmethod
    def of(
        cls,
        job: Job,
        known: JobFacts,
        verdicts: Sequence[Verdict],
        hand: AtHand,
        question: TravelQuestion,
    ) -> _Closing:
        facts, counts = known.facts, question.criterion.counts
        counted = [f.id for f in facts.facilities if counts(f, facts)]
        return cls(
            job=job,
            known=known,
            hand=hand,
            question=question,
            rows=job_rows(job, hand)[0],
            before=question.standings(facts),
            concerned=question.concerned(verdicts),
            everybody=not question.alone
            or facts.roads is None
            or doors_in_doubt(facts.roads, counted),
        )

    def without(self, hospital: Facility, people: PeopleBeyond | None) -> Gone:
        """Return what hangs on a hospital."""
        facts = self._facts_without(hospital)
        asking = self._asking(hospital, facts)
        after = self.question.standings(facts, asking) if asking else {}
        at = hospital.position
        return Gone(
            id=hospital.id,
            name=hospital.name,
            geometry=None if at is None else Point(at.lon, at.lat),
            moved=moved(facts.facilities, self.before, after),
            people_beyond=None if people is None else people.more_without({hospital.id}),
        )

    def _asking(self, hospital: Facility, facts: Facts) -> frozenset[str]:
        """Return who is judged again.

        Everybody, where another that counts is not the same now, or where the lists no longer name
        anybody of a prefecture that lay behind a border.
        """
        known = {f.id: f for f in self.known.facts.facilities}
        changed = {f.id for f in facts.facilities if known.get(f.id) != f}
        counts, asking = self.question.criterion.counts, {f.id for f in facts.candidates}
        others = any(f.id in changed and counts(f, facts) for f in facts.facilities)
        if not (others or self.everybody or self._listed(facts) != self._listed(self.known.facts)):
            led = {i for i, standing in self.before.items() if standing.nearest_id == hospital.id}
            of = (self.concerned.get(who, ()) for who in ("", hospital.id, hospital.name))
            asking &= led | changed | frozenset(chain.from_iterable(of))
        return frozenset(asking - {hospital.id})

    def _listed(self, facts: Facts) -> frozenset[str]:
        """Return the other prefectures of which hospitals are listed."""
        known, counts = self.question.policy.over(facts), self.question.criterion.counts
        return known.listed_beyond(f for f in facts.facilities if counts(f, facts))

    def _facts_without(self, hospital: Facility) -> Facts:
        """Return the facts of the lists without a hospital's records.

        A run refuses a decision by hand, or an identity, that names nobody any more. Here the
        hospital is then taken out of the facts as they are.
        """
        if self._stands_alone(hospital):
            return _taken_out(self.known.facts, hospital, self.question.criterion.type)
        rows = tuple(self._rows_without(hospital))
        kept = self.hand.kept.without(*_OF_LISTS)
        hand = replace(self.hand, rows=(rows, []), kept=kept)
        try:
            facts = put_together(self.job, silent, hand).facts
            return replace(facts, memory=self.known.facts.memory)
        except (UsageError, DataError):
            return _taken_out(self.known.facts, hospital, self.question.criterion.type)

    def _stands_alone(self, hospital: Facility) -> bool:
        """Whether no other row can become another facility, or get another site, without it.

        It is one row, alone on its site, may be no other, and no other is called by its name or by
        a part of it: so it took no row, position or id from any.
        """
        if len(hospital.rows) > 1 or hospital.doubles or hospital.apart:
            return False
        facilities = self.known.facts.facilities
        if any(f.site == hospital.site for f in facilities if f is not hospital):
            return False
        (own,) = hospital.rows
        key = name_key(next(raw.name for raw in self.rows if raw.row == own))
        others = (name_key(raw.name) for raw in self.rows if raw.row != own)
        return not any(other.endswith(key) or key.endswith(other) for other in others)

    def _rows_without(self, hospital: Facility) -> Iterator[RawFacility]:
        """Yield the rows of the lists, those of the hospital without its type, if any is left."""
        kind = self.question.criterion.type
        return rows_without(self.rows, frozenset(hospital.rows), {kind})


def _taken_out(facts: Facts, hospital: Facility, kind: FacilityType) -> Facts:
    left = hospital.types - {kind}
    other = replace(hospital, types=left)
    rest = (other if f is hospital else f for f in facts.facilities if left or f is not hospital)
    return replace(facts, facilities=tuple(rest))
