"""Random cells of random scenarios of the sample are those of real runs, to the last digit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import spots as ss
from groundfloor.problems import Text
from spots.job.run_file import read_run_file
from spots.scenarios.scenario_solving import scenario_table
from spots.types.scenario_table import NamedScenario, ScenarioSetting
from tests.helpers.scenario_cells import assert_columns_are_runs

OVER = "policy.override."
#: Settings that the engine looks up, that make facts anew, and that need other roads.
AXES: dict[str, tuple[str, ...]] = {
    f"{OVER}criterion.3.threshold_min": ("15", "29.95", "35", "60"),
    f"{OVER}criterion.3.comparison": ('"more_than"',),
    f"{OVER}criterion.3.unreachable": ('"undetermined"', '"not_met"'),
    f"{OVER}circle.radius_m": ("2500", "8700"),
    f"{OVER}circle.cut": ('["land"]', "[]", '["land", "prefecture"]'),
    f"{OVER}travel.tolls": ("false",),
    f"{OVER}travel.ferries": ("true",),
    f"{OVER}travel.ferry_wait_min": ("60",),
    f"{OVER}travel.neighbours": ("false",),
    f"{OVER}travel.direction": ('"to_candidate"',),
    f"{OVER}travel.snap_limit_m": ("200",),
    f"{OVER}scope.moot_area_classes": ("[]",),
    f"{OVER}exclude_municipality": ("[]",),
    f"{OVER}rule": ("{ all = [1, 3] }", "{ none = [2, 3] }"),
    f"{OVER}place.tolerance_m": ("10",),
    "network.speed_factor": ("0.9", "1.3"),
    "network": ('{ kind = "straight", detour_factor = 1.3, speed_kmh = 40.0, source = "x" }',),
}


def drawn(dice: random.Random, count: int, lists: Path) -> Iterator[NamedScenario]:
    """Yield scenarios of one to four settings, some of them on a list with every third row gone."""
    for n in range(count):
        keys = dice.sample(sorted(AXES), dice.randint(1, 4))
        given = [f"{key}={dice.choice(AXES[key])}" for key in keys]
        settings = [ScenarioSetting(key, Text(key, key), (key,)) for key in given]
        if dice.random() < 0.4:
            file = (f"病院群輪番制病院={lists}",)
            settings.append(ScenarioSetting("lists", Text("少", "fewer"), lists=file))
        yield NamedScenario(f"{n}: {given}", tuple(settings))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_random_cells_are_those_of_real_runs(seed: int, tmp_path: Path):
    dice, lists = random.Random(seed), tmp_path / "fewer.csv"  # noqa: S311
    with ss.sample_run_file() as path:
        rows = (path.parent / "rotation_hospitals.csv").read_bytes().splitlines(keepends=True)
        lists.write_bytes(b"".join(row for n, row in enumerate(rows) if n == 0 or n % 3))
        table = scenario_table(read_run_file(path), tuple(drawn(dice, 24, lists)))
        columns = dice.sample(range(1, 25), 4)
        assert_columns_are_runs(path, table, [0, *columns])
