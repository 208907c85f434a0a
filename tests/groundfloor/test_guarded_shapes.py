"""Shapes that threads ask at once."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, box

from groundfloor.guarded_shapes import GuardedShape, prepared_copy


def coast() -> Polygon:
    """Return ground with a ragged outline."""
    around = np.linspace(0.0, 2.0 * np.pi, 5000, endpoint=False)
    reach = 1.0 + 0.1 * np.sin(37.0 * around)
    return Polygon(np.column_stack([reach * np.cos(around), reach * np.sin(around)]))


@pytest.mark.parametrize("shape", [coast(), MultiPolygon([coast(), box(3, 3, 4, 4)]), Polygon()])
def test_a_copy_is_the_same_to_the_bit_and_the_shape_stays_as_it_was(shape):
    copy = prepared_copy(shape)
    assert shapely.to_wkb(copy) == shapely.to_wkb(shape)
    assert (shapely.is_prepared(copy), shapely.is_prepared(shape)) == (True, False)


def test_threads_that_share_a_shape_get_what_one_alone_gets():
    """Of a shape that is merely prepared they crash the interpreter."""
    ground, rng = coast(), np.random.default_rng(7)
    discs = [Point(*xy).buffer(0.3, 64) for xy in rng.uniform(-1.2, 1.2, (150, 2))]
    expected = [(bool(ground.covers(d)), bool(ground.intersects(d))) for d in discs]
    assert len(set(expected)) == 3
    guarded = GuardedShape(ground)

    def ask(_: int) -> list[tuple[bool, bool]]:
        return [(guarded.covers(d), guarded.intersects(d)) for d in discs]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(8))) == [expected] * 8


def test_it_goes_to_other_processes():
    again = pickle.loads(pickle.dumps(GuardedShape(box(0, 0, 1, 1))))  # noqa: S301 - our own
    assert again.covers(box(0, 0, 0.5, 0.5))
    assert not again.intersects(box(2, 2, 3, 3))
