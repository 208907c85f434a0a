"""The check of a whole job: judged as a run judges it, or, where it cannot be, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem, Severity, SpotsError
from groundfloor.toml import key_name
from spots.checking.found_parts import (
    FoundCriterion,
    FoundPeople,
    FoundRoads,
    JobCheck,
    counts_of,
    found_ground,
    found_list,
    found_neighbours,
    found_positions,
)
from spots.checking.partial_reading import ReadParts, read_parts
from spots.facilities.reading import Scan, scan_layer
from spots.job.at_hand import AtHand
from spots.job.execution import execute
from spots.job.job_facts import JobFacts, put_together
from spots.job.job_roads import Progress, silent, store_of
from spots.job.named_files import is_file, named_files, shown_name
from spots.job.run_file import Job, JobDraft, draft_of
from spots.job.run_file_shape import RunFile
from spots.telling.open_verdicts import open_facilities, open_units
from spots.types import Facility, RunResult


def check_job(
    path: str | Path,
    facilities: Sequence[str | Path] = (),
    settings: Sequence[str] = (),
    *,
    progress: Progress = silent,
    hand: AtHand | None = None,
) -> JobCheck:
    """Look at a whole job without writing anything, and report everything at once.

    A sound job is judged as `spots run` judges it, with its roads, so that what would be
    undetermined is known and not guessed. Of one that is not, every part is looked at that does
    not hang on what is wrong.

    Parameters
    ----------
    path : str or Path
        A run file, or the ``run.json`` of a result.
    facilities : sequence of str or Path
        As `spots.job.run_file.read_run_file` takes them.
    settings : sequence of str
        Likewise.
    progress : callable
        Called with the name of each stage as it begins.
    hand : AtHand, optional
        What loads the roads, and keeps them for the next job.

    Returns
    -------
    JobCheck
        All findings; nothing is raised for bad input.
    """
    try:
        draft = draft_of(path, facilities, settings)
    except SpotsError as fault:
        return JobCheck(str(path), problems=fault.problems)
    job = draft.job()
    scans = _scans(draft)
    found = _beginning(str(path), draft, job, scans)
    wrong = [*draft.problems, *(p for s in scans.values() for p in s.problems)]
    given = hand or AtHand()
    if job is not None:
        given = replace(given, disk=store_of(job, progress))
    if job is not None and not any(p.severity is Severity.ERROR for p in wrong):
        rows = tuple(raw for scan in scans.values() for raw in scan.raws)
        told = [p for scan in scans.values() for p in scan.problems]
        given = replace(given, rows=(rows, told))
        try:
            result = execute(job, progress, hand=given, around=False)
        except SpotsError as fault:
            parts = read_parts(draft, job, scans, given, progress)
            return _in_parts(found, job, parts, (*fault.problems, *parts.problems))
        return _whole(found, job, result, put_together(job, silent, given))
    parts = read_parts(draft, job, scans, given, progress)
    return _in_parts(found, job, parts, (*draft.problems, *parts.problems))


def _scans(draft: JobDraft) -> dict[str, Scan]:
    """Return what is in each list whose table is right and whose file is there, by its name."""
    aliases = draft.sound.settings.aliases
    return {
        layer.spec.name: scan_layer(layer.spec, aliases)
        for layer in draft.layers
        if ("facilities", layer.entry) not in draft.sound.broken and is_file(layer.spec.path)
    }


def _beginning(path: str, draft: JobDraft, job: Job | None, scans: Mapping[str, Scan]) -> JobCheck:
    """Return what the run file itself says, and its lists."""
    made_up = draft.sound.made_up
    files = tuple(
        (key_name(key), shown_name(file))
        for key, file in named_files(asdict(draft.sound.settings))
        if key_name(key) not in made_up
    )
    lists = tuple(
        found_list(layer.spec, layer.list_name, scans.get(layer.spec.name))
        for layer in draft.layers
    )
    names = {(raw.row.file, raw.row.row): raw.name for s in scans.values() for raw in s.raws}
    return JobCheck(
        path, job.title if job else None, files=files, lists=lists, names=FrozenDict(names)
    )


def _whole(found: JobCheck, job: Job, result: RunResult, known: JobFacts) -> JobCheck:
    """Return the check of a job that can be run."""
    roads, info = known.facts.roads, known.network
    placed = [f for f in known.given.facilities if f.position is not None]
    people = known.given.people
    return replace(
        _in_parts(found, job, _parts_of(known), result.problems),
        settings=result.settings.lines,
        criteria=tuple(
            FoundCriterion(c.number, c.mark, c.title, c.given, _of_type(job, c.number, result))
            for c in result.settings.criteria
        ),
        roads=None
        if roads is None or info is None
        else FoundRoads(
            source=info.source,
            as_of=info.as_of,
            profile=info.profile,
            edges=info.edges,
            schematic=info.schematic,
            placed=len(placed),
            untied=tuple(f.name for f in placed if not _tied(f, known)),
        ),
        people=None
        if people is None
        else FoundPeople(len(people), float(people["population"].sum())),
        counts=counts_of(result),
        open=(*open_facilities(result), *open_units(result)),
    )


def _in_parts(
    found: JobCheck, job: Job | None, parts: ReadParts, problems: Iterable[Problem]
) -> JobCheck:
    """Return a check with the parts that could be read."""
    facilities = parts.facilities
    settings = job.settings if job is not None else None
    return replace(
        found,
        problems=tuple(dict.fromkeys(problems)),
        ground=found_ground(parts.regions, _stated(settings)) if parts.regions else None,
        positions=found_positions(facilities) if facilities is not None else None,
        neighbours=found_neighbours(
            facilities,
            parts.places,
            job.policy.policy.prefecture,
            counted=job.policy.travel.neighbours,
        )
        if job is not None and facilities is not None and parts.places
        else None,
    )


def _parts_of(known: JobFacts) -> ReadParts:
    given = known.given
    return ReadParts(given.regions, given.facilities, given.places)


def _stated(settings: RunFile | None) -> list[tuple[str, str]]:
    """Return the editions and days that the run file states of its ground, by table."""
    if settings is None:
        return []
    areas, index = settings.medical_areas, settings.physician_index
    told = [("municipalities", settings.municipalities.edition or settings.municipalities.as_of)]
    told += [] if areas is None else [("medical_areas", areas.edition or areas.as_of)]
    told += [] if index is None else [("physician_index", index.edition)]
    return [(name, str(edition)) for name, edition in told if edition]


def _of_type(job: Job, number: int, result: RunResult) -> int:
    wanted = dict(job.policy.criteria)[number].type
    judged = (v.facility for v in result.verdicts)
    return sum(wanted in f.types and not _only_reached(f) for f in judged)


def _only_reached(facility: Facility) -> bool:
    return facility.role.value == "destination"


def _tied(facility: Facility, known: JobFacts) -> bool:
    roads = known.facts.roads
    snap = roads.snaps.get(facility.id) if roads is not None else None
    return snap is not None and snap.snap is not None
