"""One facility in several lists; ids; sites."""

from __future__ import annotations

from dataclasses import replace

import pytest

from groundfloor.marks import unmarked
from groundfloor.problems import Severity
from spots.facilities import merge, read_layers
from spots.facilities.naming import name_key
from spots.types import Accuracy, FacilityType, Role
from tests.helpers.facility_lists import FlatMap, codes, only, spec, write
from tests.helpers.judging import facility

HEAD = "id,医療機関名,市町村コード,所在地,緯度,経度,敷地,備考\n"
BASE, CLINIC, EMERGENCY = (
    FacilityType.BASE_HOSPITAL,
    FacilityType.REMOTE_CLINIC,
    FacilityType.SECONDARY_EMERGENCY,
)


def merged(tmp_path, *lists, resolver=None, **options):
    """Write each list, give the first type ① and the others ③, read and merge."""
    specs = []
    for number, text in enumerate(lists):
        path = write(tmp_path, HEAD + text, f"list{number}.csv")
        types = frozenset({EMERGENCY if number else BASE})
        specs.append(spec(path, types=types, **options))
    raws, _ = read_layers(specs, {})
    facilities, problems = merge(raws, resolver)
    assert sorted(r for f in facilities for r in map(str, f.rows)) == sorted(
        str(r.row) for r in raws
    ), "every row is in exactly one facility"
    return facilities, problems


def read_as_two(tmp_path, *texts):
    """Merge lists that are all called alike: of each text one, in a folder of its own."""
    specs = []
    for number, text in enumerate(texts):
        (tmp_path / str(number)).mkdir()
        path = write(tmp_path / str(number), HEAD + text, "one.csv")
        types = frozenset({EMERGENCY if number else BASE})
        specs.append(replace(spec(path, types=types), name=f"list {number}", shown="one.csv"))
    return merge(read_layers(specs, {})[0], None)


def test_a_row_of_one_file_that_two_lists_read_is_one_facility(tmp_path):
    nowhere = ",米の山病院,,,,,,\n,中央病院,,,,,,\n,みどり病院,43447,,,,,\n"
    facilities, problems = read_as_two(tmp_path, nowhere, nowhere)
    assert [f.name for f in facilities] == ["米の山病院", "中央病院", "みどり病院"]
    assert all(f.types == {BASE, EMERGENCY} and len(f.rows) == 2 for f in facilities)
    assert codes(problems).count("merged") == 3
    assert "同じファイルの同じ行" in only(problems[:1], "merged").message.ja


def test_rows_of_two_files_of_one_name_that_say_otherwise_are_two(tmp_path):
    facilities, _ = read_as_two(tmp_path, ",米の山病院,,,,,,\n", ",米の山病院,,,,,,新館\n")
    assert len(facilities) == 2


def test_equal_ids_merge_with_all_types_and_rows(tmp_path):
    facilities, problems = merged(
        tmp_path,
        "a1,そよう病院,43447,,32.6853,131.1504,,要確認\n",
        "a1,山都町包括医療センターそよう病院,43447,滝上,32.6853,131.1504,,①\n",
    )
    (facility,) = facilities
    assert facility.types == {BASE, EMERGENCY}
    assert facility.name == "そよう病院"
    assert facility.address == "滝上"
    assert facility.remark == "要確認 / ①"
    assert [(r.file, r.row) for r in facility.rows] == [("list0.csv", 2), ("list1.csv", 2)]
    note = only(problems, "merged")
    assert (note.severity, note.file, note.row) == (Severity.NOTE, "list1.csv", 2)
    assert "list0.csv:2" in note.message.ja


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("そよう病院", "そよう　病院"),
        ("松尾病院", "医療法人 圭光会 松尾病院"),
        ("そよう病院", "山都町包括医療センターそよう病院"),
        ("公立多良木病院", "球磨郡公立多良木病院"),
        ("上天草市立上天草総合病院", "上天草総合病院"),
        ("久木野診療所", "国保水俣市立総合医療センター附属久木野診療所"),
    ],
)
def test_names_and_municipality_merge(tmp_path, one, other):
    facilities, problems = merged(
        tmp_path, f",{one},43447,,32.6853,131.1504,,\n", f",{other},43447,,32.6853,131.1504,,\n"
    )
    assert len(facilities) == 1
    assert codes(problems) == ["merged"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (",河浦病院,43215,,32.3,130.1,,", ",河浦病院,43447,,32.7,131.1,,"),  # two municipalities
        (",中央病院,43215,,32.3,130.1,,", ",天草中央病院,43215,,32.31,130.11,,"),  # generic name
        (",河浦病院,43215,,32.3,130.1,,", ",天草河浦病院,43215,,32.4,130.1,,"),  # 11 km apart
    ],
)
def test_what_does_not_merge(tmp_path, one, other):
    facilities, _ = merged(tmp_path, one + "\n", other + "\n")
    assert len(facilities) == 2


def test_far_suffix_matches_are_reported(tmp_path):
    _, problems = merged(
        tmp_path,
        ",河浦病院,43215,,32.3001,130.1001,,\n",
        ",天草河浦病院,43215,,32.4001,130.1001,,\n",
    )
    assert codes(problems) == ["merge-too-far"]


def test_ward_and_city_are_one_municipality(tmp_path):
    facilities, _ = merged(
        tmp_path,
        ",芳野診療所,43100,,32.8431,130.6434,,\n",
        ",芳野診療所,43103,,32.8431,130.6434,,\n",
    )
    assert len(facilities) == 1


def test_matches_that_are_not_one_to_one_stay_apart_with_a_warning(tmp_path):
    facilities, problems = merged(
        tmp_path,
        ",河浦病院,43215,,32.3001,130.1001,,\n",
        ",天草河浦病院,43215,,32.3001,130.1002,,\n,新和河浦病院,43215,,32.3001,130.1003,,\n",
    )
    assert len(facilities) == 3
    assert codes(problems) == [*["merge-ambiguous"] * 2, *["perhaps-one-hospital"] * 3]


def test_unknown_municipality_is_not_enough(tmp_path):
    facilities, problems = merged(
        tmp_path, ",米の山病院,40202,,33.0303,130.4636,,\n", ",米の山病院,,,,,,\n"
    )
    assert len(facilities) == 2
    assert codes(problems) == ["merge-municipality-unknown"]


def test_one_place_is_enough_without_municipality(tmp_path):
    facilities, _ = merged(
        tmp_path,
        ",米の山病院,40202,,33.0303,130.4636,,\n",
        ",米の山病院,,,33.0304,130.4636,,\n",
    )
    assert len(facilities) == 1


def test_positions_that_differ_are_reported_with_metres(tmp_path):
    facilities, problems = merged(
        tmp_path,
        ",阿蘇医療センター,43214,,32.93075,131.079834,,\n",
        ",阿蘇医療センター,43214,,32.935347,131.083798,,\n",
    )
    assert facilities[0].position.lat == 32.93075
    finding = only(problems, "merged-positions-differ")
    assert "630m" in finding.message.ja  # pyproj.Geod, GRS 80
    assert finding.severity is Severity.WARNING


def test_a_given_point_comes_before_a_towns_centre(tmp_path):
    town = spec(
        write(tmp_path, HEAD + ",A病院,43214,,32.9300,131.0700,,\n", "town.csv"),
        accuracy=Accuracy.TOWN,
    )
    point = spec(write(tmp_path, HEAD + ",A病院,43214,,32.9350,131.0700,,\n", "point.csv"))
    raws, _ = read_layers((town, point), {})
    facilities, problems = merge(raws)
    assert facilities[0].position.lat == 32.9350
    assert codes(problems) == ["merged"]


def test_position_of_the_list_that_has_one_clears_the_problem(tmp_path):
    facilities, _ = merged(
        tmp_path, "a,A病院,43214,,0.0,0.0,,\n", "a,A病院,43214,,32.9350,131.0700,,\n"
    )
    assert facilities[0].position is not None
    assert facilities[0].position_problem is None


def test_bad_positions_stay_with_their_reason(tmp_path):
    facilities, _ = merged(tmp_path, "a,A病院,43214,,北,131.0700,,\n")
    assert facilities[0].position is None
    assert facilities[0].position_problem is not None


def test_one_id_for_two_facilities_is_an_error(tmp_path):
    facilities, problems = merged(
        tmp_path, "1,A病院,43214,,32.9001,131.0001,,\n1,B医院,43214,,32.9501,131.0001,,\n"
    )
    finding = only(problems, "duplicate-id")
    assert (finding.severity, finding.row) == (Severity.ERROR, 3)
    assert len(facilities) == 2
    _, problems = merged(
        tmp_path, "1,A病院,43214,,32.9001,131.0001,,\n", "1,B医院,43447,,32.6501,131.1001,,\n"
    )
    assert only(problems, "duplicate-id").file == "list1.csv"


def test_a_row_twice_in_one_list(tmp_path):
    facilities, problems = merged(
        tmp_path, ",A病院,43214,x,32.9001,131.0001,,\n,A 病院,43214,x,32.9001,131.0001,,\n"
    )
    assert len(facilities) == 1
    assert only(problems, "listed-twice").severity is Severity.WARNING


def test_namesakes_in_one_municipality_stay_apart(tmp_path):
    facilities, problems = merged(
        tmp_path, ",田中病院,43214,x,32.9001,131.0001,,\n,田中病院,43214,y,32.9501,131.0001,,\n"
    )
    assert [f.id for f in facilities] == ["43214-田中病院", "43214-田中病院-2"]
    assert only(problems, "same-name-twice").row == 3


def test_order_and_role(tmp_path):
    first = spec(
        write(tmp_path, HEAD + "b,B病院,,,32.9001,131.0001,,\n", "d.csv"), role=Role.DESTINATION
    )
    second = spec(
        write(
            tmp_path, HEAD + "a,A病院,,,32.8001,131.0001,,\nb,B病院,,,32.9001,131.0001,,\n", "c.csv"
        )
    )
    raws, _ = read_layers((first, second), {})
    facilities, _ = merge(raws)
    assert [(f.id, f.role) for f in facilities] == [("b", Role.CANDIDATE), ("a", Role.CANDIDATE)]


def test_ids_are_readable_unique_and_harmless(tmp_path):
    facilities, _ = merged(tmp_path, ",</script>${x}=病院,43447,,32.6853,131.1504,,\n")
    assert facilities[0].id == "43447-scriptx病院"
    assert facilities[0].name == "</script>${x}=病院"


def test_municipality_from_name_or_address(tmp_path):
    text = (
        "医療機関名,市町村,所在地,緯度,経度\nA,下町,,,\nB,,熊本県上町1-1,,\nC,上町,熊本県下町2,,\n"
    )
    raws, _ = read_layers((spec(write(tmp_path, text)),), {})
    facilities, problems = merge(raws, FlatMap())
    assert [f.municipality_code for f in facilities] == ["43202", "43201", "43201"]
    assert only(problems, "municipality-and-address-disagree").row == 4


def test_names_compare_as_written_without_a_resolver(tmp_path):
    one = write(tmp_path, "医療機関名,市町村\n河浦病院,天草市\n", "a.csv")
    two = write(tmp_path, "医療機関名,所在地\n天草市立河浦病院,熊本県天草市河浦町1\n", "b.csv")
    raws, _ = read_layers((spec(one), spec(two)), {})
    facilities, _ = merge(raws)
    assert len(facilities) == 1


def test_one_point_is_one_site_with_a_warning(tmp_path):
    facilities, problems = merged(
        tmp_path,
        "a,A病院,,,32.9001,131.0001,,\nb,B病院,,,32.900100,131.000100,,\nc,C,,,32.8,131.1,,\n",
    )
    assert [f.site for f in facilities] == ["a", "a", "c"]
    assert only(problems, "one-point").row == 3


def test_two_metres_are_two_points(tmp_path):
    facilities, _ = merged(
        tmp_path, "a,A病院,,,32.90000,131.0001,,\nb,B病院,,,32.90002,131.0001,,\n"
    )
    assert [f.site for f in facilities] == ["a", "b"]


def test_points_across_a_cell_border_still_meet(tmp_path):
    facilities, _ = merged(
        tmp_path, "a,A病院,,,32.8999999,131.0001,,\nb,B病院,,,32.9000001,131.0001,,\n"
    )
    assert [f.site for f in facilities] == ["a", "a"]


def test_attached_clinics_share_a_site_when_near(tmp_path):
    near = (
        "a,阿蘇医療センター,,,32.9300,131.0700,,\n"
        "b,阿蘇医療センター附属診療所,,,32.9310,131.0700,,\n"
    )
    facilities, problems = merged(tmp_path, near)
    assert [f.site for f in facilities] == ["a", "a"]
    assert only(problems, "same-site-by-name").severity is Severity.NOTE
    far = near.replace("32.9310", "32.9400")
    assert [f.site for f in merged(tmp_path, far)[0]] == ["a", "b"]


def test_site_column_joins_and_separates(tmp_path):
    facilities, problems = merged(
        tmp_path,
        "a,A病院,,,32.9001,131.0001,x,\nb,B診療所,,,32.9501,131.0001,x,\n"
        "c,C病院,,,32.9001,131.0001,y,\n",
    )
    assert [f.site for f in facilities] == ["a", "a", "c"]
    assert codes(problems) == ["one-point-two-sites"]


def test_centres_of_towns_are_not_one_site(tmp_path):
    facilities, problems = merged(
        tmp_path,
        "a,A病院,,,32.9001,131.0001,,\nb,B病院,,,32.9001,131.0001,,\n",
        accuracy=Accuracy.TOWN,
    )
    assert [f.site for f in facilities] == ["a", "b"]
    assert problems == ()


@pytest.mark.parametrize(
    "marked",
    [
        *(
            "※そよう病院",
            "そよう病院※",
            "＊そよう病院",
            "そよう病院*2",
            "◎そよう病院",
            "● そよう病院",
        ),
        *(
            "そよう病院注1",
            "そよう病院（注１）",
            "そよう病院(※2)",
            "そよう病院¹",
            "そよう病院（熊本県）",
        ),
        *("◎そよう病院（熊本県）※", "☆そよう病院 注2)", "医療法人甲会 そよう病院＊"),
    ],
)
def test_marks_around_a_name_are_no_part_of_it(marked: str):
    assert name_key(marked) == name_key("そよう病院")
    if "法人" not in marked:
        assert facility("h1", name=marked).is_called("そよう病院")
        assert facility("h1", name="そよう病院").is_called(marked)


@pytest.mark.parametrize(
    "name", ["第2病院", "注文病院", "病院2", "中央病院（天草市）", "○", "＊※", "注1"]
)
def test_what_only_looks_like_a_mark_stays(name: str):
    assert unmarked(name) == name.replace("＊", "*")
    assert name_key("そよう病院2") != name_key("そよう病院")


def test_marked_rows_are_one_hospital_under_the_name_as_given(tmp_path):
    one = "id,医療機関名,市町村コード,緯度,経度\n,※上町病院（熊本県）,43201,32.5,130.5\n"
    two = "id,医療機関名,市町村コード,緯度,経度\n,上町病院,43201,32.5,130.5\n"
    layers = [spec(write(tmp_path, one, "a.csv")), spec(write(tmp_path, two, "b.csv"))]
    raws, _ = read_layers(layers, {})
    (found,), _ = merge(raws, FlatMap())
    assert found.name == "※上町病院（熊本県）"


def test_prefectures_in_brackets_keep_namesakes_apart(tmp_path):
    text = "医療機関名,緯度,経度\n赤十字病院（熊本県）,,\n赤十字病院（福岡県）,,\n"
    raws, _ = read_layers([spec(write(tmp_path, text))], {})
    assert len(merge(raws, None)[0]) == 2
