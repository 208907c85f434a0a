"""What councils see of months of service: how many, by cohort, and nothing of one person.

Cohorts with fewer than three persons are counted together with others, so that the number of
persons of every line can be shown; with these known to everybody, each clock's table stands for
itself, and what is hidden in one cannot be worked out from another. Stands apart: what may be told
of persons to others is decided here alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from groundfloor.problems import Text
from spots.service.cell_suppression import LEAST_SHOWN, hidden_places, with_sums
from spots.telling.service_columns import CouncilRow
from spots.telling.wording import joined
from spots.types.institution_classes import InstitutionClasses
from spots.types.postings import Person, Posting, PostingStatus
from spots.types.service_clocks import ServiceResult
from spots.types.verdicts import Truth

ALL = Text("計", "all")
_UNKNOWN = Text("区分なし", "no cohort")
_OPEN = ("open", Text("区分が判定不能", "class undetermined"))
_AWAY = (
    "none",
    Text("一覧の医療機関に勤務していない（休業・猶予を含む）", "not serving, or on leave"),
)


@dataclass(frozen=True, slots=True)
class _Group:
    """Cohorts that are counted together, and how many they are."""

    ids: tuple[str, ...]
    title: Text
    persons: int


def cohort_groups(
    persons: Sequence[Person], cohorts: Mapping[str, Text]
) -> tuple[_Group, ...] | None:
    """Return cohorts so put together that none has fewer than three persons; None if all have.

    Parameters
    ----------
    persons : sequence of Person
        Everybody.
    cohorts : mapping of str to Text
        Ids and titles of the programme's cohorts.
    """
    known = dict(cohorts)
    for person in persons:
        known.setdefault(person.cohort, _UNKNOWN)
    counted = dict.fromkeys(known, 0)
    for person in persons:
        counted[person.cohort] += 1
    small = [key for key, n in counted.items() if n < LEAST_SHOWN]
    large = [key for key, n in counted.items() if n >= LEAST_SHOWN]
    if small and sum(counted[key] for key in small) < LEAST_SHOWN:
        if not large:
            return None
        least = min(large, key=lambda key: counted[key])
        small.append(large.pop(large.index(least)))
    together = [(key,) for key in large] + ([tuple(small)] if small else [])
    together.sort(key=lambda ids: list(known).index(ids[0]))
    return tuple(
        _Group(ids, joined((known[key] for key in ids), "・", ", "), sum(counted[k] for k in ids))
        for ids in together
    )


def clock_rows(
    result: ServiceResult, persons: Sequence[Person], cohorts: Mapping[str, Text]
) -> tuple[CouncilRow, ...]:
    """Return for each clock how many of each cohort have fulfilled it; nothing below three."""
    groups = cohort_groups(persons, cohorts)
    if groups is None:
        return ()
    cohort_of = {person.person: person.cohort for person in persons}
    clocks = {each.clock.id: each.clock.title.text for each in result.results}
    done = {clock: dict.fromkeys(range(len(groups)), 0) for clock in clocks}
    place = {key: n for n, group in enumerate(groups) for key in group.ids}
    for each in result.results:
        done[each.clock.id][place[cohort_of[each.person]]] += each.truth is Truth.MET
    rows: list[CouncilRow] = []
    for clock, title in clocks.items():
        counts = [[done[clock][n], g.persons - done[clock][n]] for n, g in enumerate(groups)]
        for group, shown in _shown(counts, groups):
            rows.append(CouncilRow(clock, title, group, shown[-1], shown[0], shown[1]))
    return tuple(rows)


def class_rows(
    postings: Sequence[Posting],
    persons: Sequence[Person],
    classes: Mapping[str, InstitutionClasses],
    names: tuple[Mapping[str, Text], Mapping[str, Text]],
    on: date,
) -> tuple[CouncilRow, ...]:
    """Return how many of each cohort serve at institutions of each class; nothing below three.

    Parameters
    ----------
    postings, persons : sequence of Posting, Person
        What was read.
    classes : mapping of str to InstitutionClasses
        The institutions.
    names : tuple of mapping
        Titles of the classes and of the cohorts of the programme, by id.
    on : date
        The day.
    """
    titles, cohorts = names
    groups = cohort_groups(persons, cohorts)
    if groups is None:
        return ()
    shown_as = {**titles, _OPEN[0]: _OPEN[1], _AWAY[0]: _AWAY[1]}
    where = _class_of_each(postings, persons, classes, on)
    columns = {key: n for n, key in enumerate(shown_as)}
    counts = [[0] * len(columns) for _ in groups]
    place = {key: n for n, group in enumerate(groups) for key in group.ids}
    for person in persons:
        found = where.get(person.person, _AWAY[0])
        counts[place[person.cohort]][columns.get(found, columns[_OPEN[0]])] += 1
    rows = []
    for group, shown in _shown(counts, groups):
        rows += [
            CouncilRow(key, title, group, shown[n])
            for n, (key, title) in enumerate(shown_as.items())
        ]
        rows.append(CouncilRow("all", ALL, group, shown[-1]))
    return tuple(rows)


def _class_of_each(
    postings: Sequence[Posting],
    persons: Sequence[Person],
    classes: Mapping[str, InstitutionClasses],
    on: date,
) -> dict[str, str]:
    """Return of which class the institution is where each person serves on a day."""
    cohort_of = {person.person: person.cohort for person in persons}
    found: dict[str, str] = {}
    for posting in postings:
        away = posting.status in {PostingStatus.LEAVE, PostingStatus.STOP}
        if away or on not in posting.span or posting.institution not in classes:
            continue
        spans = classes[posting.institution].spans.get(cohort_of[posting.person], ())
        span = next((each for each in spans if on in each.span), None)
        sure = span is not None and span.truth is Truth.MET
        found[posting.person] = span.class_id if span is not None and sure else _OPEN[0]
    return found


def _shown(
    counts: Sequence[Sequence[int]], groups: Sequence[_Group]
) -> list[tuple[Text, list[int | None]]]:
    """Return counts with their sums, line by line, without those that are hidden."""
    table = with_sums(counts)
    last = len(table[0]) - 1
    kept = {(r, last) for r in range(len(table))}
    hidden = hidden_places(table, kept)
    if hidden is None:  # all but what is known anyway
        hidden = frozenset((r, c) for r in range(len(table)) for c in range(last))
    titles = [*(group.title for group in groups), ALL]
    lines = enumerate(zip(titles, table, strict=True))
    shown: list[tuple[Text, list[int | None]]] = [
        (title, [None if (r, c) in hidden else n for c, n in enumerate(line)])
        for r, (title, line) in lines
    ]
    return shown if len(groups) > 1 else shown[:-1]
