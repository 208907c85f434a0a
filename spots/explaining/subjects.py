"""Which facility or unit of ground somebody means by an id, a name, or part of a name.

Stands apart: `gathering` and `unit_gathering` say what there is to say of it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from boundaries import parse_code
from boundaries.area_classes import same_area_name
from groundfloor.folding import compact, nfkc
from groundfloor.problems import Problem, Text, UsageError, error, one_line
from groundfloor.stored_table import column_of
from spots.facilities.naming import name_key
from spots.telling.unit_labels import UNIT_KIND_LABELS
from spots.types import RunResult, Unit, UnitKind, UnitVerdict, Verdict

_MOST_CANDIDATES = 10
_LONG_VOWEL = "ー"
_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
#: What people put behind the name of a medical area.
_AREA_ENDINGS = ("圏域", "医療圏", "二次医療圏", "保健医療圏", "二次保健医療圏", "地域")


@dataclass(frozen=True, slots=True)
class Subject:
    """A facility, or a unit of ground, with what it is called.

    Parameters
    ----------
    id, name, municipality : str
        As the run has them.
    ids : tuple of str
        Everything that is its id or its code.
    names : tuple of str
        Other names it goes by.
    kind : UnitKind
        What it is.
    verdict : Verdict or None
        Of a facility that the run judged.
    units : tuple of UnitVerdict
        What each result found of it as a unit.
    """

    id: str
    name: str
    municipality: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    kind: UnitKind
    verdict: Verdict | None = None
    units: tuple[UnitVerdict, ...] = ()


def facility_subjects(result: RunResult) -> tuple[Subject, ...]:
    """Return the facilities of a run, each with what results found of it as a unit."""
    units = _by_unit(result)
    return tuple(
        Subject(
            id=v.facility.id,
            name=v.facility.name,
            municipality=v.place.municipality,
            ids=(v.facility.id, f"{UnitKind.FACILITY}:{v.facility.id}"),
            names=v.facility.other_names,
            kind=UnitKind.FACILITY,
            verdict=v,
            units=units.get(f"{UnitKind.FACILITY}:{v.facility.id}", ()),
        )
        for v in result.verdicts
    )


def all_subjects(result: RunResult) -> tuple[Subject, ...]:
    """Return the facilities and units of a run; an institution that is a unit too stands once."""
    facilities = facility_subjects(result)
    prefectures = column_of(result, "municipalities", "prefecture") if result.units else {}
    counties = column_of(result, "municipalities", "county") if result.units else {}
    known = {f"{UnitKind.FACILITY}:{each.id}" for each in facilities}
    found = (
        Subject(
            id=key,
            name=verdicts[0].unit.name,
            municipality=verdicts[0].unit.municipality,
            ids=(key, verdicts[0].unit.code),
            names=tuple(_other_names(verdicts[0].unit, prefectures, counties)),
            kind=verdicts[0].unit.kind,
            units=verdicts,
        )
        for key, verdicts in _by_unit(result).items()
        if key not in known
    )
    return (*facilities, *found)


def _by_unit(result: RunResult) -> dict[str, tuple[UnitVerdict, ...]]:
    found: dict[str, list[UnitVerdict]] = {}
    for verdict in result.units:
        found.setdefault(verdict.unit.id, []).append(verdict)
    return {key: tuple(verdicts) for key, verdicts in found.items()}


def _other_names(
    unit: Unit, prefectures: Mapping[str, str], counties: Mapping[str, str | None]
) -> Iterator[str]:
    """Yield a name as addresses have it, with county and prefecture, or as areas are called."""
    if unit.kind is UnitKind.MEDICAL_AREA:
        yield from (unit.name + ending for ending in _AREA_ENDINGS)
    elif unit.kind is UnitKind.MUNICIPALITY and unit.code in prefectures:
        county, prefecture = counties.get(unit.code) or "", prefectures[unit.code]
        yield from (f"{county}{unit.name}", f"{prefecture}{unit.name}")
        yield f"{prefecture}{county}{unit.name}"
    elif unit.kind is not UnitKind.PREFECTURE:
        yield unit.municipality + unit.name


def find(subjects: Sequence[Subject], query: str, areas: Iterable[str] = ()) -> Subject:
    """Return the one subject that `query` names.

    Tried in this order, and the first that fits anything decides: the id or code; the name; the
    name without who runs the place (医療法人…); part of the name; words that name and municipality
    hold together (``天草市 河浦``). Width, spaces, hiragana and katakana, small ヶ and ケ,
    long-vowel marks and dashes make no difference.

    Parameters
    ----------
    subjects : sequence of Subject
        Of a run.
    query : str
        Id, code or name.
    areas : iterable of str
        Names of the run's medical areas, for who asks for one that the run does not judge.

    Returns
    -------
    Subject
        The one.

    Raises
    ------
    UsageError
        When nothing, or more than one, fits; the candidates are in the message, with their ids
        and municipalities.
    """
    for test in _tests(query):
        found = [subject for subject in subjects if test(subject)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(_ambiguous(query, found))
    if area := next((a for a in areas if same_area_name(a, query)), None):
        raise UsageError(_is_area(query, area, subjects))
    raise UsageError(_unknown(query, subjects))


def _tests(query: str) -> Iterable[Callable[[Subject], bool]]:
    wanted, bare, given_id = _folded(query), _folded(name_key(query)), _plain(query)
    words = [word for word in map(_folded, query.split()) if word]
    code = parse_code(query)
    return (
        lambda s: query.strip() in s.ids,
        lambda s: bool(given_id) and given_id in map(_plain, s.ids),
        lambda s: code is not None and s.kind is UnitKind.MUNICIPALITY and code.value in s.ids,
        lambda s: bool(wanted) and wanted in map(_folded, (s.name, *s.names)),
        lambda s: bool(bare) and bare in {_folded(name_key(n)) for n in (s.name, *s.names)},
        lambda s: bool(wanted) and any(wanted in _folded(n) for n in _called(s)),
        lambda s: bool(words) and all(word in _folded(_place_and_names(s)) for word in words),
    )


def _called(subject: Subject) -> tuple[str, ...]:
    """Return what a part of may be written: of a unit its name alone, which others hold too."""
    older = subject.names if subject.kind is UnitKind.FACILITY else ()
    return (subject.name, *older)


def _place_and_names(subject: Subject) -> str:
    return subject.municipality + "".join(_called(subject))


def _plain(code: str) -> str:
    """Return an id in half width and capitals, as people type it off paper."""
    return nfkc(code).upper()


def _folded(text: str) -> str:
    """Return `text` as names are compared: letters and digits only, all kana as hiragana."""
    kept = (ch for ch in compact(text) if ch.isalnum() and ch != _LONG_VOWEL)
    return "".join(kept).translate(_HIRAGANA)


def _listed(found: Sequence[Subject]) -> Text:
    told = [_told(each) for each in found[:_MOST_CANDIDATES]]
    more = ["…"] if len(found) > _MOST_CANDIDATES else []
    return Text(
        ", ".join([*(t.ja for t in told), *more]), ", ".join([*(t.en for t in told), *more])
    )


def _told(subject: Subject) -> Text:
    shown = f"{one_line(subject.name, 40)} [{one_line(subject.id, 40)}]"
    if subject.kind is not UnitKind.FACILITY:
        kind = UNIT_KIND_LABELS[subject.kind]
        return Text(f"{shown} {kind.ja}", f"{shown} {kind.en}")
    town = f" {one_line(subject.municipality, 20)}" if subject.municipality else ""
    return Text(shown + town, shown + town)


def _ambiguous(query: str, found: Sequence[Subject]) -> Problem:
    listed, what = _listed(found), _what(found)
    return error(
        "facility-ambiguous",
        Text(
            f"複数の{what.ja}が当てはまります: {listed.ja}", f"several {what.en} fit: {listed.en}"
        ),
        Text(
            f"{_ID[what].ja}（角括弧の中）か、市町村名を添えた名称で指定してください",
            "give the id in brackets, or the name with its municipality",
        ),
        value=query,
    )


def _is_area(query: str, area: str, subjects: Sequence[Subject]) -> Problem:
    what = _what(subjects)
    return error(
        "facility-unknown",
        Text(
            f"二次医療圏（{area}）の名称です。この出力は二次医療圏を単位として判定していません",
            f"is the medical area {area}, and the run judges no medical areas",
        ),
        Text(
            f"{area}にある{what.ja}の名称か{_ID[what].ja}を指定してください",
            f"name one of the {what.en} in {area}",
        ),
        value=query,
    )


def _unknown(query: str, subjects: Sequence[Subject]) -> Problem:
    close = difflib.get_close_matches(
        _folded(query), [_folded(s.name) for s in subjects], cutoff=0.4
    )
    near = [s for s in subjects if _folded(s.name) in close]
    shown, what = _listed(near or subjects), _what(subjects)
    head = (
        Text("候補", "candidates")
        if near
        else Text(f"この出力の{what.ja}", f"{what.en} of this run")
    )
    one = _ONE[what]
    return error(
        "facility-unknown",
        Text(
            f"当てはまる{what.ja}がありません（{head.ja}: {shown.ja}）",
            f"no {one.en} fits ({head.en}: {shown.en})",
        ),
        Text(f"名称または{_ID[what].ja}を確かめてください", f"check the name or the {one.en} id"),
        value=query,
    )


_FACILITIES = Text("施設", "facilities")
_UNITS = Text("区域", "units")
_BOTH = Text("施設・区域", "facilities and units")
_ONE = {
    _FACILITIES: Text("施設", "facility"),
    _UNITS: Text("区域", "unit"),
    _BOTH: Text("施設・区域", "facility or unit"),
}
_ID = {_FACILITIES: Text("施設ID", "id"), _UNITS: Text("区域ID", "id"), _BOTH: Text("ID", "id")}


def _what(subjects: Sequence[Subject]) -> Text:
    judged = {subject.verdict is not None for subject in subjects}
    if judged == {True, False}:
        return _BOTH
    return _UNITS if judged == {False} else _FACILITIES
