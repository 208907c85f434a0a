"""Link tables: as staff write them, and everything that can be wrong with them."""

from __future__ import annotations

import pytest

from groundfloor.problems import MissingFileError
from networks.errors import NetworkDataError
from networks.links.link_table import read_link_table
from networks.speeds.profile_files import parse_profile
from tests.helpers.road_cases import PROFILE_TEXT, flat_profile

NODES = "id,name,lon,lat\na,山都,131.00,32.70\nb,熊本,130.80,32.80\nc,島,130.30,32.60\n"


def read(tmp_path, links, nodes=NODES, profile=None, **options):
    tables = {"links.csv": links, "nodes.csv": nodes}
    for name, text in tables.items():
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / name).write_bytes(data)
    return read_link_table(
        tmp_path / "links.csv", tmp_path / "nodes.csv", profile or flat_profile(), **options
    )


def codes(tmp_path, links, nodes=NODES):
    with pytest.raises(NetworkDataError) as caught:
        read(tmp_path, links, nodes)
    return [(p.code, p.row, p.column) for p in caught.value.problems]


def test_kilometres_rule_the_time_and_minutes_replace_the_speed(tmp_path):
    network = read(
        tmp_path,
        "from,to,length_km,class,direction,minutes,name,toll,basis\n"
        "a,b,30,trunk,both,,国道445号,0,measured\n"
        "b,c,60,ferry,,70.5,本渡航路,,estimated\n"
        "a,b,30,trunk,forward,20,,1,measured\n"
        "a,b,30,trunk,backward,,,,\n",
    )
    assert network.edges.forward_ms.tolist() == [1_800_000, 4_230_000, 1_200_000, -1]
    assert network.edges.backward_ms.tolist() == [1_800_000, 4_230_000, -1, 1_800_000]
    assert network.edges.ferry.tolist() == [False, True, False, False]
    assert network.edges.toll.tolist() == [False, False, True, False]
    info = network.info()
    assert dict(info.length_basis_share) == {"measured": 0.4, "estimated": 0.4, "unspecified": 0.2}
    assert dict(info.speed_source_share) == {"profile": 0.4, "minutes": 0.6}
    assert dict(info.km_by_class) == {"trunk": 90.0, "ferry": 60.0}
    assert info.components == 1  # the island has no road of its own


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_japanese_headers_encodings_and_tabs(tmp_path, encoding, separator):
    links = (
        "起点,終点,延長km,道路種別,方向,所要分,路線名,有料\na,b,３０,国道,双方向,,国道445号,有料\n"
    )
    nodes = NODES.replace("id,name,lon,lat", "番号,名称,経度,緯度")
    network = read(
        tmp_path,
        links.replace(",", separator).encode(encoding),
        nodes.replace(",", separator).encode(encoding),
    )
    assert network.edges.forward_ms.tolist() == [1_800_000]
    assert (network.names, network.classes) == (("", "国道445号"), ("trunk",))
    assert network.edges.toll.all()


def test_every_problem_is_reported_with_its_row_and_column(tmp_path):
    found = codes(
        tmp_path,
        "from,to,length_km,class,direction,minutes,toll\n"
        "a,x,1,trunk,both,,\n"
        "a,b,0,trunk,both,,\n"
        "a,b,-3,trunk,both,,\n"
        "a,b,NaN,trunk,both,,\n"
        "a,b,長い,trunk,both,,\n"
        "a,b,30,unpaved,both,,\n"
        "a,b,30,trunk,sideways,,\n"
        "a,b,30,trunk,both,5,\n"
        "a,b,30,trunk,both,-5,\n"
        "a,b,30,ferry,both,,\n"
        "a,a,30,trunk,both,,\n"
        "a,b,30,trunk,both,,2\n"
        "a,b,30,trunk,both,1e305,\n",
    )
    assert found == [
        ("link-node-unknown", 2, "to"),
        ("link-length", 3, "length_km"),
        ("link-length", 4, "length_km"),
        ("not-a-number", 5, "length_km"),
        ("not-a-number", 6, "length_km"),
        ("road-class-unknown", 7, "class"),
        ("link-direction", 8, "direction"),
        ("link-speed", 9, "minutes"),
        ("link-minutes", 10, "minutes"),
        ("ferry-minutes", 11, "minutes"),
        ("link-loop", 12, "to"),
        ("link-flag", 13, "toll"),
        ("link-minutes", 14, "minutes"),
    ]


def test_problems_of_both_tables_come_together(tmp_path):
    nodes = "id,lon,lat\na,131,32.7\na,130,32.7\n,130,32.8\nb,32.8,130.8\nc,x,32\n"
    found = codes(tmp_path, "from,to,length_km,class\na,b,0,trunk\n", nodes)
    assert found == [
        ("node-id", 3, "id"),
        ("node-id", 4, "id"),
        ("node-position", 5, "lat"),
        ("not-a-number", 6, "lon"),
        ("link-length", 2, "length_km"),
    ]


@pytest.mark.parametrize(
    ("links", "code"),
    [
        ("", "empty-file"),
        ("\n\n", "empty-file"),
        ("from,to,km\na,b,1\n", "column-missing"),
        ("from,to,km,class,起点\na,b,1,trunk,a\n", "column-twice"),
        ('from,to,km,class\n"a,b,1,trunk\n', "csv-quoting"),
        (b"\xff\xfe\x00a\x00", "wrong-encoding"),
        ("from,to,km,class\n", "network-empty"),
    ],
)
def test_files_that_are_no_tables(tmp_path, links, code):
    assert [c for c, _, _ in codes(tmp_path, links)] == [code]


def test_missing_file(tmp_path):
    with pytest.raises(MissingFileError):
        read_link_table(tmp_path / "no.csv", tmp_path / "no.csv", flat_profile())


def test_a_length_below_the_straight_line_is_a_warning(tmp_path):
    network = read(tmp_path, "from,to,length_km,class\na,b,12.3,trunk\n")
    assert [(p.code, p.row, p.value) for p in network.problems] == [
        ("link-shorter-than-straight", 2, "12.3")
    ]


def test_metres_taken_for_kilometres_are_a_warning(tmp_path):
    assert read(tmp_path, "from,to,length_km,class\na,b,300,trunk\n").problems == ()
    network = read(tmp_path, "from,to,length_km,class\na,b,1200,trunk\n")
    (told,) = network.problems
    assert (told.code, told.row, told.value) == ("link-longer-than-straight", 2, "1200")


@pytest.mark.parametrize("text", ["1,5", "1_000", "1,0000", "0x10", "1e400", "inf", "１，５", "."])
def test_what_is_no_plain_number_is_not_guessed(tmp_path, text):
    found = codes(tmp_path, f'from,to,length_km,class\na,b,"{text}",trunk\n')
    assert found == [("not-a-number", 2, "length_km")]


@pytest.mark.parametrize("text", ["30", " 30.0 ", "３０", "0,030", "+3e1", "30."])
def test_numbers_as_people_write_them(tmp_path, text):
    network = read(tmp_path, f'from,to,length_km,class\na,b,"{text}",trunk\n')
    assert network.edges.length_m.tolist() == [30_000.0]


def test_fallback_speed_is_used_only_by_policy_and_counted(tmp_path):
    text = PROFILE_TEXT.replace('version = "1"', 'version = "1"\nunknown_class = "fallback"')
    profile = parse_profile(text + '[fallback]\nkmh = 20\nsource = "test"\n', "t.toml")
    links = "from,to,length_km,class\na,b,30,unpaved\na,b,30,trunk\n"
    network = read(tmp_path, links, profile=profile)
    assert network.edges.forward_ms.tolist() == [5_400_000, 1_800_000]
    assert dict(network.info().speed_source_share) == {"fallback": 0.5, "profile": 0.5}
    assert dict(network.info().km_by_class) == {"unpaved": 30.0, "trunk": 30.0}
    assert [p.code for p in network.problems] == ["road-class-fallback"]


def test_schematic_is_said_by_the_caller_or_by_a_row(tmp_path):
    plain = "from,to,length_km,class,schematic\na,b,30,trunk,0\n"
    assert not read(tmp_path, plain).info().schematic
    assert read(tmp_path, plain, schematic=True).info().schematic
    assert read(tmp_path, plain.replace("trunk,0", "trunk,1")).info().schematic


def test_same_tables_same_hash_and_any_change_another(tmp_path):
    links = "from,to,length_km,class\na,b,30,trunk\n"
    first = read(tmp_path, links)
    assert first.sha256 == read(tmp_path, links).sha256
    assert first.sha256 != read(tmp_path, links.replace("30", "30.001")).sha256


def test_arrays_cannot_be_written_to(tmp_path):
    network = read(tmp_path, "from,to,length_km,class\na,b,30,trunk\n")
    with pytest.raises(ValueError, match="read-only"):
        network.edges.forward_ms[0] = 1


def test_a_road_told_twice_or_by_its_two_directions_counts_once(tmp_path):
    network = read(
        tmp_path,
        "from,to,length_km,class,direction,name\n"
        "a,b,30,trunk,forward,国道\n"
        "b,a,30,trunk,forward,国道\n"  # the way back
        "b,c,60,trunk,,\n"
        "c,b,60,trunk,,\n"  # the same again, from the other end
        "a,b,31,trunk,,国道\n",  # another road
    )
    assert network.edges.length_m.tolist() == [30_000, 60_000, 31_000]
    assert network.edges.forward_ms.tolist() == [1_800_000, 3_600_000, 1_860_000]
    assert network.edges.backward_ms.tolist() == [1_800_000, 3_600_000, 1_860_000]
    assert dict(network.info().km_by_class) == {"trunk": 121.0}
    assert [(p.code, p.row, p.severity) for p in network.problems] == [("link-twice", 5, "note")]


def test_the_way_back_of_a_road_with_other_minutes_stays_apart(tmp_path):
    network = read(
        tmp_path,
        "from,to,length_km,class,direction,minutes\n"
        "a,b,30,trunk,forward,40\nb,a,30,trunk,forward,45\n",
    )
    assert network.edges.forward_ms.tolist() == [2_400_000, 2_700_000]
    assert network.edges.backward_ms.tolist() == [-1, -1]
