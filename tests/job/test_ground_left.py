"""A place of whose circle the cuts leave nothing is no designation."""

from __future__ import annotations

from pathlib import Path

import pytest

from spots.types import RunResult, State
from tests.helpers.run_results import run
from tests.helpers.small_job import BASE, RUN, write_job

# 110 m north of 小国町, where its prefecture ends.
OFF = BASE.replace("43447,熊本県上益城郡山都町滝上476,32.6953", "43424,熊本県阿蘇郡小国町1,33.2010")
SMALL = RUN.replace(
    'preset = "kumamoto"', 'preset = "kumamoto"\noverride.circle.radius_m = {radius}'
)


def found(folder: Path, radius_m: int) -> RunResult:
    changed = {"base.csv": OFF, "run.toml": SMALL.format(radius=radius_m)}
    return run(write_job(folder, changed))


def test_without_ground_it_is_undetermined_and_says_so(tmp_path: Path):
    result = found(tmp_path, 100)
    verdict = next(v for v in result.verdicts if "そよう" in v.facility.name)
    assert (verdict.state, verdict.criteria) == (State.UNDETERMINED, (1,))
    assert "円がすべて切り取られ（都道府県の陸地の外）" in verdict.state_reason.ja
    assert verdict.facility.id not in {s.facility_id for s in result.spots}
    assert not any(s.geometry.is_empty for s in result.spots)
    assert {v.state for v in verdict.variants} <= {None, State.UNDETERMINED, State.NOT_MET}


@pytest.mark.parametrize("radius_m", [150, 4000])
def test_with_some_ground_it_stays_a_spot(tmp_path: Path, radius_m: int):
    result = found(tmp_path, radius_m)
    verdict = next(v for v in result.verdicts if "そよう" in v.facility.name)
    assert verdict.state is State.DESIGNATED
    assert verdict.facility.id in {s.facility_id for s in result.spots}
