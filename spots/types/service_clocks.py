"""Clocks of a doctor's obligations: what each counts, and what it says of a person's postings.

A clock is a rule of a law or a programme as data (`Clock`); postings and the classes of
institutions day by day make a `ClockResult` of it. What nobody knows leaves a clock open: then it
says what it is at least and at most, and nothing in between is picked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, NamedTuple

from pydantic import ConfigDict, Field

from groundfloor.day_spans import DaySpan
from groundfloor.problems import Problem, Text
from groundfloor.settings import STRICT, Bilingual, Day, NotNegative, Words
from spots.types.institution_classes import ClassSpan
from spots.types.postings import LeaveReason, Posting, PostingStatus
from spots.types.verdicts import Truth


class Months(NamedTuple):
    """Whole months and the days over them; compared in that order."""

    months: int = 0
    days: int = 0

    @classmethod
    def of_halves(cls, halves: int, days_per_month: int) -> Months:
        """Return half days as months of so many days, half a day as one; see `in_halves`."""
        months, rest = divmod(halves, 2 * days_per_month)
        return cls(months, (rest + 1) // 2)

    def in_halves(self, days_per_month: int) -> int:
        """Return it in half days, where a month is so many days.

        Thirty days of a month that has 31 are not a month yet, where thirty days are one: they are
        half a day less.
        """
        return 2 * days_per_month * self.months + min(2 * self.days, 2 * days_per_month - 1)


class ClockKind(StrEnum):
    """How a clock counts."""

    CONTINUOUS = "continuous"  # at one institution, without a break but what the rule lets pass
    SUM = "sum"  # all together, wherever and with whatever between


class AcrossEnd(StrEnum):
    """Which class holds for a posting that outlasts the class of its institution."""

    EACH_DAY = "each_day"  # that of each day
    AT_START = "at_start"  # that of its first day, to its end


class LicenceMeasured(StrEnum):
    """On which day the years since the licence are measured that let service be put together."""

    AT_FULFILMENT = "at_fulfilment"  # when the months are complete: not before that anniversary
    EACH_DAY = "each_day"  # on each day of service: earlier ones do not count


class DeadlineFrom(StrEnum):
    """From which day a deadline runs."""

    FIRST_POSTING = "first_posting"
    LICENCE = "licence"


_MonthCount = Annotated[int, Field(gt=0, le=1200)]


@dataclass(frozen=True, slots=True)
class ClockCap:
    """So many months at most of service of some status count towards a sum."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    statuses: Annotated[tuple[PostingStatus, ...], Field(min_length=1)]
    at_most_months: _MonthCount


@dataclass(frozen=True, slots=True)
class ClockStop:
    """Reasons for which a deadline stands still, and for how many months at most."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    reasons: Annotated[tuple[LeaveReason, ...], Field(min_length=1)]
    at_most_months: _MonthCount | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One rule on months of service; the fields are the keys of ``[[clock]]`` in a rule file.

    Parameters
    ----------
    id : str
        What answers call it.
    title : Bilingual
        For readers.
    kind : ClockKind
        Whether service must be unbroken at one institution, or is added up.
    needs_months : int
        Months needed.
    counts : tuple of str
        Ids of the classes whose institutions count.
    anywhere : bool
        Whether every institution does, of whatever class; then `counts` is empty.
    anywhere_for : tuple of PostingStatus
        Statuses for which every institution does, beside the `counts` of the others.
    statuses : tuple of PostingStatus
        Which postings count.
    min_hours, short_hours : float or None
        Hours a week at least; with 短時間勤務 fewer do. None where nobody asks.
    from_ : date or None
        First day that counts.
    interrupted_by : tuple of LeaveReason
        Leave that does not break continuous service; it does not count itself.
    exceed : bool
        Whether service so interrupted must be more than the months needed, not only as much.
    licence_years : int or None
        So many years after the licence, service with breaks and at several institutions is added
        up too; None where never.
    licence_measured : LicenceMeasured
        On which day these years are measured.
    cap : tuple of ClockCap
        What of a status counts at most.
    deadline_months : int or None
        Months until the sum must be reached; None where the rule has no deadline.
    deadline_from : DeadlineFrom
        From which day they run.
    stop : tuple of ClockStop
        What makes the deadline later.
    programme : str
        Id of the programme whose classes it counts; empty for the one that is asked about.
    source : Bilingual or None
        Where the rule is written, if elsewhere than the others of the file.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Words
    title: Bilingual
    kind: ClockKind
    needs_months: _MonthCount
    counts: tuple[Words, ...] = ()
    anywhere: bool = False
    anywhere_for: tuple[PostingStatus, ...] = ()
    statuses: Annotated[tuple[PostingStatus, ...], Field(min_length=1)] = (
        PostingStatus.WORK,
        PostingStatus.SPECIALTY_TRAINING,
    )
    min_hours: NotNegative | None = None
    short_hours: NotNegative | None = None
    from_: Day | None = None
    interrupted_by: tuple[LeaveReason, ...] = ()
    exceed: bool = True
    licence_years: Annotated[int, Field(ge=0, le=100)] | None = None
    licence_measured: LicenceMeasured = LicenceMeasured.AT_FULFILMENT
    cap: tuple[ClockCap, ...] = ()
    deadline_months: _MonthCount | None = None
    deadline_from: DeadlineFrom = DeadlineFrom.FIRST_POSTING
    stop: tuple[ClockStop, ...] = ()
    programme: str = ""
    source: Bilingual | None = None

    def asks_class(self, status: PostingStatus) -> bool:
        """Return whether it hangs on the class of an institution if a posting counts."""
        return not self.anywhere and status not in self.anywhere_for


class CountReason(StrEnum):
    """Why days of a posting do not count, or why that is open."""

    STATUS = "status"  # a status that the clock does not count
    INTERRUPTION = "interruption"  # leave that does not count and does not break either
    REASON_OPEN = "reason_open"  # leave without a reason: it may break, or not
    CLASS = "class"  # of a class that does not count
    CLASS_OPEN = "class_open"  # nobody knows of which class
    HOURS = "hours"  # too few a week
    HOURS_OPEN = "hours_open"  # nobody says how many
    BEFORE = "before"  # before the first day that counts
    APART = "apart"  # would count, but stands apart from the continuous service that does


class Route(StrEnum):
    """By which way service is added up."""

    CONTINUOUS = "continuous"  # one unbroken stretch
    INTERRUPTED = "interrupted"  # stretches with leave between that the rule lets pass
    INTERMITTENT = "intermittent"  # with breaks, or at several institutions, years after licence
    SUM = "sum"  # a clock that adds up everything


class ClockFlag(StrEnum):
    """What a reader should see beside a result."""

    EXACTLY = "exactly"  # interrupted service is just what is needed; the rule says exceed
    LICENCE_UNKNOWN = "licence_unknown"  # nothing can be said of years since it
    LICENCE_TOO_SHORT = "licence_too_short"  # the sum would do, the years since licence do not
    BEFORE_ANNIVERSARY = "before_anniversary"  # part of the sum lies before these years are over
    ACROSS_END = "across_end"  # a posting outlasts the class of its institution
    CAPPED = "capped"  # more of a status than may count
    STOP_CAPPED = "stop_capped"  # longer stops than make the deadline later
    STOP_RUNNING = "stop_running"  # a stop has no end yet: the deadline moves
    AFTER_DEADLINE = "after_deadline"  # fulfilled, if at all, after the deadline


@dataclass(frozen=True, slots=True)
class ServicePiece:
    """Days of a posting that are alike for a clock.

    Parameters
    ----------
    posting : Posting
        The row.
    span : DaySpan
        The days.
    counts : Truth
        Whether they do; UNDETERMINED where that is open.
    why : tuple of CountReason
        Everything that keeps them out or open; empty where they count.
    decided : ClassSpan or None
        The class of the institution that decides; None where nothing tells, or no class is asked.
    at_start : bool
        Whether it is that of the posting's first day, and another one on these.
    planned : bool
        Whether they lie after the day that is asked about.
    total, total_at_most : Months
        What the clock has counted by the end of them, at least and at most; by the day that is
        asked about where they have no end.
    """

    posting: Posting
    span: DaySpan
    counts: Truth
    why: tuple[CountReason, ...]
    decided: ClassSpan | None
    at_start: bool
    planned: bool
    total: Months
    total_at_most: Months


@dataclass(frozen=True, slots=True)
class ClassMonths:
    """Months that count at institutions of one class, at least and at most."""

    class_id: str
    at_least: Months
    at_most: Months


@dataclass(frozen=True, slots=True)
class ClockDeadline:
    """The last day by which a sum must be reached.

    Parameters
    ----------
    first : date
        From which day it runs.
    last : date
        The last day, with stops; of those without a reason that is known, none.
    last_at_most : date
        The last day if these stop it too.
    stopped : Months
        How long it stood still.
    """

    first: date
    last: date
    last_at_most: date
    stopped: Months


@dataclass(frozen=True, slots=True)
class ClockResult:
    """What a clock says of a person on a day.

    Parameters
    ----------
    person : str
        The pseudonymous key. It goes into no message.
    clock : Clock
        The rule.
    truth : Truth
        Whether it is fulfilled by that day; UNDETERMINED where that hangs on what is open.
    route : Route
        By which way it is fulfilled, or counted farthest.
    at_least, at_most : Months
        What counts by that day.
    missing, missing_at_least : Months
        What is still needed if nothing that is open counts, and if all of it does. Nothing where
        it is fulfilled.
    classes : tuple of ClassMonths
        The same by class, each for itself: days over months do not add up across classes.
    fulfilled : date or None
        The day with which it is fulfilled, by these postings as they are or are planned; None where
        they do not suffice, or not without what is open.
    possibly : date or None
        The same if all that is open counts.
    deadline : ClockDeadline or None
        None where the rule has none, or the day is not known from which it runs.
    flags : tuple of ClockFlag
        What a reader should see.
    pieces : tuple of ServicePiece
        Every posting of the person, in the order of days.
    """

    person: str
    clock: Clock
    truth: Truth
    route: Route
    at_least: Months
    at_most: Months
    missing: Months
    missing_at_least: Months
    classes: tuple[ClassMonths, ...]
    fulfilled: date | None
    possibly: date | None
    deadline: ClockDeadline | None
    flags: tuple[ClockFlag, ...]
    pieces: tuple[ServicePiece, ...]


@dataclass(frozen=True, slots=True)
class ServiceResult:
    """What all clocks say of all persons.

    Parameters
    ----------
    on : date
        The day that is asked about; the last that counts.
    title, source : Text
        Of the rules.
    across_end : AcrossEnd
        How postings are judged that outlast a class.
    days_per_month : int
        How many days of stretches apart are a month.
    results : tuple of ClockResult
        Person by person, in the order of their keys, and clock by clock, in that of the rules.
    problems : tuple of Problem
        What readers of every answer should know; no key of a person is in it.
    """

    on: date
    title: Text
    source: Text
    across_end: AcrossEnd
    days_per_month: int
    results: tuple[ClockResult, ...]
    problems: tuple[Problem, ...]
