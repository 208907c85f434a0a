"""A run that finds candidates by definition: from files to the units of the outputs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from shapely.geometry import box, mapping

from spots.outputs.folder import units_csv
from spots.types import RunResult, State
from tests.helpers.run_results import run
from tests.helpers.small_job import write_job

RUN = """
[policy]
preset = "candidate_doctorless_districts"
[[facilities]]
name = "医療機関"
file = "hospitals.csv"
type = "なし"
role = "destination"
[municipalities]
file = "municipalities.geojson"
[population]
file = "people.geojson"
[[tables]]
name = "timetables"
file = "timetables.csv"
key = "unit"
within_m = 1000
source = "時刻表"
"""
TIMETABLE = "停留所名,緯度,経度,往復便数,所要分\n大野,32.903,131.204,2,80\n"


def people(*cells: tuple[float, float, float]) -> str:
    """Cells of 0.01 degree by their south-western corner, with their people."""
    features = [
        {
            "type": "Feature",
            "properties": {"人口": count},
            "geometry": mapping(box(lon, lat, lon + 0.01, lat + 0.01)),
        }
        for lon, lat, count in cells
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def candidates(folder: Path, text: str = RUN) -> RunResult:
    files = {
        "run.toml": text,
        "people.geojson": people((131.2, 32.9, 70.0), (131.21, 32.9, 10.0), (131.0, 32.6, 30.0)),
        "timetables.csv": TIMETABLE,
    }
    return run(write_job(folder, files))


def test_a_run_finds_doctorless_districts_with_every_figure(tmp_path):
    result = candidates(tmp_path)
    assert {v.unit.name: v.state for v in result.units} == {
        "山都町の地点1": State.DESIGNATED,
        "山都町の地点2": State.NOT_MET,
    }
    first = result.units[0]
    assert first.population == 80.0
    assert first.unit.geometry.area == first.geometry.area  # on land, in the prefecture
    texts = " / ".join(c.text.ja for c in first.clauses)
    for figure in (
        "4,000 m以内に医療機関なし",
        "80人",
        "往復便数「時刻表」 2",
        "所要分「時刻表」 80",
    ):
        assert figure in texts


def test_without_the_table_they_are_undetermined(tmp_path):
    result = candidates(tmp_path, RUN.partition("[[tables]]")[0])
    states = {v.unit.name: v.state for v in result.units}
    assert states == {"山都町の地点1": State.UNDETERMINED, "山都町の地点2": State.NOT_MET}


def test_outputs_mark_candidates(tmp_path):
    result = candidates(tmp_path)
    rows = list(csv.DictReader(units_csv(result).lstrip("\ufeff").splitlines()))
    assert {row["kind"] for row in rows} == {"candidate"}
