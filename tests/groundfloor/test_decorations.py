"""What a result can do without: why it is left out, in words that help."""

from __future__ import annotations

import pytest

from groundfloor.decorations import LEFT_OUT, attempted
from groundfloor.problems import Text

A_MAP = Text("地図", "the map")


def raising(fault: Exception) -> None:
    raise fault


@pytest.mark.parametrize(
    "fault",
    [
        MemoryError(),
        ImportError("_x.so: failed to map segment from shared object"),
        OSError(12, "Cannot allocate memory"),
        RuntimeError("std::bad_alloc"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_want_of_memory_is_no_defect_whoever_tells_of_it(fault: Exception) -> None:
    made, (found,) = attempted(A_MAP, lambda: raising(fault))
    assert (made, found.code) == (None, LEFT_OUT)
    assert "not memory enough" in found.message.en
    assert "report it" not in found.remedy.en


def test_a_defect_is_to_be_reported() -> None:
    _, (found,) = attempted(A_MAP, lambda: raising(ImportError("cannot import name 'x'")))
    assert "ImportError in test_decorations.py" in found.message.en
    assert "report it" in found.remedy.en
