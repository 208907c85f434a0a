"""Jobs of a batch that need no run: their result is there, whole, of the same inputs and settings.

Stands apart: it looks at what stands in a folder and believes nothing but its hashes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from groundfloor.codec import decode
from groundfloor.disk import sha256_of
from groundfloor.problems import Problem, SpotsError, Text
from spots.job.batch_outcomes import BatchItem, BatchOutcome, ResultTally, Tally
from spots.outputs.evidence import read_manifest
from spots.types import State

_TALLY = ("facilities", "spots", *(state.value for state in State))


def finished(item: BatchItem, target: Path, digest: str) -> BatchOutcome | None:
    """Return how a job ended before; None where it has to be run.

    Parameters
    ----------
    item : BatchItem
        The job.
    target : Path
        Its output folder.
    digest : str
        Of the job (`spots.job.job_digest.job_digest`); an empty one is that of no result.

    Returns
    -------
    BatchOutcome or None
        None where there is no result, or one of other inputs, settings or versions, or one that
        lacks something, or a file of which was changed since.
    """
    try:
        page = read_manifest(target)
        if not digest or page.get("digest") != digest or page["missing"]:
            return None
        if any(sha256_of(target / f["name"]) != f["sha256"] for f in page["files"]):
            return None
        return _outcome(item, page)
    except (SpotsError, OSError, KeyError, TypeError, ValueError):
        return None  # what cannot be read is made again


def _outcome(item: BatchItem, page: Mapping[str, Any]) -> BatchOutcome:
    return BatchOutcome(
        item,
        Tally(**{name: page["counts"][name] for name in _TALLY}),
        float(page["dissolved_km2"]),
        tuple(map(_problem, page["problems"])),
        results=tuple(_result(each) for each in page.get("results", ())),
        finished_before=True,
    )


def _problem(told: Mapping[str, Any]) -> Problem:
    """Return a problem as it was written: in the language of the outputs alone."""
    words = {name: {"ja": told[name], "en": told[name]} for name in ("message", "remedy")}
    problem: Problem = decode({**told, **words}, Problem)
    return problem


def _result(told: Mapping[str, Any]) -> ResultTally:
    title = str(told["title"])
    states = {state.value: told[state.value] for state in State}
    return ResultTally(
        told["result"], Text(title, title), told["units"], **states, km2=float(told["area_km2"])
    )
