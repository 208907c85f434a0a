"""医師少数スポット: facility lists, boundaries, roads and a policy in, verdicts with evidence out.

What stands here is meant for users and stays; everything else may move. Names are loaded when
first used, so that importing the package costs next to nothing.

Units: times are whole milliseconds, distances metres, areas square kilometres, positions
longitude and latitude in JGD2011 (EPSG:6668).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundfloor.faces import lazily

if TYPE_CHECKING:
    from groundfloor.problems import Lang, Problem, ProblemWarning, SpotsError
    from spots.judging.policy import Policy
    from spots.library.career_programme import Programme, read_programme
    from spots.library.circle_frames import circles
    from spots.library.compared_results import Comparison
    from spots.library.cut_frames import cut
    from spots.library.explanation import Explanation
    from spots.library.facility_lists import read_facilities
    from spots.library.facility_merging import merge_facilities
    from spots.library.ground import Ground, read_ground
    from spots.library.months_of_service import service_months
    from spots.library.plan_register import PlanRegister
    from spots.library.result import Result, read_result
    from spots.library.roads import Roads
    from spots.library.scenario import Scenario
    from spots.library.sweeping import ScenarioGrid
    from spots.library.target_progress import TargetProgress, targets
    from spots.library.told_problems import problems
    from spots.library.whole_runs import run
    from spots.sample import sample_run_file
    from spots.types import FacilityType, State

    __version__: str

__all__ = [
    "Comparison",
    "Explanation",
    "FacilityType",
    "Ground",
    "Lang",
    "PlanRegister",
    "Policy",
    "Problem",
    "ProblemWarning",
    "Programme",
    "Result",
    "Roads",
    "Scenario",
    "ScenarioGrid",
    "SpotsError",
    "State",
    "TargetProgress",
    "__version__",
    "circles",
    "cut",
    "merge_facilities",
    "problems",
    "read_facilities",
    "read_ground",
    "read_programme",
    "read_result",
    "run",
    "sample_run_file",
    "service_months",
    "targets",
]

_HOMES = {
    "groundfloor.problems": ("Lang", "Problem", "ProblemWarning", "SpotsError"),
    "spots.judging.policy": ("Policy",),
    "spots.library.circle_frames": ("circles",),
    "spots.library.compared_results": ("Comparison",),
    "spots.library.cut_frames": ("cut",),
    "spots.library.explanation": ("Explanation",),
    "spots.library.facility_lists": ("read_facilities",),
    "spots.library.facility_merging": ("merge_facilities",),
    "spots.library.ground": ("Ground", "read_ground"),
    "spots.library.career_programme": ("Programme", "read_programme"),
    "spots.library.months_of_service": ("service_months",),
    "spots.library.plan_register": ("PlanRegister",),
    "spots.library.result": ("Result", "read_result"),
    "spots.library.roads": ("Roads",),
    "spots.library.scenario": ("Scenario",),
    "spots.library.sweeping": ("ScenarioGrid",),
    "spots.library.target_progress": ("TargetProgress", "targets"),
    "spots.library.told_problems": ("problems",),
    "spots.library.whole_runs": ("run",),
    "spots.sample": ("sample_run_file",),
    "spots.types": ("FacilityType", "State"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES, distribution="shortage-spots")
