"""What is taken away held against real runs: lists without the row, closures in the run file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import shapely

from spots.job.at_hand import AtHand
from spots.job.execution import execute
from spots.job.job_facts import JobFacts, put_together
from spots.job.job_roads import silent
from spots.job.run_file import Job, read_run_file
from spots.scenarios.hospitals_gone import hospitals_gone
from spots.scenarios.roads_cut import roads_cut
from spots.types import RunResult, Verdict
from spots.types.robustness import Gone, GoneRanking, RoadCut, TravelStanding


class Asked:
    """A job that was read and judged once, to take things out of it."""

    def __init__(self, run_file: Path, sets: tuple[str, ...] = ()) -> None:
        """Read and judge it."""
        self.run_file = run_file
        self.job: Job = read_run_file(run_file, (), sets)
        self.hand = AtHand()
        self.known: JobFacts = put_together(self.job, silent, self.hand)
        self.result: RunResult = execute(self.job, hand=self.hand, around=False)

    def hospitals(self) -> GoneRanking:
        """Close each hospital."""
        return hospitals_gone(self.job, self.known, self.result.verdicts, hand=self.hand)

    def roads(self) -> GoneRanking:
        """Cut each road."""
        return roads_cut(self.job, self.known, self.result.verdicts)

    def expected(self, gone: Gone) -> dict[str, TravelStanding]:
        """Return how everybody stands, by id: as the run has it, but for those that moved."""
        before = standings(self.result)
        after = {m.facility.id: m.after for m in gone.moved}
        left = before.keys() - ({gone.id} if gone.road is None else set())
        return {i: after.get(i, before[i]) for i in left}


def standings(result: RunResult, number: int = 3) -> dict[str, TravelStanding]:
    """Return how the candidates of a run stand, by id."""
    return {v.facility.id: standing_of(v, number) for v in result.verdicts if v.outcomes}


def standing_of(verdict: Verdict, number: int) -> TravelStanding:
    """Return how a candidate stands by a criterion."""
    outcome = next(o for o in verdict.outcomes if o.number == number)
    travel = outcome.travel
    return TravelStanding(
        verdict.state,
        outcome.truth,
        verdict.criteria,
        travel.nearest_id if travel else None,
        travel.nearest_name if travel else None,
        travel.travel_ms if travel else None,
    )


def closure_file(cut: RoadCut, path: Path) -> Path:
    """Write the closure that cuts a road."""
    feature = {
        "type": "Feature",
        "properties": {"name": cut.id},
        "geometry": shapely.geometry.mapping(cut.geometry),
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    return path


def cuts_of(ranking: GoneRanking) -> Iterator[tuple[Gone, RoadCut]]:
    """Yield every place at which a road is cut, with what is told of it."""
    for gone in ranking.rows:
        if gone.road is not None:
            for cut in gone.road.cuts:
                yield gone, cut


def run_of(run_file: Path, sets: tuple[str, ...] = ()) -> RunResult:
    """Do a real run."""
    return execute(read_run_file(run_file, (), sets), around=False)


def by_name(ranking: GoneRanking) -> Mapping[str, Gone]:
    """Return what was taken away by its name."""
    return {gone.name or gone.id: gone for gone in ranking.rows}
