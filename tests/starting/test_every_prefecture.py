"""Raw files of the whole country: a run file for each of the 47 prefectures, which runs as it is."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest

from boundaries.codes import PREFECTURES, adjacent_prefectures
from groundfloor.problems import Lang
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs import write_folder
from spots.starting.recognised import Survey
from spots.starting.started import start
from spots.starting.surveying import survey
from spots.types import RunResult
from tests.helpers.folders import FIELD_DATA

pytestmark = pytest.mark.skipif(not FIELD_DATA.is_dir(), reason="no data of the field")
FLAGS = "facilities/bed_function_report_R7_flags.csv"
#: Roads to three others, islands alone, a published policy without institutions.
QUICK = ("44", "47", "22")
#: With map, workbook and report: the largest, far islands, an edition of areas of its own.
WHOLE = ("01", "13", "24")


@pytest.fixture(scope="module")
def country() -> Survey:
    return survey(FIELD_DATA)


@pytest.fixture(scope="module")
def three(tmp_path_factory) -> Path:
    """Return a folder of what three prefectures need."""
    folder = tmp_path_factory.mktemp("three")
    codes = {*QUICK, *(code for own in QUICK for code in adjacent_prefectures(own))}
    files = [f"boundaries/municipalities_{code}_simplified.geojson" for code in sorted(codes)]
    files += ["boundaries/municipality_to_medical_area.csv"]
    files += ["indicators/physician_index_2024-01_all_areas.csv"]
    for name in files:
        (folder / Path(name).name).write_bytes((FIELD_DATA / name).read_bytes())
    with (FIELD_DATA / FLAGS).open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    at = rows[0].index("pref")
    with (folder / "flags.csv").open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([rows[0], *(row for row in rows if row[at] in codes)])
    return folder


def ran(code: str, data: Path, out: Path, found: Survey | None = None) -> RunResult:
    started = start(code, data, out, found=found)
    assert started.plan.runnable
    page = tomllib.loads(started.run_file.read_text("utf-8"))
    result = execute(read_run_file(started.run_file))
    assert result.settings.prefecture == PREFECTURES[code]
    own = page["policy"]["preset"] != "kumamoto" or code == "43"
    assert ("例による" in result.settings.title.ja) is not own
    asked = page["run"].get("not_given", [])
    assert set(asked) == ({1, 2} if page.get("facilities") else set())
    return result


@pytest.mark.slow
@pytest.mark.parametrize("code", QUICK)
def test_a_prefecture_runs_without_an_edit(code: str, three: Path, tmp_path: Path):
    result = ran(code, three, tmp_path)
    assert result.units if code == "22" else result.verdicts


@pytest.mark.slow
@pytest.mark.parametrize("code", PREFECTURES)
def test_every_prefecture_runs_without_an_edit(code: str, country: Survey, tmp_path: Path):
    result = ran(code, FIELD_DATA, tmp_path, country)
    assert result.verdicts or result.units


@pytest.mark.slow
@pytest.mark.parametrize("code", WHOLE)
def test_a_prefecture_gets_its_map(code: str, country: Survey, tmp_path: Path):
    result = ran(code, FIELD_DATA, tmp_path, country)
    left_out: list[object] = []
    write_folder(result, tmp_path / "out", lang=Lang.JA, missing=left_out.append)
    assert not left_out
    assert (tmp_path / "out" / "map.html").stat().st_size > 100_000
