"""Columns of the tables of ``spots service``: clocks of persons, their postings, councils' counts.

The first two hold keys of persons and go into a folder of their own; the others hold counts alone,
of which those below three are hidden. Stands apart: no other table is of persons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from groundfloor.problems import Lang, Text
from spots.telling.columns import CellValue, Code, Column, ColumnKind, Filled, Value
from spots.telling.service_words import (
    COUNTED_LABELS,
    FLAG_LABELS,
    FULFILMENT_LABELS,
    ROUTE_LABELS,
    STATUS_LABELS,
    fulfilment_words,
    months_words,
    range_words,
    status_words,
    why_counted,
)
from spots.telling.wording import as_one
from spots.types.postings import Person
from spots.types.service_clocks import ClockResult, Months, ServicePiece

T = TypeVar("T")
_TEXT, _CODE = ColumnKind.TEXT, ColumnKind.CODE
_INTEGER, _NUMBER, _DAY = ColumnKind.INTEGER, ColumnKind.NUMBER, ColumnKind.DAY
#: What stands in the place of a count that is not shown.
HIDDEN = Text("X", "X")
HIDDEN_NOTE = Text(
    "X：3未満の数（0を含む）と、それを差し引きで求められないよう併せて伏せた数",
    "X: counts below 3 (0 too), and others hidden with them so that no subtraction tells them",
)


@dataclass(frozen=True, slots=True)
class ClockRow:
    """What a clock says of a person, for a table; `cohort` is what people call theirs."""

    person: Person
    cohort: Text
    result: ClockResult


@dataclass(frozen=True, slots=True)
class PieceRow:
    """Days of a posting that are alike for a clock, for a table; `name` is the institution's."""

    result: ClockResult
    piece: ServicePiece
    name: str


@dataclass(frozen=True, slots=True)
class CouncilRow:
    """Counts of persons of a cohort, by what a clock says or by class; None where hidden."""

    subject: str
    title: Text
    cohort: Text
    persons: int | None
    fulfilled: int | None = None
    rest: int | None = None


def _column(
    name: str, kind: ColumnKind, label: Text, about: Text, width: float = 12, **more: object
) -> Column:
    return Column(name, kind, label, about, width=width, **more)  # type: ignore[arg-type]


_PERSON = _column(
    "person_key",
    _CODE,
    Text("個人番号", "person"),
    Text("仮名の番号（勤務の一覧のとおり）", "the pseudonymous key of the list"),
)
_COHORT = _column(
    "cohort",
    _TEXT,
    Text("対象者区分", "cohort"),
    Text("プログラムの対象者区分", "cohort of the programme"),
    16,
)
_CLOCK_ID = _column(
    "clock", _CODE, Text("時計", "clock"), Text("規則の時計のid", "id of the clock in the rules")
)
_CLOCK_TITLE = _column(
    "clock_title",
    _TEXT,
    Text("時計の名称", "clock, in words"),
    Text("規則にある名称", "as the rules call it"),
    26,
)
_FULFILMENT = _column(
    "fulfilment",
    _TEXT,
    Text("充足", "fulfilled"),
    Text("基準日までに必要な月数に達したか", "whether the months are reached by the day"),
    codes=tuple(Code(str(t), label) for t, label in FULFILMENT_LABELS.items()),
)


def _length(name: str, ja: str, en: str, about: Text) -> Column:
    return _column(name, _TEXT, Text(ja, en), about, 16)


_NEEDED = _length("needed", "必要", "needed", Text("必要な月数", "months needed"))
_COUNTED = _length(
    "counted",
    "通算",
    "counted",
    Text("基準日までに数える月と日（5か月29日は P5M29D）", "what counts by the day, as P5M29D"),
)
_AT_MOST = _length(
    "counted_at_most",
    "通算（多くとも）",
    "counted at most",
    Text("未定の期間もすべて数えた場合", "if all that is open counts"),
)
_MISSING = _length("missing", "不足", "missing", Text("足りない月と日", "what is still needed"))
_FULFILLED = _column(
    "fulfilled_on",
    _DAY,
    Text("充足日", "fulfilled on"),
    Text(
        "勤務（予定を含む）により充足する最も早い日。空欄はこの一覧では充足しない",
        "the first day by these postings, planned ones too; blank where they do not suffice",
    ),
)
_POSSIBLY = _column(
    "possibly_on",
    _DAY,
    Text("充足日（未定を含む）", "possibly on"),
    Text("未定の期間もすべて数えた場合の充足日", "the same if all that is open counts"),
)
_DEADLINE = _column(
    "deadline",
    _DAY,
    Text("期限", "deadline"),
    Text("猶予を含む期限。空欄は期限なし", "with stops; blank where there is none"),
)
_BY_CLASS = _column(
    "by_class",
    _TEXT,
    Text("区分ごとの月数", "months by class"),
    Text("区分ごとに数えた月と日", "what counts, by class of the institution"),
    30,
)
_ROUTE = _column(
    "route",
    _TEXT,
    Text("数え方", "route"),
    Text("どの方法で数えたか", "by which way it is counted"),
    18,
    codes=tuple(Code(str(r), label) for r, label in ROUTE_LABELS.items()),
)
_REMARKS = _column(
    "remarks",
    _TEXT,
    Text("備考", "remarks"),
    Text("結果とともに読むこと", "what to read beside the result"),
    44,
)
_ROW = _column(
    "row", _INTEGER, Text("行", "row"), Text("勤務の一覧の行", "row of the list of postings"), 6
)
_INSTITUTION = _column(
    "institution",
    _TEXT,
    Text("勤務先", "institution"),
    Text("医療機関の一覧の名称", "as the list of institutions has it"),
    26,
)
_FROM = _column("valid_from", _DAY, Text("から", "from"), Text("最初の日", "first day"))
_TO = _column(
    "valid_to",
    _DAY,
    Text("まで", "to"),
    Text("最後の日（当日を含む）。空欄は継続中", "last day, which is in it; blank: goes on"),
)
_STATUS = _column(
    "status",
    _TEXT,
    Text("勤務の区分", "status"),
    Text("勤務、研修、休業、猶予", "work, training, leave, stop"),
    16,
    codes=tuple(Code(str(s), label) for s, label in STATUS_LABELS.items()),
)
_HOURS = _column(
    "hours_per_week",
    _NUMBER,
    Text("週勤務時間", "hours a week"),
    Text("一覧のとおり", "as the list has it"),
    10,
)
_CLASS = _column(
    "class",
    _CODE,
    Text("区分", "class"),
    Text("その期間の医療機関の区分", "class of the institution on these days"),
)
_COUNTS = _column(
    "counts",
    _TEXT,
    Text("算入", "counts"),
    Text("この時計に数えるか", "whether the clock counts it"),
    codes=tuple(Code(str(t), label) for t, label in COUNTED_LABELS.items()),
)
_WHY = _column(
    "why",
    _TEXT,
    Text("理由", "why"),
    Text("数える・数えない理由", "why it counts, or does not"),
    60,
)
_TOTAL = _length(
    "running_total", "累計", "running total", Text("この期間までの累計", "by the end of these days")
)


def _count(name: str, ja: str, en: str, about: Text) -> Column:
    return _column(name, _INTEGER, Text(ja, en), about, 14, unit="people")


_PERSONS = _count(
    "persons", "人数", "persons", Text("人数。空欄は秘匿", "how many; blank where hidden")
)
_DONE = _count(
    "fulfilled", "充足", "fulfilled", Text("充足した人数。空欄は秘匿", "blank where hidden")
)
_REST = _count(
    "not_fulfilled",
    "未充足・判定不能",
    "not, or open",
    Text("それ以外の人数（判定不能を含む）。空欄は秘匿", "all others, the open ones too"),
)
_SUBJECT_CLASS = _column(
    "class",
    _CODE,
    Text("区分のid", "class"),
    Text("基準日の勤務先の区分。all は計", "of the institution on the day; all is the sum"),
)
_CLASS_TITLE = _column(
    "class_title",
    _TEXT,
    Text("勤務先の区分", "class, in words"),
    Text("プログラムにある名称", "as the programme calls it"),
    34,
)


def _by(
    column: Column,
    value: Callable[[T], Value | None],
    people: Callable[[T, Lang], CellValue | None] | None = None,
) -> Filled[T]:
    return Filled(column, lambda row, _lang: value(row), people)


def _said(column: Column, words: Callable[[T], Text]) -> Filled[T]:
    return Filled(column, lambda row, lang: words(row).render(lang))


def _months(column: Column, of: Callable[[T], Months]) -> Filled[T]:
    return _by(
        column,
        lambda row: f"P{of(row).months}M{of(row).days}D",
        lambda row, lang: months_words(of(row)).render(lang),
    )


def _classes(row: ClockRow) -> Text:
    told = [(c.class_id or "-", range_words(c.at_least, c.at_most)) for c in row.result.classes]
    return Text(
        "、".join(f"{name} {words.ja}" for name, words in told),
        ", ".join(f"{name} {words.en}" for name, words in told),
    )


def _remarks(row: ClockRow) -> Text:
    flags = [FLAG_LABELS[flag] for flag in row.result.flags]
    return as_one([*([] if row.result.fulfilled else [fulfilment_words(row.result)]), *flags])


def _last(row: ClockRow) -> date | None:
    return row.result.deadline.last if row.result.deadline is not None else None


CLOCK_COLUMNS: tuple[Filled[ClockRow], ...] = (
    _by(_PERSON, lambda row: row.person.person),
    _said(_COHORT, lambda row: row.cohort),
    _by(_CLOCK_ID, lambda row: row.result.clock.id),
    _said(_CLOCK_TITLE, lambda row: row.result.clock.title.text),
    _by(_FULFILMENT, lambda row: str(row.result.truth)),
    _months(_NEEDED, lambda row: Months(row.result.clock.needs_months)),
    _months(_COUNTED, lambda row: row.result.at_least),
    _months(_AT_MOST, lambda row: row.result.at_most),
    _months(_MISSING, lambda row: row.result.missing),
    _by(_FULFILLED, lambda row: row.result.fulfilled),
    _by(_POSSIBLY, lambda row: row.result.possibly),
    _by(_DEADLINE, _last),
    _said(_BY_CLASS, _classes),
    _by(_ROUTE, lambda row: str(row.result.route)),
    _said(_REMARKS, _remarks),
)
PIECE_COLUMNS: tuple[Filled[PieceRow], ...] = (
    _by(_PERSON, lambda row: row.result.person),
    _by(_ROW, lambda row: row.piece.posting.row),
    _by(_INSTITUTION, lambda row: row.name),
    _by(_FROM, lambda row: row.piece.span.first),
    _by(_TO, lambda row: row.piece.span.last),
    _by(
        _STATUS,
        lambda row: str(row.piece.posting.status),
        lambda row, lang: status_words(row.piece.posting).render(lang),
    ),
    _by(_HOURS, lambda row: row.piece.posting.hours),
    _by(_CLOCK_ID, lambda row: row.result.clock.id),
    _by(_CLASS, lambda row: row.piece.decided.class_id if row.piece.decided else ""),
    _by(_COUNTS, lambda row: str(row.piece.counts)),
    _months(_TOTAL, lambda row: row.piece.total),
    _said(_WHY, lambda row: why_counted(row.piece, row.result.clock)),
)


def _shown(column: Column, of: Callable[[CouncilRow], int | None]) -> Filled[CouncilRow]:
    def people(row: CouncilRow, lang: Lang) -> CellValue:
        count = of(row)
        return HIDDEN.render(lang) if count is None else count

    return _by(column, of, people)


COUNCIL_CLOCK_COLUMNS: tuple[Filled[CouncilRow], ...] = (
    _by(_CLOCK_ID, lambda row: row.subject),
    _said(_CLOCK_TITLE, lambda row: row.title),
    _said(_COHORT, lambda row: row.cohort),
    _shown(_PERSONS, lambda row: row.persons),
    _shown(_DONE, lambda row: row.fulfilled),
    _shown(_REST, lambda row: row.rest),
)
COUNCIL_CLASS_COLUMNS: tuple[Filled[CouncilRow], ...] = (
    _by(_SUBJECT_CLASS, lambda row: row.subject),
    _said(_CLASS_TITLE, lambda row: row.title),
    _said(_COHORT, lambda row: row.cohort),
    _shown(_PERSONS, lambda row: row.persons),
)
