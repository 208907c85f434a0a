"""The institutions that a rule names, found in a list: one to one, or not at all.

健生病院 is neither 藤代健生病院 nor 健生クリニック, and 鷹揚郷弘前病院 not the one of 青森: names
agree after folding and without the corporation in front, in the same municipality. What has the
name and an open municipality, or fits several, is nobody's until somebody says whose.

Stands apart: which row is meant, and nothing of classes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from boundaries.codes import PREFECTURES
from groundfloor.folding import compact
from groundfloor.near_names import nearest_names
from groundfloor.problems import Problem, Text, note, warning
from spots.facilities import RawFacility
from spots.facilities.institution_kinds import is_dental
from spots.facilities.naming import name_key
from spots.facilities.position_matching import (
    Answer,
    NamedRow,
    Records,
    disagreement,
    matched,
    placed,
)
from spots.programmes.institution_places import ProgrammeGround, RowPlace
from spots.telling.programme_words import CLAIMED_TWICE, LISTED_TWICE, PLACE_OPEN
from spots.telling.wording import some
from spots.types import Layer, PositionDoubt, Role, SourceRow
from spots.types.programmes import NamedInstitution, ProgrammeRule, RuleGround

_LAYER = "programme"
_PREFECTURAL = ("県立", "都立", "道立", "府立")
_MORE = Text("件", "more")


@dataclass(frozen=True, slots=True)
class NamedRows:
    """Which rows of a list a rule names.

    Parameters
    ----------
    sure : mapping of int to NamedInstitution
        By place of the row.
    open : mapping of int to (NamedInstitution, Text)
        Rows that may be one, and why that is open.
    problems : tuple of Problem
        Names that no row has, or several.
    """

    sure: Mapping[int, NamedInstitution]
    open: Mapping[int, tuple[NamedInstitution, Text]]
    problems: tuple[Problem, ...]


def named_rows(
    rule: ProgrammeRule,
    rows: Sequence[RawFacility],
    places: Sequence[RowPlace],
    ground: ProgrammeGround,
    file: str,
) -> NamedRows:
    """Find what a rule names among the rows of a list.

    Parameters
    ----------
    rule : ProgrammeRule
        A rule by name, or of affiliated institutions.
    rows, places : sequence
        The list, and where each row lies.
    ground : ProgrammeGround
        What is known of municipalities.
    file : str
        The programme's file, for messages.
    """
    return _Naming(rule, rows, places, ground, file).found()


class _Naming:
    """One rule against one list."""

    def __init__(
        self,
        rule: ProgrammeRule,
        rows: Sequence[RawFacility],
        places: Sequence[RowPlace],
        ground: ProgrammeGround,
        file: str,
    ) -> None:
        self.named = _each_once(rule.institutions)
        self.rows, self.places, self.file = rows, places, file
        abroad = rule.by is RuleGround.AFFILIATED
        home = ground.home
        pool = [n for n, p in enumerate(places) if _may_lie(p, home, abroad=abroad)]
        self.certain = [n for n in pool if places[n].doubt is None]
        self.doubtful = [n for n in pool if places[n].doubt is not None]
        known = [_with_place(rows[n], places[n]) for n in self.certain]
        self.index = {row.row: n for n, row in zip(self.certain, known, strict=True)}
        self.records = Records(
            [NamedRow(row, (row.name,)) for row in known], ground.resolver, names_alone=True
        )
        self.sought = [
            placed(_as_row(each, file, home, abroad=abroad), _names(each, home), ground.resolver)
            for each in self.named
        ]

    def found(self) -> NamedRows:
        """Return what was found."""
        sure: dict[int, NamedInstitution] = {}
        unsure: dict[int, tuple[NamedInstitution, Text]] = {}
        problems: list[Problem] = []
        for k, answer in enumerate(matched(self.sought, self.records)):
            one = self.named[k]
            closed = answer.why is PositionDoubt.CLOSED and len(answer.others) == 1
            record = answer.others[0] if closed else answer.record
            namesakes = [
                n for n in self.doubtful if name_key(self.rows[n].name) in self.sought[k].keys
            ]
            unsure |= dict.fromkeys(namesakes, (one, PLACE_OPEN))
            if record is not None:
                at = self.index[record.row]
                twins = self._twins(k, at)
                sure |= dict.fromkeys((at, *twins), one)
                problems += self._told(one, at, twins, closed=closed)
                continue
            why = _OPEN.get(answer.why) if answer.why is not None else None
            if why is not None:
                may_be = {self.index[row.row] for row in answer.others}
                unsure |= dict.fromkeys(sorted({*may_be, *self._twins(k)}), (one, why))
            problems.append(self._missing(one, answer, namesakes))
        return NamedRows(sure, {n: v for n, v in unsure.items() if n not in sure}, tuple(problems))

    def _twins(self, k: int, at: int | None = None) -> list[int]:
        """Return rows that have the name at home, but for one: the same, entered twice."""
        alike = (self.records.placed(r) for r in self.records.called(self.sought[k].keys))
        return [
            self.index[other.raw.row]
            for other in alike
            if self.index[other.raw.row] != at
            and not is_dental(other.raw)
            and disagreement(self.sought[k], other) is None
        ]

    def _told(
        self, one: NamedInstitution, at: int, twins: Sequence[int], *, closed: bool
    ) -> Iterator[Problem]:
        place = {"file": self.rows[at].row.file, "value": one.name}
        if twins:
            numbers = sorted(self.rows[n].row.row for n in (at, *twins))
            listed = ", ".join(map(str, numbers))
            yield note(
                "programme-institution-listed-twice",
                Text(
                    f"一覧に同じ医療機関が{len(numbers)}行あります（{listed}行目）",
                    f"stands in {len(numbers)} rows of the list ({listed})",
                ),
                Text("重複した行を確かめてください", "check the rows that repeat it"),
                row=numbers[-1],
                **place,
            )
        if closed:
            yield note(
                "programme-institution-closed",
                Text("一覧では休止・廃止とされています", "is closed, as the list has it"),
                Text("名簿から外すか、to を書いてください", "remove it, or write its to"),
                row=self.rows[at].row.row,
                **place,
            )

    def _missing(self, one: NamedInstitution, answer: Answer, namesakes: Sequence[int]) -> Problem:
        several = answer.why in _OPEN or bool(namesakes)
        rows = [self.rows[self.index[row.row]] for row in answer.others]
        rows += [self.rows[n] for n in namesakes]
        near = nearest_names(one.name, [self.rows[n].name for n in (*self.certain, *self.doubtful)])
        told = [_shown(row) for row in rows] or list(near)
        listed = some(told, _MORE)
        code = "programme-institution-several" if several else "programme-institution-missing"
        message = (
            Text("一覧のどの行か決められません", "may be several rows of the list, or an open one")
            if several
            else Text("一覧にない医療機関です", "is in no row of the list")
        )
        remedy = (
            Text(
                f"市町村を確かめるか、also に一覧での名称を書いてください（近い行: {listed.ja}）",
                f"check its municipality, or write the list's name as also (near: {listed.en})",
            )
            if told
            else Text("名称と市町村を確かめてください", "check its name and its municipality")
        )
        return warning(code, message, remedy, file=self.file, row=one.line, value=one.name)


_OPEN: Mapping[PositionDoubt, Text] = {
    PositionDoubt.SEVERAL: LISTED_TWICE,
    PositionDoubt.CLAIMED: CLAIMED_TWICE,
    PositionDoubt.NO_MUNICIPALITY: PLACE_OPEN,
    PositionDoubt.CLOSED: LISTED_TWICE,  # several, all of them closed
}


def _each_once(named: Sequence[NamedInstitution]) -> list[NamedInstitution]:
    """Return institutions without those that stand again with other days."""
    known: dict[tuple[str, str], NamedInstitution] = {}
    for each in named:
        known.setdefault((name_key(each.name), each.town.shown if each.town else ""), each)
    return list(known.values())


def _may_lie(place: RowPlace, home: str, *, abroad: bool) -> bool:
    """Whether a row may be one of the prefecture, or else one beyond it."""
    return not place.prefecture_code or (place.prefecture_code != home) is abroad


def _with_place(row: RawFacility, place: RowPlace) -> RawFacility:
    """Return a row with its municipality as it was found."""
    return replace(
        row,
        municipality=row.municipality or place.town.name,
        municipality_code=place.town.code or None,
        prefecture_code=place.prefecture_code or None,
    )


def _as_row(one: NamedInstitution, file: str, home: str, *, abroad: bool) -> RawFacility:
    """Return what the programme names as a row of a list, to be compared with others."""
    town = one.town
    prefecture = one.prefecture_code or ("" if abroad else home)
    return RawFacility(
        layer=Layer(_LAYER, file, frozenset(), Role.DESTINATION, "", None),
        row=SourceRow(_LAYER, file, one.line or 0),
        given_id=None,
        name=one.name,
        types=frozenset(),
        prefecture_code=(prefecture or None) if town is not None else None,
        municipality=town.name if town is not None else "",
        municipality_code=(town.code or None) if town is not None else None,
    )


def _names(one: NamedInstitution, home: str) -> tuple[str, ...]:
    """Return every name of an institution: 県立中央病院 is 青森県立中央病院 within 青森県."""
    own = PREFECTURES.get(one.prefecture_code or home, "")
    found = [one.name, *one.also]
    for name in (one.name, *one.also):
        plain = compact(name)
        if own and plain.startswith(_PREFECTURAL):
            found.append(own[:-1] + plain)
        elif own and plain.startswith(own + "立"):
            found.append(plain.removeprefix(own[:-1]))
    return tuple(dict.fromkeys(found))


def _shown(row: RawFacility) -> str:
    where = row.municipality or row.address
    return (
        f"{row.name}（{where}、{row.row.row}行目）" if where else f"{row.name}（{row.row.row}行目）"
    )
