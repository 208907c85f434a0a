"""Which class each institution is of, day by day and for each cohort: the first rule that holds.

Every rule answers for every day: holds, does not, or open. What is open stays open, unless all
that may come of it is one class. A day on which the register has no edition is open, never the
class of everybody else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from boundaries.codes import fold
from groundfloor.day_spans import DaySpan, pieces
from groundfloor.folding import compact
from groundfloor.problems import Problem, Text
from spots.facilities import RawFacility
from spots.facilities.list_cells import city_of
from spots.programmes.institution_places import (
    ProgrammeGround,
    ProgrammeMap,
    RowPlace,
    places_of,
)
from spots.programmes.named_institutions import NamedRows, named_rows
from spots.register import InstitutionMemberships, Register, memberships
from spots.telling.in_force_words import no_edition
from spots.telling.programme_words import (
    AFFILIATED_HERE,
    NAMED_HERE,
    NO_REGISTER,
    NO_RULE,
    OUTSIDE,
    by_towns,
    designated_on,
    may_be_named,
    towns_open,
    with_place,
)
from spots.types import Position, Truth
from spots.types.institution_classes import ClassSpan, InstitutionClasses
from spots.types.programmes import (
    ListedTown,
    NamedInstitution,
    ProgrammeRule,
    ProgrammeRules,
    RuleGround,
)

#: All days that a calendar has.
EVER = DaySpan(date.min)


@dataclass(frozen=True, slots=True)
class ClassedInstitutions:
    """The institutions of a list with their classes, and what was found on the way.

    Parameters
    ----------
    institutions : tuple of InstitutionClasses
        One for each row, in order.
    positions : tuple of Position or None
        Where each stands: as the list says, or as the register found it.
    problems : tuple of Problem
        Names of the programme that no row has, or several.
    """

    institutions: tuple[InstitutionClasses, ...]
    positions: tuple[Position | None, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a rule says of an institution on a day."""

    truth: Truth
    reason: Text
    plan: str = ""
    unit: str = ""


_NOT_MET = _Outcome(Truth.NOT_MET, Text("", ""))


def classes(
    programme: ProgrammeRules,
    rows: Sequence[RawFacility],
    register: Register | None = None,
    *,
    regions: ProgrammeMap | None = None,
    days: DaySpan = EVER,
) -> ClassedInstitutions:
    """Say which class each institution is of, for each cohort and each day.

    Parameters
    ----------
    programme : ProgrammeRules
        Its rules.
    rows : sequence of RawFacility
        Rows of a list, as `spots.facilities.read_layer` gives them.
    register : Register, optional
        The register that rules by register ask; without it they are open.
    regions : ProgrammeMap, optional
        The map: municipalities by position, and their 二次医療圏.
    days : DaySpan
        The days that are asked about.

    Returns
    -------
    ClassedInstitutions
        An institution for each row, in order: for every cohort all of `days`, without a gap.

    Examples
    --------
    >>> found = classes(read_programme_rules("aomori"), rows)  # doctest: +SKIP
    """
    kinds = tuple(dict.fromkeys(kind for rule in programme.rules for kind in rule.kinds))
    if register is None or not kinds:
        return classed(programme, rows, regions=regions, days=days)
    recorded, problems = memberships(register, rows, days, kinds=kinds)
    found = classed(programme, rows, recorded, regions=regions, days=days)
    return replace(found, problems=(*found.problems, *problems))


def classed(
    programme: ProgrammeRules,
    rows: Sequence[RawFacility],
    recorded: Sequence[InstitutionMemberships] | None = None,
    *,
    regions: ProgrammeMap | None = None,
    days: DaySpan = EVER,
) -> ClassedInstitutions:
    """Do the same where the register has been asked.

    Parameters
    ----------
    programme : ProgrammeRules
        As for `classes`.
    rows : sequence of RawFacility
        As for `classes`.
    recorded : sequence of InstitutionMemberships, optional
        What the register says of each row; without it rules by register are open.
    regions : ProgrammeMap, optional
        As for `classes`.
    days : DaySpan
        As for `classes`.
    """
    judge = _Judge.of(programme, rows, recorded, regions, days)
    names = _called(rows, judge.places)
    made = tuple(judge.institution(n, names[n]) for n in range(len(rows)))
    problems = tuple(p for found in judge.named.values() for p in found.problems)
    held = recorded or (None,) * len(rows)
    points = (
        row.position or (one.position if one else None) for row, one in zip(rows, held, strict=True)
    )
    return ClassedInstitutions(made, tuple(points), problems)


def _called(rows: Sequence[RawFacility], places: Sequence[RowPlace]) -> list[str]:
    """Return what postings call each row: its id, else its name, with what tells it apart."""
    plain = [row.given_id or row.name for row in rows]
    often = Counter(plain)
    towns = [
        one if often[one] == 1 or row.given_id else f"{one}（{place.town.shown}）"
        for one, row, place in zip(plain, rows, places, strict=True)
    ]
    still = Counter(towns)
    return [
        one if still[one] == 1 else f"{one}#{row.row.row}"
        for one, row in zip(towns, rows, strict=True)
    ]


def towns_by_class(
    programme: ProgrammeRules, towns: Sequence[ListedTown], cohort: str, day: date
) -> dict[str, list[ListedTown]]:
    """Return the municipalities that rules by municipality put into a class on a day, by class."""
    found: dict[str, list[ListedTown]] = {}
    for town in towns:
        prefecture = town.code[:2]
        for rule in programme.rules:
            held = rule.by is RuleGround.MUNICIPALITY and cohort in rule.cohorts
            if not held or (rule.span is not None and day not in rule.span):
                continue
            outcome = _in_towns(rule, town, prefecture, programme.prefecture_code)
            if outcome.truth is Truth.MET:
                found.setdefault(rule.class_id, []).append(town)
                break
    return found


@dataclass(frozen=True, slots=True)
class _Judge:
    """A programme with a list: all that its rules ask about is at hand."""

    programme: ProgrammeRules
    rows: Sequence[RawFacility]
    places: Sequence[RowPlace]
    named: Mapping[str, NamedRows]
    recorded: Sequence[InstitutionMemberships] | None
    days: DaySpan

    @classmethod
    def of(
        cls,
        programme: ProgrammeRules,
        rows: Sequence[RawFacility],
        recorded: Sequence[InstitutionMemberships] | None,
        regions: ProgrammeMap | None,
        days: DaySpan,
    ) -> _Judge:
        ground = ProgrammeGround.of(programme, regions)
        places = places_of(rows, ground)
        named = {
            rule.id: named_rows(rule, rows, places, ground, programme.file)
            for rule in programme.rules
            if rule.institutions
        }
        return cls(programme, rows, places, named, recorded, days)

    def institution(self, n: int, called: str) -> InstitutionClasses:
        row, place = self.rows[n], self.places[n]
        home = self.programme.prefecture_code
        spans = {
            cohort.id: tuple(_joined(self._spans(n, cohort.id)))
            for cohort in self.programme.cohorts
        }
        return InstitutionClasses(
            institution=called,
            name=row.name,
            municipality_code=place.town.code,
            municipality=place.town.name,
            area=place.area,
            facility_kind=row.kind,
            outside=bool(home and place.prefecture_code and place.prefecture_code != home),
            spans=spans,
        )

    def _spans(self, n: int, cohort: str) -> Iterator[ClassSpan]:
        rules = [rule for rule in self.programme.rules if cohort in rule.cohorts]
        for span in pieces((self.days,), self._cuts(n, rules)):
            yield self._decided(n, span, rules)

    def _cuts(self, n: int, rules: Sequence[ProgrammeRule]) -> Iterator[date]:
        """Yield every day on which anything about an institution begins or ends."""
        spans = [rule.span for rule in rules]
        for rule in rules:
            spans += [each.span for each in rule.institutions]
        recorded = self.recorded[n].kinds.values() if self.recorded is not None else ()
        spans += [each.span for listed in recorded for each in listed]
        for span in spans:
            if span is not None:
                yield span.first
                if span.until is not None:
                    yield span.until

    def _decided(self, n: int, span: DaySpan, rules: Sequence[ProgrammeRule]) -> ClassSpan:
        """Return the class on days on which nothing changes."""
        doubts: list[tuple[ProgrammeRule, _Outcome]] = []
        for rule in rules:
            found = self._outcome(rule, n, span.first)
            if found.truth is Truth.UNDETERMINED:
                doubts.append((rule, found))
            elif found.truth is Truth.MET:
                return _class_span(span, rule.class_id, rule.id, found, doubts)
        outside = self.programme.prefecture_code not in {"", self.places[n].prefecture_code or ""}
        abroad = outside and bool(self.places[n].prefecture_code)
        nobody = _Outcome(Truth.MET, OUTSIDE if abroad else NO_RULE)
        return _class_span(span, self.programme.default, "", nobody, doubts)

    def _outcome(self, rule: ProgrammeRule, n: int, day: date) -> _Outcome:
        if rule.span is not None and day not in rule.span:
            return _NOT_MET
        if rule.by is RuleGround.REGISTER:
            return self._by_register(rule, n, day)
        if rule.by is RuleGround.MUNICIPALITY:
            return _by_municipality(rule, self.places[n], self.programme.prefecture_code)
        return self._by_name(rule, n, day)

    def _by_name(self, rule: ProgrammeRule, n: int, day: date) -> _Outcome:
        found = self.named.get(rule.id)
        if found is None:
            return _NOT_MET
        one = found.sure.get(n)
        if one is not None and _named_on(rule, one, day):
            return _Outcome(Truth.MET, self._why_named(rule, one, self.rows[n].name))
        open_one = found.open.get(n)
        if open_one is not None and _named_on(rule, open_one[0], day):
            return _Outcome(Truth.UNDETERMINED, may_be_named(open_one[0].name, open_one[1]))
        return _NOT_MET

    def _why_named(self, rule: ProgrammeRule, one: NamedInstitution, listed: str) -> Text:
        """Return why it is named, with the programme's name where the list writes another."""
        plain = AFFILIATED_HERE if rule.by is RuleGround.AFFILIATED else NAMED_HERE
        town = one.town.shown if one.town is not None else ""
        other = "" if compact(listed) == compact(one.name) else one.name
        return with_place(rule.reason or plain, "、".join(filter(None, (town, other))))

    def _by_register(self, rule: ProgrammeRule, n: int, day: date) -> _Outcome:
        """Return whether it is designated as any of the rule's kinds: one suffices."""
        if self.recorded is None:
            return _Outcome(Truth.UNDETERMINED, NO_REGISTER)
        told = [self.recorded[n].kinds.get(kind, ()) for kind in rule.kinds]
        found = [next((each for each in listed if day in each.span), None) for listed in told]
        held = next((each for each in found if each and each.truth is Truth.MET), None)
        if held is not None:
            why = designated_on(held.reason, held.plan, held.span)
            return _Outcome(Truth.MET, why, held.plan, held.unit)
        for kind, each in zip(rule.kinds, found, strict=True):
            if each is None:
                return _Outcome(Truth.UNDETERMINED, no_edition(kind))
            if each.truth is Truth.UNDETERMINED:
                return _Outcome(Truth.UNDETERMINED, each.reason, each.plan)
        return _NOT_MET


def _class_span(
    span: DaySpan,
    class_id: str,
    rule: str,
    found: _Outcome,
    doubts: Sequence[tuple[ProgrammeRule, _Outcome]],
) -> ClassSpan:
    """Return the class that a rule decides, unless one before it is open and says another."""
    other = next(((r, o) for r, o in doubts if r.class_id != class_id), None)
    if other is None:
        return ClassSpan(span, class_id, rule, found.reason, Truth.MET, found.plan, found.unit)
    first, why = other
    may_be = tuple(dict.fromkeys((*(r.class_id for r, _ in doubts), class_id)))
    return ClassSpan(
        span, first.class_id, "", why.reason, Truth.UNDETERMINED, why.plan, why.unit, may_be
    )


def _named_on(rule: ProgrammeRule, one: NamedInstitution, day: date) -> bool:
    """Whether an institution is named on a day; it may stand there again with other days."""
    again = (
        each for each in rule.institutions if each.name == one.name and _town(each) == _town(one)
    )
    return any(each.span is None or day in each.span for each in again)


def _town(one: NamedInstitution) -> str:
    return one.town.shown if one.town is not None else ""


def _by_municipality(rule: ProgrammeRule, place: RowPlace, home: str) -> _Outcome:
    """Return whether a place is in the municipalities of a rule; what may be either is open."""
    if place.doubt is not None:
        each = [_in_towns(rule, town, town.code[:2] or home, home) for town in place.may_be]
        agreed = len({found.truth for found in each}) == 1
        return each[0] if agreed else _Outcome(Truth.UNDETERMINED, place.doubt)
    return _in_towns(rule, place.town, place.prefecture_code, home)


def _in_towns(rule: ProgrammeRule, town: ListedTown, prefecture: str, home: str) -> _Outcome:
    if prefecture and prefecture != home:
        return _NOT_MET
    listed = rule.towns or rule.excepted
    same = [_same(each, town) for each in listed]
    why = rule.reason or by_towns([t.shown for t in listed], excepted=bool(rule.excepted))
    met = _Outcome(Truth.MET, with_place(why, town.shown))
    if True in same:
        return met if rule.towns else _NOT_MET
    if None in same or (rule.excepted and not prefecture):
        return _Outcome(Truth.UNDETERMINED, towns_open(town.shown))
    return _NOT_MET if rule.towns else met


def _same(one: ListedTown, other: ListedTown) -> bool | None:
    """Return whether two are one municipality; None where a code meets a name alone.

    A ward is in its city, whether by code or by name.
    """
    if one.code and other.code:
        return one.code == other.code or one.code == city_of(other.code)
    if not (one.name and other.name):
        return None
    short, long = fold(one.name), fold(other.name)
    return long == short or (
        long.startswith(short) and short.endswith("市") and long.endswith("区")
    )


def _joined(spans: Iterator[ClassSpan]) -> Iterator[ClassSpan]:
    """Yield spans, those that say the same one after the other as one."""
    last: ClassSpan | None = None
    for span in spans:
        if last is not None and replace(last, span=span.span) == span:
            last = replace(last, span=DaySpan(last.span.first, span.span.until))
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
