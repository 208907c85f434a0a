"""The municipality a facility says it is in, compared with the one its point is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from boundaries.codes import designated_city, split_prefecture
from boundaries.types import AreaClass, Municipality
from groundfloor.folding import compact
from groundfloor.problems import Problem, Text, error, note, warning
from spots.facilities.list_cells import city_of
from spots.facilities.matching import stated_elsewhere
from spots.facilities.model import Gazetteer
from spots.telling.wording import NOTHING, names
from spots.types import Facility, Place, Position, Role

# Generalised outlines and land won from the sea leave true points some hundred metres outside.
DEFAULT_TOLERANCE_M = 500.0
# All of Japan has some 3,800 emergency hospitals, Tokyo 320; the 7th plans had 313 spots in 26
# prefectures. More than this in one prefecture is another list, or one point given to all.
MOST_JUDGED = 2_000
_MANY_ELSEWHERE = 100  # a list that is meant for one prefecture has a few, by slips
_CHECK = Text(
    "座標と所在地のどちらが正しいか確認してください",
    "check which of coordinates and address is right",
)

_NAME_WARD = Text(
    "区を含む市町村名・コードか所在地、または座標を補ってください",
    "give the ward (in name, code or address), or coordinates",
)


def place_facility(
    facility: Facility,
    regions: Gazetteer,
    *,
    tolerance_m: float = DEFAULT_TOLERANCE_M,
    home: str | None = None,
) -> tuple[Place, tuple[Problem, ...]]:
    """Return the administrative place of a facility and what is doubtful about it.

    The declared municipality (code, name or address) holds when the point lies in it or within
    `tolerance_m` of it. Without a declaration the point decides, again within the tolerance.
    Where the two disagree, or the point lies nowhere, ``problem`` is set and the facility cannot
    be judged; but one whose list says that it is in another prefecture is there. Without a
    position the declaration alone gives the place, so that exclusion and
    医師少数区域 can still be decided.

    Parameters
    ----------
    facility : Facility
        Any role; a destination outside the boundary file is no problem.
    regions : Gazetteer
        The map.
    tolerance_m : float
        Metres a point may lie outside its declared municipality.
    home : str or None
        Two digits of the prefecture that is judged, where that is known.

    Returns
    -------
    Place, tuple of Problem
        Warnings name the facility's first row.
    """
    declared = facility.municipality_code
    position = facility.position
    abroad = home is not None and _prefecture(facility) not in {None, home}
    if position is None:
        return _without_position(facility, regions, abroad=abroad)
    if declared is None:
        return _by_point(facility, position, regions, tolerance_m, abroad=abroad)
    if regions.municipality(declared) is None:
        return _declared_unknown(facility, declared, position, regions, tolerance_m, abroad=abroad)
    located = regions.locate(position.lon, position.lat)
    if located is not None and _agree(declared, located, regions):
        return _place(located, regions), ()
    metres = regions.distance_m(declared, position.lon, position.lat)
    place = _place(declared, regions)
    if metres <= tolerance_m:
        finding = _warn(
            facility,
            "point-outside-municipality",
            Text(
                f"位置が{place.municipality}の境界から{metres:,.0f}m外にあります（許容範囲内）",
                f"lies {metres:,.0f} m outside {place.municipality}, within the tolerance",
            ),
        )
        return place, (finding,)
    return _contradiction(facility, place, located, metres, regions)


def _agree(declared: str, located: str, regions: Gazetteer) -> bool:
    """Tell whether two codes are one row of the map, or a designated city and its ward."""
    known = regions.municipality(declared)
    return (known is not None and known.code == located) or (
        declared == city_of(declared) == city_of(located)
    )


def _prefecture(facility: Facility) -> str | None:
    """Return the prefecture that the list says, by whatever it says it."""
    stated, _ = split_prefecture(compact(facility.address))
    code = facility.municipality_code
    return code[:2] if code else stated or facility.prefecture_code


def _without_position(
    facility: Facility, regions: Gazetteer, *, abroad: bool
) -> tuple[Place, tuple[Problem, ...]]:
    declared = facility.municipality_code
    if declared is not None and regions.municipality(declared) is not None:
        return _place(declared, regions), ()
    if declared is not None and regions.has_ground(declared):
        place = _some_ward(declared, regions)
        why = place.problem or NOTHING
        message = Text(f"区が書かれていません。{why.ja}", f"names no ward: {why.en}")
        return place, (_warn(facility, "ward-unknown", message, _NAME_WARD),)
    if declared is not None:
        return _outside(declared, facility, abroad=abroad), ()
    name = facility.municipality_name
    if abroad or (name and facility.role is Role.DESTINATION):
        return _elsewhere(facility, None), ()
    message = Text(
        f"座標がなく、市町村（{name}）を境界データから特定できません"
        if name
        else "座標がなく、市町村も分かりません",
        f"has no coordinates, and the map does not tell which municipality {name} is"
        if name
        else "has no coordinates and no known municipality",
    )
    finding = _warn(
        facility,
        "place-unknown",
        message,
        Text("市町村か所在地を補ってください", "fill in the municipality or the address"),
    )
    return _nowhere(None, message), (finding,)


def _by_point(
    facility: Facility,
    position: Position,
    regions: Gazetteer,
    tolerance_m: float,
    *,
    abroad: bool,
) -> tuple[Place, tuple[Problem, ...]]:
    code, metres = regions.nearest(position.lon, position.lat, within_m=tolerance_m)
    found = regions.municipality(code)
    if found is not None and metres <= tolerance_m:
        other = abroad and found.prefecture_code != _prefecture(facility)
        if other and metres > 0:  # beside the map, as the list has it
            return _elsewhere(facility, None), ()
        if other or stated_elsewhere(facility.address, found):
            return _stated_elsewhere(facility, found, metres)
        if metres == 0:
            return _place(code, regions), ()
        finding = _warn(
            facility,
            "point-off-land",
            Text(
                f"位置がどの市町村にも入らないため、{metres:,.0f}m先の{found.name}としました",
                f"lies in no municipality; taken for {found.name}, {metres:,.0f} m away",
            ),
        )
        return _place(code, regions), (finding,)
    if facility.role is Role.DESTINATION or abroad:
        return _elsewhere(facility, None), ()
    message = Text("位置が海上または対象の区域外です", "lies at sea or outside the area")
    return _elsewhere(facility, message), (_warn(facility, "point-nowhere", message),)


def _stated_elsewhere(
    facility: Facility, found: Municipality, metres: float
) -> tuple[Place, tuple[Problem, ...]]:
    """Place a facility near or on the map whose address names a municipality beyond it."""
    message = Text(
        f"所在地の市町村が境界データになく、位置は{found.name}"
        + ("にあります" if metres == 0 else "のすぐ外です"),
        f"its address is not on the map, its point is {'in' if metres == 0 else 'beside'} "
        f"{found.name}",
    )
    judged = facility.role is Role.CANDIDATE
    findings = (_warn(facility, "point-and-address-disagree", message),)
    place = _elsewhere(facility, message if judged else None)
    return place, findings if judged or metres == 0 else ()


def _elsewhere(facility: Facility, problem: Text | None) -> Place:
    """Return a place beyond the map; its prefecture only as the address says it."""
    return Place(None, "", _prefecture(facility), None, "", AreaClass.UNKNOWN, problem)


def _declared_unknown(
    facility: Facility,
    declared: str,
    position: Position,
    regions: Gazetteer,
    tolerance_m: float,
    *,
    abroad: bool,
) -> tuple[Place, tuple[Problem, ...]]:
    """Place a facility whose declared code the boundary file does not have."""
    code, metres = regions.nearest(position.lon, position.lat, within_m=tolerance_m)
    found = regions.municipality(code)
    if regions.has_ground(declared):  # a designated city whose wards the map keeps apart
        away_m = regions.distance_m(declared, position.lon, position.lat)
        if away_m > tolerance_m:
            located = code if metres == 0 else None
            return _contradiction(facility, _some_ward(declared, regions), located, away_m, regions)
    if found is not None and metres <= tolerance_m and found.prefecture_code == declared[:2]:
        if declared == city_of(found.code):
            return _place(code, regions), ()
        finding = _code_unknown(facility, declared, found)
        return _place(code, regions), (finding,)
    place = _outside(declared, facility, abroad=abroad)
    if found is None or metres > 0:
        return place, () if place.problem is None else (_warn_place(facility, place),)
    message = Text(
        f"所在地は区域外（市町村コード {declared}）ですが、位置は{found.name}にあります",
        f"its address is outside the area (code {declared}), its point lies in {found.name}",
    )
    finding = _warn(facility, "point-and-address-disagree", message)
    if facility.role is Role.DESTINATION:
        return place, (finding,)
    return _nowhere(declared, message), (finding,)


def _code_unknown(facility: Facility, declared: str, found: Municipality) -> Problem:
    return _warn(
        facility,
        "municipality-code-unknown",
        Text(
            f"市町村コード {declared} が境界データにないため、位置から{found.name}としました",
            f"code {declared} is not on the map; taken for {found.name} by position",
        ),
        Text(
            "市町村コードと境界データの年次を確認してください",
            "check the code and the map's year",
        ),
    )


def _contradiction(
    facility: Facility, place: Place, located: str | None, metres: float, regions: Gazetteer
) -> tuple[Place, tuple[Problem, ...]]:
    there = regions.municipality(located) if located is not None else None
    km = f"{metres / 1000:,.1f}"
    if there is None:
        code = "point-nowhere"
        message = Text(
            f"位置が海上または対象の区域外です（{place.municipality}から{km}km）",
            f"lies at sea or outside the area, {km} km from {place.municipality}",
        )
    else:
        code = "point-and-address-disagree"
        message = Text(
            f"所在地は{place.municipality}ですが、位置は{there.name}にあります（{km}km離れています）",
            f"its address is in {place.municipality}, its point {km} km away in {there.name}",
        )
    return replace(place, problem=message), (_warn(facility, code, message),)


def _place(code: str, regions: Gazetteer) -> Place:
    found = regions.municipality(code)
    if found is None:
        return _nowhere(code, None)
    area = regions.area_of(found.code)
    return Place(
        municipality_code=found.code,
        municipality=found.name,
        prefecture_code=found.prefecture_code,
        area_code=area.code if area else found.area_code,
        area=area.name if area else "",
        area_class=area.area_class if area else AreaClass.UNKNOWN,
        class_basis=area.basis if area else None,
    )


def _outside(declared: str, facility: Facility, *, abroad: bool) -> Place:
    """Return the place of a facility beyond the map: only candidates at home need one on it."""
    if facility.role is Role.DESTINATION or abroad:
        return _nowhere(declared, None)
    message = Text(
        f"所在地（市町村コード {declared}）が境界データの範囲外です",
        f"its municipality (code {declared}) is not on the map",
    )
    return _nowhere(declared, message)


def _some_ward(code: str, regions: Gazetteer) -> Place:
    """Return the place in a designated city whose wards are of several medical areas."""
    _, name = designated_city(code) or (code, code)
    areas = regions.areas_of(code)
    listed = names(area.name for area in areas)
    among = Text(f"（{listed.ja}のいずれか）", f" (one of {listed.en})") if areas else NOTHING
    message = Text(
        f"{name}のどの区にあるか分からず、二次医療圏が決まりません{among.ja}",
        f"its ward of {name} is not known, nor therefore its medical area{among.en}",
    )
    if len(areas) == 1:
        message = Text(f"{name}のどの区にあるか分かりません", f"its ward of {name} is not known")
    return Place(code, name, code[:2], None, "", AreaClass.UNKNOWN, message)


def _nowhere(code: str | None, problem: Text | None) -> Place:
    prefecture = code[:2] if code else None
    return Place(code, "", prefecture, None, "", AreaClass.UNKNOWN, problem)


def _warn_place(facility: Facility, place: Place) -> Problem:
    nowhere = Text("地点がどの市区町村にも入りません", "its point lies in no municipality")
    message = place.problem or nowhere
    return _warn(
        facility,
        "outside-boundaries",
        message,
        Text(
            "対象の都道府県の一覧か、境界データを確認してください",
            "check the list and the boundary file",
        ),
    )


def _warn(facility: Facility, code: str, message: Text, remedy: Text = _CHECK) -> Problem:
    row = facility.rows[0] if facility.rows else None
    return warning(
        code,
        message,
        remedy,
        file=row.file if row else "",
        row=row.row if row else None,
        value=facility.name,
    )


def lists_of_elsewhere(
    facilities: Iterable[Facility], places: Mapping[str, Place], home: str
) -> Iterator[Problem]:
    """Yield a note for each judged list that is mostly of other prefectures: it costs time.

    Parameters
    ----------
    facilities : iterable of Facility
        All of them.
    places : mapping of str to Place
        Where each is, by id.
    home : str
        Two digits of the prefecture that is judged.
    """
    rows: dict[tuple[str, str], Counter[bool]] = {}
    for facility in facilities:
        if facility.role is Role.CANDIDATE:
            abroad = places[facility.id].prefecture_code not in {None, home}
            for row in facility.rows:
                rows.setdefault((row.layer, row.file), Counter())[abroad] += 1
    for (_, file), count in sorted(rows.items()):
        if count[True] >= _MANY_ELSEWHERE and count[True] > count[False]:
            yield note(
                "list-mostly-elsewhere",
                Text(
                    f"{count.total()}行のうち{count[True]}行がほかの都道府県のもので、対象外になります",
                    f"{count[True]} of {count.total()} rows lie in other prefectures and are out",
                ),
                Text(
                    "都道府県内の行だけを使うには、where に都道府県の列と値を書いてください"
                    '（隣の都道府県の病院は role = "destination" の一覧にします）',
                    "to use the prefecture's own rows, name its column and value under where "
                    '(hospitals beyond the border go into a list with role = "destination")',
                ),
                file=file,
            )


def too_many_judged(
    facilities: Iterable[Facility], places: Mapping[str, Place], home: str
) -> Iterator[Problem]:
    """Yield an error where more facilities of a prefecture are to be judged than it can have.

    Maps and reports of so many would take hours and tell nobody anything. Parameters are those of
    `lists_of_elsewhere`; facilities of other prefectures are not counted.
    """
    judged = [
        f
        for f in facilities
        if f.role is Role.CANDIDATE and places[f.id].prefecture_code in {None, home}
    ]
    if len(judged) > MOST_JUDGED:
        count = Counter(row.file for f in judged for row in f.rows)
        yield error(
            "too-many-judged",
            Text(
                f"判定する都道府県内の医療機関が{len(judged):,}件もあります（{MOST_JUDGED:,}件まで）",
                f"{len(judged):,} facilities of the prefecture are to be judged "
                f"(at most {MOST_JUDGED:,})",
            ),
            Text(
                "一覧と座標が正しいか確かめ、判定しない医療機関は where で除くか、"
                'role = "destination" の一覧にしてください',
                "check the list and its coordinates; leave out with where what is not judged, or "
                'put it into a list with role = "destination"',
            ),
            file=max(count, key=lambda name: (count[name], name)),
        )
