"""Registers to try things on, and runs to add to them that are made up in a moment."""

from __future__ import annotations

import functools
from dataclasses import replace
from datetime import date
from pathlib import Path

from groundfloor.day_spans import DaySpan
from spots.register import Register, RunToAdd
from spots.types import RunResult
from spots.types.designations import DesignationKind
from tests.helpers.fabricated import fabricated_result
from tests.helpers.unit_cases import ground_result


@functools.cache
def small_run() -> RunResult:
    """Return a run with spots by criteria and classes of areas."""
    return fabricated_result()


@functools.cache
def unit_run() -> RunResult:
    """Return a run that judges units of ground, with several results."""
    return ground_result()


def years(first: int, until: int | None) -> DaySpan:
    """Return the days from 1 April of a year up to that of another."""
    return DaySpan(date(first, 4, 1), None if until is None else date(until, 4, 1))


def to_add(
    plan: str,
    span: DaySpan | None,
    *,
    run: RunResult | None = None,
    supersedes: tuple[int | str, ...] = (),
    kinds: tuple[DesignationKind, ...] | None = (DesignationKind.SPOT,),
) -> RunToAdd:
    """Return a made-up run as it is added."""
    result = run or small_run()
    return RunToAdd(result, "0" * 64, "e" * 64, plan, span, supersedes, kinds)


def titled(run: RunResult, title: str) -> RunResult:
    """Return a run that differs in its title alone."""
    said = replace(run.settings.title, ja=title)
    return replace(run, settings=replace(run.settings, title=said))


def register_of(path: Path, *runs: RunToAdd) -> Register:
    """Return a new register with runs in it."""
    register = Register.create(path)
    for run in runs:
        register.add_run(run)
    return register
