"""Every word that a build counts by is explained to people, in both languages."""

from __future__ import annotations

import ast
import re

import pytest

from networks.info.labels import APPLIED, DROPPED, SPEED_SOURCES, explained, speed_source
from networks.n13 import codes as n13_codes
from tests.helpers.cli_runs import foreign_words
from tests.helpers.folders import ROOT

NETWORKS = ROOT / "networks"
_WORD = r"\"([a-z]+(?:-[a-z]+)+)\""


def texts_in(node: ast.AST) -> set[str]:
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def counted() -> set[str]:
    """Return the words in the readers' code under which something is counted."""
    found: set[str] = set()
    for path in sorted(NETWORKS.glob("osm/*.py")):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Dropped":
                found |= texts_in(node)
            # Pairs of (whether it applies, the word for it).
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "reasons":
                found |= {ast.literal_eval(pair.elts[1]) for pair in node.value.elts}
        found.update(re.findall(rf"^[A-Z_]+ = {_WORD}$", text, re.MULTILINE))
    ways = (NETWORKS / "osm" / "ways.py").read_text("utf-8")
    found.update(re.findall(rf"^ +{_WORD}: int\(", ways, re.MULTILINE))
    turns = (NETWORKS / "osm" / "restrictions.py").read_text("utf-8")
    found.update(re.findall(rf"^    [A-Z_]+ = {_WORD}", turns, re.MULTILINE))
    return found


def test_every_counted_word_is_explained():
    found = counted()
    assert {"no-access", "area", "closed-barriers", "restriction-conditional"} <= found
    assert {"restriction-from-missing", "conditional-access", "maxspeed-not-used"} <= found
    assert found - set(DROPPED) == set()
    n13 = {n13_codes.KINDS[code] for code in n13_codes.NOT_FOR_CARS}
    assert n13 | {n13_codes.STATES[n13_codes.UNDER_CONSTRUCTION]} <= set(DROPPED)
    assert set(DROPPED) >= APPLIED


@pytest.mark.parametrize("table", [DROPPED, SPEED_SOURCES])
def test_both_languages_are_there(table):
    for word, text in table.items():
        assert text.ja.strip(), word
        assert text.en.strip(), word
        assert foreign_words(text.en, []) == []
        assert re.search(r"[\u3040-\u30ff\u3400-\u9fff]", text.ja), word


def test_a_new_word_stands_for_itself():
    assert explained("brand-new").ja == "brand-new"
    assert speed_source("brand-new").en == "brand-new"
