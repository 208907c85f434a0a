"""When two rows speak of the same facility: names, municipalities, distances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from boundaries.codes import split_county, split_prefecture
from boundaries.types import Municipality
from groundfloor.folding import compact
from groundfloor.problems import Problem, Text, warning
from spots.facilities.list_cells import city_of
from spots.facilities.model import MunicipalityResolver, RawFacility
from spots.facilities.naming import (
    distinctive,
    name_key,
    owner_in_front,
    plain_hyphens,
    prefecture_in_brackets,
)
from spots.facilities.written_addresses import CERTAIN, COUNTY, MUNICIPALITY, house_key
from spots.types import distance_m

# Public sources place one hospital 13 m apart in the median and within 82 m for nine in ten; above
# this a person should look.
SAME_PLACE_M = 100.0
# Beyond this a name that only ends alike is taken for another facility. The largest error known
# between two public sources for one hospital is 1.9 km.
SUFFIX_LIMIT_M = 3000.0


@dataclass(frozen=True, slots=True)
class Keyed:
    """A row with the keys it is compared by.

    Parameters
    ----------
    raw : RawFacility
        The row.
    code : str or None
        Municipality as declared: code, else name, else address.
    city : str
        The code municipalities are compared by (a designated city for its wards); empty when
        unknown.
    town : str
        Municipality as written, without prefecture, county and ward; empty when unknown.
    key : str
        The name without owner, spaces and variants.
    address : str
        The address without prefecture, spaces and variants; empty when not given.
    house : str
        The address in one spelling (see `house_key`); empty without a house number.
    prefecture : str or None
        Two digits, as the municipality, the address or a column of its own says.
    """

    raw: RawFacility
    code: str | None
    city: str
    town: str
    key: str
    address: str
    house: str = ""
    prefecture: str | None = None


def keyed(raw: RawFacility, resolver: MunicipalityResolver | None) -> tuple[Keyed, Problem | None]:
    """Return a row with its keys, and a warning when its municipality is doubtful.

    That is: code and address name two, or the name alone means several.
    """
    by_address = _from_address(raw, resolver)
    stated, rest = split_prefecture(compact(raw.address))
    # A prefecture in the address itself outweighs the one in a column.
    prefecture = stated or raw.prefecture_code or prefecture_in_brackets(raw.name)
    name = _with_county(raw.municipality, rest)
    named = resolver.find(name, prefecture) if resolver is not None and name else None
    by_name = named.code if named else None
    code = raw.municipality_code or by_name or by_address
    if code is None and resolver is not None:
        code = resolver.city_in_wards(name or rest, prefecture)
    item = Keyed(
        raw=raw,
        code=code,
        city=city_of(code) if code else "",
        town=_written_town(raw),
        key=name_key(raw.name),
        address=plain_hyphens(rest),
        house=house_key(raw.address),
        prefecture=code[:2] if code else prefecture,
    )
    declared = raw.municipality_code or by_name
    if declared and by_address and city_of(declared) != city_of(by_address):
        return item, _disagree(raw, declared, by_address)
    if code is None and resolver is not None and (town := name or item.town):
        namesakes = resolver.namesakes(town, prefecture)
        return item, _ambiguous_name(raw, town, namesakes) if len(namesakes) > 1 else None
    return item, None


def _with_county(municipality: str, address: str) -> str:
    """Return a municipality's name with the county that the address has before it, if any.

    揖斐郡池田町 is in 岐阜県 and 今立郡池田町 in 福井県: the name alone finds the one on the map.

    Examples
    --------
    >>> _with_county("池田町", "揖斐郡池田町六之井1468-1"), _with_county("池田町", "池田町稲荷28")
    ('揖斐郡池田町', '池田町')
    """
    county = COUNTY.match(address)
    if county is None or not municipality:
        return municipality
    follows = address[county.end() :].startswith(compact(municipality))
    return county[0] + municipality if follows else municipality


def _ambiguous_name(raw: RawFacility, town: str, namesakes: Sequence[Municipality]) -> Problem:
    found = [f"{m.prefecture}{m.name} ({m.code})" for m in namesakes]
    return warning(
        "municipality-ambiguous",
        Text(
            f"この名称の市町村は複数あります: {'、'.join(found)}",
            f"several municipalities are called so: {', '.join(found)}",
        ),
        Text(
            "市町村コードか、都道府県・郡から始まる所在地を書いてください",
            "write the municipality's code, or an address with prefecture and county",
        ),
        file=raw.row.file,
        row=raw.row.row,
        value=town,
    )


def _from_address(raw: RawFacility, resolver: MunicipalityResolver | None) -> str | None:
    if resolver is None or not raw.address:
        return None
    stated, _ = split_prefecture(compact(raw.address))
    # A prefecture in the address itself outweighs the one in a column.
    return resolver.from_address(raw.address, None if stated else raw.prefecture_code)


def _written_town(raw: RawFacility) -> str:
    """Return the municipality's name without county and ward, from its column or the address."""
    _, rest = split_prefecture(compact(raw.municipality or raw.address))
    found = MUNICIPALITY.match(rest)
    return split_county(found[1])[1] if found else ""


def stated_elsewhere(address: str, municipality: Municipality) -> bool:
    """Tell whether an address surely names another municipality than `municipality`.

    Only what cannot be a town's name counts: a prefecture, a city (市), or a county with its
    town. 早坂町1180 may be a part of any city.

    Examples
    --------
    >>> omuta = Municipality("40202", "大牟田市", "40", "福岡県", None)
    >>> stated_elsewhere("荒尾市荒尾2600", omuta), stated_elsewhere("早坂町1180", omuta)
    (True, False)
    """
    prefecture, rest = split_prefecture(compact(address))
    if prefecture is not None and prefecture != municipality.prefecture_code:
        return True
    found = CERTAIN.match(rest)
    name = compact(municipality.name)
    return found is not None and not (name in rest or name.startswith(found[1]))


def _disagree(raw: RawFacility, declared: str, by_address: str) -> Problem:
    return warning(
        "municipality-and-address-disagree",
        Text(
            f"市町村（{declared}）と所在地の市町村（{by_address}）が違います。"
            f"{declared} を使いました",
            f"municipality {declared} is not the address's ({by_address}); {declared} is used",
        ),
        Text("市町村の列か所在地を直してください", "mend the municipality or the address"),
        file=raw.row.file,
        row=raw.row.row,
        value=raw.address,
    )


def gap_m(a: Keyed, b: Keyed) -> float | None:
    """Return metres between two rows, None when one has no position."""
    if a.raw.position is None or b.raw.position is None:
        return None
    return distance_m(a.raw.position, b.raw.position)


def same_city(a: Keyed, b: Keyed) -> bool:
    """Tell whether two rows are known to lie in one municipality, by code or as written."""
    if a.city and b.city:
        return a.city == b.city
    prefectures = {a.raw.prefecture_code, b.raw.prefecture_code} - {None}
    return a.town == b.town != "" and len(prefectures) <= 1


def other_city(a: Keyed, b: Keyed) -> bool:
    """Tell whether two rows are known to lie in different municipalities."""
    known = (a.city and b.city) or (a.town and b.town)
    return bool(known) and not same_city(a, b)


def same_name(a: Keyed, b: Keyed) -> bool:
    """Tell whether the names agree but for owner, spaces and variants."""
    return a.key == b.key


def same_row(a: Keyed, b: Keyed) -> bool:
    """Tell whether two lists have this from one row of one file.

    Files of one name may be two: the rows must say the same in every cell that is read. What has
    no file (a frame made in Python) has no row that another list could have, too.
    """
    one, other = a.raw, b.raw
    place = one.row.file, one.row.row
    if one.row.file.startswith("<") or place != (other.row.file, other.row.row):
        return False
    return replace(other, layer=one.layer, row=one.row, types=one.types) == one


def ends_alike(a: Keyed, b: Keyed) -> bool:
    """Tell whether one name is the other with something in front.

    山都町包括医療センターそよう病院 ends like そよう病院; 熊本中央病院 does not count as 中央病院,
    which says only what kind of place it is.
    """
    short, long = (a.key, b.key) if len(a.key) <= len(b.key) else (b.key, a.key)
    return short != long and long.endswith(short) and distinctive(short)


def extends(a: Keyed, b: Keyed) -> bool:
    """Tell whether one name is the other behind who may own it, or both stand at one place."""
    short, long = sorted((a.key, b.key), key=len)
    return ends_alike(a, b) and (owner_in_front(short, long) or same_place(a, b))


def same_place(a: Keyed, b: Keyed) -> bool:
    """Tell whether addresses are equal or positions within `SAME_PLACE_M`."""
    gap = gap_m(a, b)
    at_one = bool(a.address) and a.address == b.address
    housed = bool(a.house) and a.house == b.house and not other_city(a, b)
    return at_one or housed or (gap is not None and gap <= SAME_PLACE_M)


def contradicts(a: Keyed, b: Keyed) -> bool:
    """Tell whether two rows of one list with one name are clearly two facilities."""
    if len({a.raw.given_id, b.raw.given_id} - {None}) > 1:
        return True
    addresses = {a.address, b.address} - {""}
    if len(addresses) == 1 and a.address == b.address:
        return False  # one address: a position that differs is a slip
    gap = gap_m(a, b)
    return gap > SAME_PLACE_M if gap is not None else len(addresses) > 1


class NameEndings:
    """Finds names that are equal to another, or end as it does.

    Parameters
    ----------
    names : sequence of sequence of str
        The names that each place has.
    """

    def __init__(self, names: Sequence[Sequence[str]]) -> None:
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._ends: dict[str, list[int]] = defaultdict(list)
        for at, of in enumerate(names):
            for name in set(of):
                self._whole[name].append(at)
                for end in _ends_of(name):
                    self._ends[end].append(at)

    def alike(self, names: Iterable[str]) -> list[int]:
        """Return the places with a name that ends as one of these does, or the other way round."""
        found: set[int] = set()
        for name in names:
            found.update(self._ends.get(name, ()))
            for end in _ends_of(name):
                found.update(self._whole.get(end, ()))
        return sorted(found)


def _ends_of(name: str) -> Iterable[str]:
    return (name[at:] for at in range(len(name) + 1))
