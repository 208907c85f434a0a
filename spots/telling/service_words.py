"""Months of service in words: how long, why days count or not, and what a clock says.

Stands apart: nobody but months of service has such words.
"""

from __future__ import annotations

from datetime import date

from groundfloor.problems import Text
from spots.telling.labels import TRUTH_LABELS
from spots.telling.wording import NOTHING, as_one, bracketed, joined, run_on
from spots.types.postings import LeaveReason, Posting, PostingStatus
from spots.types.service_clocks import (
    AcrossEnd,
    Clock,
    ClockDeadline,
    ClockFlag,
    ClockKind,
    ClockResult,
    CountReason,
    LicenceMeasured,
    Months,
    Route,
    ServicePiece,
)
from spots.types.verdicts import Truth

STATUS_LABELS: dict[PostingStatus, Text] = {
    PostingStatus.WORK: Text("勤務", "work"),
    PostingStatus.CLINICAL_TRAINING: Text("臨床研修", "clinical training"),
    PostingStatus.SPECIALTY_TRAINING: Text("専門研修", "specialty training"),
    PostingStatus.LEAVE: Text("休業・休暇", "leave"),
    PostingStatus.STOP: Text("猶予（中断）", "stop"),
}
LEAVE_LABELS: dict[LeaveReason, Text] = {
    LeaveReason.BIRTH: Text("妊娠・出産", "birth"),
    LeaveReason.CHILDCARE: Text("育児", "childcare"),
    LeaveReason.ILLNESS: Text("傷病", "illness"),
    LeaveReason.CARE: Text("介護", "care of a relative"),
    LeaveReason.DISASTER: Text("災害", "disaster"),
    LeaveReason.STUDY: Text("大学院・留学", "study"),
    LeaveReason.ELSEWHERE: Text("対象外の勤務", "work elsewhere"),
    LeaveReason.SHORT: Text("短期休暇", "short leave"),
    LeaveReason.OTHER: Text("その他", "other"),
}
ROUTE_LABELS: dict[Route, Text] = {
    Route.CONTINUOUS: Text("連続した勤務", "continuous"),
    Route.INTERRUPTED: Text("休業をはさむ勤務の合算", "interrupted by leave"),
    Route.INTERMITTENT: Text("断続的な勤務の合算", "intermittent"),
    Route.SUM: Text("合算", "sum"),
}
ACROSS_END_LABELS: dict[AcrossEnd, Text] = {
    AcrossEnd.EACH_DAY: Text("勤務の各日の区分による", "by the class of each day"),
    AcrossEnd.AT_START: Text(
        "勤務を始めた日の区分による", "by the class of the posting's first day"
    ),
}
MEASURED_LABELS: dict[LicenceMeasured, Text] = {
    LicenceMeasured.AT_FULFILMENT: Text(
        "月数がそろう時点でみる", "measured when the months are complete"
    ),
    LicenceMeasured.EACH_DAY: Text("勤務の各日でみる", "measured on each day of service"),
}
#: What a clock says, in a word of its own: a criterion is 該当, an obligation is 充足.
FULFILMENT_LABELS: dict[Truth, Text] = {
    Truth.MET: Text("充足", "fulfilled"),
    Truth.NOT_MET: Text("未充足", "not fulfilled"),
    Truth.UNDETERMINED: TRUTH_LABELS[Truth.UNDETERMINED],
}
COUNTED_LABELS: dict[Truth, Text] = {
    Truth.MET: Text("算入", "counts"),
    Truth.NOT_MET: Text("不算入", "does not count"),
    Truth.UNDETERMINED: Text("算入するか未定", "open"),
}
WHY_LABELS: dict[CountReason, Text] = {
    CountReason.STATUS: Text("数えない種類の期間", "of a status that does not count"),
    CountReason.INTERRUPTION: Text("連続を切らない休業", "leave that breaks nothing"),
    CountReason.REASON_OPEN: Text("休業の理由が不明", "leave without a reason"),
    CountReason.CLASS: Text("数えない区分", "of a class that does not count"),
    CountReason.CLASS_OPEN: Text("区分が不明", "class not known"),
    CountReason.HOURS: Text("勤務時間が不足", "too few hours"),
    CountReason.HOURS_OPEN: Text("勤務時間が不明", "hours not known"),
    CountReason.BEFORE: Text("対象期間より前", "before the first day that counts"),
    CountReason.APART: Text("連続した期間の外", "apart from the stretch that counts"),
}
FLAG_LABELS: dict[ClockFlag, Text] = {
    ClockFlag.EXACTLY: Text(
        "休業をはさむ合算が必要な月数とちょうど同じで、超えていない",
        "interrupted service is just the months needed, and must exceed them",
    ),
    ClockFlag.LICENCE_UNKNOWN: Text(
        "免許の日が不明で、断続的な勤務を合算できるか決まらない",
        "the day of the licence is not known, so whether service is put together is open",
    ),
    ClockFlag.LICENCE_TOO_SHORT: Text(
        "合算すれば足りるが、免許取得後の年数が足りない",
        "all together would do, but the years since the licence do not",
    ),
    ClockFlag.BEFORE_ANNIVERSARY: Text(
        "合算した勤務に、免許取得後の年数が足りない時期のものがある",
        "part of the service put together lies before the years since the licence were over",
    ),
    ClockFlag.ACROSS_END: Text(
        "勤務の途中で医療機関の区分が変わる",
        "the class of an institution changes during a posting",
    ),
    ClockFlag.CAPPED: Text("数える上限を超えた期間がある", "there is more of a status than counts"),
    ClockFlag.STOP_CAPPED: Text(
        "上限を超えた猶予は期限を延ばさない",
        "stops beyond their limit do not put the deadline off",
    ),
    ClockFlag.STOP_RUNNING: Text(
        "猶予が続いており、期限はまだ決まらない", "a stop has no end yet, so the deadline moves"
    ),
    ClockFlag.AFTER_DEADLINE: Text("期限までに充足しない", "not fulfilled by the deadline"),
}
SECOND_HAND = Text(
    "この規則は通知・要綱そのものではなく案内から写したものです",
    "these rules were taken from pages about the notice, not from the notice itself",
)
SECOND_HAND_REMEDY = Text(
    "結果に頼る前に通知・要綱を確かめてください", "check the notice before anybody relies on this"
)
OPEN_REMEDY = Text(
    "結果は「少なくとも」と「多くとも」の範囲になります。一覧か登録簿を補ってください",
    "results are a range, at least and at most; complete the list or the register",
)
NO_PROGRAMME_REMEDY = Text(
    "この時計の区分を決めるプログラムを指定してください",
    "name the programme that gives the classes of this clock",
)
_YEAR = 12


def months_words(months: Months) -> Text:
    """Return months and days as people say them.

    Examples
    --------
    >>> months_words(Months(5, 29))
    Text(ja='5か月29日', en='5 months 29 days')
    >>> months_words(Months(108)), months_words(Months()).ja
    (Text(ja='9年', en='9 years'), '0日')
    """
    years, rest = divmod(months.months, _YEAR) if months.months >= 2 * _YEAR else (0, months.months)
    parts = [
        Text(f"{years}年", _plural(years, "year")) if years else NOTHING,
        Text(f"{rest}か月", _plural(rest, "month")) if rest else NOTHING,
        Text(f"{months.days}日", _plural(months.days, "day")) if months.days else NOTHING,
    ]
    told = joined(parts, "", " ")
    return told if told.ja else Text("0日", "0 days")


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def range_words(at_least: Months, at_most: Months) -> Text:
    """Return months, or what they are at least and at most.

    Examples
    --------
    >>> range_words(Months(3), Months(6)).ja
    '少なくとも3か月、多くとも6か月'
    """
    least, most = months_words(at_least), months_words(at_most)
    if at_least == at_most:
        return least
    return Text(
        f"少なくとも{least.ja}、多くとも{most.ja}", f"at least {least.en}, at most {most.en}"
    )


def day_words(day: date) -> Text:
    """Return a day as documents write it.

    Examples
    --------
    >>> day_words(date(2025, 9, 30))
    Text(ja='2025年9月30日', en='2025-09-30')
    """
    return Text(f"{day.year}年{day.month}月{day.day}日", day.isoformat())


def why_counted(piece: ServicePiece, clock: Clock) -> Text:
    """Return why days of a posting count for a clock, or do not, or why that is open.

    Parameters
    ----------
    piece : ServicePiece
        The days.
    clock : Clock
        The clock.
    """
    reasons = [_reason(why, piece, clock) for why in piece.why]
    decided = piece.decided.reason if piece.decided is not None else NOTHING
    told_class = CountReason.CLASS in piece.why or CountReason.CLASS_OPEN in piece.why
    beside = [decided] if decided.ja and not told_class else []
    if piece.at_start:
        beside.append(
            Text(
                "勤務を始めた日の区分による。この期間の区分は別",
                "by the class of the first day; these days are of another",
            )
        )
    verdict = COUNTED_LABELS[piece.counts]
    why = as_one([*reasons, *beside])
    told = run_on(verdict, Text(f"：{why.ja}", f": {why.en}")) if why.ja else verdict
    planned = Text("予定", "planned") if piece.planned else NOTHING
    return run_on(told, bracketed(planned))


def _reason(why: CountReason, piece: ServicePiece, clock: Clock) -> Text:
    posting = piece.posting
    if why in {CountReason.CLASS, CountReason.CLASS_OPEN} and piece.decided is not None:
        return run_on(WHY_LABELS[why], bracketed(piece.decided.reason))
    if why in {CountReason.STATUS, CountReason.INTERRUPTION}:
        return run_on(WHY_LABELS[why], bracketed(status_words(posting)))
    if why is CountReason.HOURS and posting.hours is not None:
        asked = clock.short_hours if posting.short_hours and clock.short_hours else clock.min_hours
        return Text(
            f"週{posting.hours:g}時間で、{asked:g}時間に満たない",
            f"{posting.hours:g} hours a week, fewer than {asked:g}",
        )
    if why is CountReason.BEFORE and clock.from_ is not None:
        since = day_words(clock.from_)
        return Text(f"{since.ja}より前", f"before {since.en}")
    return WHY_LABELS[why]


def status_words(posting: Posting) -> Text:
    """Return what a posting is, of leave and stops with the reason.

    Examples
    --------
    >>> from groundfloor.day_spans import DaySpan
    >>> leave = Posting(2, "k", "", DaySpan(date(2025, 7, 1)), None, PostingStatus.LEAVE, "illness")
    >>> status_words(leave)
    Text(ja='休業・休暇（傷病）', en='leave (illness)')
    """
    known = set(LeaveReason)
    reason = LEAVE_LABELS[LeaveReason(posting.reason)] if posting.reason in known else NOTHING
    return run_on(STATUS_LABELS[posting.status], bracketed(reason))


def clock_terms(clock: Clock) -> Text:
    """Return what a clock asks, in a sentence for above its results."""
    needs = months_words(Months(clock.needs_months))
    where = Text("すべての医療機関", "any institution")
    if not clock.anywhere:
        ids = "・".join(clock.counts), ", ".join(clock.counts)
        where = Text(f"区分 {ids[0]} の医療機関", f"institutions of class {ids[1]}")
    how = (
        Text(f"{where.ja}で連続して{needs.ja}以上", f"{needs.en} on end at one of {where.en}")
        if clock.kind is ClockKind.CONTINUOUS
        else Text(f"{where.ja}で合わせて{needs.ja}以上", f"{needs.en} in all at {where.en}")
    )
    return joined([how, *_conditions(clock)], "。", "; ")


def _conditions(clock: Clock) -> list[Text]:
    told = []
    if clock.anywhere_for:
        free = joined((STATUS_LABELS[status] for status in clock.anywhere_for), "・", ", ")
        told.append(Text(f"{free.ja}は医療機関を問わない", f"{free.en} anywhere"))
    if clock.from_ is not None:
        since = day_words(clock.from_)
        told.append(Text(f"{since.ja}以降の勤務", f"from {since.en} on"))
    if clock.min_hours is not None:
        short = NOTHING
        if clock.short_hours is not None:
            short = bracketed(
                Text(f"短時間勤務は{clock.short_hours:g}時間", f"{clock.short_hours:g} if reduced")
            )
        hours = Text(f"週{clock.min_hours:g}時間以上", f"{clock.min_hours:g} hours a week or more")
        told.append(run_on(hours, short))
    if clock.interrupted_by:
        more = Text("合計が超えること", "the sum must exceed it")
        told.append(
            run_on(
                Text("次の休業による中断は可：", "may be interrupted by "),
                joined((LEAVE_LABELS[r] for r in clock.interrupted_by), "・", ", "),
                bracketed(more if clock.exceed else NOTHING),
            )
        )
    if clock.licence_years is not None:
        years = clock.licence_years
        measured = bracketed(MEASURED_LABELS[clock.licence_measured])
        after = Text(
            f"免許取得後{years}年以上なら断続的な勤務も合算",
            f"put together if broken, {years} years or more after licence",
        )
        told.append(run_on(after, measured))
    return told


def clock_words(result: ClockResult) -> Text:
    """Return what a clock says of a person: the verdict, how much of how much, what is missing."""
    counted = range_words(result.at_least, result.at_most)
    needs = months_words(Months(result.clock.needs_months))
    told = [
        run_on(FULFILMENT_LABELS[result.truth], bracketed(ROUTE_LABELS[result.route])),
        Text(f"{counted.ja}／{needs.ja}", f"{counted.en} of {needs.en}"),
    ]
    if result.truth is not Truth.MET:
        missing = range_words(result.missing_at_least, result.missing)
        told.append(Text(f"不足 {missing.ja}", f"missing {missing.en}"))
    told.append(fulfilment_words(result))
    if result.deadline is not None:
        told.append(deadline_words(result.deadline))
    return as_one([*told, *(FLAG_LABELS[flag] for flag in result.flags)])


def fulfilment_words(result: ClockResult) -> Text:
    """Return with which day a clock is fulfilled by the postings as they are or are planned."""
    if result.fulfilled is not None:
        day = day_words(result.fulfilled)
        return Text(f"{day.ja}で充足", f"fulfilled with {day.en}")
    if result.possibly is not None:
        day = day_words(result.possibly)
        return Text(
            f"未定の期間がすべて数えられれば{day.ja}で充足",
            f"fulfilled with {day.en} if all that is open counts",
        )
    return Text("この一覧の勤務では充足しない", "not from these postings")


def deadline_words(deadline: ClockDeadline) -> Text:
    """Return a deadline and how far stops put it off."""
    last = day_words(deadline.last)
    told = Text(f"期限 {last.ja}", f"deadline {last.en}")
    if deadline.last_at_most != deadline.last:
        latest = day_words(deadline.last_at_most)
        told = Text(
            f"期限 {last.ja}から{latest.ja}の間", f"deadline between {last.en} and {latest.en}"
        )
    if deadline.stopped == Months():
        return told
    stopped = months_words(deadline.stopped)
    return run_on(told, bracketed(Text(f"猶予{stopped.ja}", f"stopped for {stopped.en}")))


def open_rows(why: CountReason, rows: int) -> Text:
    """Return that rows leave results open, and why.

    Examples
    --------
    >>> open_rows(CountReason.HOURS_OPEN, 2).ja
    '勤務時間が不明のため、数えるか決まらない行が2行あります'
    """
    label = WHY_LABELS[why]
    are = "row is" if rows == 1 else "rows are"
    return Text(
        f"{label.ja}のため、数えるか決まらない行が{rows}行あります",
        f"{rows} {are} open: {label.en}",
    )


def no_programme(clock: str, programme: str) -> Text:
    """Return that a clock counts the classes of a programme that is not the one given."""
    return Text(
        f"時計「{clock}」はプログラム {programme} の区分を数えます",
        f"the clock {clock} counts classes of the programme {programme}",
    )


def how_days_are_added(days_per_month: int) -> Text:
    """Return how months are counted, for below a table.

    Examples
    --------
    >>> how_days_are_added(30).en
    'months by the calendar; days of stretches apart are added, 30 a month'
    """
    return Text(
        f"月は暦による。離れた期間の端数の日は合わせ、{days_per_month}日を1か月とする",
        f"months by the calendar; days of stretches apart are added, {days_per_month} a month",
    )
