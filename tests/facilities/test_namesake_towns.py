"""A town whose name exists twice: address and code decide, else the candidates are named."""

from __future__ import annotations

import pytest

from boundaries.addresses import PlaceName, code_of_address, code_of_name, codes_of_name
from boundaries.codes import PREFECTURES
from boundaries.types import Municipality
from groundfloor.problems import Problem
from spots.facilities import merge, read_layers
from spots.types import Facility
from tests.helpers.facility_lists import codes, only, spec, write

#: Of JIS X 0402: four 池田町, and two 泊村 in one prefecture.
TOWNS = {
    "01403": ("泊村", "古宇郡"),
    "01644": ("池田町", "中川郡"),
    "01696": ("泊村", "国後郡"),
    "18382": ("池田町", "今立郡"),
    "20481": ("池田町", "北安曇郡"),
    "21404": ("池田町", "揖斐郡"),
}


class Towns:
    """Knows the towns of some prefectures by name."""

    def __init__(self, *prefectures: str) -> None:
        self.names = tuple(
            PlaceName(code, code[:2], name, county)
            for code, (name, county) in TOWNS.items()
            if code[:2] in prefectures
        )

    def _town(self, code: str) -> Municipality:
        return Municipality(code, TOWNS[code][0], code[:2], PREFECTURES[code[:2]], None)

    def find(self, name: str, prefecture_code: str | None = None) -> Municipality | None:
        code = code_of_name(name, self.names, prefecture_code)
        return self._town(code) if code else None

    def namesakes(self, name: str, prefecture_code: str | None = None) -> tuple[Municipality, ...]:
        return tuple(map(self._town, codes_of_name(name, self.names, prefecture_code)))

    def from_address(self, address: str, prefecture_code: str | None = None) -> str | None:
        return code_of_address(address, self.names, prefecture_code)

    def city_in_wards(self, _text: str, _prefecture_code: str | None = None, /) -> str | None:
        return None


ALL = Towns("01", "18", "20", "21")
FUKUI = Towns("18")


def found(folder, towns, municipality="", address="", code="", prefecture="") -> tuple[
    Facility, tuple[Problem, ...]
]:  # fmt: skip
    head = "医療機関名,市町村,所在地,市町村コード,都道府県\n"
    row = f"池田診療所,{municipality},{address},{code},{prefecture}\n"
    raws, _ = read_layers([spec(write(folder, head + row))], {})
    (facility,), problems = merge(raws, towns)
    return facility, problems


@pytest.mark.parametrize("towns", [ALL, Towns("18", "21")])
@pytest.mark.parametrize(
    "said",
    [
        {"address": "岐阜県揖斐郡池田町六之井1468-1"},
        {"address": "揖斐郡池田町六之井1468-1"},
        {"municipality": "池田町", "address": "岐阜県揖斐郡池田町六之井1468-1"},
        {"municipality": "池田町", "address": "岐阜県池田町六之井1468-1"},
        {"municipality": "池田町", "address": "揖斐郡池田町六之井1468-1"},
        {"municipality": "池田町", "prefecture": "岐阜県"},
        {"municipality": "揖斐郡池田町"},
        {"municipality": "池田町", "code": "21404"},
    ],
)
def test_what_is_said_decides(tmp_path, towns, said):
    facility, problems = found(tmp_path, towns, **said)
    assert (facility.municipality_code, codes(problems)) == ("21404", [])


@pytest.mark.parametrize(
    "said",
    [
        {"municipality": "池田町", "address": "岐阜県揖斐郡池田町六之井1468-1"},
        {"municipality": "池田町", "address": "揖斐郡池田町六之井1468-1"},
        {"municipality": "池田町", "prefecture": "岐阜県"},
        {"address": "岐阜県揖斐郡池田町六之井1468-1"},
    ],
)
def test_the_only_one_on_the_map_is_not_taken_for_another(tmp_path, said):
    facility, _ = found(tmp_path, FUKUI, **said)
    assert facility.municipality_code is None
    assert facility.prefecture_code == (None if "岐阜" not in str(said) else "21")


def test_the_only_one_on_the_map_is_found_by_its_name(tmp_path):
    facility, problems = found(tmp_path, FUKUI, municipality="池田町")
    assert (facility.municipality_code, problems) == ("18382", ())


@pytest.mark.parametrize(
    ("said", "candidates"),
    [
        ({"municipality": "池田町"}, ["01644", "18382", "20481", "21404"]),
        ({"address": "池田町稲荷28-7"}, ["01644", "18382", "20481", "21404"]),
        ({"municipality": "泊村", "prefecture": "北海道"}, ["01403", "01696"]),
        ({"address": "北海道泊村茅沼1"}, ["01403", "01696"]),
    ],
)
def test_a_name_that_fits_several_lists_them(tmp_path, said, candidates):
    facility, problems = found(tmp_path, ALL, **said)
    told = only(problems, "municipality-ambiguous")
    assert facility.municipality_code is None
    assert [c for c in TOWNS if c in told.message.ja] == candidates
    assert (told.file, told.row) == ("list.csv", 2)


def test_the_county_of_an_address_decides_between_two_of_one_prefecture(tmp_path):
    facility, _ = found(tmp_path, ALL, municipality="泊村", address="北海道古宇郡泊村大字茅沼村1")
    assert facility.municipality_code == "01403"
