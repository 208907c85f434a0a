"""What changed between two runs of one prefecture, and what changed it."""

from spots.comparing.comparison import MINUTES_FROM_MS, compare
from spots.comparing.geojson import comparison_geojson
from spots.comparing.model import (
    Aspect,
    Cause,
    Certainty,
    ChangeKind,
    Comparison,
    FacilityChange,
    InputChange,
    MatchedBy,
    PolicyChange,
    SettingChange,
    Why,
)
from spots.comparing.report import comparison_json, comparison_table

__all__ = [
    "MINUTES_FROM_MS",
    "Aspect",
    "Cause",
    "Certainty",
    "ChangeKind",
    "Comparison",
    "FacilityChange",
    "InputChange",
    "MatchedBy",
    "PolicyChange",
    "SettingChange",
    "Why",
    "compare",
    "comparison_geojson",
    "comparison_json",
    "comparison_table",
]
