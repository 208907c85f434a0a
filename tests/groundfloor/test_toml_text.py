"""TOML that we write reads back equal, whatever stands in it, and is pleasant to read."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundfloor.toml import key_lines, toml_line, toml_text

#: Surrogates are no characters, and no UTF-8 holds them.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.dates(),
)
VALUES: Any = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
TABLES = st.dictionaries(TEXTS, VALUES, max_size=4)
DOCUMENTS = st.dictionaries(TEXTS, TABLES | st.lists(TABLES, min_size=1, max_size=3), max_size=4)


@pytest.mark.slow
@given(DOCUMENTS)
def test_what_is_written_reads_back_equal(tables: dict[str, Any]):
    text = toml_text(tables)
    assert tomllib.loads(text) == tables
    assert len(key_lines(text)) >= len(tables)


@given(TEXTS)
def test_every_text_is_escaped(text: str):
    assert tomllib.loads(toml_line("k", text)) == {"k": text}
    assert "\n" not in toml_line("k", text)


def test_a_table_of_tables_and_lists_of_tables_have_heads():
    tables = {
        "criterion": {"1": {"kind": "type"}, "二": {"kind": "b"}},
        "circle": {"cut": ["land"], "from": date(2027, 4, 1), "x": 1e20},
        "select": [{"id": "a"}, {"id": "b", "where": {"any": [{"area": "甲"}]}}],
        "empty": {},
    }
    assert toml_text(tables) == (
        '[criterion.1]\nkind = "type"\n\n[criterion."二"]\nkind = "b"\n\n'
        '[circle]\ncut = ["land"]\nfrom = 2027-04-01\nx = 1e+20\n\n'
        '[[select]]\nid = "a"\n\n[[select]]\nid = "b"\nwhere = { any = [{ area = "甲" }] }\n\n'
        "[empty]\n"
    )


def test_a_long_list_of_tables_has_a_line_for_each():
    long = {"area": "甲" * 60}
    assert toml_line("where", {"any": [long, {"all": [long]}]}) == (
        f'where = {{ any = [\n    {{ area = "{long["area"]}" }},\n    {{ all = [\n'
        f'        {{ area = "{long["area"]}" }},\n    ] }},\n] }}'
    )
