"""The tables of months of service: two of persons, two for councils.

Stands apart: what they hold is found elsewhere, here it becomes pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from groundfloor.problems import Lang, Text
from spots.outputs.table_page import TablePage, page_csv, pages_xlsx
from spots.service.council_tables import class_rows, clock_rows
from spots.service.posting_reading import ServiceTables
from spots.service.service_folder import (
    BOOK,
    CLOCKS,
    COUNCIL_BOOK,
    COUNCIL_CLASSES,
    COUNCIL_CLOCKS,
    POSTINGS,
)
from spots.telling.service_columns import (
    CLOCK_COLUMNS,
    COUNCIL_CLASS_COLUMNS,
    COUNCIL_CLOCK_COLUMNS,
    HIDDEN_NOTE,
    PIECE_COLUMNS,
    ClockRow,
    CouncilRow,
    PieceRow,
)
from spots.telling.service_words import (
    ACROSS_END_LABELS,
    clock_terms,
    day_words,
    how_days_are_added,
)
from spots.types.institution_classes import InstitutionClasses
from spots.types.service_clocks import Clock, ServiceResult

_NOT_FOR_OTHERS = Text(
    "個人ごとの結果です。取扱いに注意し、ほかの出力と一緒に置かないでください",
    "results of persons: handle with care, and keep apart from other outputs",
)
_TOGETHER = Text(
    "3人に満たない対象者区分は、ほかと合わせて数えています",
    "cohorts of fewer than three persons are counted together with others",
)
_TOO_FEW = Text(
    "対象者が3人に満たないため、人数を示しません", "fewer than three persons: no counts are shown"
)


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """Everything that pages are made of.

    Parameters
    ----------
    result : ServiceResult
        What the clocks say.
    tables : ServiceTables
        What was read.
    classes : mapping of str to InstitutionClasses
        The institutions.
    class_titles, cohort_titles : mapping of str to Text
        What the programme calls its classes and cohorts, by id.
    """

    result: ServiceResult
    tables: ServiceTables
    classes: Mapping[str, InstitutionClasses]
    class_titles: Mapping[str, Text]
    cohort_titles: Mapping[str, Text]


def clocks_page(answer: ServiceAnswer) -> TablePage[ClockRow]:
    """Return what each clock says of each person."""
    persons = {each.person: each for each in answer.tables.persons}
    rows = tuple(
        ClockRow(
            persons[each.person],
            answer.cohort_titles.get(persons[each.person].cohort, Text("", "")),
            each,
        )
        for each in answer.result.results
    )
    return TablePage(
        title=Text("勤務月数（個人別）", "months of service by person"),
        heading=(_NOT_FOR_OTHERS, *_heading(answer.result)),
        columns=CLOCK_COLUMNS,
        rows=rows,
        summary=Text(
            f"{len(persons)}人、{len(rows)}件", f"{len(persons)} persons, {len(rows)} results"
        ),
    )


def postings_page(answer: ServiceAnswer) -> TablePage[PieceRow]:
    """Return every posting with why it counts or not, for each person and clock."""
    names = {key: each.name for key, each in answer.classes.items()}
    rows = tuple(
        PieceRow(each, piece, names.get(piece.posting.institution, ""))
        for each in answer.result.results
        for piece in each.pieces
    )
    return TablePage(
        title=Text("勤務ごとの算入", "postings and what counts"),
        heading=(_NOT_FOR_OTHERS, *_heading(answer.result)),
        columns=PIECE_COLUMNS,
        rows=rows,
        summary=Text(f"{len(rows)}件", f"{len(rows)} rows"),
    )


def council_clocks_page(answer: ServiceAnswer) -> TablePage[CouncilRow]:
    """Return how many of each cohort have fulfilled each clock, for councils."""
    rows = clock_rows(answer.result, answer.tables.persons, answer.cohort_titles)
    title = Text("義務の充足（人数）", "fulfilment in numbers")
    return _council(answer, title, rows, by_clock=True)


def council_classes_page(answer: ServiceAnswer) -> TablePage[CouncilRow]:
    """Return how many of each cohort serve in each class on the day, for councils."""
    rows = class_rows(
        answer.tables.postings,
        answer.tables.persons,
        answer.classes,
        (answer.class_titles, answer.cohort_titles),
        answer.result.on,
    )
    return _council(answer, Text("勤務先の区分（人数）", "where they serve"), rows, by_clock=False)


def _council(
    answer: ServiceAnswer, title: Text, rows: tuple[CouncilRow, ...], *, by_clock: bool
) -> TablePage[CouncilRow]:
    persons = len(answer.tables.persons)
    return TablePage(
        title=title,
        heading=(*_heading(answer.result), _TOGETHER),
        columns=COUNCIL_CLOCK_COLUMNS if by_clock else COUNCIL_CLASS_COLUMNS,
        rows=rows,
        summary=HIDDEN_NOTE if rows else _TOO_FEW,
        facts={"persons": persons if rows else None},
        kept=3,
    )


def _heading(result: ServiceResult) -> Iterator[Text]:
    day, source = day_words(result.on), result.source
    across, how = ACROSS_END_LABELS[result.across_end], how_days_are_added(result.days_per_month)
    yield Text(f"{result.title.ja}　基準日 {day.ja}", f"{result.title.en}, by {day.en}")
    yield Text(f"出典：{source.ja}", f"source: {source.en}")
    yield Text(
        f"期間の途中で区分が変わる勤務：{across.ja}。{how.ja}",
        f"postings across a change of class: {across.en}; {how.en}",
    )
    clocks: dict[str, Clock] = {each.clock.id: each.clock for each in result.results}
    for key, clock in clocks.items():
        title, terms = clock.title.text, clock_terms(clock)
        yield Text(f"{key}：{title.ja}（{terms.ja}）", f"{key}: {title.en} ({terms.en})")


def service_files(answer: ServiceAnswer, lang: Lang) -> dict[str, bytes]:
    """Return every file of the folder by name."""
    clocks, postings = clocks_page(answer), postings_page(answer)
    council, classes = council_clocks_page(answer), council_classes_page(answer)
    return {
        CLOCKS: page_csv(clocks, lang).encode(),
        POSTINGS: page_csv(postings, lang).encode(),
        BOOK: pages_xlsx((clocks, postings), lang),
        COUNCIL_CLOCKS: page_csv(council, lang).encode(),
        COUNCIL_CLASSES: page_csv(classes, lang).encode(),
        COUNCIL_BOOK: pages_xlsx((council, classes), lang),
    }
