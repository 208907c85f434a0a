"""Names and codes in selections that nothing has, or several have; and rows of lists that are lost.

Stands apart: what is on the map and in the lists; `selection_checks` is about the policy itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from boundaries import designated_city, is_ward, parse_code
from boundaries.area_classes import same_area_name
from boundaries.codes import fold
from boundaries.types import AreaIndex, ClassBasis, MedicalArea
from groundfloor.problems import Problem, Text, error
from groundfloor.toml import KeyPath
from spots.judging.policy import Policy
from spots.judging.selecting.ground_facts import EntryList, GroundFacts
from spots.judging.selecting.hand_reasons import hand_problems
from spots.judging.selecting.listed_entries import matched
from spots.judging.selecting.selection_settings import SelectSetting
from spots.judging.selecting.unit_names import (
    UnitIndex,
    area_code,
    areas_named,
    municipalities_named,
    shown_unit,
)
from spots.judging.selecting.unit_sources import units_of
from spots.judging.selecting.written_keys import (
    WrittenKeys,
    candidates,
    key_error,
    name_means_several,
    unknown_name,
    written_conditions,
)
from spots.types.ground_units import Unit

_MUNICIPALITY = Text("市区町村", "municipality")
_AREA = Text("二次医療圏", "medical area")
_UNIT = Text("単位", "unit of the selection")


def name_problems(policy: Policy, facts: GroundFacts, at: WrittenKeys) -> tuple[Problem, ...]:
    """Return the names in selections that mean nothing, or more than one thing.

    Parameters
    ----------
    policy : Policy
        Its selections, and its reasons by hand.
    facts : GroundFacts
        The map and the lists.
    at : WrittenKeys
        Where the policy stands.
    """
    found: list[Problem] = []
    units = {n: units_of(s, facts) for n, s in enumerate(policy.select) if _asks_by_name(s, policy)}
    for n, setting in enumerate(policy.select):
        for where, condition in written_conditions(setting, n):
            for k, name in enumerate(condition.municipality or ()):
                found += _municipality(name, facts, (*where, "municipality", k), at)
            for k, name in enumerate(condition.area or ()):
                found += _area(name, facts, (*where, "area", k), at)
        if n in units:
            index = UnitIndex.of(units[n], facts.regions)
            for path, name in _unit_names(setting, n):
                found += _unit(name, index, path, at)
    every = {u.id: u for each in units.values() for u in each}
    by_hand = hand_problems(policy, tuple(every.values()), facts.facts.facilities, at)
    return (*found, *_rows(policy, facts, units), *by_hand)


def _asks_by_name(setting: SelectSetting, policy: Policy) -> bool:
    """Whether anything names units of a selection, so that they have to be looked at."""
    asked = any(c.name or c.listed for c in setting.conditions())
    return asked or bool(setting.except_) or bool(policy.unit_reason)


def _unit_names(setting: SelectSetting, n: int) -> Iterator[tuple[KeyPath, str]]:
    for k, exception in enumerate(setting.except_):
        yield ("select", n, "except", k, "name"), exception.name
    for where, condition in written_conditions(setting, n):
        for k, name in enumerate(condition.name or ()):
            yield (*where, "name", k), name


def _municipality(
    name: str, facts: GroundFacts, path: KeyPath, at: WrittenKeys
) -> Iterator[Problem]:
    regions = facts.regions
    codes = municipalities_named(name, regions)
    towns = regions.municipalities
    if len(codes) > 1:
        meant = [m for c in codes if (m := regions.municipality(c)) is not None]
        yield name_means_several(
            name, [f"{m.prefecture}{m.name} ({m.code})" for m in meant], path, at
        )
    if codes:
        return
    code = parse_code(name)
    city = designated_city(code.value) if code is not None and is_ward(code.value) else None
    merged = regions.municipality(code.value) if code is not None else regions.find(name)
    if merged is not None and (city is not None or fold(name).endswith("区")):
        yield key_error(
            "ward-is-merged",
            at.place(path),
            Text(
                f"区は{merged.name}にまとめられており、単位ではありません",
                f"is a ward, and wards are merged into {merged.name} here",
            ),
            Text(
                "市の名称を書くか、[scope] merge_wards = false にしてください",
                "write the city, or set merge_wards = false under [scope]",
            ),
            name,
        )
    elif code is not None:
        yield _other_edition(name, _MUNICIPALITY, path, at)
    else:
        home = towns["name"][towns["prefecture_code"] == regions.prefecture_code]
        yield unknown_name("no-such-municipality", at.place(path), _MUNICIPALITY, name, list(home))


def _area(name: str, facts: GroundFacts, path: KeyPath, at: WrittenKeys) -> Iterator[Problem]:
    regions = facts.regions
    codes = areas_named(name, regions)
    known = {a.code: a.name for a in regions.medical_areas}
    if len(codes) > 1:
        yield name_means_several(name, [f"{known[c]} ({c})" for c in codes], path, at)
    elif area_code(name) is not None and (area := _of_two_editions(codes, facts)) is not None:
        yield _code_of_two(name, area.name, path, at)
    elif not codes and any(_is_called(area, name) for area in regions.unmapped):
        edition = regions.edition.name if regions.edition is not None else ""
        yield _of_indices_alone(name, edition, path, at)
    elif not codes and area_code(name) is not None:
        yield _other_edition(name, _AREA, path, at)
    elif not codes:
        home = [n for c, n in known.items() if c.startswith(regions.prefecture_code)]
        yield unknown_name(
            "unknown-area", at.place(path), _AREA, name, home or list(known.values())
        )


def _of_two_editions(codes: Sequence[str], facts: GroundFacts) -> MedicalArea | None:
    """Return the area of a code by which the table of indices means another one, or may."""
    areas = (facts.regions.medical_area(code) for code in codes)
    return next((a for a in areas if a is not None and a.basis is ClassBasis.OTHER_AREA), None)


def _code_of_two(code: str, name: str, path: KeyPath, at: WrittenKeys) -> Problem:
    return key_error(
        "area-code-of-two-editions",
        at.place(path),
        Text(
            f"このコードは、市区町村と医療圏の対応表では{name}ですが、指標の表では別の医療圏です",
            f"is {name} in the table of areas, and another area in the table of indices",
        ),
        Text(
            "医療圏の名称を書くか、同じ区割り（年次）の対応表と指標を指定してください",
            "write the area's name, or give a table of areas and indices of one edition",
        ),
        code,
    )


def _is_called(area: AreaIndex, name: str) -> bool:
    return area.area_code == area_code(name) or same_area_name(area.area_name, name)


def _of_indices_alone(name: str, edition: str, path: KeyPath, at: WrittenKeys) -> Problem:
    return key_error(
        "area-of-the-indices-alone",
        at.place(path),
        Text(
            f"この医療圏は指標（{edition}版）にありますが、市区町村と医療圏の対応表にありません",
            f"is an area of the indices ({edition}), and none of the table of areas",
        ),
        Text(
            "指標と同じ区割り（年次）の対応表を [medical_areas] に指定してください",
            "give a table of areas of the same edition under [medical_areas]",
        ),
        name,
    )


def _unit(name: str, index: UnitIndex, path: KeyPath, at: WrittenKeys) -> Iterator[Problem]:
    hit = index.named(name)
    if not hit:
        yield unknown_name(
            "unknown-unit", at.place(path), _UNIT, name, [u.name for u in index.units]
        )
    elif len(hit) > 1:
        yield name_means_several(name, [shown_unit(u) for u in hit], path, at)


def _other_edition(code: str, what: Text, path: KeyPath, at: WrittenKeys) -> Problem:
    return key_error(
        "code-of-other-edition",
        at.place(path),
        Text(
            f"このコードの{what.ja}は、この実行の境界・医療圏のデータにありません"
            "（合併前などの別の版のコードかもしれません）",
            f"is the code of no {what.en} in the run's data: perhaps of another edition, before "
            "a merger",
        ),
        Text(
            "今の版のコードか名称を書くか、データの版をそろえてください",
            "write today's code or name, or give data of the same edition",
        ),
        code,
    )


# --- rows of lists


def _rows(
    policy: Policy, facts: GroundFacts, units: Mapping[int, Sequence[Unit]]
) -> Iterator[Problem]:
    """Yield rows of the lists in use that mean no unit of any selection.

    Rows that mean several are no errors: they leave those units undetermined.
    """
    asked: dict[str, dict[str, Unit]] = defaultdict(dict)
    for n, setting in enumerate(policy.select):
        for condition in setting.conditions():
            if condition.listed in facts.entries:
                asked[str(condition.listed)] |= {u.id: u for u in units[n]}
    for name, each in asked.items():
        yield from _lost(facts.entries[name], tuple(each.values()), facts)


def _lost(listed: EntryList, units: Sequence[Unit], facts: GroundFacts) -> Iterator[Problem]:
    rows = matched(listed, units, facts.regions)
    for entry in rows.nobody:
        yield error(
            "entry-means-nobody",
            Text("この行に当たる単位がありません", "names no unit that a selection judges"),
            candidates(entry.name, [u.name for u in units]),
            file=entry.file or listed.name,
            row=entry.row,
            value=entry.name,
        )
