"""Which institutions of a list lie inside a spot or a 少数区域, and how far from the edge.

Of a run that judges units of ground, also which lie in those that each of its results designates.

`locate` reads a list and answers row by row; `answers` does the same for rows in memory.
`locate_table` and `locate_json` put the answers into words and data, `write_answers` into a CSV,
XLSX or GeoJSON file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundfloor.faces import lazily

if TYPE_CHECKING:
    from spots.locating.answer_text import locate_json, locate_table
    from spots.locating.answering import TOLERANCE_M, TOWN_TOLERANCE_M, answers
    from spots.locating.list_answering import locate
    from spots.locating.output_files import answer_files, write_answers
    from spots.locating.positions_found import run_towns
    from spots.locating.standing import (
        Answers,
        Basis,
        Doubt,
        Located,
        Question,
        ResultAnswer,
        SpotDistance,
        Standing,
    )

__all__ = [
    "TOLERANCE_M",
    "TOWN_TOLERANCE_M",
    "Answers",
    "Basis",
    "Doubt",
    "Located",
    "Question",
    "ResultAnswer",
    "SpotDistance",
    "Standing",
    "answer_files",
    "answers",
    "locate",
    "locate_json",
    "locate_table",
    "run_towns",
    "write_answers",
]

_HOMES = {
    "spots.locating.answer_text": ("locate_json", "locate_table"),
    "spots.locating.answering": ("TOLERANCE_M", "TOWN_TOLERANCE_M", "answers"),
    "spots.locating.list_answering": ("locate",),
    "spots.locating.output_files": ("answer_files", "write_answers"),
    "spots.locating.positions_found": ("run_towns",),
    "spots.locating.standing": (
        "Answers",
        "Basis",
        "Doubt",
        "Located",
        "Question",
        "ResultAnswer",
        "SpotDistance",
        "Standing",
    ),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
