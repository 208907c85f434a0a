"""One facility in several lists becomes one facility with several types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from groundfloor.problems import Problem, Text, error, note, one_line, warning
from spots.facilities.matching import (
    SAME_PLACE_M,
    SUFFIX_LIMIT_M,
    Keyed,
    contradicts,
    ends_alike,
    gap_m,
    keyed,
    other_city,
    same_city,
    same_name,
    same_place,
)
from spots.facilities.model import MunicipalityResolver, RawFacility
from spots.facilities.naming import unique_ids
from spots.facilities.sites import assign_sites
from spots.types import Accuracy, Facility, Position, Role

_RULES = {
    "id": Text("IDが同じ", "equal id"),
    "name": Text("名称と市町村（または位置）が同じ", "equal name and municipality (or position)"),
    "suffix": Text("名称の末尾と市町村が同じ", "names end alike in one municipality"),
}
_CHECK_SAME = Text(
    "同じ医療機関であれば、両方に同じ id を付けてください",
    "if they are one facility, give both the same id",
)

# The rows of one facility, in input order; grows while lists are merged and never leaves here.
_Group = list[Keyed]
_Test = Callable[[Keyed, Keyed], bool]


def merge(
    raws: Iterable[RawFacility], resolver: MunicipalityResolver | None = None
) -> tuple[tuple[Facility, ...], tuple[Problem, ...]]:
    """Merge the rows of all lists into facilities, in the order of their first row.

    Rows are one facility when their ids are equal; or their normalised names and municipalities
    are, one to one; or one name ends with the other in the same municipality, one to one and
    within 3 km. Position, name and address are those of the first list that has them (a given
    point before a town's centre), types are united.

    Parameters
    ----------
    raws : iterable of RawFacility
        Rows of all lists, list after list.
    resolver : MunicipalityResolver or None
        Knows municipalities by name; without it names are compared as written.

    Returns
    -------
    facilities : tuple of Facility
        Every row is in exactly one facility's ``rows``.
    problems : tuple of Problem
        A note for every merge; warnings for doubtful ones, positions that differ by more than
        100 m, rows listed twice and facilities at one point; an error for every id that stands
        for two facilities (the rows are kept apart).
    """
    problems: list[Problem] = []
    layers: dict[str, list[Keyed]] = {}
    order: dict[int, int] = {}
    for number, raw in enumerate(raws):
        item, found = keyed(raw, resolver)
        problems += [found] if found else []
        order[id(item)] = number
        layers.setdefault(raw.layer.name, []).append(item)
    groups: list[_Group] = []
    for items in layers.values():
        entities = _collapse(items, problems)
        _join_layer(groups, entities, problems)
    groups.sort(key=lambda group: min(order[id(item)] for item in group))
    ids = unique_ids([[(k.raw.given_id, k.code or k.town, k.key) for k in g] for g in groups])
    facilities = [_facility(group, name) for group, name in zip(groups, ids, strict=True)]
    keys = [group[0].key for group in groups]
    sites = [next((k.raw.site for k in group if k.raw.site), None) for group in groups]
    placed, found_sites = assign_sites(facilities, keys, sites)
    return placed, (*problems, *found_sites)


def _collapse(items: Sequence[Keyed], problems: list[Problem]) -> list[_Group]:
    """Join rows of one list that are one facility; report ids that are not."""
    entities: list[_Group] = []
    by_id: dict[str, _Group] = {}
    by_name: dict[str, list[_Group]] = defaultdict(list)
    for item in items:
        given = item.raw.given_id
        twin = by_id.get(given) if given else None
        if twin is not None and not _same_facility(twin[0], item):
            problems.append(_duplicate_id(twin[0].raw, item.raw))
            twin = None
        if twin is None:
            alike = [g for g in by_name[item.key] if not other_city(g[0], item)]
            twin = next((g for g in alike if _repeats(g[0], item)), None)
            if twin is None and alike:
                problems.append(_same_name_twice(alike[0][0].raw, item.raw))
        if twin is not None:
            problems.append(_listed_twice(twin[0].raw, item.raw))
            problems += _gap(twin, item)
            twin.append(item)
            continue
        group = [item]
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


def _join_layer(groups: list[_Group], entities: list[_Group], problems: list[Problem]) -> None:
    """Join the facilities of one list to those of earlier lists, or add them.

    Both lists are this module's own working state; `groups` and its members grow here.
    """
    open_groups = list(groups)
    waiting = _join_ids(open_groups, entities, problems)
    rules: tuple[tuple[str, _Test], ...] = (("name", _exactly), ("suffix", _by_suffix))
    for rule, test in rules:
        waiting = _join_names(open_groups, waiting, rule, test, problems)
    for entity in waiting:
        problems += _unmerged(open_groups, entity[0])
        groups.append(entity)


def _exactly(a: Keyed, b: Keyed) -> bool:
    return same_name(a, b) and (same_city(a, b) or same_place(a, b))


def _by_suffix(a: Keyed, b: Keyed) -> bool:
    return same_city(a, b) and ends_alike(a, b)


def _join_ids(
    groups: list[_Group], entities: list[_Group], problems: list[Problem]
) -> list[_Group]:
    """Join entities with a known id; taken groups leave `groups`. Return what is left."""
    known = {item.raw.given_id: group for group in groups for item in group if item.raw.given_id}
    waiting = []
    for entity in entities:
        given = next((item.raw.given_id for item in entity if item.raw.given_id), None)
        group = known.get(given) if given else None
        if group is None or not any(g is group for g in groups):
            waiting.append(entity)
        elif not _same_facility(group[0], entity[0]):
            problems.append(_duplicate_id(group[0].raw, entity[0].raw))
            waiting.append(entity)
        else:
            _absorb(group, entity, "id", problems)
            groups[:] = [g for g in groups if g is not group]
    return waiting


def _join_names(
    groups: list[_Group],
    entities: list[_Group],
    rule: str,
    test: _Test,
    problems: list[Problem],
) -> list[_Group]:
    """Join entities and groups that match one to one; taken groups leave `groups`."""
    found = _matches(groups, entities, test)
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
            problems.append(_ambiguous(entity[0].raw, others))
            waiting.append(entity)
        elif rule == "suffix" and _far(group, entity):
            problems.append(_too_far_to_merge(group[0].raw, entity[0].raw))
            waiting.append(entity)
        else:
            _absorb(group, entity, rule, problems)
            taken.add(places[0])
    groups[:] = [g for at, g in enumerate(groups) if at not in taken]
    return waiting


def _matches(groups: list[_Group], entities: list[_Group], test: _Test) -> list[list[int]]:
    """Return, for each entity, the places of the groups that pass `test`.

    Equal names and names that end alike share their last two characters: only such are compared.
    """
    by_tail: dict[str, list[int]] = defaultdict(list)
    for at, group in enumerate(groups):
        for key in {item.key[-2:] for item in group}:
            by_tail[key].append(at)
    return [
        [
            at
            for at in sorted({a for k in entity for a in by_tail[k.key[-2:]]})
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
    problems.append(_merged(first.raw, item.raw, rule))
    if other_city(first, item):
        problems.append(_municipalities_differ(first.raw, item.raw))
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
    return [_positions_differ(used.raw, item.raw, gap)]


def _accuracy(item: Keyed) -> Accuracy | None:
    return item.raw.position.accuracy if item.raw.position else None


def _unmerged(groups: list[_Group], item: Keyed) -> list[Problem]:
    """Report a namesake that was not merged because a municipality is unknown."""
    namesakes = (g[0] for g in groups if same_name(g[0], item) and not other_city(g[0], item))
    first = next(namesakes, None)
    return [_namesake(first.raw, item.raw)] if first else []


def _position(group: _Group) -> Position | None:
    positions = [k.raw.position for k in group if k.raw.position is not None]
    exact = (p for p in positions if p.accuracy is Accuracy.POINT)
    return next(exact, positions[0] if positions else None)


def _facility(group: _Group, name: str) -> Facility:
    raws = [item.raw for item in group]
    position = _position(group)
    problem = next((r.position_problem for r in raws if r.position_problem), None)
    remarks = dict.fromkeys(r.remark for r in raws if r.remark)
    judged = any(r.layer.role is Role.CANDIDATE for r in raws)
    return Facility(
        id=name,
        name=raws[0].name,
        types=frozenset(t for r in raws for t in r.types),
        role=Role.CANDIDATE if judged else Role.DESTINATION,
        address=next((r.address for r in raws if r.address), ""),
        municipality_code=next((k.code for k in group if k.code), None),
        position=position,
        position_problem=None if position is not None else problem,
        site=name,
        remark=" / ".join(remarks),
        rows=tuple(r.row for r in raws),
    )


# --- what merging reports, in words


def _described(raw: RawFacility) -> Text:
    """Return a row as ``「name」(file:row)`` for a message."""
    name, place = one_line(raw.name, 40), f"({one_line(raw.row.file)}:{raw.row.row})"
    return Text(f"「{name}」{place}", f"“{name}” {place}")


def _place(raw: RawFacility) -> dict[str, str | int | None]:
    """Return where a finding about a row belongs."""
    return {"file": raw.row.file, "row": raw.row.row, "value": raw.name}


def _merged(first: RawFacility, other: RawFacility, rule: str) -> Problem:
    """Return the note of a merge and the rule behind it."""
    why = _RULES[rule]
    return note(
        "merged",
        Text(
            f"{_described(first).ja}と同じ医療機関としました（{why.ja}）",
            f"taken for the same facility as {_described(first).en}: {why.en}",
        ),
        Text("別の医療機関であれば、別々の id を付けてください", "if not, give them different ids"),
        **_place(other),
    )


def _listed_twice(first: RawFacility, other: RawFacility) -> Problem:
    """Return the finding of a facility twice in one list; two types are a harmless cause."""
    make = note if first.types != other.types else warning
    return make(
        "listed-twice",
        Text(
            f"{_described(first).ja}と同じ医療機関の行とみて1つにしました",
            f"taken for a second row of {_described(first).en}",
        ),
        Text("重複であれば一方を削除してください", "if it is a duplicate, delete one of them"),
        **_place(other),
    )


def _duplicate_id(first: RawFacility, other: RawFacility) -> Problem:
    """Return the error of one id for two facilities."""
    return error(
        "duplicate-id",
        Text(
            f"同じ id の別の医療機関があります: {_described(first).ja}",
            f"another facility has this id: {_described(first).en}",
        ),
        Text(
            "id を付け直すか、id の列でなければ columns で id を空にしてください",
            "give each its own id, or set id to nothing under columns",
        ),
        file=other.row.file,
        row=other.row.row,
        column="id",
        value=f"{other.given_id} {other.name}",
    )


def _same_name_twice(first: RawFacility, other: RawFacility) -> Problem:
    """Return the warning of two facilities of one name in one municipality and list."""
    return warning(
        "same-name-twice",
        Text(
            f"同じ市町村に同じ名称の医療機関があります（別の医療機関として扱います）: "
            f"{_described(first).ja}",
            f"a facility of the same name in the same municipality: {_described(first).en}; "
            "kept apart",
        ),
        _CHECK_SAME,
        **_place(other),
    )


def _ambiguous(item: RawFacility, others: Sequence[RawFacility]) -> Problem:
    """Return the warning of a row that could be merged in more than one way."""
    some = [_described(o) for o in others[:5]]
    return warning(
        "merge-ambiguous",
        Text(
            f"同じ医療機関の候補が1対1に決まらないため、統合しませんでした: "
            f"{'、'.join(t.ja for t in some)}",
            f"not merged, because the match is not one to one: {', '.join(t.en for t in some)}",
        ),
        _CHECK_SAME,
        **_place(item),
    )


def _too_far_to_merge(first: RawFacility, other: RawFacility) -> Problem:
    """Return the warning of names that end alike but lie kilometres apart."""
    return warning(
        "merge-too-far",
        Text(
            f"名称の末尾は{_described(first).ja}と同じですが、3km以上離れているため統合しませんでした",
            f"ends like {_described(first).en} but lies over 3 km away; not merged",
        ),
        _CHECK_SAME,
        **_place(other),
    )


def _namesake(first: RawFacility, other: RawFacility) -> Problem:
    """Return the warning of equal names where a municipality is unknown."""
    return warning(
        "merge-municipality-unknown",
        Text(
            f"名称は{_described(first).ja}と同じですが、市町村が分からないため統合しませんでした",
            f"has the name of {_described(first).en}, but a municipality is unknown; not merged",
        ),
        Text(
            "市町村か所在地を補うか、同じ id を付けてください",
            "fill in the municipality or the address, or give both the same id",
        ),
        **_place(other),
    )


def _municipalities_differ(first: RawFacility, other: RawFacility) -> Problem:
    """Return the warning of one facility that two lists put into two municipalities."""
    return warning(
        "merged-municipalities-differ",
        Text(
            f"市町村が{_described(first).ja}と違います（先の一覧の市町村を使いました）",
            f"its municipality differs from {_described(first).en}; the earlier list's is used",
        ),
        Text("どちらが正しいか確認してください", "check which of them is right"),
        file=other.row.file,
        row=other.row.row,
        value=other.municipality or other.municipality_code or other.address,
    )


def _positions_differ(used: RawFacility, other: RawFacility, metres: float) -> Problem:
    """Return the warning of two positions of one facility."""
    return warning(
        "merged-positions-differ",
        Text(
            f"位置が{_described(used).ja}と{metres:,.0f}m違います"
            f"（{_described(used).ja}の位置を使いました）",
            f"lies {metres:,.0f} m from {_described(used).en}, whose position is used",
        ),
        Text("どちらの位置が正しいか確認してください", "check which position is right"),
        **_place(other),
    )
