"""What a run tells of what it was given: every setting in words, every file with its hash.

The settings are those of a job and its policy, in reading order; the files are what a reader needs
to reproduce a number. Stands apart: nothing here decides anything, and `execution` is the whole of
what does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeAlias

from boundaries.codes import PREFECTURES, ROMAN_NAMES
from groundfloor.disk import sha256_of
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Text
from groundfloor.toml import KeyPath, key_name
from groundfloor.vector_files import file_parts
from networks import NetworkInfo
from networks.speeds.profile import SpeedProfile
from spots.job.belt_width import belts_in_words
from spots.job.named_files import LISTS, POLICY, named_files, shown_name
from spots.job.run_file import Job
from spots.job.run_layers import parse_as_of
from spots.judging.criteria import CriterionKind, RuleSetting, TravelSetting
from spots.judging.policy import Policy
from spots.judging.policy_files import preset_document
from spots.judging.selecting.told_selections import selection_lines
from spots.telling import setting_words as words
from spots.telling.borrowed_words import borrowed
from spots.telling.labels import NOT_GIVEN
from spots.telling.robustness_words import closed_caveat, closed_line
from spots.telling.setting_words import closure_lines, closures_caveat
from spots.telling.straight_words import (
    NOT_MEASURED,
    estimate_caveat,
    estimate_lines,
    estimate_mark,
    not_measured_caveat,
)
from spots.telling.units import dated
from spots.telling.wording import NOTHING, bracketed, joined, run_on, same
from spots.types import CriterionInfo, InputRecord, RunClosures, Settings, StraightTravel

#: Makes the records of a key: of its role, label, key, file, source and day.
_OwnRecords: TypeAlias = Callable[[str, str, KeyPath, str, str, str], Iterator[InputRecord]]
_NONE_IN_MEMORY: Mapping[str, str] = FrozenDict()


def settings_in_words(
    job: Job,
    prefecture: str,
    network: NetworkInfo | None,
    *,
    profile: SpeedProfile | None = None,
    closures: RunClosures | None = None,
    classes_stated: bool = False,
    not_given: frozenset[int] = frozenset(),
    straight: StraightTravel | None = None,
) -> Settings:
    """Return what a run was asked, for readers.

    Parameters
    ----------
    job : Job
        The checked job.
    prefecture : str
        Name of the policy's prefecture.
    network : NetworkInfo or None
        The network in use.
    profile : SpeedProfile, optional
        The speeds it was built with.
    closures : RunClosures, optional
        What is closed.
    classes_stated : bool
        Whether the table of indices states the class of an area.
    not_given : frozenset of int
        Numbers of the criteria that have no list.
    straight : StraightTravel, optional
        The estimate that stands in for roads.
    """
    policy = job.policy
    timed = {n for n, _ in policy.criteria} - job.not_measured
    thresholds = [c.threshold_ms for _, c in policy.criteria if c.threshold_ms is not None]
    return Settings(
        title=job.title,
        policy_title=policy.policy.title.text,
        prefecture_code=policy.policy.prefecture,
        prefecture=prefecture,
        radius_m=policy.circle.radius_m,
        threshold_ms=thresholds[0] if thresholds else None,
        valid_from=policy.validity.valid_from,
        valid_to=policy.validity.valid_to,
        criteria=tuple(
            _criterion_info(n, c, straight, given=n not in not_given, measured=n in timed)
            for n, c in policy.criteria
        ),
        lines=(
            *_rule_lines(policy, job, straight),
            *_data_lines(job, network, profile, classes_stated=classes_stated),
            *(closure_lines(closures) if closures else ()),
        ),
        caveats=(
            *((estimate_caveat(straight),) if straight else ()),
            *_lists_caveats(policy, not_given, job.not_measured),
            *_caveats(job, network, profile, closures),
        ),
        attributions=_attributions(job, network),
        report=job.settings.report.choice,
    )


def _criterion_info(
    number: int,
    criterion: CriterionKind,
    straight: StraightTravel | None,
    *,
    given: bool,
    measured: bool,
) -> CriterionInfo:
    """Return what reports know of a criterion.

    Its title says where no list was given, where its times are not measured, or are estimates.
    """
    title = criterion.heading
    if not given:
        title = run_on(title, bracketed(NOT_GIVEN))
    elif not measured:
        title = run_on(title, bracketed(NOT_MEASURED))
    elif straight is not None and criterion.needs_roads:
        title = joined((title, estimate_mark(straight)), "、", ", ")
    return CriterionInfo(number, criterion.mark, title, criterion.needs_roads, given)


def _rule_lines(policy: Policy, job: Job, straight: StraightTravel | None) -> Iterable[words.Line]:
    yield words.SOURCE, policy.policy.source.text
    yield from selection_lines(policy)
    if not policy.judges_facilities:
        yield from estimate_lines(straight) if straight is not None else ()
        return
    yield words.RULE, _rule(policy, policy.rule)
    yield words.radius_line(policy.circle.radius_m)
    for _, c in policy.criteria:
        yield from c.lines(lambda name: _layers_of(name, job))
        if c.service is not None:
            yield words.service_line(c.mark, c.service.text)
    yield from _travel_lines(policy.travel, straight)
    travel = policy.travel
    if travel.roadless:
        yield words.roadless_line(travel.roadless)
    if job.settings.run.without:
        yield closed_line(job.settings.run.without)
    for e in policy.exclude_municipality:
        yield words.exclusion_line(e.name, facilities=e.facilities, area=e.area)
    for m in policy.manual:
        yield words.decision_line(
            m.facility,
            include=m.decision == "include",
            overrides=m.overrides,
            reason=m.reason.text,
        )
    yield words.moot_line(policy.scope.moot_area_classes)
    yield words.cuts_line(policy.circle.cut)


def _travel_lines(travel: TravelSetting, straight: StraightTravel | None) -> Iterable[words.Line]:
    """Yield what a drive may use; where time is an estimate without drives, what it is made of."""
    if straight is not None:
        yield words.neighbours_line(counted=travel.neighbours)
        yield from estimate_lines(straight)
        return
    yield words.direction_line(travel.direction)
    yield words.neighbours_line(counted=travel.neighbours)
    yield words.tolls_line(used=travel.tolls)
    yield words.ferries_line(travel.options.ferry_wait_ms if travel.ferries else None)
    yield words.snap_limit_line(travel.snap_limit_m)


def _data_lines(
    job: Job,
    network: NetworkInfo | None,
    profile: SpeedProfile | None,
    *,
    classes_stated: bool,
) -> Iterable[words.Line]:
    index, people = job.settings.physician_index, job.settings.population
    if index is not None:
        limits = index.shortage_at_most, index.surplus_at_least
        average = index.national_average
        yield words.index_line(index.edition, *limits, stated=classes_stated, average=average)
    for wide, layers in belts_in_words(job):
        yield words.belt_line(wide, layers)
    if people is not None:
        files = [shown_name(file) for file in people.file]
        yield words.population_line(people.source, people.as_of, files)
    if network is not None:
        yield words.NETWORK, joined((same(network.source), dated(network.as_of)), " ", " ")
        yield words.profile_line(network.profile, profile.title if profile else None)


def _layers_of(name: str, job: Job) -> Iterable[tuple[str, date | None]]:
    """Yield the layers that make up a list, with their dates: which 二次救急 was meant."""
    for spec, list_name in zip(job.layers, job.lists, strict=True):
        if list_name in {name, "*"}:
            yield spec.name, spec.as_of


def _rule(policy: Policy, rule: RuleSetting) -> Text:
    marks = {n: c.mark for n, c in policy.criteria}
    for join, parts in (("any", rule.any), ("all", rule.all), ("none", rule.none)):
        if parts:
            inner = [
                _rule(policy, p) if isinstance(p, RuleSetting) else same(marks[p]) for p in parts
            ]
            return words.joined_by(join, inner)
    return NOTHING


def _lists_caveats(
    policy: Policy, not_given: frozenset[int], not_measured: frozenset[int]
) -> Iterable[Text]:
    """Yield what a run judges nothing by: criteria without a list, or without times."""

    def titled(numbers: frozenset[int]) -> list[Text]:
        without = (c for n, c in policy.criteria if n in numbers)
        return [Text(f"{c.mark}{c.heading.ja}", f"{c.mark} {c.heading.en}") for c in without]

    if titles := titled(not_given):
        yield words.not_given_caveat(titles)
    if titles := titled(not_measured):
        yield not_measured_caveat(titles)


def _caveats(
    job: Job,
    network: NetworkInfo | None,
    profile: SpeedProfile | None,
    closures: RunClosures | None,
) -> Iterable[Text]:
    if network is not None and network.schematic:
        yield words.SCHEMATIC
    if profile is not None:
        means = words.meaning(profile.name, profile.title)
        yield from (means,) if means else ()
    told = closures_caveat(closures) if closures else None
    yield from (told,) if told else ()
    if job.settings.run.without:
        yield closed_caveat(job.settings.run.without)
    yield from (c.text for c in job.settings.run.caveats)
    yield from _borrowed_words(job)


def _borrowed_words(job: Job) -> Iterable[Text]:
    choice = job.settings.policy
    head = choice.override.get("policy", {})
    if choice.preset is None or "prefecture" not in head:
        return
    own = preset_document(choice.preset).data["policy"]["prefecture"]
    left = [key for key in ("title", "source") if key not in head]
    if left and job.policy.policy.prefecture != own:
        yield borrowed(Text(PREFECTURES[own], ROMAN_NAMES[own]), left)


def _attributions(job: Job, network: NetworkInfo | None) -> tuple[str, ...]:
    own = job.settings
    given = [
        *(t.source if t else "" for t in (own.municipalities, own.medical_areas)),
        own.physician_index.source if own.physician_index else "",
        *(spec.source for spec in job.layers),
        own.network.source if own.network and own.network.kind != "straight" else "",
        network.attribution if network else "",
        *(table.source for table in own.positions),
        own.towns.source if own.towns else "",
        own.population.source if own.population else "",
        *(layer.source for layer in own.units),
        *(table.source for table in own.tables),
        *(entries.source for entries in own.entries),
    ]
    return tuple(dict.fromkeys(g for g in given if g))


# --- files and their hashes


def input_records(
    job: Job,
    network: NetworkInfo | None,
    *,
    roads_in_memory: bool,
    digests: Mapping[str, str] = _NONE_IN_MEMORY,
) -> tuple[InputRecord, ...]:
    """Hash the inputs of a job for the manifest.

    Parameters
    ----------
    job : Job
        The job that was run.
    network : NetworkInfo or None
        The network used; None when no criterion needed one.
    roads_in_memory : bool
        Whether that network was handed over in memory: then the hash is that of its content.
    digests : mapping of str to str
        Of the content of whatever else was handed over, by its key in the run file. Its record
        has no key: there is no file to be read again.

    Returns
    -------
    tuple of InputRecord
        Facility lists first, in order, then boundaries, tables, population, units of ground with
        their numbers and lists, policy, roads and closures.
    """
    own = partial(_of_key, job, digests)
    roads = (*_roads(job, own, network, roads_in_memory), *_closures(job, own, network))
    tables = (*_tables(job, own), *_population(job, own), *_of_ground(job, own))
    return (*_facilities(job, digests), *tables, *_policy(job, own), *roads)


def _facilities(job: Job, digests: Mapping[str, str]) -> Iterator[InputRecord]:
    for n, spec in enumerate(job.layers):
        key = key_name((LISTS, n, "file"))
        told = spec.source, str(spec.as_of or "")
        if key in digests:
            yield InputRecord(LISTS, spec.name, spec.shown, digests[key], *told)
        else:
            yield from records_of(LISTS, spec.name, key, spec.shown, spec.path, *told)


def _tables(job: Job, own: _OwnRecords) -> Iterator[InputRecord]:
    for role in ("municipalities", "medical_areas", "towns"):
        item = getattr(job.settings, role)
        if item is not None:
            as_of = str(parse_as_of(item.as_of, job.file, f"{role}.as_of") or item.edition)
            for key, file in _named(job, (role, "file")):
                yield from own(role, role, key, file, item.source, as_of)
    yield from _positions(job, own)
    index = job.settings.physician_index
    if index is None:
        return
    key = ("physician_index", "file")
    yield from own("index", index.edition, key, index.file, index.source, index.edition)


def _positions(job: Job, own: _OwnRecords) -> Iterator[InputRecord]:
    for n, item in enumerate(job.settings.positions):
        as_of = str(parse_as_of(item.as_of, job.file, key_name(("positions", n, "as_of"))) or "")
        for key, file in _named(job, ("positions", n, "file")):
            yield from own("positions", "positions", key, file, item.source, as_of)


def _population(job: Job, own: _OwnRecords) -> Iterator[InputRecord]:
    asked = job.settings.population
    if asked is None:
        return
    as_of = str(parse_as_of(asked.as_of, job.file, "population.as_of") or "")
    for key, file in _named(job, ("population", "file")):
        yield from own("population", "population", key, file, asked.source, as_of)


def _of_ground(job: Job, own: _OwnRecords) -> Iterator[InputRecord]:
    for role in ("units", "tables", "entries"):
        for n, item in enumerate(getattr(job.settings, role)):
            key = (role, n, "file")
            as_of = str(parse_as_of(item.as_of, job.file, key_name((role, n, "as_of"))) or "")
            yield from own(role, item.name, key, item.file, item.source, as_of)


def _policy(job: Job, own: _OwnRecords) -> Iterator[InputRecord]:
    file, head = job.settings.policy.file, job.policy.policy
    if file is not None:
        source, version = head.source.ja, str(head.version)
        yield from own("policy", head.name, POLICY, file, source, version)


def _roads(
    job: Job, own: _OwnRecords, info: NetworkInfo | None, in_memory: bool
) -> Iterator[InputRecord]:
    if info is None:
        return
    asked = job.settings.network
    if in_memory or asked is None:
        source = (asked.source if asked is not None else "") or info.source
        yield InputRecord("network", info.profile, info.source, info.sha256, source, info.as_of)
        return
    as_of = str(parse_as_of(asked.as_of, job.file, "network.as_of") or info.as_of)
    for name in ("file", "beside", "nodes", "profile"):
        for key, file in _named(job, ("network", name)):
            yield from own("network", info.profile, key, file, asked.source, as_of)


def _closures(job: Job, own: _OwnRecords, info: NetworkInfo | None) -> Iterator[InputRecord]:
    asked = job.settings.network
    if info is None or asked is None:
        return
    day = str(parse_as_of(asked.closures_on, job.file, "network.closures_on") or "")
    for key, file in _named(job, ("network", "closures")):
        yield from own("closures", "closures", key, file, "", day)


def _named(job: Job, prefix: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield the files of one key of the run file."""
    for key, file in named_files(asdict(job.settings)):
        if key[: len(prefix)] == prefix:
            yield key, file


def _of_key(
    job: Job,
    digests: Mapping[str, str],
    role: str,
    name: str,
    path: KeyPath,
    file: str,
    source: str,
    as_of: str,
) -> Iterator[InputRecord]:
    key, shown = key_name(path), shown_name(file)
    if key in digests:
        yield InputRecord(role, name, shown, digests[key], source, as_of)
    else:
        yield from records_of(role, name, key, shown, job.path(file), source, as_of)


def records_of(
    role: str, name: str, key: str, shown: str, path: Path, source: str, as_of: str
) -> Iterator[InputRecord]:
    """Yield the record of a file, of a Shapefile one of every part: the columns are in another.

    Parameters
    ----------
    role, name, key : str
        As of `InputRecord`.
    shown : str
        How outputs call the file.
    path : Path
        Where it is.
    source, as_of : str
        As of `InputRecord`.
    """
    for part in file_parts(path):
        label = shown if part == path else Path(shown).with_name(part.name).as_posix()
        size = part.stat().st_size
        yield InputRecord(role, name, label, sha256_of(part), source, as_of, key, size)
