"""One home for the values of the domain: facilities, evidence, verdicts, spots and runs.

Everything here is frozen. Minutes appear only in reports; inside, time is integer milliseconds,
distance metres, area square kilometres, and coordinates longitude/latitude in degrees (JGD2011,
which agrees with WGS84 to well below the accuracy of any facility list).
"""

from spots.types.facilities import (
    Accuracy,
    Double,
    Facility,
    FacilityType,
    Layer,
    Place,
    Position,
    Role,
    SourceRow,
    distance_m,
)
from spots.types.results import (
    ClosedRoad,
    CriterionInfo,
    InputRecord,
    RunClosures,
    RunOrigin,
    RunResult,
    Settings,
    Spot,
)
from spots.types.verdicts import (
    Assumption,
    OtherHospital,
    Outcome,
    State,
    TravelDirection,
    TravelEvidence,
    Truth,
    TurningSpeed,
    Variant,
    Verdict,
)

__all__ = [
    "Accuracy",
    "Assumption",
    "ClosedRoad",
    "CriterionInfo",
    "Double",
    "Facility",
    "FacilityType",
    "InputRecord",
    "Layer",
    "OtherHospital",
    "Outcome",
    "Place",
    "Position",
    "Role",
    "RunClosures",
    "RunOrigin",
    "RunResult",
    "Settings",
    "SourceRow",
    "Spot",
    "State",
    "TravelDirection",
    "TravelEvidence",
    "Truth",
    "TurningSpeed",
    "Variant",
    "Verdict",
    "distance_m",
]
