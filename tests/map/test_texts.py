"""The texts that the pages carry are those that their scripts ask for: none missing, none dead."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from spots.comparing import map_cards
from spots.map import page_words as words
from spots.map.page_words import FINDER_UI

SHARED = ("dom.js", "shapes.js", "sides.js", "why.js", "address.js", "labels.js")
#: Asked for by a name that is put together.
PUT_TOGETHER = re.compile(r"(list|why)_[a-z]+|(route|way)(Show|Hide)")


def scripts(package: str, *, only: tuple[str, ...] = ()) -> str:
    folder = files(package).joinpath("assets")
    found = [f for f in folder.iterdir() if f.name.endswith(".js")]
    return "\n".join(f.read_text("utf-8") for f in found if not only or f.name in only)


RUN = (scripts("spots.map"), words.UI | FINDER_UI | words.UNITS_UI)
COMPARISON = (
    scripts("spots.comparing") + scripts("spots.map", only=SHARED),
    map_cards.UI,
)


def asked(code: str) -> set[str]:
    """Return the texts that scripts name after ``ui``."""
    return set(re.findall(r"\bui\.(\w+)", code)) | set(re.findall(r"\bui\['(\w+)'\]", code))


@pytest.mark.parametrize(("code", "texts"), [RUN, COMPARISON], ids=["map", "comparison"])
def test_every_text_that_a_script_asks_for_is_there(code: str, texts: dict):
    assert len(asked(code)) > 20
    assert asked(code) - set(texts) == set()


def test_no_text_is_carried_for_nothing():
    code, texts = RUN
    unused = set(texts) - asked(code) - {"noscript"}
    assert {key for key in unused if not PUT_TOGETHER.fullmatch(key)} == set()
    code, texts = COMPARISON
    # Modes, layers and kinds of change are keys of lists and tables in its scripts.
    keys = set(re.findall(r"'(\w+)'", code))
    assert set(texts) - asked(code) - keys - {"noscript"} == set()


def test_no_text_of_the_map_stands_twice():
    assert set(words.UI) & set(FINDER_UI) == set()
