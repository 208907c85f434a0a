"""Settings of every kind are refused with the same code, by the line and key to mend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from pydantic import ConfigDict

from groundfloor.problems import Problem, SpotsError, Text, UsageError
from groundfloor.settings import STRICT, Bilingual, Words, matching, validate
from groundfloor.toml import parse_toml
from networks.speeds.profile_files import load_profile
from spots.job.run_file import read_run_file
from spots.judging.policy import Policy
from spots.judging.policy_files import preset_document
from tests.helpers.judging import policy_text
from tests.helpers.road_cases import PROFILE_TEXT

RUN = """[run]
title = { ja = "題", en = "title" }
output = "out"
[policy]
preset = "kumamoto"
[[facilities]]
name = "a"
file = "a.csv"
type = "secondary_emergency"
[municipalities]
file = "m.geojson"
[medical_areas]
file = "a.geojson"
[physician_index]
file = "i.csv"
edition = "2024-01"
shortage_at_most = 179.3
surplus_at_least = 217.6
"""
POLICY = Path(preset_document("kumamoto").file.replace("preset:", "spots/presets/") + ".toml")
POLICY_TEXT = (Path(__file__).resolve().parents[2] / POLICY).read_text(encoding="utf-8")


def told(read: Callable[[Path], object], path: Path) -> tuple[Problem, ...]:
    with pytest.raises(SpotsError) as caught:
        read(path)
    return caught.value.problems


def read_policy_file(path: Path) -> object:
    return Policy.from_document(policy_text(path.parent, path.read_text(encoding="utf-8")))


#: A role of TOML: how it is read, a sound text, a line in it with a text, and that key.
ROLES = {
    "run": (read_run_file, RUN, 'edition = "2024-01"', "physician_index.edition"),
    "policy": (read_policy_file, POLICY_TEXT, 'prefecture = "43"', "policy.prefecture"),
    "profile": (load_profile, PROFILE_TEXT, 'source = "test"', "ferry.source"),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        (lambda line: line.replace(" =", "x ="), "unknown-key", "x"),
        (lambda line: line.partition("=")[0] + "= 5", "wrong-type", ""),
        (lambda line: line.partition("=")[0] + '= " "', "wrong-value", ""),
        (lambda line: f'"{line.replace(" =", chr(34) + " =")}\n"z.y" = 1', "unknown-key", None),
    ],
)
def test_the_same_fault_has_the_same_code_and_its_line(
    tmp_path: Path, role: str, change: Callable[[str], str], code: str, named: str | None
):
    read, text, line, key = ROLES[role]
    broken = text.replace(line, change(line), 1)
    assert broken != text
    path = tmp_path / "a.toml"
    path.write_text(broken, encoding="utf-8")
    row = text.split("\n").index(line) + 1
    table = key.rpartition(".")[0]
    where = (f"{table}.z.y", row + 1) if named is None else (f"{key}{named}", row)
    found = [(p.code, p.column, p.row) for p in told(read, path)]
    assert (code, *where) in found


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_there_is_named_by_its_table(tmp_path: Path, role: str):
    read, text, line, key = ROLES[role]
    path = tmp_path / "a.toml"
    path.write_text(text.replace(f"{line}\n", "", 1), encoding="utf-8")
    table = f"[{key.rpartition('.')[0]}]"
    row = text.split("\n").index(table) + 1
    assert ("missing-key", key, row) in [(p.code, p.column, p.row) for p in told(read, path)]


@pytest.mark.parametrize("role", ["run", "profile"])
@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (b"a = 1\nb 2\n", "toml-syntax", 2),
        (b"a = 1\na = 2\n", "toml-syntax", 2),
        ("a = 1\nb = '熊本'\n".encode("cp932"), "toml-encoding", 2),
        ("a = 1\n".encode("utf-16"), "toml-encoding", 1),
    ],
)
def test_what_is_no_toml(tmp_path: Path, role: str, data: bytes, code: str, row: int):
    path = tmp_path / "a.toml"
    path.write_bytes(data)
    assert [(p.code, p.row) for p in told(ROLES[role][0], path)] == [(code, row)]


@pytest.mark.parametrize("role", ["run", "profile"])
def test_what_cannot_be_opened(tmp_path: Path, role: str):
    (tmp_path / "folder.toml").mkdir()
    for name in ("none.toml", "folder.toml", "a\0b.toml"):
        assert [p.code for p in told(ROLES[role][0], tmp_path / name)] == ["file-missing"]


@dataclass(frozen=True, slots=True)
class Inner:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    colour: Annotated[str, matching("red|blue", Text("赤か青", "red or blue"))]


@dataclass(frozen=True, slots=True)
class Shape:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    class_: tuple[Inner, ...]
    name: Words = "x"
    by_code: dict[Annotated[str, matching("[0-9]", Text("数字", "a digit"))], int] | None = None


def faults(text: str) -> list[tuple[str, str | None, int | None]]:
    document = parse_toml(text, "a.toml")
    with pytest.raises(UsageError) as caught:
        validate(Shape, document.data, document)
    return [(p.code, p.column, p.row) for p in caught.value.problems]


def test_a_key_may_be_a_word_that_python_keeps():
    document = parse_toml('[[class]]\ncolour = "red"\n', "a.toml")
    assert validate(Shape, document.data, document) == Shape((Inner("red"),))
    assert faults("[[class_]]\ncolour = 'red'\n") == [
        ("missing-key", "class", None),
        ("unknown-key", "class_", 1),
    ]
    assert faults("[[class]]\ncolor = 'red'\n") == [
        ("missing-key", "class[1].colour", 1),
        ("unknown-key", "class[1].color", 2),
    ]


def test_what_a_pattern_wants_is_said_in_words():
    document = parse_toml("name = ''\nclass = [\n{ colour = 'green' } ]\n", "a.toml")
    with pytest.raises(UsageError) as caught:
        validate(Shape, document.data, document)
    said = {(p.code, p.row, p.message.en, p.message.ja) for p in caught.value.problems}
    assert said == {
        ("wrong-value", 3, "must be red or blue", "赤か青でなければなりません"),
        ("wrong-value", 1, "must not be empty", "空にはできません"),
    }


def test_keys_of_inline_tables_and_dotted_keys_have_their_line():
    text = 'class = [\n  { colour = "red" },\n  { "colour" = 1 },\n]\nby_code.x = 1\n'
    assert faults(text) == [
        ("wrong-type", "class[2].colour", 3),
        ("wrong-value", "by_code.x", 5),
    ]


# --- another word for a key, one language for two -------------------------------------------------


@pytest.mark.parametrize(
    ("table", "written", "meant"),
    [
        ("facilities", "filter", "where"),
        ("facilities", "path", "file"),
        ("facilities", "url", "file"),
        ("facilities", "kind", "type"),
        ("facilities", "types", "type"),
        ("facilities", "layer_name", "name"),
        ("facilities", "出典", "source"),
        ("facilities", "colums", "columns"),
        ("municipalities", "layer_name", "layer"),
        ("municipalities", "版", "edition"),
        ("physician_index", "version", "edition"),
        ("physician_index", "surplus", "surplus_at_least"),
        ("run", "out", "output"),
        ("run", "表題", "title"),
        ("policy", "overrides", "override"),
        ("facilities", "shortage_at_most", "[physician_index]"),
    ],
)
def test_another_word_for_a_key_is_answered_with_the_key(
    tmp_path: Path, table: str, written: str, meant: str
):
    header = f"[[{table}]]" if f"[[{table}]]" in RUN else f"[{table}]"
    path = tmp_path / "a.toml"
    path.write_text(RUN.replace(header, f'{header}\n"{written}" = "x"', 1), encoding="utf-8")
    [found] = [p for p in told(read_run_file, path) if p.code == "unknown-key"]
    assert meant in found.remedy.ja
    assert meant in found.remedy.en
    assert written in str(found.column)


@pytest.mark.parametrize("written", ["crs", "EPSG", "srid"])
def test_a_key_that_nobody_needs_is_told_so(tmp_path: Path, written: str):
    path = tmp_path / "a.toml"
    text = RUN.replace("[municipalities]", f"[municipalities]\n{written} = 6668")
    path.write_text(text, encoding="utf-8")
    [found] = [p for p in told(read_run_file, path) if p.code == "unknown-key"]
    assert ".prj" in found.remedy.ja


@pytest.mark.parametrize(
    ("table", "meant"),
    [("[医療機関]", "facilities"), ("[roads]", "network"), ("[[areas]]", "medical_areas")],
)
def test_another_word_for_a_table(tmp_path: Path, table: str, meant: str):
    quoted = table.replace("医療機関", '"医療機関"')
    path = tmp_path / "a.toml"
    path.write_text(f"{RUN}\n{quoted}\n", encoding="utf-8")
    assert meant in told(read_run_file, path)[0].remedy.en


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("as_of = R8.4.1", '"R8.4.1"'),
        ("as_of = 令和8年4月1日", '"令和8年4月1日"'),
        ("as_of = 2026/4/1  # 現在", '"2026/4/1"'),
        ('出典 = "県"', "source"),
        ("出典 = 県", "source"),
    ],
)
def test_what_toml_wants_in_quotes_is_told_as_it_is_written(tmp_path: Path, line: str, remedy: str):
    path = tmp_path / "a.toml"
    path.write_text(RUN.replace("[municipalities]", f"[municipalities]\n{line}"), "utf-8")
    [found] = told(read_run_file, path)
    assert found.code == "toml-syntax"
    assert remedy in found.remedy.ja


@dataclass(frozen=True, slots=True)
class Worded:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    title: Bilingual
    notes: tuple[Bilingual, ...] = ()


@pytest.mark.parametrize("written", ['"題"', '{ ja = "題" }', '{ en = "題" }'])
def test_a_sentence_in_one_language_holds_in_both(written: str):
    document = parse_toml(f"title = {written}\nnotes = [{written}, {written}]\n", "a.toml")
    both = Bilingual("題", "題")
    assert validate(Worded, document.data, document) == Worded(both, (both, both))


@pytest.mark.parametrize(
    ("written", "code", "key"),
    [
        ("{}", "wrong-value", "title"),
        ('" "', "wrong-value", "title"),
        ("5", "wrong-type", "title"),
        ('{ ja = "題", fr = "x" }', "unknown-key", "title.fr"),
        ('{ ja = "" }', "wrong-value", "title.ja"),
    ],
)
def test_a_sentence_in_no_language_is_none(written: str, code: str, key: str):
    document = parse_toml(f"title = {written}\n", "a.toml")
    with pytest.raises(UsageError) as caught:
        validate(Worded, document.data, document)
    assert [(p.code, p.column, p.row) for p in caught.value.problems] == [(code, key, 1)]
