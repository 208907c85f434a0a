"""What changed between two runs of one prefecture, and what changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundfloor.faces import lazily

if TYPE_CHECKING:
    from spots.comparing.changes import (
        Aspect,
        Cause,
        Certainty,
        ChangeKind,
        FacilityChange,
        InputChange,
        MatchedBy,
        PolicyChange,
        RunComparison,
        SettingChange,
        Why,
    )
    from spots.comparing.comparison import MINUTES_FROM_MS, compare
    from spots.comparing.comparison_files import (
        comparison_csv,
        comparison_geojson,
        comparison_xlsx,
        refuse_comparison,
        write_comparison,
    )
    from spots.comparing.comparison_map import render_comparison
    from spots.comparing.comparison_text import comparison_json, comparison_table

__all__ = [
    "MINUTES_FROM_MS",
    "Aspect",
    "Cause",
    "Certainty",
    "ChangeKind",
    "FacilityChange",
    "InputChange",
    "MatchedBy",
    "PolicyChange",
    "RunComparison",
    "SettingChange",
    "Why",
    "compare",
    "comparison_csv",
    "comparison_geojson",
    "comparison_json",
    "comparison_table",
    "comparison_xlsx",
    "refuse_comparison",
    "render_comparison",
    "write_comparison",
]

_HOMES = {
    "spots.comparing.changes": (
        "Aspect",
        "Cause",
        "Certainty",
        "ChangeKind",
        "FacilityChange",
        "InputChange",
        "MatchedBy",
        "PolicyChange",
        "RunComparison",
        "SettingChange",
        "Why",
    ),
    "spots.comparing.comparison": ("MINUTES_FROM_MS", "compare"),
    "spots.comparing.comparison_files": (
        "comparison_csv",
        "comparison_geojson",
        "comparison_xlsx",
        "refuse_comparison",
        "write_comparison",
    ),
    "spots.comparing.comparison_map": ("render_comparison",),
    "spots.comparing.comparison_text": ("comparison_json", "comparison_table"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
