"""Speed profiles: every row has a source, every mistake is named."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundfloor.problems import MissingFileError, Text
from networks.errors import ProfileError
from networks.osm.tags import CAR_CLASSES
from networks.speeds.profile import (
    MAX_KMH,
    MIN_KMH,
    CentreLine,
    Delay,
    DelayKind,
    LimitKind,
    MaxspeedRule,
    RoadClass,
    SpeedProfile,
    TurnDelays,
    UnknownClassRule,
    UTurnRule,
    WidthCap,
)
from networks.speeds.profile_files import BUILT_IN, load_profile, parse_profile, profile_to_toml
from spots.telling.setting_words import meaning
from tests.helpers.folders import ROOT
from tests.helpers.road_cases import PROFILE_TEXT, flat_profile, link, roads

MORE_TEXT = """
[turns]
left_s = 2
right_s = 8.5
source = "test"
[[delay]]
kind = "traffic_signals"
seconds = 12.3456
source = "test"
[[delay]]
kind = "stop"
seconds = 0
source = "test"
[[width]]
below_m = 5.5
kmh = 30
source = "test"
[[width]]
below_m = 1.8
kmh = 0
source = "test"
[[limit]]
name = "JP:nsl"
kmh = 60
source = "test"
[centre_line]
with_kmh = 60
without_kmh = 30
classes = ["trunk"]
source = "test"
"""
FULL_TEXT = PROFILE_TEXT + MORE_TEXT


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_profiles_know_every_class_a_car_may_meet(name):
    profile = load_profile(name)
    assert set(profile.lookup()) >= CAR_CLASSES | {"ferry", "国道", "主要地方道"}
    assert all(row.source for row in (*profile.classes, profile.ferry, profile.access))


@pytest.mark.parametrize("name", BUILT_IN)
def test_rows_without_law_or_measurement_say_assumption(name):
    profile = load_profile(name)
    tables = (profile.classes, (profile.access,), profile.widths, profile.limits, profile.delays)
    sources = [row.source for table in tables for row in table]
    assert all("assumption" in source or "道路交通法" in source for source in sources)


def test_everyday_counts_signals_and_turns_in_its_speeds_only():
    profile = load_profile("everyday")
    assert (profile.delays, profile.turns, profile.delay_ms("traffic_signals")) == ((), None, 0)


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_drives_turn_back_at_junctions_and_dead_ends_only(name):
    assert load_profile(name).u_turns is UTurnRule.JUNCTIONS
    assert parse_profile(PROFILE_TEXT, "mine.toml").u_turns is UTurnRule.ANYWHERE


def test_everyday_keeps_the_speeds_that_results_were_published_with():
    speeds = {row.name: row.kmh for row in load_profile("everyday").classes}
    assert speeds == {
        "motorway": 80,
        "motorway_link": 40,
        "trunk": 45,
        "trunk_link": 35,
        "primary": 40,
        "primary_link": 30,
        "secondary": 35,
        "secondary_link": 30,
        "tertiary": 30,
        "tertiary_link": 25,
        "unclassified": 25,
        "residential": 20,
        "living_street": 10,
        "service": 15,
        "road": 20,
        "track": 15,
    }


def test_an_ambulance_is_never_slower_than_a_car_nor_faster_than_the_law_lets_it():
    car, ambulance = load_profile("everyday"), load_profile("ambulance")
    speeds = {row.name: row.kmh for row in ambulance.classes}
    for row in car.classes:
        assert row.kmh <= speeds[row.name] <= (100 if row.name == "motorway" else 80)
        assert speeds[row.name] <= row.kmh * 1.48 + 0.05
    assert ambulance.maxspeed is MaxspeedRule.IGNORE


def test_an_ambulance_is_the_car_times_a_factor_but_where_its_page_says_otherwise():
    car, ambulance = load_profile("everyday"), load_profile("ambulance")
    speeds = {row.name: row.kmh for row in ambulance.classes}
    other = {
        row.name: speeds[row.name] / row.kmh
        for row in car.classes
        if speeds[row.name] != pytest.approx(row.kmh * 1.48)
    }
    assert other == {
        "motorway": pytest.approx(1.25),
        **dict.fromkeys(("living_street", "service", "road", "track"), 1.0),
    }
    assert ambulance.access_kmh == car.access_kmh
    for below in (2.9, 3.9):
        assert ambulance.width_kmh(below) == car.width_kmh(below)
    page = (ROOT / "docs" / "roads.md").read_text("utf-8")
    assert "as everyday on living streets, service roads, tracks, roads of unknown class" in page


def test_legal_is_no_lower_bound_and_nothing_says_so():
    car, legal = load_profile("everyday"), load_profile("legal")
    limit = {row.name: row.kmh for row in legal.classes}
    slower = {row.name for row in car.classes if row.kmh > limit[row.name]}
    assert slower == set()
    unmarked = {
        row.name
        for row in car.classes
        if row.name in legal.centre_line.classes and row.kmh > legal.centre_line.without_kmh
    }
    assert unmarked == {"trunk", "trunk_link", "primary", "secondary"}
    said = [legal.title, meaning("legal", legal.title)]
    assert "下限の目安" not in legal.title.ja
    assert "lower bound" not in legal.title.en
    assert "no lower bound" in said[1].en
    assert "下限ではなく" in said[1].ja


def test_no_narrow_road_is_faster_than_a_wider_one():
    for name in BUILT_IN:
        caps = sorted(load_profile(name).widths, key=lambda cap: cap.below_m)
        assert [cap.kmh for cap in caps] == sorted(cap.kmh for cap in caps)


def test_a_ramp_is_never_faster_than_its_road():
    rows = {row.name: row.kmh for row in load_profile("everyday").classes}
    assert all(rows[n] <= rows[n.removesuffix("_link")] for n in rows if n.endswith("_link"))


def test_access_time_is_metres_at_the_access_speed():
    assert flat_profile().access_ms(123.0004) == 123_000
    assert load_profile("everyday").access_kmh == 15.0


def test_nothing_of_a_profile_is_faster_than_its_top_speed():
    assert load_profile("everyday").top_kmh == 80.0
    kinds = (LimitKind("JP:motorway", 120.0, "test"),)
    marked = CentreLine(110.0, 30.0, ("trunk",), "test")
    fast = replace(flat_profile(), limits=kinds)
    assert fast.top_kmh == 100.0, "a limit only lowers speeds here"
    assert replace(fast, maxspeed=MaxspeedRule.USE).top_kmh == 120.0
    assert replace(fast, centre_line=marked).top_kmh == 110.0


@pytest.mark.parametrize(
    ("edge", "top_kmh"),
    [
        (link(0, 1, kmh=60.0), 100.0),  # the profile's motorway is faster
        (link(0, 1, 1000.0, ms=30_000), pytest.approx(120.0, rel=1e-4)),  # a time of its own
        (link(0, 1, 1000.0, ms=1), MAX_KMH),
        (link(0, 1, 0.01, ms=0), 100.0),  # less than half a millisecond, not at any speed
        (link(0, 1, 1000.0, ms=30_000, ferry=True), 100.0),
    ],
)
def test_no_road_of_a_network_is_faster_than_its_top_speed(edge, top_kmh):
    assert roads([link(0, 1), edge]).top_kmh() == top_kmh


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("kmh = 60", "kmh = 0", "class[1].kmh"),
        ("kmh = 60", "kmh = nan", "class[1].kmh"),
        ("kmh = 60", "kmh = 0.01", "class[1].kmh"),
        ("kmh = 60", "kmh = 201", "class[1].kmh"),
        ("kmh = 60", 'kmh = "60"', "class[1].kmh"),
        ("kmh = 60", "kmh = true", "class[1].kmh"),
        ('source = "test"\naliases', "aliases", "class[1].source"),
        ('name = "residential"', 'name = "Trunk"', "class[2].name"),
        ('name = "residential"', 'name = "国道"', "class[2].name"),
        ('version = "1"', "", "version"),
        ('version = "1"', 'version = "1"\nmaxspeed = "obey"', "maxspeed"),
        ('version = "1"', 'version = "1"\nspeed = 1', "speed"),
        ('version = "1"', 'version = "1"\nunknown_class = "fallback"', "fallback"),
        ("[access]", "[axess]", "access"),
        ("[[class]]", "[class]", None),
        ('"traffic_signals"', '"signals"', "delay[1].kind"),
        ('"traffic_signals"', '"stop"', "delay[2].kind"),
        ("seconds = 12.3456", "seconds = -1", "delay[1].seconds"),
        ("seconds = 12.3456", "seconds = nan", "delay[1].seconds"),
        ("seconds = 12.3456", "seconds = 3601", "delay[1].seconds"),
        ("seconds = 12.3456", "", "delay[1].seconds"),
        ("seconds = 12.3456", "seconds = 1\nminutes = 1", "delay[1].minutes"),
        ("[[delay]]", "[delay]", None),
        ("left_s = 2", "left_s = true", "turns.left_s"),
        ("left_s = 2", "left = 2", "turns.left"),
        ('right_s = 8.5\nsource = "test"', "right_s = 8.5", "turns.source"),
        ("below_m = 5.5", "below_m = 0", "width[1].below_m"),
        ("below_m = 5.5", 'below_m = "5.5"', "width[1].below_m"),
        ("below_m = 5.5", "below_m = inf", "width[1].below_m"),
        ("below_m = 5.5", "below_m = 1.8", "width[2].below_m"),
        ("below_m = 5.5\nkmh = 30", "below_m = 5.5\nkmh = -1", "width[1].kmh"),
        ("below_m = 5.5\nkmh = 30", "below_m = 5.5\nkmh = false", "width[1].kmh"),
        ('name = "JP:nsl"\nkmh = 60', 'name = "JP:nsl"\nkmh = 0', "limit[1].kmh"),
        ('name = "JP:nsl"\nkmh = 60', 'name = "JP:nsl"\nkmh = 999', "limit[1].kmh"),
        ('name = "JP:nsl"', 'name = " "', "limit[1].name"),
        ("without_kmh = 30", "", "centre_line.without_kmh"),
        ('classes = ["trunk"]', 'classes = ["trnk"]', "centre_line.classes[1]"),
        ('classes = ["trunk"]', 'classes = "trunk"', "centre_line.classes"),
        ("[turns]", "turns = 5\n[[turnz]]", None),
    ],
)
def test_a_mistake_is_named_by_its_key(old, new, column):
    broken = FULL_TEXT.replace(old, new, 1)
    assert broken != FULL_TEXT
    with pytest.raises(ProfileError) as caught:
        parse_profile(broken, "mine.toml")
    if column is None:  # no TOML any more, or a table where an array of them belongs
        return
    assert column in [p.column for p in caught.value.problems]
    assert all(p.file == "mine.toml" for p in caught.value.problems)
    (named,) = (p for p in caught.value.problems if p.column == column)
    # The line named is the one that was broken, or for what is not there the table it should be in.
    missing = named.code == "missing-key"
    lines = broken.split("\n")
    key = (column or "").split(".")[-1].split("[")[0]
    assert missing or key in lines[(named.row or 0) - 1]


def test_all_mistakes_come_at_once():
    broken = PROFILE_TEXT.replace("kmh = 60", "kmh = -1").replace('version = "1"', "")
    with pytest.raises(ProfileError) as caught:
        parse_profile(broken, "mine.toml")
    assert len(caught.value.problems) == 2


def test_broken_toml_names_the_line(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = "x"\nversion 1\n', "utf-8")
    with pytest.raises(ProfileError, match="line 2"):
        load_profile(path)


def test_unknown_name_missing_file_and_wrong_encoding(tmp_path):
    with pytest.raises(ProfileError, match="profile-unknown"):
        load_profile("everyday2")
    with pytest.raises(MissingFileError):
        load_profile(tmp_path / "none.toml")
    (tmp_path / "sjis.toml").write_bytes('name = "普段"'.encode("cp932"))
    with pytest.raises(ProfileError, match="toml-encoding"):
        load_profile(tmp_path / "sjis.toml")


@pytest.mark.slow
@pytest.mark.parametrize(
    "key", ["delay", "width", "limit", "class", "turns", "centre_line", "ferry"]
)
@pytest.mark.parametrize("junk", ["5", "true", '"x"', "[1, 2]", "[]", "{}", "[[]]", "2026-11-22"])
def test_junk_where_tables_belong_is_an_error_or_nothing_at_all(key, junk):
    bare = PROFILE_TEXT
    if key == "ferry":
        bare = bare.replace('[ferry]\nsource = "test"', "")
    if key == "class":
        bare = bare[: bare.index("[[class]]")]
    text = f"{key} = {junk}\n{bare}"
    if junk == "[]" and key in {"delay", "width", "limit"}:  # an empty array of tables is none
        assert parse_profile(text, "mine.toml") == parse_profile(bare, "mine.toml")
        return
    with pytest.raises(ProfileError) as caught:
        parse_profile(text, "mine.toml")
    codes = {"missing-key", "wrong-type", "wrong-value"}
    for problem in caught.value.problems:
        assert problem.code in codes
        assert (problem.column or "").startswith(key)
        assert problem.row == 1


def test_waiting_in_whole_milliseconds():
    profile = parse_profile(FULL_TEXT, "mine.toml")
    assert profile.delay_ms("traffic_signals") == 12_346
    assert [profile.delay_ms(kind) for kind in ("stop", "gate", "", "nonsense")] == [0, 0, 0, 0]
    turns = profile.turns
    assert (turns.left_ms, turns.right_ms) == (2_000, 8_500)
    assert (turns.straight_ms, turns.u_turn_ms) == (0, 0)


@pytest.mark.parametrize(
    ("width_m", "kmh"),
    [(None, None), (math.nan, None), (5.5, None), (5.49, 30.0), (1.8, 30.0), (1.7, 0.0)],
)
def test_caps_by_width(width_m, kmh):
    assert parse_profile(FULL_TEXT, "mine.toml").width_kmh(width_m) == kmh


def test_where_no_cars_meet_only_a_car_that_does_not_fit_counts():
    profile = parse_profile(FULL_TEXT, "mine.toml")
    assert [profile.width_kmh(w, meeting=False) for w in (3.0, 1.7, None)] == [None, 0.0, None]


def test_kinds_of_limits_are_found_however_they_are_spelled():
    assert parse_profile(FULL_TEXT, "mine.toml").limit_table() == {"jp:nsl": 60.0}


def test_profiles_stay_values():
    profile = parse_profile(FULL_TEXT, "mine.toml")
    assert hash(profile) == hash(parse_profile(FULL_TEXT, "other.toml"))
    assert json.loads(json.dumps(asdict(profile)))["turns"]["right_s"] == 8.5
    for name in BUILT_IN:
        json.dumps(asdict(load_profile(name)))


def test_scaled_rows_name_their_data_and_others_stay():
    profile = load_profile("everyday")
    identity = {"name": "ours", "version": "1", "title": Text("調整済み", "calibrated")}
    ours = profile.scaled(
        {"trunk": 0.9, "access": 2.0},
        **identity,
        sources={"trunk": "40 trips", "access": "a watch"},
    )
    assert (ours.label, ours.title.ja) == ("ours 1", "調整済み")
    row = ours.lookup()["国道"]
    assert (row.name, row.kmh, row.source, row.doors) == ("trunk", 40.5, "40 trips", True)
    assert ours.access_kmh == 30.0
    assert ours.lookup()["primary"] == profile.lookup()["primary"]
    assert ours.widths == profile.widths
    assert parse_profile(profile_to_toml(ours), "ours.toml") == ours


@pytest.mark.parametrize(
    ("factors", "sources", "words"),
    [
        ({"trnk": 0.9}, {"trnk": "x"}, "no such row"),
        ({"fallback": 0.9}, {"fallback": "x"}, "no such row"),
        ({"trunk": 0.9}, {}, "no source"),
        ({"trunk": 0.9}, {"trunk": "  "}, "no source"),
        ({"trunk": 0.0}, {"trunk": "x"}, "no possible speed"),
        ({"trunk": -1.0}, {"trunk": "x"}, "no possible speed"),
        ({"trunk": 10.0}, {"trunk": "x"}, "no possible speed"),
        ({"trunk": math.nan}, {"trunk": "x"}, "no possible speed"),
        ({"trunk": math.inf}, {"trunk": "x"}, "no possible speed"),
        ({"trunk": 1e-9}, {"trunk": "x"}, "no possible speed"),
        ({"ferry": 1.0}, {"ferry": "x"}, "no possible speed"),
    ],
)
def test_factors_that_cannot_be(factors, sources, words):
    with pytest.raises(ValueError, match=words):
        load_profile("everyday").scaled(
            factors, name="ours", version="1", title=Text("", ""), sources=sources
        )


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_profiles_written_and_read_are_the_same(name):
    profile = load_profile(name)
    text = profile_to_toml(profile, "調整の記録\n\nsecond line")
    assert text.startswith("# 調整の記録\n#\n# second line\n\nname = ")
    assert parse_profile(text, "again.toml") == profile


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SOURCES = TEXTS.filter(lambda text: text.strip() != "")
SPEEDS = st.floats(MIN_KMH, MAX_KMH)
SECONDS = st.floats(0, 3600)


@st.composite
def profiles(draw):
    def row(name, doors=True):
        return RoadClass(
            name,
            draw(SPEEDS),
            draw(SOURCES),
            doors=doors and draw(st.booleans()),
            aliases=(f"{name}の別名",) * draw(st.integers(0, 1)),
        )

    kinds = draw(st.lists(st.sampled_from([*DelayKind]), unique=True, max_size=3))
    widths = draw(st.lists(st.floats(0.01, 60.0), unique=True, max_size=3))
    turns = TurnDelays(*(draw(SECONDS) for _ in range(4)), draw(SOURCES))
    line = CentreLine(draw(SPEEDS), draw(SPEEDS), ("trunk",), draw(SOURCES))
    return SpeedProfile(
        name=draw(SOURCES),
        version=draw(SOURCES),
        title=Text(draw(TEXTS), draw(TEXTS)),
        classes=(row("trunk"), row("primary")),
        ferry=row("ferry", doors=False),
        access=row("access"),
        maxspeed=draw(st.sampled_from(MaxspeedRule)),
        unknown_class=UnknownClassRule.FALLBACK,
        fallback=row("fallback"),
        delays=tuple(Delay(kind.value, draw(SECONDS), draw(SOURCES)) for kind in kinds),
        turns=draw(st.none() | st.just(turns)),
        widths=tuple(WidthCap(w, draw(st.just(0.0) | SPEEDS), draw(SOURCES)) for w in widths),
        limits=(LimitKind("JP:nsl", draw(SPEEDS), draw(SOURCES)),),
        centre_line=draw(st.none() | st.just(line)),
        u_turns=draw(st.sampled_from(UTurnRule)),
    )


@pytest.mark.slow
@given(profiles())
def test_any_profile_written_and_read_is_the_same(profile):
    assert parse_profile(profile_to_toml(profile), "again.toml") == profile


def test_a_fallback_survives_being_written():
    ready = replace(
        flat_profile(),
        unknown_class=UnknownClassRule.FALLBACK,
        fallback=RoadClass("fallback", 20.0, "test"),
    )
    assert parse_profile(profile_to_toml(ready), "again.toml") == ready
