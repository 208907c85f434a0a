"""What a run was asked to write beside its verdicts, and under which names it stands.

A result carries it in its job, as the run file has it, so that a replay and a copy of the folder
have the same files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from groundfloor.codec import encode
from groundfloor.frozen import FrozenDict
from spots.types import OptionalOutput, RunResult

#: Key of ``[run]`` in the run file.
OUTPUTS = "outputs"
MAP, REPORT, WORKBOOK, GEOPACKAGE = "map.html", "report.pdf", "table.xlsx", "spots.gpkg"
ROUTES = "routes.geojson"
SPOTS_DISSOLVED, RESULTS_DISSOLVED = "spots_dissolved.geojson", "results_dissolved.geojson"
#: The files of each kind; those of results are written where the policy has any.
FILES: Mapping[OptionalOutput, tuple[str, ...]] = FrozenDict(
    {
        OptionalOutput.MAP: (MAP,),
        OptionalOutput.REPORT: (REPORT,),
        OptionalOutput.WORKBOOK: (WORKBOOK,),
        OptionalOutput.GEOPACKAGE: (GEOPACKAGE,),
        OptionalOutput.DISSOLVED: (SPOTS_DISSOLVED, RESULTS_DISSOLVED),
        OptionalOutput.ROUTES: (ROUTES,),
    }
)


def asked_outputs(result: RunResult) -> tuple[OptionalOutput, ...]:
    """Return what the run was asked to write beside its verdicts; by default everything.

    Parameters
    ----------
    result : RunResult
        The run.
    """
    settings = result.job.get("settings")
    head = settings.get("run") if isinstance(settings, Mapping) else None
    asked = head.get(OUTPUTS) if isinstance(head, Mapping) else None
    if not isinstance(asked, list | tuple):
        return tuple(OptionalOutput)
    return tuple(each for each in OptionalOutput if each in asked)


def with_outputs(result: RunResult, outputs: Iterable[OptionalOutput]) -> RunResult:
    """Return the same run, whose job asks for `outputs`.

    Parameters
    ----------
    result : RunResult
        The run.
    outputs : iterable of OptionalOutput
        What is written beside the verdicts.
    """
    kept = {*outputs}
    if kept == {*asked_outputs(result)}:
        return result
    settings = result.job.get("settings")
    tables = dict(settings) if isinstance(settings, Mapping) else {}
    head = {key: value for key, value in dict(tables.get("run") or {}).items() if key != OUTPUTS}
    if kept != {*OptionalOutput}:
        head[OUTPUTS] = encode([each for each in OptionalOutput if each in kept])
    return replace(result, job={**result.job, "settings": {**tables, "run": head}})


def not_asked_for(result: RunResult) -> Iterator[str]:
    """Yield the names of the files that the run could have, and was not asked for."""
    asked = asked_outputs(result)
    for kind, names in FILES.items():
        if kind not in asked:
            yield from (name for name in names if result.grounds or name != RESULTS_DISSOLVED)
