"""Whole results held against plain rules: a made-up prefecture, and real ones where data are there."""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
import shapely

from spots.types import RunResult, State
from tests.helpers.folders import FIELD_DATA, ROOT
from tests.helpers.small_job import AREAS, INDEX, SQUARES, outlines

#: 秋田's areas are of two editions, 埼玉 has a road's box in the map's corner, 川崎市 two areas.
REAL = ("05", "11", "14")


@pytest.fixture(scope="module")
def sweep() -> Iterator[ModuleType]:
    folder = str(ROOT / "benchmarks")
    sys.path.insert(0, folder)
    try:
        yield import_module("prefectures")
    finally:
        sys.path.remove(folder)


def made_up(data: Path) -> Path:
    """Write a country of one prefecture, with twenty hospitals, as the sweep reads it."""
    for name in ("boundaries", "facilities", "indicators"):
        (data / name).mkdir(parents=True)
    (data / "boundaries" / "municipalities_43_simplified.geojson").write_text(outlines(), "utf-8")
    (data / "boundaries" / "municipality_to_medical_area.csv").write_text(AREAS, "utf-8")
    (data / "indicators" / "physician_index_2024-01_all_areas.csv").write_text(INDEX, "utf-8")
    draw = random.Random(7)  # noqa: S311 - places, no secrets
    flags = data / "facilities" / "bed_function_report_R7_flags.csv"
    with flags.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["record_id", "name", "municipality", "niji", "longitude", "latitude", "pref"]
        )
        for at in range(30):
            name, (west, south, east, north) = draw.choice(
                [square[1:] for code, square in SQUARES.items() if code[:2] == "43"]
            )
            lon, lat = draw.uniform(west, east), draw.uniform(south, north)
            known = (f"{lon:.6f}", f"{lat:.6f}") if at != 4 else ("", "")
            niji = "二次" if at < 20 else ""
            writer.writerow([f"R{at}", f"第{at}病院", name, niji, *known, "43"])
    return data


@pytest.fixture(scope="module")
def swept(sweep, tmp_path_factory):
    """Return result, rows and roads of the made-up prefecture, and what is wrong with it."""
    folder = tmp_path_factory.mktemp("swept")
    data = made_up(tmp_path_factory.mktemp("country") / "data")
    result, faults = sweep.one(data, "43", folder)
    rows, roads = sweep.prepare(data, "43", folder)
    return result, rows, roads, faults


@pytest.mark.slow
def test_a_made_up_prefecture_keeps_every_rule(swept):
    result, _, _, faults = swept
    assert faults == []
    assert len(result.spots) > 3
    assert {v.state for v in result.verdicts} == set(State) - {State.EXCLUDED}


def _first(result: RunResult, change: Callable) -> RunResult:
    return replace(result, spots=(change(result.spots[0]), *result.spots[1:]))


def _with_travel(result: RunResult, **changed) -> RunResult:
    def verdict(each):
        outcomes = tuple(
            replace(o, travel=replace(o.travel, **changed)) if o.travel else o
            for o in each.outcomes
        )
        return replace(each, outcomes=outcomes)

    return replace(result, verdicts=tuple(verdict(v) for v in result.verdicts))


WRONG: dict[str, tuple[str, Callable[[RunResult], RunResult]]] = {
    "a row lost": ("rows", lambda r: replace(r, verdicts=r.verdicts[:-1])),
    "two swapped": ("rows", lambda r: replace(r, verdicts=r.verdicts[::-1])),
    "a spot lost": ("state", lambda r: replace(r, spots=r.spots[1:])),
    "a state": (
        "state",
        lambda r: replace(
            r,
            verdicts=tuple(
                replace(v, state=State.NOT_MET) if v.state is State.DESIGNATED else v
                for v in r.verdicts
            ),
        ),
    ),
    "a time": ("minutes", lambda r: _with_travel(r, travel_ms=1_000)),
    "a margin": ("minutes", lambda r: _with_travel(r, margin_ms=1)),
    "a nearest": ("minutes", lambda r: _with_travel(r, nearest_id="R0")),
    "a ring": (
        "ground",
        lambda r: _first(r, lambda s: replace(s, circle=shapely.buffer(s.circle, 1e-5))),
    ),
    "a circle's area": ("ground", lambda r: _first(r, lambda s: replace(s, circle_km2=50.26))),
    "an area": ("ground", lambda r: _first(r, lambda s: replace(s, area_km2=s.area_km2 + 0.01))),
    "uncut": (
        "ground",
        lambda r: _first(r, lambda s: replace(s, geometry=shapely.buffer(s.geometry, 0.3))),
    ),
    "a ledger": (
        "ground",
        lambda r: _first(r, lambda s: replace(s, ledger=s.ledger[1:], area_km2=1.0)),
    ),
    "together": ("ground", lambda r: replace(r, dissolved_km2=r.dissolved_km2 + 1)),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", WRONG)
def test_the_rules_notice(swept, what):
    result, rows, roads, _ = swept
    kind, change = WRONG[what]
    found = import_module("output_invariants").broken(change(result), rows, roads)
    assert any(fault.startswith(kind) for fault in found), found


@pytest.mark.slow
@pytest.mark.skipif(not FIELD_DATA.is_dir(), reason="the shared data are not here")
@pytest.mark.parametrize("code", REAL)
def test_real_prefectures_keep_every_rule(sweep, tmp_path, code):
    result, faults = sweep.one(FIELD_DATA, code, tmp_path)
    assert faults == []
    if code == "14":
        assert {"1404", "1405"} <= set(result.areas.index)
        kawasaki = [v for v in result.verdicts if v.place.municipality.startswith("川崎市")]
        assert {v.place.area_code for v in kawasaki} == {"1404", "1405"}
