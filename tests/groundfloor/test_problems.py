"""Problems: two languages, one line, nothing that a terminal would obey."""

from __future__ import annotations

import pickle

import pytest

from groundfloor.problems import (
    DataError,
    Lang,
    MissingFileError,
    OutputExistsError,
    Problem,
    Severity,
    SpotsError,
    Text,
    UsageError,
    clean,
    error,
    note,
    one_line,
    warning,
)

MESSAGE, REMEDY = Text("数ではありません", "is not a number"), Text("直してください", "mend it")


def test_a_table_has_rows_and_columns():
    problem = error("nan", MESSAGE, REMEDY, file="list.csv", row=12, column="緯度", value="abc")
    assert problem.render(Lang.JA) == (
        "エラー: list.csv: 12行目: 列「緯度」: 値「abc」: 数ではありません → 直してください [nan]"
    )
    assert problem.render(Lang.EN) == (
        "error: list.csv: row 12: column “緯度”: value “abc”: is not a number → mend it [nan]"
    )


def test_settings_have_lines_and_keys_and_a_command_line_has_options():
    for file in ("run.toml", "preset:kumamoto"):
        problem = warning("x", MESSAGE, REMEDY, file=file, row=3, column="circle.radius_m")
        assert problem.place(Lang.JA) == f"{file}: 3行目: キー「circle.radius_m」"
        assert problem.place(Lang.EN) == f"{file}: line 3: key “circle.radius_m”"
    option = error("x", MESSAGE, REMEDY, column="--facilities", value=r"C:\x")
    assert option.place(Lang.JA) == r"オプション「--facilities」: 値「C:\x」"
    assert option.place(Lang.EN) == r"option “--facilities”: value “C:\x”"


def test_nothing_is_said_of_a_place_that_is_not_known():
    problem = note("x", MESSAGE, Text("", ""))
    assert problem.render() == "確認: 数ではありません [x]"
    assert problem.render(Lang.EN) == "note: is not a number [x]"


def test_row_zero_and_empty_value_are_shown():
    problem = error("x", MESSAGE, REMEDY, file="a.csv", row=0, value="")
    assert problem.place() == "a.csv: 0行目: 値「」"


HOSTILE = ("\x1b[31m赤", "a\nb", "\x07", "\x9b2J", "\u202egnp.exe", "\u200b", "\ud800", "\r上書き")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("lang", list(Lang))
def test_no_field_carries_control_characters_to_a_terminal(text: str, lang: Lang):
    problem = Problem("x", Severity.ERROR, Text(text, text), Text(text, text), text, 1, text, text)
    line = problem.render(lang)
    assert all(c.isprintable() for c in line)
    line.encode("utf-8")
    assert clean(problem.place(lang)) == problem.place(lang)


def test_the_ideographic_space_stays():
    assert clean("医療法人　圭光会") == "医療法人　圭光会"


def test_long_values_and_headers_are_cut():
    assert one_line("あ" * 60) == "あ" * 60
    assert one_line("あ" * 61) == "あ" * 59 + "…"
    assert len(error("x", MESSAGE, REMEDY, column="x" * 5000, value="y" * 5000).render()) < 250


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (SpotsError, Exception),
        (DataError, ValueError),
        (UsageError, ValueError),
        (MissingFileError, FileNotFoundError),
        (OutputExistsError, FileExistsError),
    ],
)
def test_errors_are_of_both_kinds_carry_all_problems_and_travel(
    kind: type[SpotsError], builtin: type[Exception]
):
    problems = [error("a", MESSAGE, REMEDY), warning("b", MESSAGE, REMEDY, file="x.csv")]
    fault = kind(p for p in problems)
    assert isinstance(fault, builtin)
    assert fault.problems == tuple(problems)
    assert str(fault) == "\n".join(p.render(Lang.EN) for p in problems)
    assert fault.render(Lang.JA).splitlines() == [p.render(Lang.JA) for p in problems]
    again = pickle.loads(pickle.dumps(fault))  # noqa: S301 - our own bytes
    assert type(again) is kind
    assert again.problems == fault.problems
    assert str(again) == str(fault)


def test_one_problem_needs_no_tuple():
    assert len(UsageError(error("a", MESSAGE, REMEDY)).problems) == 1


def test_as_json_has_every_field_in_one_language():
    problem = error("nan", MESSAGE, REMEDY, file="list.csv", row=12, column="緯度", value="a\nb")
    assert problem.as_json(Lang.EN) == {
        "code": "nan",
        "severity": "error",
        "file": "list.csv",
        "row": 12,
        "column": "緯度",
        "value": "a\nb",
        "message": "is not a number",
        "remedy": "mend it",
    }
