"""Days in all the ways offices write them: the same text is the same day in every room."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from groundfloor.dates import YearlyDay, day_of, no_date, parse_date, yearly_day_of
from groundfloor.problems import Severity, UsageError

APRIL = date(2024, 4, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("R6.4.1", APRIL),
        ("r6/4/1", APRIL),
        ("R.6.4.1", APRIL),
        ("Ｒ６．４．１", APRIL),
        ("R060401", APRIL),
        ("令6.4.1", APRIL),
        ("令和6年4月1日", APRIL),
        ("令和 6 年 4 月 1 日", APRIL),
        ("㋿6年4月1日", APRIL),
        ("令和６年４月１日現在", APRIL),
        ("R6.4.1現在", APRIL),
        ("R6.4.1 (月) 時点", APRIL),
        ("令和5年9月1日時点", date(2023, 9, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("R1.4.1", date(2019, 4, 1)),
        ("平成31年6月1日", date(2019, 6, 1)),
        ("H31.4.30", date(2019, 4, 30)),
        ("平31.4.30", date(2019, 4, 30)),
        ("H310430", date(2019, 4, 30)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("昭64.1.7", date(1989, 1, 7)),
        ("S64/1/7", date(1989, 1, 7)),
        ("2024-04-01", APRIL),
        ("2024/4/1", APRIL),
        ("2024.4.1", APRIL),
        ("2024年4月1日", APRIL),
        ("20240401", APRIL),
        ("２０２４年１２月１日（日）", date(2024, 12, 1)),
        ("2024/4/1(月)", APRIL),
        ("2024/4/1 (Mon.)", APRIL),
        ("2024年4月1日月曜日", APRIL),
        ("2024-04-01 00:00:00", APRIL),
        ("2024-04-01T09:00:00", APRIL),
        ("2024-04-01 09:00:00.000+09:00", APRIL),
        ("2024/4/1(月) 9:00", APRIL),
        ("令和6年4月1日 午前9時30分", APRIL),
        ("R8.10.1 9:30", date(2026, 10, 1)),
        ("令和6年（2024年）4月1日", APRIL),
        ("2024年(令和6年)4月1日", APRIL),
        ("2024(R6)年4月1日", APRIL),
    ],
)
def test_whole_days(text, day):
    assert day_of(text, whole=True) == day
    assert day_of(text, serial=True) == day
    assert yearly_day_of(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("平成31年3月", date(2019, 3, 1)),
        ("令和元年", date(2019, 1, 1)),
        ("2024年4月", APRIL),
        ("2024-04", APRIL),
        ("2024", date(2024, 1, 1)),
        ("R8", date(2026, 1, 1)),
    ],
)
def test_months_and_years_begin_with_their_first_day(text, day):
    assert day_of(text) == day
    assert day_of(text, whole=True) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "来年", "今日", "冬", "R6.13.1", "2023-02-29", "令和7年2月30日", "R0.1.1"),
        *("6.4.1", "X6.4.1", "元年5月1日", "0024-04-01", "20241", "R641", "2024-4-1-1"),
        *(
            "令和6年(2023年)4月1日",
            "2024-04-01 2024-04-02",
            "2024-04-01から",
            "2024(R6).4.1",
            "12-01",
            "45383",
        ),
    ],
)
def test_what_is_no_day(text):
    assert day_of(text) is None
    assert day_of(text, whole=True) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("45383", APRIL),
        ("45383.0", APRIL),
        ("45383.75", APRIL),
        ("36526", date(2000, 1, 1)),
        ("54788", date(2049, 12, 31)),
        ("36525", None),
        ("54789", None),
        ("20241", None),
        ("453830", None),
    ],
)
def test_serials_of_a_spreadsheet_are_days_in_cells_only(text, day):
    assert day_of(text, serial=True) == day
    assert day_of(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12-01", YearlyDay(12, 1)),
        ("12/1", YearlyDay(12, 1)),
        ("１２月１日", YearlyDay(12, 1)),
        ("毎年 12月1日", YearlyDay(12, 1)),
        ("12月1日(日)", YearlyDay(12, 1)),
        ("--12-01", YearlyDay(12, 1)),
        ("2-29", YearlyDay(2, 29)),
        ("", None),
        ("12", None),
        ("2-30", None),
        ("13-01", None),
        ("6.12.1", None),
    ],
)
def test_days_of_every_year(text, found):
    assert yearly_day_of(text) == found
    assert day_of(text) is None


def test_days_of_every_year_are_written_as_iso_writes_them():
    assert [str(YearlyDay(2, 29)), str(YearlyDay(12, 1))] == ["--02-29", "--12-01"]
    assert YearlyDay(2, 29) < YearlyDay(12, 1)


def test_a_date_is_a_date():
    assert parse_date(APRIL) == APRIL
    assert parse_date(datetime(2024, 4, 1, 9, 30)) == APRIL  # noqa: DTZ001 - TOML's have no zone
    assert type(parse_date(datetime(2024, 4, 1, 9, 30))) is date  # noqa: DTZ001


@pytest.mark.parametrize("text", ["", "来年", "R6.13.1", "2023-02-29", "R0.1.1", "6.4.1", "X6.4.1"])
def test_settings_that_are_no_dates(text):
    with pytest.raises(UsageError) as caught:
        parse_date(text, file="run.toml", column="as_of")
    (problem,) = caught.value.problems
    assert (problem.file, problem.column, problem.value) == ("run.toml", "as_of", text)
    assert problem.code == "date-not-understood"


def test_the_refusal_tells_what_may_be_written():
    plain, yearly = no_date("冬"), no_date("冬", yearly=True, file="a.csv", row=3, column="開始")
    assert "12-01" not in plain.remedy.ja + plain.remedy.en
    assert "12-01" in yearly.remedy.ja
    assert "12-01" in yearly.remedy.en
    assert (yearly.code, yearly.row) == (plain.code, 3)
    assert no_date("冬", severity=Severity.WARNING).severity is Severity.WARNING
