"""What can be read of a job that is wrong somewhere, and what that tells of its other parts.

A part is looked at with what it hangs on, or not at all: without outlines no point lies outside of
them. Stands apart: a sound job is read by `spots.job`, which stops at what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from boundaries import Regions, read_population
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem, Severity, SpotsError, attempt
from spots.facilities import (
    Belted,
    CheckReport,
    RawFacility,
    check_layers,
    place_facility,
    with_belt,
)
from spots.facilities.reading import Scan
from spots.job.at_hand import AtHand
from spots.job.belt_width import asked_beyond, belt_widths
from spots.job.closed_hospitals import ClosedHospitals
from spots.job.given_lists import lists_not_given
from spots.job.ground_inputs import read_ground_inputs
from spots.job.inputs import by_hand_problems, job_regions
from spots.job.job_roads import Progress, read_job_closures
from spots.job.named_files import shown_name
from spots.job.population_inputs import read_people
from spots.job.position_inputs import named_sources
from spots.job.run_file import Job, JobDraft
from spots.types import Facility, Place

_LISTS = "facilities"


@dataclass(frozen=True, slots=True, eq=False)
class ReadParts:
    """What could be read; None is what could not.

    Parameters
    ----------
    regions : Regions or None
        Municipalities, and medical areas where these could be read too.
    facilities : tuple of Facility or None
        What the lists that could be read merge to.
    places : mapping of str to Place
        Where facilities are; empty without regions.
    problems : tuple of Problem
        What was found on the way, but for what the run file itself is told of.
    """

    regions: Regions | None = None
    facilities: tuple[Facility, ...] | None = None
    places: Mapping[str, Place] = field(default_factory=FrozenDict)
    problems: tuple[Problem, ...] = ()


def read_parts(
    draft: JobDraft, job: Job | None, scans: Mapping[str, Scan], hand: AtHand, progress: Progress
) -> ReadParts:
    """Read every part of a job that does not hang on what is wrong, and tell of all of them.

    Parameters
    ----------
    draft : JobDraft
        What of the run file can be used.
    job : Job or None
        The job of that; None without a policy.
    scans : mapping of str to Scan
        Rows of the lists that can be read, by their name.
    hand : AtHand
        What is not read again.
    progress : callable
        Called with the name of each stage as it begins.
    """
    problems: list[Problem] = []
    regions = None
    if job is not None and not _troubled(draft, "municipalities"):
        regions, found = _regions(draft, job, hand, progress)
        problems += found
    report = _lists(draft, job, scans, regions)
    problems += report.problems
    places: dict[str, Place] = {}
    if job is not None and regions is not None:
        where = partial(_place, job, regions)
        places = {facility.id: where(facility) for facility in report.facilities}
    if job is not None:
        lists = not _troubled(draft, _LISTS) and not _wrong(report.problems)
        problems += _other_parts(draft, job, regions, report, places, hand, progress, lists=lists)
    told = dict.fromkeys(draft.sound.true_faults(problems))
    return ReadParts(regions, report.facilities, places, tuple(told))


def _troubled(draft: JobDraft, table: str) -> bool:
    """Whether something of a table of the run file is told to be wrong."""
    if any(path[0] == table for path in draft.sound.broken):
        return True
    keys = (str(p.column or "") for p in draft.problems if p.severity is Severity.ERROR)
    return any(key.startswith((f"{table}.", f"{table}[")) or key == table for key in keys)


def _wrong(problems: Sequence[Problem]) -> bool:
    return any(p.severity is Severity.ERROR for p in problems)


def _regions(
    draft: JobDraft, job: Job, hand: AtHand, progress: Progress
) -> tuple[Regions | None, tuple[Problem, ...]]:
    """Read the ground with all that is right of it; without areas and indices at the worst."""
    fresh = replace(hand, kept=type(hand.kept)())
    areas = None if _troubled(draft, "medical_areas") else job.settings.medical_areas
    index = None if _troubled(draft, "physician_index") else job.settings.physician_index
    settings = replace(job.settings, medical_areas=areas, physician_index=index)
    found, faults = attempt(partial(job_regions, replace(job, settings=settings), fresh, progress))
    if found is not None:
        return found[0], tuple(found[1])
    # An index is of no use without areas, and both may be what is wrong.
    for less in (
        replace(settings, physician_index=None),
        replace(settings, medical_areas=None, physician_index=None),
    ):
        read = partial(job_regions, replace(job, settings=less), fresh, progress)
        if (outlines := attempt(read)[0]) is not None:
            return outlines[0], faults
    return None, faults


def _lists(
    draft: JobDraft, job: Job | None, scans: Mapping[str, Scan], regions: Regions | None
) -> CheckReport:
    sources = named_sources(draft.sound.settings, draft.page.base, draft.page.file)
    report = check_layers(
        [layer.spec for layer in draft.layers if layer.spec.name in scans],
        draft.sound.settings.aliases,
        regions=regions,
        positions=[source for key, _, source in sources if not _troubled(draft, str(key[0]))],
        tolerance_m=job.policy.place.tolerance_m if job is not None else 0.0,
        identities=job.identities if job is not None else (),
        home=job.policy.policy.prefecture if job is not None else None,
        scans=scans,
        belt=_belt(job, regions),
    )
    if not any(_troubled(draft, table) for table in ("positions", "towns")):
        return report
    # Who has no position in the lists may have one in the source that cannot be asked.
    told = tuple(p for p in report.problems if p.code not in _WITHOUT_POSITION)
    return replace(report, problems=told)


def _belt(job: Job | None, regions: Regions | None) -> Callable[[Sequence[RawFacility]], Belted]:
    """Return what tells lists with a belt apart; nobody can who does not know where he is."""
    if job is None or regions is None:
        return Belted.of_all
    widths, asked = belt_widths(job), asked_beyond(job)
    near = job.policy.place.tolerance_m
    return partial(with_belt, regions=regions, widths=widths, asked_for=asked, tolerance_m=near)


_WITHOUT_POSITION = frozenset({"no-coordinates"})


def _place(job: Job, regions: Regions, facility: Facility) -> Place:
    home = job.policy.policy.prefecture
    return place_facility(facility, regions, tolerance_m=job.policy.place.tolerance_m, home=home)[0]


def _other_parts(
    draft: JobDraft,
    job: Job,
    regions: Regions | None,
    report: CheckReport,
    places: Mapping[str, Place],
    hand: AtHand,
    progress: Progress,
    *,
    lists: bool,
) -> Iterator[Problem]:
    """Yield what is found of lists given and not given, people, ground, closures and roads."""
    facilities = report.facilities
    if lists:
        yield from lists_not_given(job, report.raws)[1]
    if lists and regions is not None and not draft.problems:
        closed, unknown = attempt(partial(ClosedHospitals.of, job, facilities))
        yield from unknown
        yield from _told(partial(by_hand_problems, job, regions, facilities, places, closed))
    if job.settings.population is not None and not _troubled(draft, "population"):
        yield from _of_people(job, regions, hand)
    own = ("units", "tables", "entries")
    if lists and regions is not None and not any(_troubled(draft, name) for name in own):
        yield from _second(partial(read_ground_inputs, job, regions, facilities, hand))
    if job.needs_roads and job.settings.network is not None and not _troubled(draft, "network"):
        yield from _told(partial(_closure_problems, job))
        load = partial(hand.load, job, progress)
        yield from _told(lambda: hand.kept.get("network", (), load).problems)


def _closure_problems(job: Job) -> tuple[Problem, ...]:
    closing = read_job_closures(job)
    return tuple(p for _, read in closing.files for p in read.problems) if closing else ()


def _of_people(job: Job, regions: Regions | None, hand: AtHand) -> Iterator[Problem]:
    asked = job.settings.population
    if asked is None:
        return
    if regions is not None:
        yield from _second(partial(read_people, job, regions, hand))
        return
    paths = [job.path(file) for file in asked.file]
    labels = [shown_name(file) for file in asked.file]
    read = partial(read_population, paths, column=asked.column, layer=asked.layer, labels=labels)
    yield from _second(read)


def _told(find: Callable[[], Iterable[Problem]]) -> Iterator[Problem]:
    """Yield the problems that a step returns, or those that it raises."""
    try:
        yield from find()
    except SpotsError as fault:
        yield from fault.problems


def _second(find: Callable[[], tuple[object, Iterable[Problem]]]) -> Iterator[Problem]:
    """Yield the problems that a step returns beside what it found, or those that it raises."""
    return _told(lambda: find()[1])
