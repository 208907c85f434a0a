"""The main job: read → validate → locate → snap → solve → judge → draw → cut.

`execute` is the whole of it, in two halves: `put_together` reads, and keeps what the next policy
does not touch; what follows takes frozen values and returns frozen values. Only the first touches
the disk (`spots.job.inputs`, and the roads); writing is `spots.outputs`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boundaries import PREFECTURES, ClassBasis
from groundfloor.kept_on_disk import KeptOnDisk
from groundfloor.problems import DataError, Problem, Severity, Text, UsageError
from networks.compiling import compiling_told
from spots.job.at_hand import AtHand
from spots.job.inputs import JobInputs
from spots.job.job_background import JobBackground, job_background
from spots.job.job_facts import JobFacts, put_together
from spots.job.job_roads import Progress, silent
from spots.job.run_file import Job
from spots.job.run_surroundings import surroundings
from spots.job.settings_told import settings_in_words
from spots.judging.criteria import Facts
from spots.judging.designation import judge
from spots.judging.drawing import Drawn, draw_ground
from spots.judging.indicators import IndicatorSetting, access_indicators
from spots.judging.people_counting import CountedPeople, count_people
from spots.judging.plan_reasons import spots_without_service
from spots.judging.policy import Policy
from spots.judging.run_doubts import doubts_after, doubts_before
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.ground_judging import JudgedGround, by_units, judge_ground
from spots.judging.selecting.hand_reasons import idle_reasons
from spots.judging.selecting.selection_checks import selection_problems
from spots.telling.units import ms_from_minutes
from spots.types import Layer, RunResult, Settings, Verdict
from spots.types.access import AccessIndicators
from spots.types.belts import Belt
from spots.types.results import Surroundings


def execute(
    job: Job, progress: Progress = silent, *, hand: AtHand | None = None, around: bool = True
) -> RunResult:
    """Run a checked job.

    Parameters
    ----------
    job : Job
        From `spots.job.run_file.read_run_file`.
    progress : callable
        Called with the name of each stage as it begins.
    hand : AtHand, optional
        What takes the place of the job's files: roads in memory, and whatever was read before.
    around : bool
        Whether what lies around the spots is found too, for maps and sheets: catchments, main
        roads, times from anywhere. It takes longer than all the rest, and no verdict needs it.

    Returns
    -------
    RunResult
        Verdicts, spots and everything a reader must know of them.

    Raises
    ------
    MissingFileError, DataError
        An input cannot be used; all problems found in it are named.
    UsageError
        Settings do not fit the data.
    """
    with compiling_told(progress):
        return _executed(job, progress, hand or AtHand(), around=around)


def _executed(job: Job, progress: Progress, hand: AtHand, *, around: bool) -> RunResult:
    known = put_together(job, progress, hand)
    judged, more = _judged(job.policy, known.facts, known.given.belts, progress)
    ground = _on_ground(job, known.facts, judged, known.given, progress)
    surrounding = _around(job, known, more.append, progress, hand.disk) if around else None
    regions, roads = known.given.regions, known.facts.roads
    tiles = job_background(job, regions) if around else JobBackground()
    return RunResult(
        settings=_settings(job, known),
        verdicts=ground.verdicts,
        spots=ground.people.spots,
        dissolved=ground.drawn.dissolved,
        dissolved_km2=ground.drawn.dissolved_km2,
        municipalities=known.municipalities,
        areas=regions.areas,
        plane_epsg=known.plane_epsg,
        layers=_layers(job),
        edition=regions.edition,
        network=known.network,
        inputs=(*known.inputs, *tiles.records),
        problems=(*known.problems, *more, *ground.problems, *tiles.problems),
        job=job.resolved(),
        origin=job.origin(roads.network.profile if roads else None),
        closures=known.closed.closures if known.closed else None,
        surroundings=surrounding,
        population=ground.people.cells,
        dissolved_population=ground.people.inside,
        population_ground=ground.people.ground,
        units=ground.people.units,
        grounds=ground.people.grounds,
        indicators=ground.indicators,
        straight=known.facts.straight,
        background=tiles.background,
        belts=known.given.belts,
    )


def _judged(
    policy: Policy, facts: Facts, belts: Sequence[Belt], progress: Progress
) -> tuple[tuple[Verdict, ...], list[Problem]]:
    """Return the verdicts, and what to doubt about them before and after they are known."""
    progress(Text("所要時間を計算し、判定しています", "measuring travel times and judging"))
    before = doubts_before(policy, facts)
    verdicts = judge(policy, facts)
    return verdicts, [*before, *doubts_after(policy, verdicts, belts)]


@dataclass(frozen=True, slots=True, eq=False)
class _OnGround:
    """What a run finds on the ground, once its facilities are judged."""

    verdicts: tuple[Verdict, ...]
    drawn: Drawn
    people: CountedPeople
    indicators: AccessIndicators | None
    problems: tuple[Problem, ...]


def _on_ground(
    job: Job, facts: Facts, verdicts: Sequence[Verdict], given: JobInputs, progress: Progress
) -> _OnGround:
    """Return the spots, the units that the policy asks for, who lives there, and indicators."""
    progress(Text("円を描いています", "drawing circles"))
    drawn = draw_ground(job.policy, verdicts, given.regions, facts.memory)
    ground = _ground(job, facts, drawn, given, progress)
    people = count_people(
        given.people,
        drawn.spots,
        drawn.dissolved,
        given.regions,
        ground.units,
        ground.grounds,
        lived_in=given.lived_in,
    )
    indicators, more = _indicators(job, facts, given, people, progress)
    about_reasons = (
        *idle_reasons(job.policy, drawn.verdicts, ground.units, job.written),
        *spots_without_service(job.policy, drawn.spots),
    )
    return _OnGround(
        verdicts=by_units(job.policy, drawn.verdicts, ground.units),
        drawn=drawn,
        people=people,
        indicators=indicators,
        problems=(*drawn.problems, *ground.problems, *about_reasons, *people.problems, *more),
    )


def _ground(
    job: Job, facts: Facts, drawn: Drawn, given: JobInputs, progress: Progress
) -> JudgedGround:
    """Judge the units of ground that the policy asks for.

    Raises
    ------
    UsageError
        A selection names what is not there.
    DataError
        A unit lacks the reason that the plan has to give.
    """
    policy = job.policy
    if not policy.result:
        return JudgedGround()
    progress(Text("区域を判定しています", "judging units of ground"))
    own = given.ground
    known = GroundFacts(
        regions=given.regions,
        facts=policy.over(facts),
        verdicts=drawn.verdicts,
        rule_ground={s.facility_id: s.geometry for s in drawn.spots},
        layers=own.layers,
        tables=own.tables,
        entries=own.entries,
        national_index=own.national_index,
        people=given.people,
        apart=own.apart,
    )
    if wrong := selection_problems(policy, known, job.written):
        raise UsageError(wrong)
    judged = judge_ground(policy, known)
    if any(p.severity is Severity.ERROR for p in judged.problems):
        raise DataError(judged.problems)
    return judged


def _indicators(
    job: Job, facts: Facts, given: JobInputs, people: CountedPeople, progress: Progress
) -> tuple[AccessIndicators | None, tuple[Problem, ...]]:
    """Return the indicators that the run file asks for, and what they lack."""
    asked = job.settings.indicators
    if asked is None:
        return None, ()
    progress(Text("指標を求めています", "measuring indicators"))
    setting = IndicatorSetting(
        asked.hospitals, asked.institutions, ms_from_minutes(asked.minutes), asked.distance_m
    )
    known = job.policy.over(facts)
    return access_indicators(setting, known, given.regions, people.cells, people.ground)


def _around(
    job: Job,
    known: JobFacts,
    missing: Callable[[Problem], None],
    progress: Progress,
    disk: KeptOnDisk,
) -> Surroundings | None:
    if not known.facts.knows_times:
        return None
    progress(Text("地図に添える到達圏と道路を求めています", "finding catchments and main roads"))
    regions, closed = known.given.regions, known.closed
    return surroundings(job.policy, known.facts, regions, closed, missing, disk)


def _settings(job: Job, known: JobFacts) -> Settings:
    roads, areas = known.facts.roads, known.given.regions.medical_areas
    return settings_in_words(
        job,
        PREFECTURES[job.policy.policy.prefecture],
        known.network,
        profile=roads.network.profile if roads else None,
        closures=known.closed.closures if known.closed else None,
        classes_stated=any(a.basis is ClassBasis.STATED for a in areas),
        not_given=known.given.not_given,
        straight=known.facts.straight,
    )


def _layers(job: Job) -> tuple[Layer, ...]:
    return tuple(
        Layer(s.name, s.shown, s.types, s.role, s.source, s.as_of, name)
        for s, name in zip(job.layers, job.lists, strict=True)
    )
