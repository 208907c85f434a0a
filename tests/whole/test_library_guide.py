"""The guide to the library runs as it stands, and its frames have the columns that it names."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import spots as ss
from tests.helpers.folders import ROOT

PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")


def cells(head: str) -> list[list[str]]:
    """Return the rows of the page's tables that begin with a heading."""
    tables = re.findall(rf"^\| {head} \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return [line.strip("| ").split(" | ") for table in tables for line in table.splitlines()]


def named(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


FRAMES = {expression.strip("`"): named(columns) for expression, _, columns in cells("frame")}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the page's examples leave behind, run from top to bottom in an empty folder."""
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore", ss.ProblemWarning)
        patch.chdir(tmp_path_factory.mktemp("guide"))
        for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
            exec(block, names)  # noqa: S102 (our own page)
        written = {path.name for path in Path().iterdir()}
        yield names | {"written": written}


@pytest.mark.slow
def test_the_examples_run(names: dict[str, Any]) -> None:
    files = {"out", "map.html", "table.xlsx", "spots.gpkg", "my_spots.geojson", "stricter.toml"}
    assert files <= names["written"]
    assert len(names["fragile"])
    assert len(names["changed"])
    assert names["placed"]["municipality"].tolist() == ["小国町", "熊本市"]


@pytest.mark.parametrize("expression", FRAMES)
def test_columns_named_are_those_of_the_frame(names: dict[str, Any], expression: str) -> None:
    frame = eval(expression, dict(names))  # noqa: S307 (our own page)
    assert isinstance(frame, pd.DataFrame)
    assert [name for name in FRAMES[expression] if name not in frame.columns] == []


def test_columns_of_lists_are_those_of_a_list(names: dict[str, Any]) -> None:
    rows = cells("columns of a list")
    told = {name: row[1] for row in rows for name in named(row[0])}
    assert {"name", "secondary_emergency", "position_problem"} <= set(told)
    assert [name for name in told if name not in names["base"].columns] == []
    kinds = {name: kind for name, kind in told.items() if "," not in kind}
    assert [n for n, kind in kinds.items() if str(names["base"][n].dtype) != kind] == []


def test_every_name_of_the_face_is_in_the_guide() -> None:
    left = {"FacilityType", "Lang", "Problem", "State", "__version__", "Explanation"}
    assert [name for name in ss.__all__ if name not in PAGE and name not in left] == []


def test_old_names_are_gone_from_the_face() -> None:
    old = {name for before, _ in cells("before") for name in re.findall(r"`(\w+)", before)}
    assert {"Facts", "load_result"} <= old
    assert old & set(ss.__all__) == {"run"}
