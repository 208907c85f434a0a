"""What the typeface of the report can draw: names of people and places as offices write them."""

from __future__ import annotations

import pytest

from spots.report.typesetting import FONT_FILE, font_folder, not_drawn

#: JIS X 0208 with the extensions of Windows (髙, 﨑, ①), and JIS X 0213 of four levels.
_SETS = {"cp932": "∑", "shift_jis_2004": "⦅⦆"}


def characters(encoding: str) -> set[str]:
    """Return every character of two bytes, without those that each office makes for itself."""
    found: set[str] = set()
    for lead in range(0x81, 0xFD):
        for trail in range(0x40, 0xFD):
            try:
                found |= set(bytes([lead, trail]).decode(encoding))
            except UnicodeDecodeError:
                continue
    return {each for each in found if not "\ue000" <= each <= "\uf8ff"}


@pytest.mark.parametrize("encoding", _SETS)
def test_it_draws_what_offices_write(encoding: str):
    every = characters(encoding)
    assert len(every) > 7_000
    # A sign of mathematics, and brackets that nobody puts into a name.
    assert not_drawn(every, font_folder() / FONT_FILE) == _SETS[encoding]


@pytest.mark.parametrize("name", ["髙﨑", "德永", "濵﨑", "瀨戸", "神祐", "葛城", "鄧・劉・龍"])
def test_it_draws_names(name: str):
    assert not_drawn([name], font_folder() / FONT_FILE) == ""
