"""What clocks say of postings: the cases of the rules, day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from spots.service.clocks import serve
from spots.service.service_rules import preset_rules, rules_from_toml
from spots.types.postings import Person, PostingStatus
from spots.types.service_clocks import (
    AcrossEnd,
    ClockFlag,
    CountReason,
    LicenceMeasured,
    Months,
    Route,
)
from spots.types.verdicts import Truth
from tests.helpers.service_cases import INSTITUTIONS, KEY, asked, day, institution, leave, posted

MET, NOT_MET, OPEN = Truth.MET, Truth.NOT_MET, Truth.UNDETERMINED
TRAINING = PostingStatus.CLINICAL_TRAINING
SPECIALTY = PostingStatus.SPECIALTY_TRAINING


def nintei(*postings, **options):
    """Return what recognition says by the end of 2027: three years after the licence."""
    return asked("nintei", postings, **{"on": day("2027-12-31"), **options})["nintei"]


# --- recognition: at one institution, on end


@pytest.mark.parametrize(
    ("posting", "truth", "months"),
    [
        (posted("2025-04-01", "2025-09-30", hours=32), MET, Months(6)),
        (posted("2025-04-01", "2025-09-29", hours=32), NOT_MET, Months(5, 29)),
        (posted("2025-04-01", "2025-09-30", hours=28), NOT_MET, Months()),
        (posted("2025-04-01", "2025-09-30", hours=30), NOT_MET, Months()),
        (posted("2025-04-01", "2025-09-30", hours=30, short=True), MET, Months(6)),
        (posted("2025-04-01", "2025-09-30", hours=29.9, short=True), NOT_MET, Months()),
        (posted("2025-04-01", "2025-09-30", status=TRAINING), NOT_MET, Months()),
        (posted("2025-04-01", "2025-09-30", status=SPECIALTY), MET, Months(6)),
        (posted("2025-04-01", "2025-09-30", at="city"), NOT_MET, Months()),
        (posted("2019-04-01", "2020-03-31"), NOT_MET, Months()),
        (posted("2019-10-01", "2020-09-29"), NOT_MET, Months(5, 29)),
        (posted("2019-10-01", "2020-09-30"), MET, Months(6)),
        (posted("2025-08-31", "2026-02-28"), MET, Months(6)),
    ],
)
def test_six_months_at_one_institution(posting, truth, months):
    found = nintei(posting)
    assert (found.truth, found.at_least, found.at_most) == (truth, months, months)


def test_a_day_is_missing_and_it_says_which_day_would_do():
    found = nintei(posted("2025-04-01", "2025-09-29"))
    assert found.missing == found.missing_at_least == Months(0, 1)
    assert found.fulfilled is None
    assert nintei(posted("2025-04-01", "2025-12-31")).fulfilled == date(2025, 9, 30)


THREE_AND_THREE = (
    posted("2025-04-01", "2025-06-30"),
    leave("2025-07-01", "2025-12-31", "childcare"),
    posted("2026-01-01", "2026-03-31", row=4),
)


def test_interrupted_service_must_exceed_six_months():
    exactly = nintei(*THREE_AND_THREE)
    assert exactly.truth is NOT_MET
    assert exactly.flags == (ClockFlag.EXACTLY, ClockFlag.LICENCE_TOO_SHORT)
    assert (exactly.route, exactly.at_least) == (Route.INTERRUPTED, Months(6))
    assert exactly.missing == Months(0, 1)
    more = nintei(*THREE_AND_THREE[:2], posted("2026-01-01", "2026-04-01"))
    assert (more.truth, more.route, more.flags) == (MET, Route.INTERRUPTED, ())
    assert more.fulfilled == date(2026, 4, 1)


def test_what_is_missing_of_interrupted_service_is_a_day_more():
    found = nintei(*THREE_AND_THREE[:2], posted("2026-02-01", "2026-03-31"))
    assert found.truth is NOT_MET  # a month between that no row tells of
    leave_on = [leave("2026-01-01", "2026-01-31", "illness")]
    found = nintei(*THREE_AND_THREE[:2], *leave_on, posted("2026-02-01", "2026-04-29"))
    assert (found.at_least, found.missing) == (Months(5, 29), Months(0, 2))


@pytest.mark.parametrize("reason", ["birth", "illness", "childcare", "short"])
def test_leave_of_some_reasons_breaks_nothing(reason):
    found = nintei(
        posted("2025-04-01", "2025-06-30"),
        leave("2025-07-01", "2025-07-10", reason),
        posted("2025-07-11", "2025-10-20"),
    )
    assert (found.truth, found.route) == (MET, Route.INTERRUPTED)
    assert found.pieces[1].why == (CountReason.INTERRUPTION,)


@pytest.mark.parametrize(
    "between",
    [
        (leave("2025-07-01", "2025-07-10", "study"),),
        (leave("2025-07-01", "2025-07-10", "other"),),
        (leave("2025-07-01", "2025-07-09", "short"),),  # nobody tells of the last day
        (posted("2025-07-01", "2025-07-10", hours=20),),
        (),
    ],
)
def test_whatever_else_breaks_it(between):
    found = nintei(posted("2025-04-01", "2025-06-30"), *between, posted("2025-07-11", "2025-10-20"))
    assert (found.truth, found.route) == (NOT_MET, Route.CONTINUOUS)
    assert found.at_least == Months(3, 10)
    assert found.pieces[0].why == (CountReason.APART,)


def test_leave_without_a_reason_leaves_it_open():
    # Nine years after the licence the leave does not matter any more.
    found = nintei(
        posted("2025-04-01", "2025-06-30"),
        leave("2025-07-01", "2025-07-10", ""),
        posted("2025-07-11", "2025-10-20"),
    )
    assert found.truth is OPEN
    assert (found.at_least, found.at_most) == (Months(3, 10), Months(6, 10))
    assert (found.fulfilled, found.possibly) == (date(2033, 4, 1), date(2025, 10, 11))


def test_six_months_on_end_are_enough_with_leave_before_them():
    found = nintei(
        posted("2025-04-01", "2025-04-10"),
        leave("2025-04-11", "2025-04-30", "illness"),
        posted("2025-05-01", "2025-10-31"),
    )
    assert (found.truth, found.fulfilled) == (MET, date(2025, 10, 21))


# --- recognition: at several institutions

TWO_PLACES = (posted("2025-04-01", "2025-06-30"), posted("2025-07-01", "2025-09-30", at="second"))


def test_two_institutions_are_put_together_nine_years_after_the_licence():
    young = nintei(*TWO_PLACES, licensed="2020-04-01", on=day("2026-03-31"))
    assert (young.truth, young.at_least) == (NOT_MET, Months(3))
    assert young.flags == (ClockFlag.LICENCE_TOO_SHORT,)
    assert young.fulfilled == date(2029, 4, 1)  # the day on which nine years are over
    old = nintei(*TWO_PLACES, licensed="2016-04-01", on=day("2026-03-31"))
    assert (old.truth, old.route, old.at_least) == (MET, Route.INTERMITTENT, Months(6))
    assert (old.fulfilled, old.flags) == (date(2025, 9, 30), ())


def test_on_which_day_the_nine_years_are_measured_is_a_key_of_the_rule():
    found = nintei(*TWO_PLACES, licensed="2016-08-01")
    assert (found.truth, found.flags) == (MET, (ClockFlag.BEFORE_ANNIVERSARY,))
    rules = preset_rules("nintei")
    (clock,) = rules.clocks
    each_day = replace(rules, clocks=(replace(clock, licence_measured=LicenceMeasured.EACH_DAY),))
    found = asked(each_day, TWO_PLACES, licensed="2016-08-01")["nintei"]
    assert (found.truth, found.at_least) == (NOT_MET, Months(3))


def test_without_a_day_of_licence_it_is_open():
    found = nintei(*TWO_PLACES, licensed=None)
    assert (found.truth, found.flags) == (OPEN, (ClockFlag.LICENCE_UNKNOWN,))
    assert (found.at_least, found.at_most) == (Months(3), Months(6))
    alone = nintei(posted("2025-04-01", "2025-09-30"), licensed=None)
    assert (alone.truth, alone.flags) == (MET, ())


# --- what nobody knows


@pytest.mark.parametrize(
    ("posting", "why"),
    [
        (posted("2025-04-01", "2025-09-30", at="nobody"), CountReason.CLASS_OPEN),
        (posted("2025-04-01", "2025-09-30", at="not in the list"), CountReason.CLASS_OPEN),
        (posted("2025-04-01", "2025-09-30", hours=None), CountReason.HOURS_OPEN),
    ],
)
def test_what_nobody_knows_is_a_range_and_never_a_guess(posting, why):
    found = nintei(posting)
    assert (found.truth, found.at_least, found.at_most) == (OPEN, Months(), Months(6))
    assert (found.missing, found.missing_at_least) == (Months(6), Months())
    assert [piece.why for piece in found.pieces] == [(why,)]
    assert found.pieces[0].counts is OPEN


def test_what_cannot_count_is_not_open():
    found = nintei(posted("2025-04-01", "2025-09-30", at="nobody", hours=20))
    assert (found.truth, found.pieces[0].why) == (NOT_MET, (CountReason.HOURS,))


def test_open_days_that_are_too_few_leave_nothing_open():
    found = nintei(posted("2025-04-01", "2025-08-31", at="nobody"))
    assert (found.truth, found.at_least, found.at_most) == (NOT_MET, Months(), Months(5))


def test_days_that_no_edition_covers_are_open():
    short = {"spot": institution("spot", ("2025-04-01", "2027-03-31", "shortage"))}
    found = nintei(posted("2026-10-01", "2027-09-30"), classes=short)
    assert [p.why for p in found.pieces] == [(), (CountReason.CLASS_OPEN,)]
    assert (found.truth, found.at_least, found.at_most) == (MET, Months(6), Months(12))


# --- programmes: sums


def aomori(*postings, **options):
    found = asked("aomori", postings, **options)
    return found["nine"], found["four"]


def test_five_years_elsewhere_and_four_in_shortage_areas():
    nine, four = aomori(
        posted("2024-04-01", "2029-03-31", at="named"), posted("2029-04-01", "2033-03-31")
    )
    assert (nine.truth, nine.at_least, four.truth, four.at_least) == (
        *(MET, Months(108)),
        *(MET, Months(48)),
    )
    assert nine.fulfilled == four.fulfilled == date(2033, 3, 31)


def test_six_years_elsewhere_leave_one_year_short_of_the_four():
    nine, four = aomori(
        posted("2024-04-01", "2030-03-31", at="named"), posted("2030-04-01", "2033-03-31")
    )
    assert nine.truth is MET
    assert (four.truth, four.at_least, four.missing) == (NOT_MET, Months(36), Months(12))


def test_affiliated_institutions_count_toward_nine_and_never_toward_four():
    nine, four = aomori(posted("2024-04-01", "2028-03-31", at="abroad"))
    assert (nine.at_least, four.at_least) == (Months(48), Months())
    assert four.pieces[0].why == (CountReason.CLASS,)
    assert [(c.class_id, c.at_least) for c in nine.classes] == [("affiliated", Months(48))]


def test_clinical_training_counts_where_the_programme_says_so():
    training = posted("2024-04-01", "2026-03-31", status=TRAINING)
    nine, four = aomori(training)
    assert (nine.at_least, four.at_least) == (Months(24), Months())
    assert nintei(training).at_least == Months()


# --- across the end of a class


def test_a_posting_that_outlasts_its_spot_is_split_or_judged_at_its_start():
    posting = posted("2026-04-01", "2028-03-31", at="ended")
    _, four = aomori(posting)
    assert four.at_least == Months(12)
    assert four.flags == (ClockFlag.ACROSS_END,)
    assert [(p.span.last, p.counts, p.why) for p in four.pieces] == [
        (date(2027, 3, 31), MET, ()),
        (date(2028, 3, 31), NOT_MET, (CountReason.CLASS,)),
    ]
    at_start = preset_rules("aomori").changed(across_end=AcrossEnd.AT_START)
    four = asked(at_start, [posting])["four"]
    assert (four.at_least, four.flags) == (Months(24), (ClockFlag.ACROSS_END,))
    assert [p.at_start for p in four.pieces] == [False, True]


def test_two_rows_of_one_posting_begin_once():
    at_start = preset_rules("aomori").changed(across_end=AcrossEnd.AT_START)
    rows = [
        posted("2026-04-01", "2027-06-30", at="ended"),
        leave("2027-07-01", "2027-09-30", "illness"),
        posted("2027-10-01", "2028-03-31", at="ended", row=4),
    ]
    assert asked(at_start, rows)["four"].at_least == Months(21)
    apart = [rows[0], rows[2]]
    assert asked(at_start, apart)["four"].at_least == Months(15)


# --- Kanagawa: caps and a deadline that stops


KANAGAWA = (
    posted("2024-04-01", "2026-03-31", status=TRAINING, at="named"),
    posted("2026-04-01", "2029-03-31", status=SPECIALTY, at="named", row=3),
)
AREA_A = {**INSTITUTIONS, "a": institution("a", ("2000-01-01", None, "area_a"))}


def test_kanagawa_counts_two_and_three_and_four_years():
    found = asked(
        "kanagawa", [*KANAGAWA, posted("2029-04-01", "2033-03-31", at="a")], classes=AREA_A
    )
    assert {name: each.truth for name, each in found.items()} == dict.fromkeys(found, MET)
    assert len(found) == 4
    assert found["nine"].fulfilled == found["nine"].deadline.last == date(2033, 3, 31)
    assert found["nine"].flags == ()


def test_kanagawa_counts_training_anywhere_and_work_in_its_areas():
    work = posted("2029-04-01", "2030-03-31", at="city")
    found = asked("kanagawa", [*KANAGAWA, work], classes=AREA_A)["nine"]
    assert (found.at_least, found.pieces[-1].why) == (Months(60), (CountReason.CLASS,))


def test_more_specialty_training_than_counts_is_said():
    longer = posted("2026-04-01", "2031-03-31", status=SPECIALTY, at="named")
    found = asked("kanagawa", [KANAGAWA[0], longer], classes=AREA_A)["nine"]
    assert (found.at_least, found.flags) == (
        Months(60),
        (ClockFlag.CAPPED, ClockFlag.AFTER_DEADLINE),
    )


@pytest.mark.parametrize(
    ("stops", "last", "flags"),
    [
        ([], "2033-03-31", ()),
        ([("2029-04-01", "2031-03-31", "study")], "2035-03-31", ()),
        ([("2029-04-01", "2037-03-31", "study")], "2039-03-31", (ClockFlag.STOP_CAPPED,)),
        (
            [("2029-04-01", "2035-03-31", "study"), ("2035-04-01", "2036-03-31", "illness")],
            "2040-03-31",
            (),
        ),
        # work elsewhere and study together are capped; childcare is beyond them
        (
            [
                ("2027-04-01", "2031-03-31", "elsewhere"),
                ("2031-04-01", "2035-03-31", "study"),
                ("2035-04-01", "2035-09-30", "childcare"),
            ],
            "2039-09-30",
            (ClockFlag.STOP_CAPPED,),
        ),
        # after the deadline nothing stops any more
        ([("2033-04-01", "2034-03-31", "illness")], "2033-03-31", ()),
    ],
)
def test_stops_put_the_deadline_off(stops, last, flags):
    rows = [posted(a, b, status=PostingStatus.STOP, reason=why, at="") for a, b, why in stops]
    found = asked("kanagawa", [KANAGAWA[0], *rows], classes=AREA_A, on=day("2026-03-31"))["nine"]
    assert found.deadline.last == found.deadline.last_at_most == day(last)
    assert found.flags == flags


def test_a_longer_stop_never_makes_the_deadline_earlier():
    """February is shorter than thirty days: thirty put it off no farther than a month does."""
    last = []
    for ends in ("2025-03-30", "2025-03-31"):
        rows = [
            posted("2024-02-01", "2025-02-28", status=TRAINING),
            posted("2025-03-01", ends, status=PostingStatus.STOP, at="", reason="illness"),
        ]
        last.append(asked("kanagawa", rows, on=day("2026-03-31"))["nine"].deadline.last)
    assert last == [date(2033, 2, 28), date(2033, 2, 28)]


def test_a_stop_without_a_reason_leaves_the_deadline_open():
    rows = [KANAGAWA[0], posted("2026-04-01", "2027-03-31", status=PostingStatus.STOP, at="")]
    deadline = asked("kanagawa", rows, classes=AREA_A)["nine"].deadline
    assert (deadline.last, deadline.last_at_most) == (date(2033, 3, 31), date(2034, 3, 31))


def test_a_stop_that_goes_on_moves_the_deadline():
    rows = [
        KANAGAWA[0],
        posted("2026-04-01", None, status=PostingStatus.STOP, at="", reason="illness"),
    ]
    found = asked("kanagawa", rows, classes=AREA_A, on=day("2027-03-31"))["nine"]
    assert found.deadline.last == date(2034, 3, 31)
    assert ClockFlag.STOP_RUNNING in found.flags


# --- today and tomorrow


def test_planned_days_fulfil_later_and_count_for_nothing_yet():
    found = nintei(posted("2025-04-01", "2025-12-31"), on=day("2025-06-30"))
    assert (found.truth, found.at_least, found.missing) == (NOT_MET, Months(3), Months(3))
    assert found.fulfilled == date(2025, 9, 30)
    assert [(p.planned, p.total) for p in found.pieces] == [(False, Months(3)), (True, Months(9))]


def test_a_posting_without_an_end_goes_on():
    found = nintei(posted("2025-04-01"), on=day("2025-06-30"))
    assert (found.truth, found.fulfilled) == (NOT_MET, date(2025, 9, 30))
    nine, four = aomori(posted("2025-04-01"), on=day("2025-06-30"))
    assert (nine.fulfilled, four.fulfilled) == (date(2034, 3, 31), date(2029, 3, 31))


# --- all together


def test_each_posting_stands_under_each_clock_with_a_running_total():
    rows = [posted("2024-04-01", "2026-03-31", at="named"), posted("2026-04-01", "2027-03-31")]
    nine, four = aomori(*rows)
    assert [p.total for p in nine.pieces] == [Months(24), Months(36)]
    assert [p.total for p in four.pieces] == [Months(), Months(12)]
    assert nine.missing == Months(72)


def test_nobody_is_lost():
    rules = preset_rules("aomori")
    rows = [posted("2025-04-01", "2026-03-31", person="b"), posted("2025-04-01", person="c")]
    persons = [Person("a", "all"), Person("b", "all")]
    found = serve(rows, persons, INSTITUTIONS, rules, day("2026-03-31"))
    assert [(r.person, r.clock.id) for r in found.results] == [
        (person, clock) for person in "abc" for clock in ("nine", "four")
    ]
    assert found.results[0].pieces == ()
    assert found.results[0].missing == Months(108)


def test_a_cohort_that_the_programme_does_not_have_is_open():
    classes = {
        "spot": replace(
            institution("spot", ("2000-01-01", None, "shortage")),
            spans={"one": INSTITUTIONS["spot"].spans["all"], "two": ()},
        )
    }
    found = serve(
        [posted("2025-04-01", "2026-03-31")],
        [Person(KEY, "three")],
        classes,
        preset_rules("aomori"),
        day("2026-03-31"),
    )
    assert found.results[0].pieces[0].why == (CountReason.CLASS_OPEN,)


def test_problems_name_rows_and_no_key():
    rules = preset_rules("nintei")
    rows = [posted("2025-04-01", "2025-09-30", hours=None, row=7, person="secret-key")]
    found = serve(rows, [], INSTITUTIONS, rules, day("2026-03-31"))
    assert [(p.code, p.row) for p in found.problems] == [
        ("service-programme-missing", rules.document.line_of(("clock", 0, "programme"))),
        ("service-rule-second-hand", None),
        ("service-open", 7),
    ]
    assert "secret" not in str(found.problems)


def test_clocks_of_another_programme_count_its_classes():
    elsewhere = {"spot": institution("spot", ("2000-01-01", None, "other"))}
    rows, people, on = [posted("2025-04-01", "2025-09-30")], [Person(KEY, "all")], day("2026-03-31")
    rules = preset_rules("nintei")
    for given, truth in (({"shortage": INSTITUTIONS}, MET), ({"aomori": elsewhere}, OPEN)):
        found = serve(rows, people, elsewhere, rules, on, by_programme=given)
        assert found.results[0].truth is truth


FOUR_HOURS = """
[rules]
id = "r"
title = "t"
source = "s"
[[clock]]
id = "c"
title = "t"
kind = "sum"
needs_months = 1
anywhere = true
"""


def test_a_clock_can_count_anywhere():
    found = asked(rules_from_toml(FOUR_HOURS), [posted("2025-04-01", "2025-04-30", at="?")])["c"]
    assert (found.truth, found.classes[0].class_id) == (MET, "")


@pytest.mark.parametrize(
    ("may_be", "truth"),
    [
        (("support", "other"), Truth.NOT_MET),
        (("shortage", "named"), Truth.UNDETERMINED),
        (("shortage",), MET),
        ((), Truth.UNDETERMINED),
    ],
)
def test_an_open_class_leaves_a_clock_open_only_where_it_hangs_on_it(
    may_be: tuple[str, ...], truth: Truth
):
    nobody = INSTITUTIONS["nobody"]
    (span,) = nobody.spans["all"]
    classes = {"open": replace(nobody, spans={"all": (replace(span, may_be=may_be),)})}
    half_a_year = posted("2025-04-01", "2025-09-30", at="open")
    assert asked("nintei", [half_a_year], classes=classes)["nintei"].truth is truth
