"""What holds of every clock, whatever the postings are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from groundfloor.day_spans import DaySpan
from spots.service.clocks import serve
from spots.service.service_rules import ServiceRules, preset_rules
from spots.types.institution_classes import InstitutionClasses
from spots.types.postings import LeaveReason, Person, Posting, PostingStatus
from spots.types.service_clocks import AcrossEnd, ClockResult, CountReason, ServiceResult
from spots.types.verdicts import Truth
from tests.helpers.service_cases import INSTITUTIONS, KEY, institution

FIRST, LAST = date(2019, 10, 1), date(2036, 12, 31)
ON = date(2031, 3, 31)
DAY = timedelta(days=1)
CLASSES: dict[str, InstitutionClasses] = {
    **INSTITUTIONS,
    "a": institution("a", ("2000-01-01", "2026-06-30", "area_a"), ("2026-07-01", None, "?")),
}
PRESETS = [preset_rules(name) for name in ("nintei", "aomori", "kanagawa")]
PERSON = Person(KEY, "all", date(2019, 4, 1))
WORKING = st.sampled_from([PostingStatus.WORK, PostingStatus.WORK, *list(PostingStatus)[:3]])


@st.composite
def rows(draw: st.DrawFn) -> list[Posting]:
    """Return a career: postings one after another, some with gaps between, the last maybe open."""
    day = draw(st.dates(FIRST, date(2024, 12, 31)))
    found = []
    for row in range(2, 2 + draw(st.integers(1, 7))):
        day += timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 2, 40])))
        length = draw(st.sampled_from([1, 27, 30, 31, 59, 90, 91, 92, 181, 182, 183, 365, 731]))
        away = draw(st.integers(0, 4)) == 0
        status = draw(
            st.sampled_from([PostingStatus.LEAVE, PostingStatus.STOP]) if away else WORKING
        )
        found.append(
            Posting(
                row,
                KEY,
                draw(st.sampled_from(sorted(CLASSES))),
                DaySpan(day, day + timedelta(days=length)),
                draw(st.sampled_from([40.0, 40.0, 32.0, 30.0, None])),
                status,
                draw(st.sampled_from(["", *LeaveReason])) if away else "",
                draw(st.booleans()),
            )
        )
        day += timedelta(days=length)
    return found


RULES = st.sampled_from(PRESETS)


def served(postings: list[Posting], rules: ServiceRules, on: date = ON) -> ServiceResult:
    by_programme = {"shortage": CLASSES}
    return serve(postings, [PERSON], CLASSES, rules, on, by_programme=by_programme)


def told(results: ServiceResult) -> list[ClockResult]:
    """Return the results without what hangs on rows."""
    return [replace(each, pieces=(), flags=()) for each in results.results]


_ORDER = {Truth.NOT_MET: 0, Truth.UNDETERMINED: 1, Truth.MET: 2}


def no_less(before: ClockResult, after: ClockResult) -> bool:
    """Return whether a result is as far as another, in all that it says."""
    far = date.max
    return (
        _ORDER[after.truth] >= _ORDER[before.truth]
        and (after.fulfilled or far) <= (before.fulfilled or far)
        and (after.possibly or far) <= (before.possibly or far)
        and (after.truth is Truth.MET or after.at_least >= before.at_least)
        and (after.truth is not Truth.NOT_MET or after.at_most >= before.at_most)
    )


@given(rows(), RULES, st.integers(1, 400), st.data())
@settings(max_examples=300)
def test_a_longer_posting_never_counts_less(postings, rules, more, data):
    """Of service, that is: a longer leave may well take the place of service."""
    at = [n for n, p in enumerate(postings) if p.status in list(PostingStatus)[:3]]
    if not at:
        return
    n = data.draw(st.sampled_from(at))
    posting = postings[n]
    ends = posting.span.until + timedelta(days=more)
    if n + 1 < len(postings):  # postings of one person do not overlap
        ends = min(ends, postings[n + 1].span.first)
    longer = [*postings]
    longer[n] = replace(posting, span=DaySpan(posting.span.first, ends))
    for before, after in zip(
        served(postings, rules).results, served(longer, rules).results, strict=True
    ):
        assert no_less(before, after)


@given(rows(), RULES, st.sampled_from(AcrossEnd), st.data())
@settings(max_examples=300)
def test_splitting_a_posting_changes_nothing(postings, rules, across_end, data):
    n = data.draw(st.integers(0, len(postings) - 1))
    span = postings[n].span
    if span.days == 1:
        return
    cut = span.first + timedelta(days=data.draw(st.integers(1, span.days - 1)))
    split = [*postings, replace(postings[n], row=99, span=DaySpan(cut, span.until))]
    split[n] = replace(postings[n], span=DaySpan(span.first, cut))
    rules = rules.changed(across_end=across_end)
    assert told(served(split, rules)) == told(served(postings, rules))


@given(rows(), RULES, st.randoms())
def test_the_order_of_rows_makes_no_difference(postings, rules, random):
    shuffled = [*postings]
    random.shuffle(shuffled)
    assert served(shuffled, rules) == served(postings, rules)


@given(rows(), RULES)
def test_each_clock_is_judged_by_itself(postings, rules):
    together = served(postings, rules).results
    alone = [
        result
        for clock in rules.clocks
        for result in served(postings, replace(rules, clocks=(clock,))).results
    ]
    assert list(together) == alone


@given(rows(), RULES)
def test_no_day_of_a_posting_is_lost(postings, rules):
    for result in served(postings, rules).results:
        days = {}
        for piece in result.pieces:
            days.setdefault(piece.posting.row, []).append((piece.span.first, piece.span.until))
        for posting in postings:
            pieces = sorted(days[posting.row])
            assert (pieces[0][0], pieces[-1][1]) == (posting.span.first, posting.span.until)
            assert all(a[1] == b[0] for a, b in pairwise(pieces))


@given(rows(), RULES)
def test_what_is_said_agrees(postings, rules):
    for result in served(postings, rules).results:
        assert result.at_least <= result.at_most or result.truth is Truth.MET
        assert result.missing >= result.missing_at_least
        assert (result.truth is Truth.MET) is (
            result.fulfilled is not None and result.fulfilled <= ON
        )
        assert (result.missing == (0, 0)) is (result.truth is Truth.MET)
        for piece in result.pieces:
            assert (piece.counts is Truth.MET) is (piece.why == ())


@given(rows(), RULES)
def test_the_day_of_fulfilment_is_the_first(postings, rules):
    """Asked on that day it is fulfilled, and on the eve it is not."""
    for n, result in enumerate(served(postings, rules).results):
        if result.fulfilled is not None:
            on = result.fulfilled
            assert served(postings, rules, on).results[n].truth is Truth.MET
            assert served(postings, rules, on - DAY).results[n].truth is not Truth.MET


@given(rows(), RULES, st.integers(0, 6), st.booleans())
@settings(max_examples=200)
def test_the_truth_lies_in_the_range(postings, rules, which, short):
    """Whatever turns out to be the class of unknown days, results stay inside what was said."""
    kind = ("shortage", "other", "area_a", "named")[which % 4]
    known = {
        **CLASSES,
        "nobody": institution("nobody", ("2000-01-01", None, kind)),
        "a": institution("a", ("2000-01-01", "2026-06-30", "area_a"), ("2026-07-01", None, kind)),
    }
    hours = 40.0 if short else 0.0
    filled = [replace(p, hours=hours if p.hours is None else p.hours) for p in postings]
    after = serve(filled, [PERSON], known, rules, ON, by_programme={"shortage": known})
    for said, now in zip(served(postings, rules).results, after.results, strict=True):
        if any(CountReason.REASON_OPEN in p.why for p in said.pieces):
            continue
        if said.truth is not Truth.UNDETERMINED:
            assert now.truth is said.truth
        assert (now.fulfilled or date.max) <= (said.fulfilled or date.max)
        assert (now.fulfilled or date.max) >= (said.possibly or date.max)
