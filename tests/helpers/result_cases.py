"""Results of the library over made-up runs: with everything, with nothing, of units alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from shapely.geometry import MultiPolygon

from spots.library.result import Result
from spots.types import RunResult, State
from tests.helpers.fabricated import fabricated_result
from tests.helpers.layer_cases import full_result
from tests.helpers.unit_cases import bare_result, institutions_alone, with_units


def without_spots() -> RunResult:
    """Return a run in which nobody is designated, and no criterion asked for roads."""
    run = fabricated_result()
    verdicts = [
        replace(v, state=State.NOT_MET, criteria=(), outcomes=tuple(v.outcomes[:2]))
        for v in run.verdicts
    ]
    nothing = MultiPolygon()
    return replace(
        run, verdicts=tuple(verdicts), spots=(), dissolved=nothing, dissolved_km2=0.0, network=None
    )


def labelled() -> Result:
    """Return a result on whole-number labels of the caller's, under a name that a column has."""
    run = fabricated_result()
    labels = {v.facility.id: 100 + k for k, v in enumerate(run.verdicts)}
    return Result(run, labels=labels, index_name="key")


RESULTS: dict[str, Callable[[], Result]] = {
    "everything": lambda: Result(with_units(full_result())),
    "english": lambda: Result(with_units(full_result()), lang="en"),
    "hostile": lambda: Result(fabricated_result(hostile=True)),
    "no spots, no roads": lambda: Result(without_spots()),
    "units alone": lambda: Result(bare_result()),
    "institutions alone": lambda: Result(institutions_alone()),
    "own labels": labelled,
}
FRAMES = (
    "facilities",
    "spots",
    "dissolved",
    "units",
    "routes",
    "municipalities",
    "areas",
    "ledger",
    "problems",
)
