"""Settings files: where keys stand, and what broken ones make of the messages."""

from __future__ import annotations

import random
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from groundfloor.problems import Lang, MissingFileError, Problem, SpotsError, UsageError
from groundfloor.toml import KeyPath, key_lines, key_name, merge_tables, read_toml
from spots.judging.policy import Policy
from tests.helpers.folders import PRESET
from tests.helpers.judging import policy_text

KUMAMOTO = PRESET.read_text(encoding="utf-8")


def paths_of(value: object, path: KeyPath = ()) -> set[KeyPath]:
    """Return every path that a parsed document has."""
    found = {path} if path else set()
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= paths_of(inner, (*path, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            found |= paths_of(inner, (*path, index))
    return found


def check_lines(text: str) -> dict[KeyPath, int]:
    """Find lines and check that exactly the document's paths are found."""
    found = key_lines(text)
    assert set(found) == paths_of(tomllib.loads(text))
    return found


NASTY = '''# [not.a.table] ] [
a.b."c d" = 1   # x = 2
'single.quoted' = "# [no]"

[ spaced . "quoted.key" ]
"名前" = "山都町"
text = """
[fake]
a = 1
\\"\\"\\" still inside
ends with a quote""""
literal = \'\'\'
[[also.fake]]
b = 2''\'\'\'
after = 3
array = [ # ]
  "x]", [1,
  2], # comment ] [
  { k = "}", l = [
    { m = 1 } ] },
]
inline = { p.q = 1, "r s" = { t = [] } }

[["a[0]"]]
x = 1
[["a[0]"]]
x = 2
["a[0]".sub]
y = 1
[["a[0]".list]]
z = 1
[["a[0]".list]]
z = 2
[deep.er.still]
'''


def test_lines_of_nasty_toml():
    lines = check_lines(NASTY)

    def on(*path: str | int) -> str:
        return NASTY.split("\n")[lines[path] - 1].strip()

    assert on("a", "b", "c d").startswith("a.b.")
    assert on("single.quoted").startswith("'single.quoted'")
    assert on("spaced", "quoted.key", "名前") == '"名前" = "山都町"'
    table = ("spaced", "quoted.key")
    assert on(*table, "after") == "after = 3"
    assert on(*table, "array", 1, 1) == "2], # comment ] ["
    assert on(*table, "array", 2, "l", 0, "m") == "{ m = 1 } ] },"
    assert on(*table, "inline", "r s", "t").startswith("inline")
    assert lines["a[0]", 1, "x"] == lines["a[0]", 0, "x"] + 2
    assert on("a[0]", 1, "list", 1, "z") == "z = 2"
    assert on("deep") == on("deep", "er", "still") == "[deep.er.still]"


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_only_line_feeds_end_lines(separator: str):
    assert check_lines(f'a = "x{separator}y"\nb = 1\n')["b",] == 2


def test_windows_lines_and_byte_order_mark(tmp_path: Path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf" + b'a = """\r\nx\r\n"""\r\n[t]\r\nb = 1\r\n')
    document = read_toml(path)
    assert document.line_of(("t", "b")) == 5
    assert document.line_of(("t", "missing", "below")) == 4
    assert document.line_of(("nowhere",)) is None


KEY = st.sampled_from(["a", "b", "key-1", "山", "a b", "x.y", "[t]", "{", "#", '"', "'", "=", "1"])
TEXT = st.text(st.sampled_from("a]}[{#=\"'\\ \n山\u2028"), max_size=8)


def basic(text: str, *, multiline: bool = False) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{escaped}"""' if multiline else '"' + escaped.replace("\n", "\\n") + '"'


def spell_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else basic(key)


@st.composite
def values(draw: st.DrawFn, depth: int = 0) -> str:
    kind = draw(st.integers(0, 3 if depth > 2 else 5))
    if kind == 0:
        return str(draw(st.sampled_from([1, 2.5, "true", "2024-04-01", "2024-04-01 10:00:00"])))
    if kind in {1, 2}:
        return basic(draw(TEXT), multiline=kind == 2)
    if kind == 3:
        body = draw(TEXT.filter(lambda t: "'" not in t))
        # Up to two quotes may stand before the closing three.
        return "'''" + body + draw(st.sampled_from(["", "'", "''"])) + "'''"
    if kind == 4:
        gap = draw(st.sampled_from(["", "\n", " # ] [ x = 1\n"]))
        items = draw(st.lists(values(depth + 1), max_size=3))
        return f"[{gap}" + "".join(f"{item},{gap}" for item in items) + "]"
    keys = draw(st.lists(KEY, max_size=3, unique=True))
    pairs = [f"{spell_key(k)} = {draw(values(depth + 1))}" for k in keys]
    return "{ " + ", ".join(pairs) + " }"


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[KeyPath, int]]:
    """Return a TOML text with the line of each key, kept while writing."""
    text, lines = "", {}

    def write(path: KeyPath) -> None:
        nonlocal text
        for key in draw(st.lists(KEY, max_size=3, unique=True)):
            text += draw(st.sampled_from(["", "\n", "# [x] y = 1\n", "  "]))
            lines[*path, key] = text.count("\n") + 1
            text += f"{spell_key(key)} = {draw(values())}\n"

    write(())
    for table in draw(st.lists(KEY.map(lambda k: f"t-{k}"), max_size=3, unique=True)):
        entries = draw(st.integers(0, 2))
        for entry in range(max(entries, 1)):
            brackets = ("[[", "]]") if entries else ("[", "]")
            text += f"{brackets[0]} {spell_key(table)} {brackets[1]} # ]\n"
            write((table, entry) if entries else (table,))
    return text, lines


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(documents())
@example(('a = """"quoted"""""\nb = 1\n', {("a",): 1, ("b",): 2}))
def test_lines_of_any_document(case: tuple[str, dict[KeyPath, int]]):
    text, expected = case
    found = check_lines(text)
    assert {p: found[p] for p in expected} == expected


def test_key_names_count_from_one():
    assert key_name(("a", 0, "b", "c", 2)) == "a[1].b.c[3]"


# --- messages ---------------------------------------------------------------------------------

ENGLISH_LEAK = re.compile(
    r"\b(?:Input|should|must|valid|Unable|Expected|Invalid|Illegal|Cannot|Unescaped|Unclosed)\b"
)


def faults(folder: Path, old: str, new: str) -> tuple[Problem, ...]:
    assert KUMAMOTO.count(old) >= 1, f"the preset no longer says {old!r}"
    with pytest.raises(UsageError) as caught:
        Policy.from_document(policy_text(folder, KUMAMOTO.replace(old, new, 1)))
    for problem in caught.value.problems:
        assert problem.file == "policy.toml"
        japanese, english = problem.render(Lang.JA), problem.render(Lang.EN)
        assert not ENGLISH_LEAK.search(japanese), japanese
        assert not re.search(r"[\u3040-\u30ff]", problem.message.en), english
    return caught.value.problems


def line_with(text: str, needle: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if needle in line)


CASES = [
    # old, new, code, key, words that the Japanese message must have, and the English one
    ("radius_m = 4000", "radius_m = 4000\nradiusm = 1", "unknown-key", "circle.radiusm", "radius_m の誤り", "did you mean radius_m"),
    ("radius_m = 4000", "zzzz = 1\nradius_m = 4000", "unknown-key", "circle.zzzz", "cut, radius_m", "keys here are: cut"),
    ("radius_m = 4000", "", "missing-key", "circle.radius_m", "必要なキーがありません", "missing"),
    ("radius_m = 4000", 'radius_m = "4000"', "wrong-type", "circle.radius_m", "整数", "whole number"),
    ("radius_m = 4000", "radius_m = 4000.5", "wrong-type", "circle.radius_m", "整数", "whole number"),
    ("radius_m = 4000", "radius_m = true", "wrong-type", "circle.radius_m", "整数", "whole number"),
    ("radius_m = 4000", "radius_m = -1", "wrong-value", "circle.radius_m", "0 より大き", "above 0"),
    ("radius_m = 4000", "radius_m = 0", "wrong-value", "circle.radius_m", "0 より大き", "above 0"),
    ("radius_m = 4000", "radius_m = 4000000", "wrong-value", "circle.radius_m", "100,000 以下", "at most 100,000"),
    ("tolls = true", "tolls = 1", "wrong-type", "travel.tolls", "true か false", "true or false"),
    ("tolls = true", 'tolls = "true"', "wrong-type", "travel.tolls", "true か false", "true or false"),
    ("snap_limit_m = 1000", 'snap_limit_m = "1km"', "wrong-type", "travel.snap_limit_m", "数値", "number"),
    ("snap_limit_m = 1000", "snap_limit_m = inf", "wrong-value", "travel.snap_limit_m", "有限", "finite"),
    ("threshold_min = 30", "threshold_min = inf", "wrong-value", "criterion.3.threshold_min", "有限", "finite"),
    ("threshold_min = 30", "threshold_min = nan", "wrong-value", "criterion.3.threshold_min", "有限", "finite"),
    ("ferry_wait_min = 15", "ferry_wait_min = -0.1", "wrong-value", "travel.ferry_wait_min", "0 以上", "at least 0"),
    ('comparison = "at_least"', 'comparison = "atleast"', "wrong-value", "criterion.3.comparison", "at_least", "more_than"),
    ('unreachable = "met"', "unreachable = true", "wrong-value", "criterion.3.unreachable", "undetermined", "not_met"),
    ('kind = "nearest_other_time"', 'kind = "foo"', "wrong-value", "criterion.3.kind", "nearest_other_time", "use one of"),
    ('kind = "nearest_other_time"', "", "missing-key", "criterion.3.kind", "kind を書き加えて", "add kind"),
    ('kind = "nearest_other_time"', "kind = [1]", "wrong-value", "criterion.3.kind", "nearest_other_time", "use one of"),
    ('type = "base_hospital"', 'type = "hospital"', "wrong-value", "criterion.1.type", "remote_clinic", "use one of"),
    ("[criterion.2]", "[criterion.12]", "wrong-value", "criterion.12", "1～9", "1 to 9"),
    ('prefecture = "43"', "prefecture = 43", "wrong-type", "policy.prefecture", "引用符", "quotes"),
    ('prefecture = "43"', 'prefecture = "48"', "wrong-value", "policy.prefecture", "都道府県コード", "prefecture code"),
    ('code = "43100"', 'code = "４３１００"', "wrong-value", "exclude_municipality[1].code", "半角数字5桁", "five-digit"),
    ('code = "43100"', 'code = "3100"', "wrong-value", "exclude_municipality[1].code", "半角数字5桁", "five-digit"),
    ('name = "熊本市"', 'name = ""', "wrong-value", "exclude_municipality[1].name", "空には", "empty"),
    ("[[exclude_municipality]]", "[exclude_municipality]", "wrong-type", "exclude_municipality", "[[exclude_municipality]]", "double brackets"),
    ('title = { ja = "へき地診療所", en = "remote clinic" }', "title = 5", "wrong-type", "criterion.2.title", "{ en = …, ja = … }", "{ en = …, ja = … }"),
    ('title = { ja = "へき地診療所", en = "remote clinic" }', "title = {}", "wrong-value", "criterion.2.title", "ja か en", "needs ja or en"),
    ('title = { ja = "へき地診療所", en = "remote clinic" }', 'title = { ja = "へき地診療所", en = "" }', "wrong-value", "criterion.2.title.en", "空には", "empty"),
    ("valid_from = 2024-04-01", 'valid_from = "R6.4"', "date-not-understood", "validity.valid_from", "日付", "a date"),
    ("valid_from = 2024-04-01", 'valid_from = "来年"', "date-not-understood", "validity.valid_from", "日付", "a date"),
    ("valid_from = 2024-04-01", "valid_from = 20240401", "wrong-type", "validity.valid_from", "2024-04-01", "a date"),
    ("any = [1, 2, 3]", 'any = [1, "x"]', "wrong-type", "rule.any[2]", "整数", "whole number"),
    ("any = [1, 2, 3]", "any = [1, { all = [2, 3.5] }]", "wrong-type", "rule.any[2].all[2]", "整数", "whole number"),
    ("any = [1, 2, 3]", "any = [1, { al = [2, 3] }]", "unknown-key", "rule.any[2].al", "all の誤り", "did you mean all"),
    ("any = [1, 2, 3]", "any = 1", "wrong-type", "rule.any", "配列", "array"),
    ('also_try = ["neighbours", "direction"', 'also_try = ["neighbours", "direktion"', "wrong-value", "travel.also_try[2]", "direction", "use one of"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "key", "ja", "en"),
    CASES,
    ids=[f"{c[2]}-{c[3]}-{n}" for n, c in enumerate(CASES)],
)
def test_each_fault_is_named_once_with_line_and_key(
    tmp_path: Path, old: str, new: str, code: str, key: str, ja: str, en: str
):
    found = faults(tmp_path, old, new)
    assert [(p.code, p.column) for p in found] == [(code, key)]
    problem = found[0]
    assert ja in problem.render(Lang.JA)
    assert en in problem.render(Lang.EN)
    changed = KUMAMOTO.replace(old, new, 1)
    leaf = re.sub(r"\[\d+\]", "", key).split(".")[-1]
    header = {"circle.radius_m": "[circle]", "criterion.3.kind": "[criterion.3]"}
    if code == "missing-key" and key in header:
        assert problem.row == line_with(changed, header[key])
    elif code != "missing-key" and "rule" not in key:
        assert leaf in changed.split("\n")[problem.row - 1]
    else:
        assert problem.row is not None


def test_a_missing_table_is_named(tmp_path: Path):
    found = faults(tmp_path, "[circle]\n", "[circel]\n")
    assert {(p.code, p.column) for p in found} == {
        ("unknown-key", "circel"),
        ("missing-key", "circle"),
    }


def test_all_problems_at_once(tmp_path: Path):
    text = KUMAMOTO
    for old, new in (
        ("radius_m = 4000", 'radius_m = "4"'),
        ("tolls = true", "tols = true"),
        ("valid_to = 2027-03-31", ""),
        ('kind = "type"', 'kind = "kind"'),
    ):
        text = text.replace(old, new, 1)
    with pytest.raises(UsageError) as caught:
        Policy.from_document(policy_text(tmp_path, text))
    found = {(p.code, p.column) for p in caught.value.problems}
    assert found == {
        ("wrong-value", "criterion.1.kind"),
        ("wrong-type", "circle.radius_m"),
        ("missing-key", "travel.tolls"),
        ("unknown-key", "travel.tols"),
        ("missing-key", "validity.valid_to"),
    }


SYNTAX = [
    ("[circle]", "[circle", "]"),
    ('name = "熊本市"', "name = 熊本市", "引用符"),
    ('name = "熊本市"', '名前 = "熊本市"', "引用符"),
    ('name = "熊本市"', 'name = "熊本市', "閉じられていません"),
    ('name = "熊本市"', 'name "熊本市"', "= がありません"),
    ('name = "熊本市"', 'name = "C:\\data"', "\\ の使い方"),
    ('name = "熊本市"', "name = ", "値がない"),
    ('name = "熊本市"', 'name = "熊本市" x', "余分"),
    ('name = "熊本市"', 'name = "a"\nname = "b"', "二度"),
    ("[place]", "[circle]", "二度"),
    ("valid_from = 2024-04-01", "valid_from = 2024-02-30", "ない日付"),
    ('cut = ["prefecture",', 'cut = ["prefecture"', "配列の ]"),
]


@pytest.mark.parametrize(("old", "new", "ja"), SYNTAX)
def test_broken_toml_names_its_line_in_japanese(tmp_path: Path, old: str, new: str, ja: str):
    (problem,) = faults(tmp_path, old, new)
    assert problem.code == "toml-syntax"
    assert ja in problem.message.ja
    first = line_with(KUMAMOTO, old)
    assert first <= problem.row <= first + 1


def test_an_array_that_never_ends_is_blamed_on_a_line(tmp_path: Path):
    (problem,) = faults(tmp_path, "valid_to = 2027-03-31", "valid_to = [")
    assert problem.row == KUMAMOTO.rstrip().count("\n") + 1


@pytest.mark.parametrize(
    "value", ["9" * 5000, "0x" + "f" * 5000, "[" * 5000 + "]" * 5000, "[" * 300 + "]" * 300]
)
def test_monstrous_values_are_problems(tmp_path: Path, value: str):
    faults(tmp_path, "radius_m = 4000", f"radius_m = {value}")


def test_files_that_cannot_be_read(tmp_path: Path):
    for path in (tmp_path / "none.toml", tmp_path, tmp_path / ("x" * 300), tmp_path / "a\0b"):
        with pytest.raises(MissingFileError) as caught:
            read_toml(path)
        assert caught.value.problems[0].code == "file-missing"
    cp932 = tmp_path / "sjis.toml"
    cp932.write_bytes("a = 1\nb = '熊本'\n".encode("cp932"))
    utf16 = tmp_path / "utf16.toml"
    utf16.write_bytes("a = 1\n".encode("utf-16"))
    for path, row in ((cp932, 2), (utf16, 1)):
        with pytest.raises(UsageError) as wrong:
            read_toml(path)
        assert [(p.code, p.row) for p in wrong.value.problems] == [("toml-encoding", row)]


def test_merging_tables():
    base = {"a": {"x": 1, "y": [1, 2]}, "b": 2}
    assert merge_tables(base, {"a": {"y": [3]}, "b": {"z": 1}}) == {
        "a": {"x": 1, "y": [3]},
        "b": {"z": 1},
    }
    assert base == {"a": {"x": 1, "y": [1, 2]}, "b": 2}, "the base was changed"
    assert merge_tables({"c": {"kind": "p", "x": 1}}, {"c": {"kind": "p", "y": 2}}) == {
        "c": {"kind": "p", "x": 1, "y": 2}
    }


JUNK = (
    "[",
    "]",
    "= 1",
    'a = "',
    "[[x]]",
    "[criterion.3]",
    "radius_m = 1",
    "\\",
    '"""',
    "{ a",
    "\x00",
)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_no_broken_policy_ends_in_a_traceback(tmp_path: Path, seed: int):
    dice = random.Random(seed)  # noqa: S311 - a fixed series, not a secret
    outcomes = set()
    for _ in range(25):
        lines = KUMAMOTO.split("\n")
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(len(lines))
            match dice.randrange(5):
                case 0:
                    del lines[at]
                case 1:
                    lines.insert(at, dice.choice(lines))
                case 2:
                    lines.insert(at, dice.choice(JUNK))
                case 3:
                    lines[at] = lines[at][: dice.randint(0, len(lines[at]))]
                case _:
                    other = dice.choice(lines)
                    lines[at] = lines[at].partition("=")[0] + "=" + other.partition("=")[2]
        try:
            Policy.from_document(policy_text(tmp_path, "\n".join(lines)))
        except SpotsError as fault:
            outcomes.add("refused")
            for problem in fault.problems:
                assert not ENGLISH_LEAK.search(problem.message.ja), problem.render()
                assert problem.render(Lang.EN)
        else:
            outcomes.add("accepted")
    assert "refused" in outcomes


def test_the_preset_is_accepted():
    Policy.preset("kumamoto")
