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
    from groundfloor.problems import Lang, Problem, SpotsError, Text
    from spots.comparing.changes import Comparison
    from spots.comparing.comparison import diff
    from spots.comparing.comparison_text import comparison_table
    from spots.explaining.explained import explanation_text
    from spots.explaining.gathering import Explanation, explain, find_verdict
    from spots.job.run_file import Job, read_run_file
    from spots.judging.criteria.facts import Facts, TiedRoads
    from spots.judging.designation import judge
    from spots.judging.policy import Policy
    from spots.library.circle_frames import circles
    from spots.library.cut_frames import cut
    from spots.library.facility_lists import read_facilities
    from spots.library.ground import Ground, read_ground
    from spots.library.roads import Roads
    from spots.library.scenario import Scenario, run
    from spots.library.told_problems import ProblemWarning, problems
    from spots.locating.answer_text import locate_table
    from spots.locating.answering import locate
    from spots.locating.standing import Answers
    from spots.map import render_map
    from spots.outputs.evidence import load_result
    from spots.outputs.folder import write_folder
    from spots.outputs.summary import summary_table
    from spots.sample import sample_run_file
    from spots.types import FacilityType, RunResult, State, Verdict

    __version__: str

__all__ = [
    "Answers",
    "Comparison",
    "Explanation",
    "FacilityType",
    "Facts",
    "Ground",
    "Job",
    "Lang",
    "Policy",
    "Problem",
    "ProblemWarning",
    "Roads",
    "RunResult",
    "Scenario",
    "SpotsError",
    "State",
    "Text",
    "TiedRoads",
    "Verdict",
    "__version__",
    "circles",
    "comparison_table",
    "cut",
    "diff",
    "explain",
    "explanation_text",
    "find_verdict",
    "judge",
    "load_result",
    "locate",
    "locate_table",
    "problems",
    "read_facilities",
    "read_ground",
    "read_run_file",
    "render_map",
    "run",
    "sample_run_file",
    "summary_table",
    "write_folder",
]

_HOMES = {
    "groundfloor.problems": ("Lang", "Problem", "SpotsError", "Text"),
    "spots.comparing.changes": ("Comparison",),
    "spots.comparing.comparison": ("diff",),
    "spots.comparing.comparison_text": ("comparison_table",),
    "spots.explaining.explained": ("explanation_text",),
    "spots.explaining.gathering": ("Explanation", "explain", "find_verdict"),
    "spots.job.run_file": ("Job", "read_run_file"),
    "spots.judging.criteria.facts": ("Facts", "TiedRoads"),
    "spots.judging.designation": ("judge",),
    "spots.judging.policy": ("Policy",),
    "spots.library.circle_frames": ("circles",),
    "spots.library.cut_frames": ("cut",),
    "spots.library.ground": ("Ground", "read_ground"),
    "spots.library.roads": ("Roads",),
    "spots.library.facility_lists": ("read_facilities",),
    "spots.library.scenario": ("Scenario", "run"),
    "spots.library.told_problems": ("ProblemWarning", "problems"),
    "spots.locating.answer_text": ("locate_table",),
    "spots.locating.answering": ("locate",),
    "spots.locating.standing": ("Answers",),
    "spots.map": ("render_map",),
    "spots.outputs.evidence": ("load_result",),
    "spots.outputs.folder": ("write_folder",),
    "spots.outputs.summary": ("summary_table",),
    "spots.sample": ("sample_run_file",),
    "spots.types": ("FacilityType", "RunResult", "State", "Verdict"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES, distribution="shortage-spots")
