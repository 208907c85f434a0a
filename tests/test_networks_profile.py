"""Speed profiles: every row has a source, every mistake is named."""

from __future__ import annotations

import pytest
from road_cases import PROFILE_TEXT, flat_profile

from networks.errors import ProfileError
from networks.osm_tags import CAR_CLASSES
from networks.profile import BUILT_IN, load_profile, parse_profile
from problems import MissingFileError


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_profiles_know_every_class_a_car_may_meet(name):
    profile = load_profile(name)
    assert set(profile.lookup()) >= CAR_CLASSES | {"ferry", "国道", "主要地方道"}
    assert all(row.source for row in (*profile.classes, profile.ferry, profile.access))


@pytest.mark.parametrize("name", BUILT_IN)
def test_rows_without_law_or_measurement_say_assumption(name):
    rows = [r.source for r in (*load_profile(name).classes, load_profile(name).access)]
    assert all("assumption" in s or "道路交通法" in s for s in rows)


def test_a_ramp_is_never_faster_than_its_road():
    rows = {row.name: row.kmh for row in load_profile("everyday").classes}
    assert all(rows[n] <= rows[n.removesuffix("_link")] for n in rows if n.endswith("_link"))


def test_access_time_is_metres_at_the_access_speed():
    assert flat_profile().access_ms(123.0004) == 123_000
    assert load_profile("everyday").access_kmh == 15.0


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("kmh = 60", "kmh = 0", "class[1].kmh"),
        ("kmh = 60", "kmh = nan", "class[1].kmh"),
        ("kmh = 60", "kmh = 201", "class[1].kmh"),
        ("kmh = 60", 'kmh = "60"', "class[1].kmh"),
        ("kmh = 60", "kmh = true", "class[1].kmh"),
        ('source = "test"\naliases', "aliases", "class[1].source"),
        ('name = "residential"', 'name = "Trunk"', "Trunk"),
        ('name = "residential"', 'name = "国道"', "国道"),
        ('version = "1"', "", "version"),
        ('version = "1"', 'version = "1"\nmaxspeed = "obey"', "maxspeed"),
        ('version = "1"', 'version = "1"\nspeed = 1', "speed"),
        ('version = "1"', 'version = "1"\nunknown_class = "fallback"', "fallback"),
        ("[access]", "[axess]", "access"),
    ],
)
def test_a_mistake_is_named_by_its_key(old, new, column):
    with pytest.raises(ProfileError) as caught:
        parse_profile(PROFILE_TEXT.replace(old, new, 1), "mine.toml")
    assert column in [p.column for p in caught.value.problems]
    assert all(p.file == "mine.toml" for p in caught.value.problems)


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
    with pytest.raises(ProfileError, match="profile-not-utf8"):
        load_profile(tmp_path / "sjis.toml")
