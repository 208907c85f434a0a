"""The walk over a job and its policy that tells every setting, in reading order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from groundfloor.problems import Text
from networks import NetworkInfo
from networks.speeds.profile import SpeedProfile
from spots.job.run_file import Job, shown_name
from spots.judging.criteria import NearestOtherTimeSetting, RuleSetting
from spots.judging.policy import Policy
from spots.judging.policy_files import preset_document
from spots.telling import setting_words as words
from spots.telling.closure_words import closure_lines, closures_caveat
from spots.telling.units import dated
from spots.telling.wording import NOTHING, joined, same
from spots.types import CriterionInfo, RunClosures, Settings


def settings_in_words(
    job: Job,
    prefecture: str,
    network: NetworkInfo | None,
    *,
    profile: SpeedProfile | None = None,
    closures: RunClosures | None = None,
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
    """
    policy = job.policy
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
            CriterionInfo(n, c.mark, c.heading, travel=c.needs_roads) for n, c in policy.criteria
        ),
        lines=(
            *_rule_lines(policy, job),
            *_data_lines(job, network, profile),
            *(closure_lines(closures) if closures else ()),
        ),
        caveats=tuple(_caveats(job, network, profile, closures)),
        attributions=_attributions(job, network),
    )


def _rule_lines(policy: Policy, job: Job) -> Iterable[words.Line]:
    yield words.SOURCE, policy.policy.source.text
    yield words.RULE, _rule(policy, policy.rule)
    yield words.radius_line(policy.circle.radius_m)
    for _, c in policy.criteria:
        if isinstance(c, NearestOtherTimeSetting):
            yield words.threshold_line(c.mark, c.threshold_ms, at_least=c.comparison == "at_least")
            yield words.list_line(c.mark, c.list, _layers_of(c.list, job))
            yield words.unreached_line(c.unreachable)
    travel = policy.travel
    yield words.direction_line(travel.direction)
    yield words.neighbours_line(counted=travel.neighbours)
    yield words.tolls_line(used=travel.tolls)
    yield words.ferries_line(travel.options.ferry_wait_ms if travel.ferries else None)
    yield words.snap_limit_line(travel.snap_limit_m)
    for e in policy.exclude_municipality:
        yield words.exclusion_line(e.name, facilities=e.facilities, area=e.area)
    yield words.moot_line(policy.scope.moot_area_classes)
    yield words.cuts_line(policy.circle.cut)


def _data_lines(
    job: Job, network: NetworkInfo | None, profile: SpeedProfile | None
) -> Iterable[words.Line]:
    index, people = job.settings.physician_index, job.settings.population
    yield words.index_line(index.edition, index.shortage_at_most, index.surplus_at_least)
    if people is not None:
        yield (
            words.PEOPLE,
            words.dated_name(people.source or shown_name(people.file[0]), people.as_of),
        )
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


def _caveats(
    job: Job,
    network: NetworkInfo | None,
    profile: SpeedProfile | None,
    closures: RunClosures | None,
) -> Iterable[Text]:
    if network is not None and network.schematic:
        yield words.SCHEMATIC
    if profile is not None:
        means = words.meaning(profile.name, profile.label, profile.title)
        yield from (means,) if means else ()
    told = closures_caveat(closures) if closures else None
    yield from (told,) if told else ()
    yield from (c.text for c in job.settings.run.caveats)
    yield from _borrowed_words(job)


def _borrowed_words(job: Job) -> Iterable[Text]:
    choice = job.settings.policy
    if choice.preset is None:
        return
    own = preset_document(choice.preset).data["policy"]["prefecture"]
    head = choice.override.get("policy", {})
    left = [key for key in ("title", "source") if key not in head]
    if left and job.policy.policy.prefecture != own:
        yield words.borrowed(choice.preset, left)


def _attributions(job: Job, network: NetworkInfo | None) -> tuple[str, ...]:
    given = [
        job.settings.municipalities.source,
        job.settings.medical_areas.source,
        job.settings.physician_index.source,
        *(spec.source for spec in job.layers),
        job.settings.network.source if job.settings.network else "",
        network.attribution if network else "",
        job.settings.towns.source if job.settings.towns else "",
        job.settings.population.source if job.settings.population else "",
    ]
    return tuple(dict.fromkeys(g for g in given if g))
