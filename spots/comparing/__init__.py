"""What changed between two runs of one prefecture, and what may have changed it."""

from spots.comparing.comparison import MINUTES_FROM_MS, compare
from spots.comparing.model import (
    Aspect,
    Cause,
    ChangeKind,
    Comparison,
    FacilityChange,
    InputChange,
    MatchedBy,
    PolicyChange,
    SettingChange,
)
from spots.comparing.report import comparison_geojson, comparison_json, comparison_table

__all__ = [
    "MINUTES_FROM_MS",
    "Aspect",
    "Cause",
    "ChangeKind",
    "Comparison",
    "FacilityChange",
    "InputChange",
    "MatchedBy",
    "PolicyChange",
    "SettingChange",
    "compare",
    "comparison_geojson",
    "comparison_json",
    "comparison_table",
]
