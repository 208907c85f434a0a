"""Deciding in the run file, or by site labels, whether two records are one hospital."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundfloor.problems import DataError, Lang, UsageError
from spots.commands.check import check_files
from spots.explaining import explain, explanation_text
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs.council_sheets import findings
from spots.types import RunResult, State
from tests.helpers.facility_lists import codes, only
from tests.helpers.small_job import HEADER, HOSPITALS, RUN, write_job

RENAMED = "N1,小国郷医療センター,43424,小国町宮原1743番地,33.1212,131.1011,\n"
NEIGHBOURS = """
[[facilities]]
name = "九州の二次救急"
file = "kyushu.csv"
type = "③"
role = "destination"
"""
SAME = '[[identity]]\nnames = ["小国公立病院", "小国郷医療センター"]\nsame = {}\n'


def job(folder: Path, decision: str = "", **lists: str) -> Path:
    """Write the small job with 小国公立病院 in a second list under a new name."""
    files = {"run.toml": RUN + NEIGHBOURS + decision, "kyushu.csv": HEADER + RENAMED}
    return write_job(folder, {**files, **{f"{name}.csv": text for name, text in lists.items()}})


def state(result: RunResult, facility: str = "H3") -> State:
    return next(v.state for v in result.verdicts if v.facility.id == facility)


def run(path: Path) -> RunResult:
    return execute(read_run_file(path))


def test_a_verdict_that_hangs_on_a_double_is_undetermined_and_told_everywhere(tmp_path):
    result = run(job(tmp_path))
    assert state(result) is State.UNDETERMINED
    told = next(p for p in result.problems if p.code == "perhaps-one-hospital")
    assert (told.file, told.row, told.value) == ("kyushu.csv", 2, "小国郷医療センター")
    sheet = findings(result, Lang.JA)
    assert sheet is not None
    assert any(
        "小国郷医療センター" in str(row) and "[[identity]]" in str(row) for row in sheet.rows
    )
    text = explanation_text(explain(result, "小国公立病院"))
    assert "同じ医療機関かもしれない病院" in text
    assert "小国郷医療センター（所在地が同じ、直線24 m" in text


@pytest.mark.parametrize(
    ("decision", "expected"),
    [(SAME.format("true"), State.DESIGNATED), (SAME.format("false"), State.NOT_MET)],
)
def test_a_decision_of_the_run_file_settles_it(tmp_path, decision, expected):
    result = run(job(tmp_path, decision))
    assert state(result) is expected
    assert not {"perhaps-one-hospital", "nearest-other-at-once"} & set(codes(result.problems))


@pytest.mark.parametrize(("labels", "expected"), [("AA", State.DESIGNATED), ("AB", State.NOT_MET)])
def test_site_labels_settle_it(tmp_path, labels, expected):
    def labelled(text: str, label: str) -> str:
        first, *rest = text.splitlines()
        return "\n".join(
            [f"{first},敷地", *(f"{row},{label if '小国' in row else ''}" for row in rest)]
        )

    result = run(
        job(
            tmp_path,
            hospitals=labelled(HOSPITALS, labels[0]),
            kyushu=labelled(HEADER + RENAMED, labels[1]),
        )
    )
    assert state(result) is expected
    assert not {"perhaps-one-hospital", "nearest-other-at-once"} & set(codes(result.problems))


def test_what_is_tried_is_what_the_decision_gives(tmp_path):
    open_ = run(job(tmp_path / "open"))
    verdict = next(v for v in open_.verdicts if v.facility.id == "H3")
    tried = {
        v.name: v.state for v in verdict.variants if v.name in {"one_hospital", "two_hospitals"}
    }
    decided = {
        name: state(run(job(tmp_path / name, SAME.format(same))))
        for name, same in (("one_hospital", "true"), ("two_hospitals", "false"))
    }
    assert tried == decided


def test_a_decision_about_nobody_stops_the_run_with_its_line(tmp_path):
    path = job(tmp_path, SAME.format("true").replace("郷", "里"))
    with pytest.raises(DataError) as caught:
        run(path)
    problem = only(caught.value.problems, "identity-matches-none")
    assert problem.file == "run.toml"
    line = path.read_text(encoding="utf-8").splitlines()[problem.row - 1]
    assert line.startswith("names")


@pytest.mark.parametrize(
    "decision",
    ['[[identity]]\nnames = ["小国公立病院"]\nsame = true\n', SAME.replace("same = {}", "")],
)
def test_a_decision_needs_two_names_and_an_answer(tmp_path, decision):
    with pytest.raises(UsageError):
        read_run_file(job(tmp_path, decision))


def test_check_tells_doubles_and_knows_the_decisions(tmp_path):
    path = job(tmp_path)
    lists = [tmp_path / "hospitals.csv", tmp_path / "kyushu.csv"]
    assert "perhaps-one-hospital" in codes(check_files(lists).problems)
    assert "perhaps-one-hospital" in codes(check_files(lists, path).problems)
    decided = job(tmp_path, SAME.format("false"))
    assert "perhaps-one-hospital" not in codes(check_files(lists, decided).problems)
    alone = check_files([tmp_path / "base.csv"], decided)
    assert alone.usable
