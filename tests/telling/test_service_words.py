"""Months of service in words: each reason says what it is, in both languages."""

from __future__ import annotations

import re

import pytest

from spots.service.service_rules import preset_rules
from spots.telling.service_words import (
    ACROSS_END_LABELS,
    FLAG_LABELS,
    LEAVE_LABELS,
    ROUTE_LABELS,
    STATUS_LABELS,
    WHY_LABELS,
    clock_words,
    months_words,
    range_words,
    why_counted,
)
from spots.types.postings import LeaveReason, PostingStatus
from spots.types.service_clocks import (
    AcrossEnd,
    ClockFlag,
    CountReason,
    Months,
    Route,
)
from tests.helpers.service_cases import asked, day, leave, posted

JAPANESE = re.compile("[぀-ヿ一-鿿]")


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (FLAG_LABELS, ClockFlag),
        (WHY_LABELS, CountReason),
        (ROUTE_LABELS, Route),
        (STATUS_LABELS, PostingStatus),
        (LEAVE_LABELS, LeaveReason),
        (ACROSS_END_LABELS, AcrossEnd),
    ],
)
def test_everything_has_words(labels, kind):
    assert set(labels) == set(kind)
    for text in labels.values():
        assert JAPANESE.search(text.ja)
        assert not JAPANESE.search(text.en)


@pytest.mark.parametrize(
    ("months", "ja", "en"),
    [
        (Months(5, 29), "5か月29日", "5 months 29 days"),
        (Months(6), "6か月", "6 months"),
        (Months(0, 1), "1日", "1 day"),
        (Months(18), "18か月", "18 months"),
        (Months(25, 3), "2年1か月3日", "2 years 1 month 3 days"),
        (Months(108), "9年", "9 years"),
        (Months(), "0日", "0 days"),
    ],
)
def test_months_are_told_as_people_do(months, ja, en):
    assert (months_words(months).ja, months_words(months).en) == (ja, en)


def test_a_range_is_told_as_one():
    assert range_words(Months(3), Months(3)).ja == "3か月"
    assert range_words(Months(), Months(6)).en == "at least 0 days, at most 6 months"


@pytest.mark.parametrize(
    ("posting", "ja", "en"),
    [
        (posted("2025-04-01", "2025-09-30"), "算入：shortageのため", "counts: because of shortage"),
        (
            posted("2025-04-01", "2025-09-30", hours=28),
            "不算入：週28時間で、32時間に満たない。shortageのため",
            "does not count: 28 hours a week, fewer than 32; because of shortage",
        ),
        (
            posted("2025-04-01", "2025-09-30", hours=29.5, short=True),
            "不算入：週29.5時間で、30時間に満たない。shortageのため",
            "does not count: 29.5 hours a week, fewer than 30; because of shortage",
        ),
        (
            posted("2025-04-01", "2025-09-30", at="city"),
            "不算入：数えない区分（otherのため）",
            "does not count: of a class that does not count (because of other)",
        ),
        (
            posted("2025-04-01", "2025-09-30", at="unknown"),
            "算入するか未定：区分が不明",
            "open: class not known",
        ),
        (
            posted("2019-04-01", "2019-09-30"),
            "不算入：2020年4月1日より前。shortageのため",
            "does not count: before 2020-04-01; because of shortage",
        ),
        (
            leave("2025-04-01", "2025-09-30", "illness"),
            "不算入：連続を切らない休業（休業・休暇（傷病））",
            "does not count: leave that breaks nothing (leave (illness))",
        ),
        (
            posted("2025-04-01", "2025-09-30", status=PostingStatus.CLINICAL_TRAINING),
            "不算入：数えない種類の期間（臨床研修）",
            "does not count: of a status that does not count (clinical training)",
        ),
        (
            posted("2030-04-01", "2030-09-30"),
            "算入：shortageのため（予定）",
            "counts: because of shortage (planned)",
        ),
    ],
)
def test_each_posting_says_why(posting, ja, en):
    result = asked("nintei", [posting], on=day("2026-03-31"))["nintei"]
    told = why_counted(result.pieces[0], result.clock)
    assert (told.ja, told.en) == (ja, en)


def test_a_clock_says_all_there_is_to_it():
    result = asked("nintei", [posted("2025-04-01", "2025-09-29")], on=day("2026-03-31"))["nintei"]
    told = clock_words(result)
    assert told.ja == (
        "未充足（連続した勤務）。5か月29日／6か月。不足 1日。この一覧の勤務では充足しない"
    )
    assert told.en == (
        "not fulfilled (continuous); 5 months 29 days of 6 months; missing 1 day; "
        "not from these postings"
    )


def test_a_deadline_is_told_with_its_stops():
    rows = [
        posted("2024-04-01", "2026-03-31", status=PostingStatus.CLINICAL_TRAINING),
        posted("2026-04-01", "2027-03-31", status=PostingStatus.STOP, reason="illness", at=""),
    ]
    told = clock_words(asked("kanagawa", rows, on=day("2027-03-31"))["nine"])
    assert "期限 2034年3月31日（猶予12か月）" in told.ja
    assert "deadline 2034-03-31 (stopped for 12 months)" in told.en


@pytest.mark.parametrize("name", ["nintei", "aomori", "kanagawa"])
def test_english_has_no_japanese(name: str):
    rows = [posted("2024-04-01", None), leave("2023-04-01", "2024-03-31", "")]
    for result in asked(name, rows, licensed=None).values():
        assert not JAPANESE.search(clock_words(result).en)
    assert len(preset_rules(name).clocks) == len(asked(name, rows))
