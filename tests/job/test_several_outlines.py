"""``[municipalities] file`` with the neighbours' files: hashed, replayed, and only context."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

import spots as ss
from tests.helpers.cli_runs import spots
from tests.helpers.small_job import RUN, outlines, write_job

FILES = 'file = ["own.geojson", "fukuoka.geojson"]\nsource = "出典：国土数値情報"\n'
SEVERAL = RUN.replace('file = "municipalities.geojson"\n', FILES)


def of_prefecture(*codes: str) -> str:
    page = json.loads(outlines())
    page["features"] = [
        each for each in page["features"] if each["properties"]["N03_007"].startswith(codes)
    ]
    return json.dumps(page, ensure_ascii=False)


def job(folder: Path, **changed: str) -> Path:
    apart = {
        "run.toml": SEVERAL,
        "municipalities.geojson": None,
        "own.geojson": of_prefecture("43"),
        "fukuoka.geojson": of_prefecture("40"),
    }
    return write_job(folder, {**apart, **changed})


def test_two_files_judge_as_one_does(tmp_path: Path) -> None:
    whole, apart = ss.run(write_job(tmp_path / "whole")), ss.run(job(tmp_path / "apart"))
    assert apart.evidence.verdicts == whole.evidence.verdicts
    assert apart.evidence.municipalities.equals(whole.evidence.municipalities)
    records = [r for r in apart.evidence.inputs if r.role == "municipalities"]
    assert [(r.key, r.file) for r in records] == [
        ("municipalities.file[1]", "own.geojson"),
        ("municipalities.file[2]", "fukuoka.geojson"),
    ]
    assert apart.evidence.settings.attributions.count("出典：国土数値情報") == 1


def test_without_the_neighbours_the_verdicts_are_the_same(tmp_path: Path) -> None:
    alone = ss.run(write_job(tmp_path / "own", {"municipalities.geojson": of_prefecture("43")}))
    both = ss.run(job(tmp_path / "both"))
    assert [(v.facility.id, v.state) for v in both.evidence.verdicts] == [
        (v.facility.id, v.state) for v in alone.evidence.verdicts
    ]


def test_the_same_outlines_twice_are_told_and_harm_nothing(tmp_path: Path) -> None:
    result = ss.run(job(tmp_path, **{"fukuoka.geojson": outlines()}))
    assert [p.code for p in result.evidence.problems].count("municipalities-in-two-files") == 1
    assert len(result.evidence.municipalities) == 5


@pytest.mark.slow
def test_a_replay_knows_every_file(tmp_path: Path) -> None:
    assert spots("run", job(tmp_path)).exit_code == 0
    record = tmp_path / "out" / "run.json"
    done = spots("run", record)
    assert done.exit_code == 0, done.stderr
    assert "replay-differs" not in done.stderr
    with (tmp_path / "fukuoka.geojson").open("a") as file:
        file.write("\n")
    told = spots("run", record, "--force").stderr
    assert told.count("[input-changed]") == 1
    assert "fukuoka.geojson" in told
    (tmp_path / "fukuoka.geojson").unlink()
    assert "municipalities.file[2]" in spots("run", record, "--force").stderr


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"fukuoka.geojson": None}, r"run\.toml: \d+行目: キー「municipalities\.file\[2\]」"),
        ({"own.geojson": of_prefecture("40")}, r"熊本県の市区町村がありません"),
        ({"run.toml": SEVERAL.replace(FILES, "file = []\n")}, r"municipalities\.file"),
        (
            {"fukuoka.geojson": outlines().replace("131.2, 33.05", "131.19, 33.05")},
            r"fukuoka\.geojson: 4行目.*own\.geojsonと異なります（小国町 \(43424\)）",
        ),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changed: dict[str, Any], words: str) -> None:
    done = spots("run", job(tmp_path, **changed))
    assert done.exit_code in {1, 2}
    assert re.search(words, done.stderr), done.stderr


def test_a_ground_in_python_takes_several(tmp_path: Path) -> None:
    folder = job(tmp_path).parent
    given = [folder / "own.geojson", folder / "fukuoka.geojson"]
    tables = folder / "areas.csv", folder / "index.csv"
    ground = ss.read_ground(given, *tables, prefecture=43, edition="2024-01")
    assert list(ground.neighbours.index) == ["40202"]
    assert [r.file for r in ground.sources if r.role == "municipalities"] == [
        "own.geojson",
        "fukuoka.geojson",
    ]
    frames = ss.read_ground([gpd.read_file(path) for path in given], prefecture=43)
    assert list(frames.neighbours.index) == ["40202"]
    assert "43101" in frames.under("43", merge_wards=False).municipalities.index
    scenario = ss.Scenario.from_run(folder / "run.toml").changed(ground=ground)
    keys = scenario.judge().evidence.job["settings"]["municipalities"]["file"]
    assert keys == ["own.geojson", "fukuoka.geojson"]
