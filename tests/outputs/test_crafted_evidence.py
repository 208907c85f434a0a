"""A result that somebody edited is refused whole on opening, or every output can be made of it."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from groundfloor.problems import Lang
from spots.explaining import explain, explanation_text
from spots.outputs.evidence import FolderError, parse_evidence
from spots.outputs.folder import standard_writers
from spots.outputs.geopackage import write_geopackage

Page = dict[str, Any]


@pytest.fixture(scope="module")
def page(small_folder: Path) -> Page:
    read: Page = json.loads((small_folder / "evidence.json").read_text("utf-8"))
    return read


def first(page: Page, kind: str) -> Any:
    return page["result"][kind][0]


def put(at: Callable[[Page], Any], key: object, value: object) -> Callable[[Page], None]:
    return lambda page: at(page).__setitem__(key, value)


CRAFTED: dict[str, Callable[[Page], None]] = {
    "latitude": put(lambda p: first(p, "verdicts")["facility"]["position"], "lat", 95.0),
    "not a number": put(lambda p: first(p, "spots"), "area_km2", "nan"),
    "infinite": put(lambda p: p["result"], "dissolved_km2", 1e999),
    "too large": put(lambda p: first(p, "spots"), "radius_m", 10**30),
    "twice": lambda p: p["result"]["verdicts"].append(first(p, "verdicts")),
    "spot of nobody": put(lambda p: first(p, "spots"), "facility_id", "X9"),
    "criterion twice": lambda p: p["result"]["settings"]["criteria"].append(
        p["result"]["settings"]["criteria"][0]
    ),
    "criterion of nobody": put(lambda p: first(p, "verdicts"), "criteria", [9]),
    "column renamed": put(lambda p: p["result"]["municipalities"]["columns"][0], "name", "x"),
    "other CRS": put(lambda p: p["result"]["areas"], "epsg", 3857),
    "index renamed": put(lambda p: p["result"]["areas"]["index"], "name", "x"),
    "index of lists": put(lambda p: p["result"]["areas"]["index"]["values"], 0, []),
    "plane": put(lambda p: p["result"], "plane_epsg", -6670),
    "grid": put(lambda p: p["result"]["surroundings"]["grid"], "rows", 7),
    "grid of nobody": put(lambda p: p["result"]["surroundings"]["grid"]["nearest"], 0, 99),
    "state": put(lambda p: first(p, "verdicts"), "state", "perhaps"),
    "date": put(lambda p: p["result"]["edition"], "name", 3),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CRAFTED)
def test_what_no_run_makes_is_refused(page: Page, name: str):
    changed = copy.deepcopy(page)
    CRAFTED[name](changed)
    with pytest.raises(FolderError) as caught:
        parse_evidence(json.dumps(changed))
    assert [p.code for p in caught.value.problems] == ["evidence-broken"]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inside = value.items() if isinstance(value, dict) else ()
    for key, each in enumerate(value[:2]) if isinstance(value, list) else inside:
        yield from places(each, (*path, key))


VALUES = (None, [], {}, "x", "", -1, 0, 1e308, "nan", True, 10**30, "2024-99-99", 95.0, -200)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_what_is_not_refused_can_be_written(page: Page, tmp_path: Path, seed: int):
    dice = random.Random(seed)  # noqa: S311
    everywhere = list(places(page["result"]))
    opened = 0
    while opened < 4:
        changed = copy.deepcopy(page)
        *above, last = dice.choice(everywhere)
        holder = changed["result"]
        for key in above:
            holder = holder[key]
        holder[last] = dice.choice(VALUES)
        try:
            result = parse_evidence(json.dumps(changed))
        except FolderError:
            continue
        opened += 1
        for writer in standard_writers().values():
            writer(result, Lang.JA)
        write_geopackage(result, Lang.JA, tmp_path / f"{opened}.gpkg")
        for verdict in result.verdicts:
            assert explanation_text(explain(result, verdict.facility.id), Lang.EN)
