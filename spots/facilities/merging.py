"""One facility in several lists becomes one facility with several types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from boundaries.listed_places import either_says
from groundfloor.folding import compact
from groundfloor.problems import Problem, Severity, Text
from spots.facilities.doubles import with_doubles
from spots.facilities.identity import Decisions, Identity, decided, resolved
from spots.facilities.matching import (
    SAME_PLACE_M,
    SUFFIX_LIMIT_M,
    Keyed,
    NameEndings,
    contradicts,
    ends_alike,
    extends,
    gap_m,
    keyed,
    other_city,
    same_city,
    same_name,
    same_place,
    same_row,
)
from spots.facilities.merge_findings import (
    ambiguous,
    duplicate_id,
    entries_differ,
    listed_twice,
    longer_name,
    merged,
    municipalities_differ,
    namesake,
    positions_differ,
    same_name_twice,
    too_far_to_merge,
)
from spots.facilities.model import MunicipalityResolver, RawFacility
from spots.facilities.naming import id_name, unique_ids
from spots.facilities.sites import assign_sites
from spots.types import Accuracy, Facility, ListedEntry, Position, Role, SourceRow

# The rows of one facility, in input order; grows while lists are merged and never leaves here.
_Group = list[Keyed]
_Test = Callable[[Keyed, Keyed], bool]
KeyOfRow = Callable[[RawFacility, MunicipalityResolver | None], tuple[Keyed, Problem | None]]


def merge(
    raws: Iterable[RawFacility],
    resolver: MunicipalityResolver | None = None,
    identities: Sequence[Identity] = (),
    positions: Callable[[Sequence[Facility]], tuple[Sequence[Facility], Sequence[Problem]]]
    | None = None,
    key_of: KeyOfRow = keyed,
) -> tuple[tuple[Facility, ...], tuple[Problem, ...]]:
    """Merge the rows of all lists into facilities, in the order of their first row.

    Rows are one facility when their ids are equal; or they are one row of one file that is read
    as two lists; or their normalised names and municipalities
    are, one to one; or one name is the other behind its owner's in the same municipality, one to
    one and within 3 km; or the user says so. Position, name and address are those of the
    first list that has them (a given point before a town's centre), types are united.

    Parameters
    ----------
    raws : iterable of RawFacility
        Rows of all lists, list after list.
    resolver : MunicipalityResolver or None
        Knows municipalities by name; without it names are compared as written.
    identities : sequence of Identity
        What the user has decided, before any rule.
    positions : callable, optional
        Gives those a position who have none, before it is asked who stands on one site; not
        called where an error was found.
    key_of : callable
        Gives the keys of a row, as `spots.facilities.matching.keyed` does; of the same row the
        same.

    Returns
    -------
    facilities : tuple of Facility
        Every row is in exactly one facility's ``rows``.
    problems : tuple of Problem
        A note for every merge; warnings for doubtful ones, positions that differ by more than
        100 m, rows listed twice, facilities at one point and records that may be one hospital; an
        error for every id that stands for two facilities (the rows are kept apart), and for every
        decision that names nobody.
    """
    problems: list[Problem] = []
    decisions = Decisions(identities)
    layers: dict[str, list[Keyed]] = {}
    order: dict[int, int] = {}
    for number, raw in enumerate(raws):
        item, found = key_of(raw, resolver)
        problems += [found] if found else []
        order[id(item)] = number
        layers.setdefault(raw.layer.name, []).append(item)
    lists = list(layers.values())
    groups, by_rules = _grouped(lists, decisions, order)
    named, unclear = resolved(decisions.by_name, groups, _ids(groups))
    if any(identity.same for identity in named):
        # What is one by decision is one before any rule looks for partners one to one.
        groups, by_rules = _grouped(lists, decisions.knowing(named), order)
    problems += [*by_rules, *unclear]
    groups, apart = _decide(groups, (*decisions.by_row, *named), problems)
    ids = _ids(groups)
    problems += [found for group in groups for found in _plan_contradicted(group)]
    facilities = [
        replace(_facility(group, name), apart=tuple(sorted(ids[other] for other in others)))
        for group, name, others in zip(groups, ids, apart, strict=True)
    ]
    if positions is not None and all(p.severity is not Severity.ERROR for p in problems):
        looked_up, about_sources = positions(facilities)
        facilities, problems = list(looked_up), [*problems, *about_sources]
    keys = [group[0].key for group in groups]
    sites = [next((k.raw.site for k in group if k.raw.site), None) for group in groups]
    placed, found_sites = assign_sites(facilities, keys, sites)
    houses = [frozenset(k.house for k in group if k.house) for group in groups]
    sited, found_doubles = with_doubles(placed, houses)
    return sited, (*problems, *found_sites, *found_doubles)


def _grouped(
    lists: Sequence[Sequence[Keyed]], decisions: Decisions, order: Mapping[int, int]
) -> tuple[list[_Group], list[Problem]]:
    """Return the rows of each facility by rules and decisions about rows, in input order."""
    groups: list[_Group] = []
    problems: list[Problem] = []
    for items in lists:
        entities = _collapse(items, decisions, problems)
        _join_layer(groups, entities, decisions, problems)
    groups.sort(key=lambda group: min(order[id(item)] for item in group))
    return groups, problems


def _ids(groups: Iterable[_Group]) -> list[str]:
    return unique_ids(
        [[(k.raw.given_id, k.code or k.town, id_name(k.raw.name)) for k in g] for g in groups]
    )


def _decide(
    groups: Sequence[_Group], identities: Iterable[Identity], problems: list[Problem]
) -> tuple[list[_Group], list[set[int]]]:
    """Join groups that the user says are one; return them, and for each which it surely is not."""
    found, against = decided(identities, groups)
    problems += against
    into = list(range(len(groups)))
    for places in (sorted(set(places)) for identity, places in found if identity.same):
        for at in places[1:]:
            first, other = sorted((into[places[0]], into[at]))
            if first != other:
                _absorb(groups[first], groups[other], "identity", problems)
                into = [first if to == other else to for to in into]
    kept = sorted(set(into))
    number = {at: n for n, at in enumerate(kept)}
    apart: list[set[int]] = [set() for _ in kept]
    for places in (places for identity, places in found if not identity.same):
        of = {number[into[at]] for at in places}
        for one in of:
            apart[one] |= of - {one}
    return [groups[at] for at in kept], apart


def _collapse(
    items: Sequence[Keyed], decisions: Decisions, problems: list[Problem]
) -> list[_Group]:
    """Join rows of one list that are one facility; report ids that are not."""
    entities: list[_Group] = []
    by_id: dict[str, _Group] = {}
    by_name: dict[str, list[_Group]] = defaultdict(list)
    by_decision: dict[SourceRow, _Group] = {}
    for item in items:
        given, one, known = item.raw.given_id, decisions.one_of(item), None
        twin = by_id.get(given) if given else None
        if twin is not None and not _same_facility(twin[0], item):
            problems.append(duplicate_id(twin[0].raw, item.raw))
            twin = None
        if twin is None:
            alike = [g for g in by_name[item.key] if not other_city(g[0], item)]
            twin = next((g for g in alike if _repeats(g[0], item)), None)
            known = by_decision.get(one) if one is not None and twin is None else None
            if twin is None and known is None and alike:
                problems.append(same_name_twice(alike[0][0].raw, item.raw))
        group = twin or known or [item]
        if one is not None:
            by_decision.setdefault(one, group)
        if twin is not None:
            problems.append(listed_twice(twin[0].raw, item.raw))
            problems += _gap(twin, item)
            twin.append(item)
            continue
        if known is not None:
            _absorb(known, [item], "identity", problems)
        else:
            entities.append(group)
        by_name[item.key].append(group)
        if given:
            by_id.setdefault(given, group)
    return entities


def _repeats(a: Keyed, b: Keyed) -> bool:
    """Tell whether two rows of one list with equal names are one facility."""
    return not contradicts(a, b) if same_city(a, b) else same_place(a, b)


def _same_facility(a: Keyed, b: Keyed) -> bool:
    """Tell whether rows with equal ids can be one facility."""
    return same_name(a, b) or ends_alike(a, b) or same_place(a, b)


def _join_layer(
    groups: list[_Group],
    entities: list[_Group],
    decisions: Decisions,
    problems: list[Problem],
) -> None:
    """Join the facilities of one list to those of earlier lists, or add them.

    Both lists are this module's own working state; `groups` and its members grow here.
    """
    open_groups = list(groups)
    waiting = _join_ids(open_groups, entities, decisions, problems)

    def unless_told(test: _Test) -> _Test:
        return lambda a, b: test(a, b) and not decisions.part(a, b)

    rules = (("row", same_row), ("name", _exactly), ("suffix", _by_suffix))
    for rule, test in ((rule, unless_told(test)) for rule, test in rules):
        waiting = _join_names(open_groups, waiting, (rule, test), decisions, problems)
    endings = NameEndings([[group[0].key] for group in open_groups])
    for entity in waiting:
        near = [open_groups[at][0] for at in endings.alike([entity[0].key])]
        problems += _unmerged(near, entity[0], decisions)
        groups.append(entity)


def _exactly(a: Keyed, b: Keyed) -> bool:
    return same_name(a, b) and (same_city(a, b) or same_place(a, b))


def _by_suffix(a: Keyed, b: Keyed) -> bool:
    return same_city(a, b) and extends(a, b)


def _join_ids(
    groups: list[_Group],
    entities: list[_Group],
    decisions: Decisions,
    problems: list[Problem],
) -> list[_Group]:
    """Join entities with a known id; taken groups leave `groups`. Return what is left."""
    known = {item.raw.given_id: group for group in groups for item in group if item.raw.given_id}
    waiting = []
    for entity in entities:
        given = next((item.raw.given_id for item in entity if item.raw.given_id), None)
        group = known.get(given) if given else None
        if group is None or not any(g is group for g in groups):
            waiting.append(entity)
        elif _same_facility(group[0], entity[0]):
            _absorb(group, entity, "id", problems)
            groups[:] = [g for g in groups if g is not group]
        else:
            waiting.append(entity)
            if not decisions.join(group[0], entity[0]):  # else `_decide` joins them
                problems.append(duplicate_id(group[0].raw, entity[0].raw))
    return waiting


def _join_names(
    groups: list[_Group],
    entities: list[_Group],
    how: tuple[str, _Test],
    decisions: Decisions,
    problems: list[Problem],
) -> list[_Group]:
    """Join entities and groups that match one to one; taken groups leave `groups`."""
    rule, test = how
    found = _settled(_matches(groups, entities, test), groups, entities, decisions)
    claims: dict[int, int] = defaultdict(int)
    for places in found:
        for at in places:
            claims[at] += 1
    waiting: list[_Group] = []
    taken: set[int] = set()
    for entity, places in zip(entities, found, strict=True):
        if not places:
            waiting.append(entity)
            continue
        group = groups[places[0]]
        if len(places) > 1 or claims[places[0]] > 1:
            others = [groups[at][0].raw for at in places]
            problems.append(ambiguous(entity[0].raw, others))
            waiting.append(entity)
        elif rule == "suffix" and _far(group, entity):
            problems.append(too_far_to_merge(group[0].raw, entity[0].raw))
            waiting.append(entity)
        else:
            _absorb(group, entity, rule, problems)
            taken.add(places[0])
    groups[:] = [g for at, g in enumerate(groups) if at not in taken]
    return waiting


def _settled(
    found: Sequence[list[int]],
    groups: Sequence[_Group],
    entities: Sequence[_Group],
    decisions: Decisions,
) -> list[list[int]]:
    """Return matches, those that are decided alone: who has a partner by decision is no other's."""
    told = {
        n: next((at for at in places if decisions.told_one(groups[at], entity)), None)
        for n, (entity, places) in enumerate(zip(entities, found, strict=True))
    }
    taken = set(told.values()) - {None}
    return [
        [at for at in places if at not in taken] if (own := told[n]) is None else [own]
        for n, places in enumerate(found)
    ]


def _matches(groups: list[_Group], entities: list[_Group], test: _Test) -> list[list[int]]:
    """Return, for each entity, the places of the groups that pass `test`.

    Equal names, and names of which one is the other behind something, alone are compared.
    """
    endings = NameEndings([[item.key for item in group] for group in groups])
    return [
        [
            at
            for at in endings.alike([k.key for k in entity])
            if any(test(k, g) for k in entity for g in groups[at])
        ]
        for entity in entities
    ]


def _far(group: _Group, entity: _Group) -> bool:
    gaps = [gap_m(a, b) for a in group for b in entity]
    known = [gap for gap in gaps if gap is not None]
    return bool(known) and min(known) > SUFFIX_LIMIT_M


def _absorb(group: _Group, entity: _Group, rule: str, problems: list[Problem]) -> None:
    first, item = group[0], entity[0]
    problems.append(merged(first.raw, item.raw, rule))
    if other_city(first, item):
        problems.append(municipalities_differ(first.raw, item.raw))
    problems += _gap(group, item)
    group.extend(entity)


def _gap(group: _Group, item: Keyed) -> list[Problem]:
    """Report a position more than `SAME_PLACE_M` from the one already in use."""
    used = next((k for k in group if k.raw.position == _position(group)), None)
    gap = gap_m(used, item) if used else None
    if used is None or gap is None or gap <= SAME_PLACE_M:
        return []
    if Accuracy.TOWN in {_accuracy(used), _accuracy(item)} and gap <= SUFFIX_LIMIT_M:
        return []  # a town's centre is expected to be off
    return [positions_differ(used.raw, item.raw, gap)]


def _accuracy(item: Keyed) -> Accuracy | None:
    return item.raw.position.accuracy if item.raw.position else None


def _unmerged(known: Iterable[Keyed], item: Keyed, decisions: Decisions) -> list[Problem]:
    """Report a namesake that was not merged: a municipality is unknown, or the name goes on.

    One in the same municipality is reported as one of several; of one that is surely another
    nothing is said.
    """
    alike = (k for k in known if same_name(k, item) or ends_alike(k, item))
    near = [k for k in alike if not decisions.part(k, item) and not other_city(k, item)]
    first = next((k for k in near if same_name(k, item) and not _exactly(k, item)), None)
    if first is not None:
        return [namesake(first.raw, item.raw)]
    longer = (k for k in near if same_city(k, item) and ends_alike(k, item))
    other = next((k for k in longer if not extends(k, item)), None)
    if other is None:
        return []
    told = too_far_to_merge if _far([other], [item]) else longer_name
    return [told(other.raw, item.raw)]


def _position(group: _Group) -> Position | None:
    positions = [k.raw.position for k in group if k.raw.position is not None]
    exact = (p for p in positions if p.accuracy is Accuracy.POINT)
    return next(exact, positions[0] if positions else None)


def _facility(group: _Group, name: str) -> Facility:
    raws = [item.raw for item in group]
    position = _position(group)
    problem = next((r.position_problem for r in raws if r.position_problem), None)
    remarks = dict.fromkeys(r.remark for r in raws if r.remark)
    judged = any(r.layer.role.judges for r in raws)
    code = next((k.code for k in group if k.code), None)
    said = [r.looked_up for r in raws if r.looked_up is not None and _said_of(r, position)]
    return Facility(
        id=name,
        name=raws[0].name,
        types=frozenset(t for r in raws for t in r.types),
        role=Role.CANDIDATE if judged else Role.DESTINATION,
        address=next((r.address for r in raws if r.address), ""),
        municipality_code=code,
        municipality_name="" if code else next((k.town for k in group if k.town), ""),
        prefecture_code=next((p for k in group if (p := k.prefecture)), None),
        position=position,
        position_problem=None if position is not None else problem,
        site=name,
        remark=" / ".join(remarks),
        rows=tuple(r.row for r in raws),
        other_names=tuple({k.key: k.raw.name for k in group if k.key != group[0].key}.values()),
        entry=_entry(raws),
        looked_up=next(iter(said), None),
        kana=next((r.kana for r in raws if r.kana), ""),
    )


def _said_of(raw: RawFacility, position: Position | None) -> bool:
    """Whether what a source said of a row still holds of its facility, at `position`."""
    return raw.position == position


# --- what lists say for the plan

_PLAN_FIELDS = {
    "reason": Text("設定理由", "reason"),
    "service": Text("サービス", "service"),
    "councils": Text("協議会の日付", "council days"),
    "page": Text("計画の頁", "page"),
}


def _entry(raws: Sequence[RawFacility]) -> ListedEntry | None:
    """Return what the lists say of a facility for the plan: of each the first that says it.

    It stands where the reason does.
    """
    entries = [r.entry for r in raws if r.entry is not None]
    if not entries:
        return None
    main = next((e for e in entries if e.reason), entries[0])
    first = {
        name: next((value for e in entries if (value := getattr(e, name))), getattr(main, name))
        for name in _PLAN_FIELDS
    }
    return replace(main, on_application=either_says(e.on_application for e in entries), **first)


def _plan_contradicted(group: _Group) -> Iterator[Problem]:
    """Yield a warning for each row of a judged facility that contradicts an earlier one."""
    raws = [item.raw for item in group]
    if not any(raw.layer.role.judges for raw in raws):
        return
    said: dict[str, RawFacility] = {}
    for raw in raws:
        told = [name for name in _PLAN_FIELDS if raw.entry and getattr(raw.entry, name)]
        other = [n for n in told if n in said and _said(said[n], n) != _said(raw, n)]
        if other:
            yield entries_differ(said[other[0]], raw, [_PLAN_FIELDS[n] for n in other])
        said = dict.fromkeys(told, raw) | said


def _said(raw: RawFacility, name: str) -> object:
    """Return what a row says, spaces and width apart."""
    value = getattr(raw.entry, name)
    return compact(value) if isinstance(value, str) else value
