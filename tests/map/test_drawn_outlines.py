"""Outlines that maps draw: the same out of the store, and another where the boundaries are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from groundfloor.kept_on_disk import KeptOnDisk
from spots.map import drawn_outlines as module
from spots.map.drawn_outlines import DrawnOutlines, drawn_outlines
from spots.map.shapes import MAX_POINTS
from spots.types import RunResult
from tests.helpers.fabricated import fabricated_result


@pytest.fixture(scope="module")
def detailed() -> RunResult:
    """Return a run whose outlines are far too heavy for a page."""
    result = fabricated_result()
    return replace(result, municipalities=_finer(result.municipalities), areas=_finer(result.areas))


def _finer(frame):  # type: ignore[no-untyped-def]
    return frame.set_geometry(frame.geometry.segmentize(0.00001))


def same(one: DrawnOutlines, other: DrawnOutlines) -> bool:
    return (
        one.off_m == other.off_m
        and list(one.towns.index) == list(other.towns.index)
        and all(map(shapely.equals_exact, one.towns, other.towns))
        and one.towns.crs == other.towns.crs
        and dict(one.areas) == dict(other.areas)
    )


def test_they_come_out_of_the_store_as_they_went_in(
    detailed: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shapely.get_num_coordinates(detailed.municipalities.geometry.values).sum() > MAX_POINTS
    alone = drawn_outlines(detailed)
    assert alone.off_m > 0
    kept = KeptOnDisk(tmp_path)
    first = drawn_outlines(detailed, kept)
    monkeypatch.setattr(module, "_thinned", lambda _result: pytest.fail("thinned again"))
    again = drawn_outlines(detailed, KeptOnDisk(tmp_path))
    assert same(alone, first)
    assert same(alone, again)


def test_other_boundaries_are_thinned_anew(detailed: RunResult, tmp_path: Path) -> None:
    kept = KeptOnDisk(tmp_path)
    drawn_outlines(detailed, kept)
    moved = detailed.municipalities.set_geometry(detailed.municipalities.translate(0.01, 0))
    other = replace(detailed, municipalities=moved)
    assert same(drawn_outlines(other, kept), drawn_outlines(other))
    assert len([*tmp_path.iterdir()]) == 2


def test_light_ones_are_not_kept(tmp_path: Path) -> None:
    drawn_outlines(fabricated_result(), KeptOnDisk(tmp_path))
    assert [*tmp_path.iterdir()] == []
