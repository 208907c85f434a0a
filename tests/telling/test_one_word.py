"""One word for one thing, and full-width brackets, in everything that people read in Japanese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.folders import ROOT

ROOMS = ("groundfloor", "boundaries", "networks", "spots")
#: What is not said, and what is said instead.
FORBIDDEN = {
    r"(スポット|区域)の指定|指定を決め|指定は県|指定期間": "設定",
    r"方針|ポリシー": "設定基準",
    r"最寄りの他|最寄りの?(二次救急)?病院": "最も近い他の二次救急病院",
    r"最寄り(ID|$)": "最も近い他の二次救急病院",
    r"有効期間|適用期間": "設定期間",
    r"町丁目の中心": "町丁目の代表点",
    r"設定の理由": "設定理由",
    r"判定の条件|条件を(1つ|一つ|変え)": "前提",
    r"基準の組合せ|いずれの基準": "要件",
    r"[()]": "（）",
}
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
# What a reader types, or sees in a file, keeps its brackets: "f(x)" of a program, a pattern.
CODE = re.compile(
    r"""`[^`]*`|'[^']*'
    | [A-Za-z_][\w.]*\((?:[^()（）]|\([^()（）]*\))*\)  # a call
    | [\w…]+=\[?\([^()（）]*\)\]?|\([a-z]+(,\ [a-z]+)+\)  # an argument, a tuple of names
    | \w+\(\)
    """,
    re.VERBOSE,
)


def sources() -> list[Path]:
    """Return every module that may hold words for people."""
    return [p for room in ROOMS for p in sorted((ROOT / room).rglob("*.py"))]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def japanese_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and words of every Japanese half of a `Text`; what is filled in is left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Text" and node.args:
            yield from words_of(node.args[0])


def words_of(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and words of every text in an expression, of a format with "…" in its gaps."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "…" for p in node.values)
        yield node.lineno, "".join(map(str, parts))
        for gap in node.values:
            if isinstance(gap, ast.FormattedValue):
                yield from words_of(gap.value)
    else:
        for child in ast.iter_child_nodes(node):
            yield from words_of(child)


def faults(words: str) -> list[str]:
    return [
        f"{found[0]!r}: {instead}"
        for pattern, instead in FORBIDDEN.items()
        if (found := re.search(pattern, CODE.sub("", words)))
    ]


def test_texts_have_one_word_for_one_thing():
    wrong = [
        f"{name_of(path)}:{n}: {fault}"
        for path in sources()
        for n, words in japanese_of(ast.parse(path.read_text(encoding="utf-8")))
        for fault in faults(words)
    ]
    assert wrong == []


def page_assets() -> list[Path]:
    kinds = (".js", ".typ", ".html")
    return [p for p in sorted((ROOT / "spots").rglob("*")) if p.suffix in kinds]


@pytest.mark.parametrize("path", page_assets(), ids=name_of)
def test_pages_and_templates_too(path: Path):
    text = path.read_text(encoding="utf-8")
    strings = re.findall(r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"", text)
    words = [a or b for a, b in strings if JAPANESE.search(a or b)]
    assert [fault for each in words for fault in faults(each)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "spots" / "presets").glob("*.toml")), ids=name_of)
def test_presets_too(path: Path):
    words = re.findall(r'ja = "([^"]*)"', path.read_text(encoding="utf-8"))
    assert words
    assert [fault for each in words for fault in faults(each)] == []


PAGES = [ROOT / "README.ja.md", ROOT / "docs" / "index.ja.md"]
PAGES += sorted((ROOT / "docs" / "guide").glob("*.ja.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_the_readme_and_the_guide_too(page: Path):
    prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", page.read_text("utf-8"), flags=re.DOTALL)
    wrong = [
        f"{n}: {fault}" for n, line in enumerate(prose.split("\n"), 1) for fault in faults(line)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "words", ["県の方針による", "最寄りの他の病院", "(位置)", "町丁目の中心", "有効期間"]
)
def test_the_search_can_fail(words: str):
    assert faults(words)
    tree = ast.parse(f"Text({words!r}, 'x')")
    assert [w for _, w in japanese_of(tree)] == [words]
