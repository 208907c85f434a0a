"""Pages of docs/ that follow from the code are current, and the problem codes they list are sound."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from dataclasses import fields, is_dataclass
from itertools import combinations
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from groundfloor.settings import validate
from groundfloor.toml import parse_toml
from spots.job.policy_choice import read_policy
from spots.job.run_file_shape import RunFile
from tests.helpers.folders import ROOT

sys.path.insert(0, str(ROOT / "docs"))

from make_reference import stale_pages
from problem_codes import Told, Words, read_problems
from run_file_pages import RUN_FILE_PAGES, WORDS, examples

#: Told as errors and as warnings: why.
TWO_SEVERITIES = {
    "date-not-understood": "a day that is only shown, of an observed trip, is left out with a warning",
    "geometry-kind": "a role that can do without the shape leaves the row out and says so",
    "column-name-cut": "a name that can mean only one thing is completed with a warning",
}
#: Told in several rooms, each with a remedy of its own that the other could not follow.
OWN_REMEDIES = {
    "column-missing",
    "column-twice",
    "crs-missing",
    "empty-file",
    "format-unknown",
    "no-rows",
    "not-a-point",
    "unknown-encoding",
    "unknown-prefecture",
    "vector-unreadable",
    "wrong-type",
    "wrong-value",
}


@pytest.fixture(scope="module")
def told() -> tuple[Told, ...]:
    found, dynamic = read_problems(ROOT)
    assert dynamic == (), "codes that only a run could know"
    return found


@pytest.mark.slow
def test_pages_are_what_the_code_says():
    assert stale_pages() == [], "run python docs/make_reference.py"


@pytest.mark.slow
def test_codes_are_kebab_case_and_words_are_there(told: tuple[Told, ...]):
    assert len({way.code for way in told}) > 200
    for way in told:
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", way.code), way
        assert set(way.severities) <= {"error", "warning", "note"}, way
        assert any(w.ja.strip("… ") and w.en.strip("… ") for w in way.messages), way
        for words in way.messages:
            assert not re.search(r"[\u3040-\u30ff]", words.en), way


def test_a_code_has_one_meaning(told: tuple[Told, ...]):
    severities, remedies = defaultdict(set), defaultdict(lambda: defaultdict(set))
    for way in told:
        severities[way.code] |= {s == "error" for s in way.severities}
        remedies[way.code][way.module.split(".")[0]] |= set(way.remedies)
    torn = {code for code, families in severities.items() if len(families) > 1}
    assert torn <= set(TWO_SEVERITIES)
    differing = {
        code
        for code, rooms in remedies.items()
        if any(not alike(one, other) for one, other in combinations(rooms.values(), 2))
    }
    assert differing <= OWN_REMEDIES


def alike(some: set[Words], others: set[Words]) -> bool:
    """Tell whether two rooms have a remedy in common; "…" stands for anything."""
    return any(fits(a.en, b.en) or fits(b.en, a.en) for a in some for b in others)


def fits(template: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, template.split("…"))), text) is not None


def written(folder: Path, text: str) -> tuple[tuple[Told, ...], tuple[str, ...]]:
    (folder / "cli.py").write_text("", encoding="utf-8")
    (folder / "spots").mkdir()
    (folder / "spots" / "a.py").write_text(text, encoding="utf-8")
    return read_problems(folder)


SOURCE = """
from groundfloor.problems import Problem, Severity, Text, error, warning
_CHECK = Text("確かめる", "check")
_WHY = {"a-one": Text("一", "one"), "a-two": Text(f"二{2}つ", "two")}

def _bad(code, value, remedy=_CHECK):
    return error(code, _WHY[code], remedy, value=value)

def told(n, names):
    yield _bad("a-one", n)
    yield _bad("a-two", n, Text("直す", f"mend {len(names)}"))

def kinds(x):
    if x:
        return "b-one", Text("甲", "A")
    return "b-two", Text("乙", "B")

def other(x, grave):
    code, message = kinds(x)
    severity = Severity.ERROR if grave else Severity.NOTE
    return Problem(code, severity, message, _CHECK), warning("c", Text("長" + "い", "long"), _CHECK)
"""


def test_codes_are_followed_through_helpers_tables_and_tuples(tmp_path: Path):
    found, dynamic = written(tmp_path, SOURCE)
    assert dynamic == ()
    assert {
        (way.code, "/".join(way.severities), way.messages[0].ja, way.remedies[0].en)
        for way in found
    } == {
        ("a-one", "error", "一", "check"),
        ("a-two", "error", "二2つ", "mend …"),
        ("b-one", "error/note", "甲", "check"),
        ("b-two", "error/note", "乙", "check"),
        ("c", "warning", "長い", "check"),
    }


@pytest.mark.parametrize("code", ['f"no-{kind}"', "kind", '"no-" + kind', "CODES[kind]"])
def test_a_code_that_only_a_run_knows_is_found(tmp_path: Path, code: str):
    text = f"from groundfloor.problems import error\ndef f(kind):\n    return error({code}, 1, 2)\n"
    found, dynamic = written(tmp_path, text)
    assert found == ()
    assert [place.split(":")[:2] for place in dynamic] == [["spots.a", "3"]]


def test_the_examples_of_the_run_file_page_are_right():
    document = parse_toml(examples(), "examples.toml")
    shown = validate(RunFile, document.data, document)
    assert shown.facilities[0].where["二次救急"] == ("1", "有")
    assert read_policy(shown.policy, document, ROOT).manual[0].reason.text.en == "協議会の決定"
    tables = {f.name for f in fields(RunFile)}
    assert {name for name in tables if not WORDS["tables"][name]["example"].strip()} == set()


def test_every_key_of_the_run_file_is_on_its_page():
    pages = [page() for page in RUN_FILE_PAGES.values()]
    hints = get_type_hints(RunFile)
    for name in (f.name for f in fields(RunFile)):
        hint = hints[name]
        shapes = [t for t in (hint, *get_args(hint)) if is_dataclass(t)]
        for page in pages:
            section = page.partition(f"[{name}]")[2].partition("### ")[0]
            assert section, name
            for key in (f.name for shape in shapes for f in fields(shape)):
                assert f"| `{key}` |" in section, (name, key)
