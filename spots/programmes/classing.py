"""Which class each institution is of, day by day and for each cohort: the first rule that holds.

Every rule answers for every day: holds, does not, or open. What is open stays open, unless all
that may come of it is one class. A day on which the register has no edition is open, never the
class of everybody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from boundaries.codes import fold
from groundfloor.day_spans import DaySpan, pieces
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
from spots.telling.programme_words import (
    AFFILIATED_HERE,
    NAMED_HERE,
    NO_REGISTER,
    NO_RULE,
    OUTSIDE,
    by_towns,
    designated_as,
    may_be_named,
    no_edition,
    towns_open,
    with_name,
    with_place,
)
from spots.types import Truth
from spots.types.designations import DesignationKind
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


class RecordedMembership(Protocol):
    """What a register says of an institution on some days; `spots.register` has them."""

    @property
    def span(self) -> DaySpan:
        """The days."""
        ...

    @property
    def truth(self) -> Truth:
        """Whether it lies in ground that is designated then."""
        ...

    @property
    def plan(self) -> str:
        """The plan; empty where none is in force."""
        ...

    @property
    def unit(self) -> str:
        """Id of the unit that it lies in; empty where in none."""
        ...

    @property
    def name(self) -> str:
        """Name of the unit."""
        ...

    @property
    def reason(self) -> Text:
        """Why it is open, in a sentence; else empty or 設定理由."""
        ...


#: What a register says of one institution, by kind: spans in order, whose gaps are open.
Memberships = Mapping[DesignationKind, Sequence[RecordedMembership]]


class DesignationHistory(Protocol):
    """What knows which institutions were inside, on which days; a register is one."""

    def memberships(
        self, rows: Sequence[RawFacility], kinds: Sequence[DesignationKind], days: DaySpan
    ) -> Sequence[Memberships]:
        """Return for each row what is known of it, in order."""
        ...


@dataclass(frozen=True, slots=True)
class ClassedInstitutions:
    """The institutions of a list with their classes, and what was found on the way."""

    institutions: tuple[InstitutionClasses, ...]
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
    register: DesignationHistory | None = None,
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
    register : DesignationHistory, optional
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
    judge = _Judge.of(programme, rows, register, regions, days)
    names = _called(rows, judge.places)
    made = tuple(judge.institution(n, names[n]) for n in range(len(rows)))
    problems = tuple(p for found in judge.named.values() for p in found.problems)
    return ClassedInstitutions(made, problems)


def _called(rows: Sequence[RawFacility], places: Sequence[RowPlace]) -> list[str]:
    """Return what postings call each row: its id, else its name, with what tells it apart."""
    plain = [row.given_id or row.name for row in rows]
    towns = [
        one if plain.count(one) == 1 or row.given_id else f"{one}（{place.town.shown}）"
        for one, row, place in zip(plain, rows, places, strict=True)
    ]
    return [
        one if towns.count(one) == 1 else f"{one}#{row.row.row}"
        for one, row in zip(towns, rows, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Judge:
    """A programme with a list: all that its rules ask about is at hand."""

    programme: ProgrammeRules
    rows: Sequence[RawFacility]
    places: Sequence[RowPlace]
    named: Mapping[str, NamedRows]
    recorded: Sequence[Memberships] | None
    days: DaySpan

    @classmethod
    def of(
        cls,
        programme: ProgrammeRules,
        rows: Sequence[RawFacility],
        register: DesignationHistory | None,
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
        kinds = tuple(dict.fromkeys(kind for rule in programme.rules for kind in rule.kinds))
        asks = register is not None and kinds
        recorded = register.memberships(rows, kinds, days) if register and asks else None
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
        recorded = self.recorded[n].values() if self.recorded is not None else ()
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
            return _Outcome(Truth.MET, self._why_named(rule, one))
        open_one = found.open.get(n)
        if open_one is not None and _named_on(rule, open_one[0], day):
            return _Outcome(Truth.UNDETERMINED, may_be_named(open_one[0].name, open_one[1]))
        return _NOT_MET

    def _why_named(self, rule: ProgrammeRule, one: NamedInstitution) -> Text:
        plain = AFFILIATED_HERE if rule.by is RuleGround.AFFILIATED else NAMED_HERE
        town = one.town.shown if one.town is not None else ""
        return with_name(rule.reason or plain, one.name, town)

    def _by_register(self, rule: ProgrammeRule, n: int, day: date) -> _Outcome:
        """Return whether it is designated as any of the rule's kinds: one suffices."""
        if self.recorded is None:
            return _Outcome(Truth.UNDETERMINED, NO_REGISTER)
        unknown: list[DesignationKind] = []
        open_because: RecordedMembership | None = None
        for kind in rule.kinds:
            listed = self.recorded[n].get(kind, ())
            found = next((each for each in listed if day in each.span), None)
            if found is None:
                unknown.append(kind)
            elif found.truth is Truth.MET:
                why = designated_as(kind, found.name, found.plan, found.span, rule.reason)
                return _Outcome(Truth.MET, why, found.plan, found.unit)
            elif found.truth is Truth.UNDETERMINED:
                open_because = open_because or found
        if open_because is not None:
            told = open_because.reason
            return _Outcome(
                Truth.UNDETERMINED, told if told.ja else no_edition(rule.kinds), open_because.plan
            )
        return _Outcome(Truth.UNDETERMINED, no_edition(unknown)) if unknown else _NOT_MET


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
    return ClassSpan(span, first.class_id, "", why.reason, Truth.UNDETERMINED, why.plan, why.unit)


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
