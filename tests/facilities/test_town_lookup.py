"""Town lookup and the comparison of point and address."""

from __future__ import annotations

from typing import ClassVar

import pytest

from boundaries.types import AreaClass, Municipality
from groundfloor.problems import MissingFileError, Severity, Text
from spots.facilities import TownTableError, check_layers, geocode, place_facility
from spots.types import Accuracy, Facility, Position, Role, SourceRow
from tests.helpers.facility_lists import FlatMap, codes, only, spec, write

MAP = FlatMap()
TOWNS = (
    "pref,city,town,koaza,lat,lng\n"
    "熊本県,下益城郡上町,大字原,,32.10,130.10\n"
    "熊本県,下益城郡上町,原田,,32.20,130.20\n"
    "熊本県,下益城郡上町,原田,字中,32.21,130.21\n"
    "熊本県,下益城郡上町,東町四丁目,,32.30,130.30\n"
    "熊本県,下益城郡上町,東町十二丁目,,32.31,130.31\n"
    "熊本県,下町,原田,,32.40,131.40\n"
    "熊本県,下町,今,,32.50,131.50\n"
    "福岡県,上町,原田,,33.50,130.50\n"
    "熊本県,下町,龍ヶ岳町高戸,,32.60,131.60\n"
)


def facility(code=None, at=None, role=Role.CANDIDATE, address=""):
    position = Position(*at) if at else None
    return Facility(
        id="f",
        name="F病院",
        types=frozenset(),
        role=role,
        address=address,
        municipality_code=code,
        position=position,
        position_problem=None if at else Text("なし", "none"),
        site="f",
        remark="",
        rows=(SourceRow("l", "l.csv", 9),),
    )


def place(*args, tolerance_m=500.0, regions=MAP, **options):
    return place_facility(facility(*args, **options), regions, tolerance_m=tolerance_m)


def test_point_in_its_municipality():
    found, problems = place("43201", (130.5, 32.5))
    assert problems == ()
    assert (found.municipality, found.prefecture_code, found.area_code) == ("上町", "43", "4301")
    assert found.area_class is AreaClass.SHORTAGE
    assert found.problem is None


def test_point_a_little_outside_is_taken_with_a_warning():
    found, problems = place("43201", (131.004, 32.5))  # 400 m inside the other one
    assert (found.municipality, found.problem) == ("上町", None)
    assert "400m" in only(problems, "point-outside-municipality").message.ja
    found, problems = place("43201", (131.004, 32.5), tolerance_m=399.0)
    assert found.problem is not None


def test_tolerance_is_inclusive():
    metres = MAP.distance_m("43201", 131.004, 32.5)
    assert place("43201", (131.004, 32.5), tolerance_m=metres)[0].problem is None


def test_disagreement_names_both():
    found, problems = place("43201", (131.5, 32.5))
    problem = only(problems, "point-and-address-disagree")
    assert "上町" in problem.message.ja
    assert "下町" in problem.message.ja
    assert (problem.file, problem.row, problem.severity) == ("l.csv", 9, Severity.WARNING)
    assert found.problem == problem.message
    assert found.municipality_code == "43201"


def test_point_in_the_sea():
    found, problems = place("43201", (129.0, 31.0))
    assert found.problem is not None
    assert codes(problems) == ["point-nowhere"]
    found, problems = place(None, (129.0, 31.0))
    assert found.problem is not None
    assert found.municipality_code is None
    assert codes(problems) == ["point-nowhere"]


def test_point_alone_decides():
    assert place(None, (131.5, 32.5))[0].municipality == "下町"
    found, problems = place(None, (129.996, 32.5))
    assert (found.municipality, found.problem) == ("上町", None)
    assert codes(problems) == ["point-off-land"]


def test_no_position_leaves_the_declared_place():
    found, problems = place("43202")
    assert (found.municipality, found.problem, problems) == ("下町", None, ())
    found, problems = place(None)
    assert found.problem is not None
    assert codes(problems) == ["place-unknown"]


def test_beyond_the_map_matters_only_for_candidates():
    far = (130.4, 33.5)
    found, problems = place("40202", far, role=Role.DESTINATION)
    assert (found.problem, found.prefecture_code, problems) == (None, "40", ())
    assert found.area_class is AreaClass.UNKNOWN
    found, problems = place("40202", far)
    assert found.problem is not None
    assert codes(problems) == ["outside-boundaries"]
    assert place(None, far, role=Role.DESTINATION)[1] == ()


def test_address_beyond_the_map_and_point_on_it():
    found, problems = place("40202", (130.5, 32.5))
    assert found.problem is not None
    assert codes(problems) == ["point-and-address-disagree"]
    found, problems = place("40202", (130.5, 32.5), role=Role.DESTINATION)
    assert found.problem is None
    assert codes(problems) == ["point-and-address-disagree"]


def test_neighbours_near_the_border_are_not_taken_in():
    found, problems = place(
        None, (130.5, 33.003), role=Role.DESTINATION, address="福岡県大牟田市大字歴木1841"
    )
    assert (found.municipality_code, found.prefecture_code, problems) == (None, "40", ())


def test_unknown_code_of_the_prefecture_falls_back_on_the_point():
    found, problems = place("43999", (130.5, 32.5))
    assert (found.municipality, found.problem) == ("上町", None)
    assert codes(problems) == ["municipality-code-unknown"]


class CityMap(FlatMap):
    """熊本市西区 and 北区 in place of the two towns."""

    names: ClassVar = {"43103": "熊本市西区", "43105": "熊本市北区"}
    west: ClassVar = {"43103": 130.0, "43105": 131.0}


class MergedMap(FlatMap):
    """熊本市 as one city; its wards' codes find it."""

    names: ClassVar = {"43100": "熊本市"}
    west: ClassVar = {"43100": 130.0}

    def municipality(self, code: str) -> Municipality | None:
        return super().municipality("43100" if code.startswith("431") else code)

    def distance_m(self, code: str, lon: float, lat: float) -> float:
        return super().distance_m("43100" if code.startswith("431") else code, lon, lat)


def test_city_and_wards():
    found, problems = place("43100", (131.5, 32.5), regions=CityMap())
    assert (found.municipality, problems) == ("熊本市北区", ())
    found, problems = place("43103", (130.5, 32.5), regions=MergedMap())
    assert (found.municipality_code, problems) == ("43100", ())


@pytest.mark.parametrize(
    ("address", "code", "lat"),
    [
        ("熊本県下益城郡上町大字原12", "43201", 32.10),
        ("上町原田476-2", "43201", 32.20),
        ("熊本県下益城郡上町原田字中１２", "43201", 32.21),
        ("上町東町４丁目１－６０", "43201", 32.30),
        ("上町東町４ー１ー６０", "43201", 32.30),
        ("上町東町12-3", "43201", 32.31),
        ("原田５", "43202", 32.40),
        ("下町今12", None, 32.50),
        ("下町龍ケ岳町高戸１４１９", None, 32.60),
        ("福岡県上町原田3", None, 33.50),
    ],
)
def test_town_lookup(tmp_path, address, code, lat):
    towns = write(tmp_path, TOWNS, "towns.csv")
    (found,), problems = geocode([facility(code, address=address)], towns, MAP)
    assert found.position.lat == lat
    assert found.position.accuracy is Accuracy.TOWN
    assert found.position_problem is None
    assert only(problems, "placed-by-town").severity is Severity.NOTE


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "43201"),
        ("下町今町12", None),  # 今 is not 今町
        ("上町原田3", None),  # 熊本県 or 福岡県
        ("熊本県下町原田3", "43201"),  # the address's town is not in the declared municipality
        ("熊本県下町無番地", "43202"),
        ("熊本県下町", "43202"),
    ],
)
def test_town_lookup_never_guesses(tmp_path, address, code):
    towns = write(tmp_path, TOWNS, "towns.csv")
    (found,), problems = geocode([facility(code, address=address)], towns, MAP)
    assert found.position is None
    assert only(problems, "town-not-found").row == 9


def test_facilities_with_a_position_are_left_alone(tmp_path):
    before = facility("43201", (130.5, 32.5), address="上町原田3")
    after, problems = geocode([before], tmp_path / "not-even-read.csv", MAP)
    assert (after, problems) == ((before,), ())


def test_official_columns_and_cp932(tmp_path):
    text = "都道府県名,市区町村名,大字町丁目名,緯度,経度\n熊本県,上町,原田,32.2,130.2\n"
    towns = write(tmp_path, text, "towns.csv", "cp932")
    (found,), _ = geocode([facility("43201", address="上町原田3")], towns, None)
    assert found.position.lat == 32.2


def test_unusable_town_tables(tmp_path):
    lost = [facility("43201", address="上町原田3")]
    with pytest.raises(TownTableError) as caught:
        geocode(lost, write(tmp_path, "a,b\n1,2\n", "towns.csv"))
    told = caught.value.problems[0]
    assert "「都道府県名」の列がありません" in told.message.ja
    assert told.remedy.ja.endswith(" / pref")
    with pytest.raises(MissingFileError):
        geocode(lost, tmp_path / "absent.csv")


def test_check_reports_everything_at_once(tmp_path):
    good = (
        "医療機関名,所在地,緯度,経度\n"
        "海病院,熊本県上町1,31.0001,129.0001\n"
        "逆病院,熊本県上町2,130.5001,32.5001\n"
        "町病院,熊本県上町原田3,,\n"
        "違病院,熊本県上町4,32.5001,131.5001\n"
        "字病院,熊本県上町5,不明,130.5001\n"
    )
    bad = "医療機関名,緯度,緯度\nA,1,2\n"
    report = check_layers(
        [spec(write(tmp_path, good, "good.csv")), spec(write(tmp_path, bad, "bad.csv"))],
        {},
        regions=MAP,
        towns=write(tmp_path, TOWNS, "towns.csv"),
    )
    assert report.rows == len(report.facilities) == 5
    assert not report.usable
    assert codes(report.of(Severity.ERROR)) == ["column-twice"]
    assert set(codes(report.problems)) >= {
        *("point-nowhere", "swapped-coordinates", "placed-by-town", "point-and-address-disagree"),
        *("coordinate-not-a-number", "town-not-found", "column-twice"),
    }


def test_check_survives_a_missing_town_table(tmp_path):
    path = write(tmp_path, "医療機関名,所在地\nA,上町原田\n")
    report = check_layers([spec(path)], {}, towns=tmp_path / "absent.csv")
    assert codes(report.of(Severity.ERROR)) == ["file-missing"]


def test_towns_without_use_are_counted(tmp_path):
    rows = "熊本県,下町,新町,,,\n熊本県,下町,,,32.5,131.5\n?,下町,旧町,,32.5,131.5\n熊本県,下町,沖,,0,0\n"
    path = write(tmp_path, TOWNS + rows, "towns.csv")
    _, problems = geocode([facility(address="熊本県下町新町1")], path, MAP)
    told = only(problems, "town-unusable")
    assert (told.row, "4行: 11, 12, 13, 14" in told.message.ja) == (11, True)
