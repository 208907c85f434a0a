"""The reference page of the file of scenarios: its tables and axes, read off the code."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from groundfloor.problems import Lang
from spots.job.run_file import read_run_file
from spots.sample import sample_run_file
from spots.scenarios.scenario_axes import LISTS, JobAxes
from spots.scenarios.scenario_file import ASK_BEYOND, MOST
from spots.telling.scenario_words import AXIS_LABELS

#: Words in both languages; an axis without any is a `KeyError`.
WORDS: Mapping[str, Any] = tomllib.loads(
    (Path(__file__).with_name("scenario_file_words.toml")).read_text(encoding="utf-8")
)
EXAMPLE = {
    Lang.JA: """
title = "二次救急までの時間の前提"

[axes]                                  # すべての組合せ: 3 × 2 = 6 通り
threshold_min = [25, 30, 35]
speed_factor = [0.9, 1.0]

[[scenario]]                            # 一つずつ
name = "隣県を数えず、熊本市も対象"
neighbours = false
exclusions = []
""",
    Lang.EN: """
title = "Assumptions about travel time"

[axes]                                  # every combination: 3 × 2 = 6
threshold_min = [25, 30, 35]
speed_factor = [0.9, 1.0]

[[scenario]]                            # one by one
name = "no neighbours, and Kumamoto city too"
neighbours = false
exclusions = []
""",
}


def scenario_file_page(lang: Lang) -> str:
    """Return the page of the file of scenarios in one language."""
    lines = [f"# {_said('title', lang)}", "", _said("made", lang), "", _said("intro", lang), ""]
    lines += [_said("example", lang), "", "```toml", EXAMPLE[lang].strip(), "```", ""]
    lines += [_said("tables", lang), "", _said("table_head", lang), "|---|---|"]
    lines += [f"| `[axes]` | {_said('axes', lang)} |"]
    lines += [f"| `[[scenario]]` | {_said('scenario', lang)} |"]
    lines += [f"| `[robustness]` | {_said('robustness', lang)} |"]
    lines += [f"| `title`, `description` | {_said('top', lang)} |", ""]
    lines += [_said("value", lang), "", _said("paths", lang), ""]
    lines += [_said("count", lang).format(ask=f"{ASK_BEYOND:,}", most=f"{MOST:,}"), ""]
    lines += [_said("axis_heading", lang), "", _said("axis_head", lang), "|---|---|---|---|"]
    lines += _axes(lang)
    lines += ["", _said("any", lang)]
    return "\n".join(lines) + "\n"


#: The page in each language, by file name.
SCENARIO_FILE_PAGES = {
    "guide/scenario_file.ja.md": partial(scenario_file_page, Lang.JA),
    "guide/scenario_file.md": partial(scenario_file_page, Lang.EN),
}


def _said(key: str, lang: Lang) -> str:
    return str(WORDS["said"][key][lang])


def _axes(lang: Lang) -> Iterator[str]:
    """Yield a row for each axis, with the key that it has in the sample's job."""
    with sample_run_file() as path:
        job = read_run_file(path)
        keys = {axis: key for key, axis in JobAxes(job, path.parent).words.items()}
    for axis in AXIS_LABELS:
        words = WORDS["axes"][axis]
        key = "`--facilities`" if axis == LISTS else f"`{keys[axis]}`" if axis in keys else "–"
        yield f"| `{axis}` | {words[lang]} | `{words['example']}` | {key} |"
