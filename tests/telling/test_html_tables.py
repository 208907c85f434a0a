"""What a notebook shows of a noun is escaped, short, and says what it leaves out."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
import pandas as pd

from spots.telling.html_tables import html_of

EVIL = '<script>alert("1")</script>&\'"'


class _Tags(HTMLParser):
    """Gathers tags and text, to look at what a browser would make of it."""

    def __init__(self):
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 (the parser's own face)
        self.tags.append(tag)

    def handle_data(self, data):
        self.texts.append(data)


def parsed(html: str) -> _Tags:
    found = _Tags()
    found.feed(html)
    return found


def test_every_text_is_escaped_wherever_it_stands():
    html = html_of(EVIL, [(EVIL, EVIL)], heads=[EVIL], rows=[[EVIL]])
    found = parsed(html)
    assert "script" not in found.tags
    assert found.texts.count(EVIL) == 5


def test_facts_without_a_value_are_left_out_but_zero_and_no_are_told():
    found = parsed(html_of("t", [("a", None), ("b", ""), ("c", 0), ("d", False)]))
    assert found.texts == ["t", "c", "0", "d", "False"]


def test_missing_cells_are_empty_and_keep_their_column():
    html = html_of(
        "t", heads=["a", "b"], rows=[[None, float("nan")], [pd.NA, pd.NaT], [np.int64(1234), 1.5]]
    )
    assert parsed(html).tags.count("td") == 6
    assert parsed(html).texts == ["t", "a", "b", "1,234", "1.5"]


def test_a_long_table_is_cut_and_says_how_much_more_there_is():
    html = html_of("t", heads=["a"], rows=[[n] for n in range(1013)])
    assert parsed(html).tags.count("tr") == 11
    assert "+ 1,003" in html
    assert "+ " not in html_of("t", heads=["a"], rows=[[n] for n in range(10)])


def test_no_colour_is_set():
    html = html_of("t", [("a", 1)], heads=["b"], rows=[[1]])
    assert "color" not in html
    assert "background" not in html
