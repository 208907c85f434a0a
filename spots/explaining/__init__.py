"""Why one facility is, or is not, a spot: everything that led to it, and what would turn it.

Of a unit of ground, why it is in each result of the policy, clause by clause.

`explain` gathers it from a run, `explanation_text` says it on a terminal, `explanation_json`
for machines, and `ways_geojson` draws the ways to the nearest hospitals.
"""

from spots.explaining.explained import explanation_json, explanation_text, ranked_ways, ways_geojson
from spots.explaining.gathering import (
    Assumed,
    CriterionFinding,
    FacilityExplanation,
    ListedIn,
    explain,
    find_verdict,
)
from spots.explaining.unit_gathering import UnitExplanation

__all__ = [
    "Assumed",
    "CriterionFinding",
    "FacilityExplanation",
    "ListedIn",
    "UnitExplanation",
    "explain",
    "explanation_json",
    "explanation_text",
    "find_verdict",
    "ranked_ways",
    "ways_geojson",
]
