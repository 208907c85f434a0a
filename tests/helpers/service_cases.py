"""Postings, classes and rules for tests of months of service, written in few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from groundfloor.day_spans import DaySpan
from groundfloor.problems import Text
from spots.service.clocks import serve
from spots.service.service_rules import ServiceRules, preset_rules
from spots.types.institution_classes import ClassSpan, InstitutionClasses
from spots.types.postings import Person, Posting, PostingStatus
from spots.types.service_clocks import ClockResult
from spots.types.verdicts import Truth

LATER = date(2040, 1, 1)
KEY = "d7"


def day(text: str) -> date:
    return date.fromisoformat(text)


def posted(
    first: str,
    last: str | None = None,
    at: str = "spot",
    *,
    hours: float | None = 40,
    status: PostingStatus = PostingStatus.WORK,
    reason: str = "",
    short: bool = False,
    row: int = 2,
    person: str = KEY,
) -> Posting:
    """Return a posting from a first to a last day, both of them in it."""
    span = DaySpan.through(day(first), None if last is None else day(last))
    return Posting(row, person, at, span, hours, status, reason, short, last is None)


def leave(first: str, last: str | None, reason: str, at: str = "spot") -> Posting:
    return posted(first, last, at, hours=None, status=PostingStatus.LEAVE, reason=reason)


def institution(
    name: str, *spans: tuple[str, str | None, str], cohort: str = "all"
) -> InstitutionClasses:
    """Return an institution with its classes: first day, last day, class (``?`` for unknown)."""
    found = tuple(
        ClassSpan(
            DaySpan.through(day(first), None if last is None else day(last)),
            "" if kind == "?" else kind,
            "rule",
            Text(f"{kind}のため", f"because of {kind}"),
            Truth.UNDETERMINED if kind == "?" else Truth.MET,
        )
        for first, last, kind in spans
    )
    return InstitutionClasses(name, name, "02201", "町", "圏", "病院", False, {cohort: found})


#: A spot, two more, one that nobody designated, others of a programme, and one without an edition.
INSTITUTIONS: Mapping[str, InstitutionClasses] = {
    each.institution: each
    for each in (
        institution("spot", ("2000-01-01", None, "shortage")),
        institution("second", ("2000-01-01", None, "shortage")),
        institution("city", ("2000-01-01", None, "other")),
        institution("named", ("2000-01-01", None, "named")),
        institution("abroad", ("2000-01-01", None, "affiliated")),
        institution("nobody", ("2000-01-01", None, "?")),
        institution(
            "ended", ("2000-01-01", "2027-03-31", "shortage"), ("2027-04-01", None, "other")
        ),
    )
}


def asked(
    rules: ServiceRules | str,
    postings: Sequence[Posting],
    *,
    licensed: str | None = "2024-04-01",
    on: date = LATER,
    classes: Mapping[str, InstitutionClasses] = INSTITUTIONS,
) -> dict[str, ClockResult]:
    """Return what each clock says of the one person of postings."""
    found = preset_rules(rules) if isinstance(rules, str) else rules
    person = Person(KEY, "all", None if licensed is None else day(licensed))
    by_programme = {clock.programme: classes for clock in found.clocks if clock.programme}
    result = serve(postings, [person], classes, found, on, by_programme=by_programme)
    assert {each.person for each in result.results} <= {KEY}
    return {each.clock.id: each for each in result.results}
