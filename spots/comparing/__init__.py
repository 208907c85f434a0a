"""What changed between two runs of one prefecture, and what changed it."""

from spots.comparing.changes import (
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
from spots.comparing.changes_geojson import comparison_geojson
from spots.comparing.comparison import MINUTES_FROM_MS, compare, compare_folders, diff
from spots.comparing.comparison_folder import refuse_comparison, write_comparison
from spots.comparing.comparison_map import render_comparison
from spots.comparing.comparison_text import comparison_json, comparison_table
from spots.comparing.table_files import comparison_csv, comparison_xlsx

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
    "compare_folders",
    "comparison_csv",
    "comparison_geojson",
    "comparison_json",
    "comparison_table",
    "comparison_xlsx",
    "diff",
    "refuse_comparison",
    "render_comparison",
    "write_comparison",
]
