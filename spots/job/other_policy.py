"""A job under another policy than its own: the same inputs, other rules.

The manifest of such a run says the other rules as overrides of the job's own, so that it is a job
again like any other.

Stands apart: a run file has one policy; only who asks "what if" has several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from groundfloor.codec import encode
from groundfloor.frozen import frozen
from groundfloor.problems import UsageError
from groundfloor.toml import TomlDocument, merge_tables
from spots.job.policy_fit import policy_fits
from spots.job.run_file import Job
from spots.job.run_layers import RunLayer, layers_fit
from spots.judging.policy import Policy
from spots.judging.selecting.written_keys import WrittenKeys


def job_under(job: Job, policy: Policy) -> Job:
    """Return the job with another policy in the place of its own.

    Parameters
    ----------
    job : Job
        The checked job.
    policy : Policy
        The other policy; an equal one gives the job itself.

    Raises
    ------
    UsageError
        The policy asks for what the job does not have.
    """
    if policy == job.policy:
        return job
    changes = differing(encode(job.policy), encode(policy))
    choice = job.settings.policy
    override = merge_tables(choice.override, changes)
    if "rule" in changes:  # one join replaces another
        override["rule"] = changes["rule"]
    own = job.policy.select, job.policy.result, job.policy.unit_reason
    other = replace(
        job,
        policy=policy,
        settings=replace(job.settings, policy=replace(choice, override=frozen(override))),
        manual_at=job.manual_at if policy.manual == job.policy.manual else (),
        excluded_at=job.excluded_at
        if policy.exclude_municipality == job.policy.exclude_municipality
        else (),
        written=job.written
        if (policy.select, policy.result, policy.unit_reason) == own
        else WrittenKeys(),
        record=None,  # it is no replay of that run any more
    )
    refuse_unfit(other)
    return other


def refuse_unfit(job: Job) -> None:
    """Raise what the policy of a job asks for and its inputs do not give.

    Raises
    ------
    UsageError
        There is something of that kind.
    """
    layers = [RunLayer(s, name) for s, name in zip(job.layers, job.lists, strict=True)]
    nowhere = TomlDocument(job.file, {}, {})
    judging = job.policy.needs_candidates
    if wrong := (
        *layers_fit(layers, nowhere, judging=judging),
        *policy_fits(job.policy, job.settings, layers, nowhere),
    ):
        raise UsageError(wrong)


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be laid over some tables to have others; what is gone stays.

    Examples
    --------
    >>> differing({"a": {"x": 1, "y": 2}, "b": 1}, {"a": {"x": 1, "y": 3}, "b": 1})
    {'a': {'y': 3}}
    """
    changes: dict[str, Any] = {}
    for key, value in new.items():
        was = old.get(key)
        if was == value and key in old:
            continue
        if key == "rule" or not isinstance(was, Mapping) or not isinstance(value, Mapping):
            changes[key] = value
        else:
            same_kind = was.get("kind") == value.get("kind")
            changes[key] = differing(was, value) if same_kind else value
    return changes
