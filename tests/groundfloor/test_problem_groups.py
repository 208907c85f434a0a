"""Problems of one kind told together."""

from __future__ import annotations

import pytest

from groundfloor.aligned import cell_width, folded_lines
from groundfloor.problem_groups import FEW, counted, group_lines, problem_groups
from groundfloor.problems import Lang, Problem, Text, error, note, warning

SAME = Text("緯度がありません", "has no latitude")
MEND = Text("座標を書いてください", "write the coordinates")


def rows(count: int, *, same: bool = True) -> list[Problem]:
    def said(n: int) -> Text:
        return SAME if same else Text(f"{n} 番目", f"number {n}")

    return [
        warning("no-point", said(n), MEND, file="a.csv", row=n, value=f"病院{n}")
        for n in range(2, count + 2)
    ]


def told(problems: list[Problem], lang: Lang = Lang.JA, **more: object) -> list[str]:
    groups = problem_groups(problems)
    return [line.text for g in groups for line in group_lines(g, lang, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [1, FEW])
def test_a_few_are_told_as_ever(count: int) -> None:
    assert told(rows(count)) == [p.render(Lang.JA) for p in rows(count)]


@pytest.mark.parametrize("lang", Lang)
def test_of_many_the_count_the_first_and_the_remedy_once(lang: Lang) -> None:
    lines = told(rows(1_549), lang)
    assert len(lines) == 1 + FEW + 1 + 1
    assert "1,549" in lines[0]
    assert SAME.render(lang) in lines[0]
    assert "[no-point]" in lines[0]
    assert [f"病院{n}" in line for n, line in enumerate(lines[1:-2], 2)] == [True] * FEW
    assert f"{1_549 - FEW:,}" in lines[-2]
    assert "\n".join(lines).count(MEND.render(lang)) == 1


def test_each_says_what_it_is_where_they_differ() -> None:
    lines = told(rows(9, same=False))
    assert "番目" not in lines[0]
    assert all(f"{n} 番目" in line for n, line in enumerate(lines[1 : FEW + 1], 2))


def test_all_of_them_where_they_are_asked_for() -> None:
    assert len(told(rows(9), few=9)) == 9


def test_errors_come_first_and_kinds_as_they_were_met() -> None:
    kinds = [
        note("n", SAME, MEND),
        warning("b", SAME, MEND),
        error("e", SAME, MEND),
        warning("a", SAME, MEND),
        warning("b", SAME, MEND),
    ]
    found = problem_groups(kinds)
    assert [(g.code, len(g.problems)) for g in found] == [("e", 1), ("b", 2), ("a", 1), ("n", 1)]
    assert counted(kinds, Lang.JA) == "エラー 1 件、警告 3 件、確認 1 件"


@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for line in told(rows(9), width=width):
        assert cell_width(line) <= width


@pytest.mark.parametrize(
    "text",
    [
        "「熊本・上益城」の、とても長い（括弧のある）文です。次の文もあります。",
        "a bc " * 20,
        "x" * 99,
    ],
)
def test_folding_loses_nothing(text: str) -> None:
    lines = folded_lines(text, 10)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line[:1] not in "、。）」" for line in lines)
