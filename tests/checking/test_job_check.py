"""A whole job checked: every part, every fault at once, nothing that is not so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from groundfloor.problems import Lang, Severity
from spots.checking import JobCheck, check_job
from spots.checking.check_text import CheckLayout, check_lines
from spots.types import FacilityType, State
from tests.helpers.small_job import AREAS, BASE, CLINICS, HEADER, HOSPITALS, INDEX, RUN, write_job

MORE = """
[towns]
file = "towns.csv"
[positions]
file = "known.csv"
[population]
file = "people.geojson"
column = "people"
as_of = 2020-10-01
[[units]]
name = "districts"
file = "units.geojson"
unit = "district"
[[tables]]
name = "elderly"
file = "table.csv"
[[entries]]
name = "named"
file = "entries.csv"
"""


def layer(properties: Mapping[str, object], west: float, south: float) -> str:
    east, north = west + 0.1, south + 0.1
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)


KNOWN = "K1,小国公立病院,43424,熊本県阿蘇郡小国町宮原1743,33.1210,131.1010,\n"
#: The small job with an input of every table, one of which has the point of a hospital.
RICH = {
    "run.toml": RUN + MORE,
    "hospitals.csv": HOSPITALS.replace("33.1210,131.1010", ","),
    "towns.csv": "都道府県名,市区町村名,大字町丁目名,緯度,経度\n"
    "熊本県,阿蘇郡小国町,宮原,33.1210,131.1010\n",
    "known.csv": HEADER + KNOWN,
    "people.geojson": layer({"code": "1", "people": 100}, 131.1, 32.65),
    "units.geojson": layer({"name": "滝上", "municipality_code": "43447"}, 131.1, 32.65),
    "table.csv": "市区町村コード,高齢化率\n43447,50.1\n43424,45.0\n43100,27\n43213,34\n",
    "entries.csv": "名称,市町村\n滝上,山都町\n",
}


def checked(folder: Path, changed: Mapping[str, str | bytes | None] | None = None) -> JobCheck:
    return check_job(write_job(folder, changed))


def codes(check: JobCheck) -> list[str]:
    return [p.code for p in check.of(Severity.ERROR)]


def told(check: JobCheck, lang: Lang = Lang.JA, *, everything: bool = False) -> str:
    layout = CheckLayout(lang, everything=everything)
    return "\n".join(line.text for line in check_lines(check, layout))


def test_a_sound_job_is_told_part_by_part(tmp_path: Path) -> None:
    check = checked(tmp_path)
    assert check.usable
    assert [(each.name, each.rows) for each in check.lists] == [
        ("拠点病院", 1),
        ("へき地診療所", 2),
        ("輪番病院", 4),
    ]
    hospitals = check.lists[2]
    assert dict(hospitals.taken)["lat"] == "緯度"
    assert hospitals.types == (FacilityType.SECONDARY_EMERGENCY,)
    assert hospitals.list_name == "rotation"
    assert [(c.mark, c.given, c.facilities) for c in check.criteria] == [
        ("①", True, 1),
        ("②", True, 2),
        ("③", True, 4),
    ]
    assert check.ground is not None
    assert (check.ground.municipalities, check.ground.edition) == (4, "2024-01")
    assert [(name, kind) for name, kind, _ in check.ground.areas] == [
        ("宇城", "shortage"),
        ("阿蘇", "neither"),
        ("熊本・上益城", "surplus"),
    ]
    assert check.positions is not None
    assert (check.positions.own, check.positions.missing) == (6, ())
    assert check.neighbours is not None
    assert [count for *_, count in check.neighbours.hospitals] == [0, 0, 0, 0]
    assert check.roads is not None
    assert (check.roads.edges > 0, check.roads.placed) == (True, 6)
    assert check.people is None
    assert check.counts[State.DESIGNATED] == 3
    assert check.open == ()
    assert len(check.settings) > 10


@pytest.mark.parametrize("lang", Lang)
def test_it_says_how_it_ends(tmp_path: Path, lang: Lang) -> None:
    lost = HOSPITALS.replace("33.1210,131.1010", ",")
    check = checked(tmp_path, {"hospitals.csv": lost})
    assert [(each.id, each.name) for each in check.open] == [("H3", "小国公立病院")]
    text = told(check, lang)
    last = text.splitlines()[-1]
    assert ("判定不能になるもの 1 件" if lang is Lang.JA else "1 would be undetermined") in last
    errors_first = [text.index(code) for code in ("小国公立病院 [H3]", "[no-coordinates]")]
    assert errors_first == sorted(errors_first)


def test_what_was_seen_many_times_is_one_line(tmp_path: Path) -> None:
    rows = [f"X{n},病院{n},43424,熊本県阿蘇郡小国町{n},,,\n" for n in range(400)]
    check = checked(tmp_path, {"hospitals.csv": HOSPITALS + "".join(rows)})
    assert len(check.open) >= 400
    assert len(told(check).splitlines()) < 80
    assert len(told(check, everything=True).splitlines()) > 400


# --- one part broken at a time --------------------------------------------------------------------

BROKEN: list[tuple[str, str | bytes | None, list[str]]] = [
    ("municipalities.geojson", None, ["file-missing"]),
    ("areas.csv", None, ["file-missing"]),
    ("index.csv", None, ["file-missing"]),
    ("links.csv", None, ["file-missing"]),
    ("nodes.csv", None, ["file-missing"]),
    ("base.csv", None, ["file-missing"]),
    ("hospitals.csv", None, ["file-missing"]),
    ("municipalities.geojson", "{}", ["layer-unreadable"]),
    ("areas.csv", AREAS.replace("43447", "山都"), ["bad-municipality-code"]),
    ("index.csv", INDEX + "9999,x,many\n", ["bad-area-code"]),
    ("index.csv", INDEX.replace("344.3", "many"), ["bad-index"]),
    ("clinics.csv", b"\x00\x01", ["not-text"]),
    ("hospitals.csv", "名称\n", ["no-rows"]),
    ("base.csv", "a,b\n1,2\n", ["column-missing"]),
    ("links.csv", "a,b\n1,2\n", ["column-missing"]),
]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "content", "expected"), BROKEN)
def test_a_broken_input_is_told_alone(
    tmp_path: Path, file: str, content: str | bytes | None, expected: list[str]
) -> None:
    check = checked(tmp_path, {file: content})
    found = check.of(Severity.ERROR)
    assert not check.usable
    assert {p.file for p in found} <= {file, "run.toml"}
    assert len({p.code for p in found}) == len(expected), [p.render(Lang.EN) for p in found]
    assert not check.of(Severity.WARNING)
    if content is None:
        assert codes(check) == expected


def test_a_job_with_every_table_is_sound(tmp_path: Path) -> None:
    check = checked(tmp_path, RICH)
    assert check.usable
    assert not check.of(Severity.WARNING)
    assert check.people is not None
    assert (check.people.people, check.positions and check.positions.missing) == (100.0, ())


@pytest.mark.slow
@pytest.mark.parametrize("content", [None, b"\x00\x01", "名前\n"])
@pytest.mark.parametrize("file", sorted(set(RICH) - {"run.toml", "hospitals.csv"}))
def test_any_other_input_broken_is_told_alone(
    tmp_path: Path, file: str, content: str | bytes | None
) -> None:
    check = checked(tmp_path, {**RICH, file: content})
    found = check.of(Severity.ERROR)
    assert found
    assert {p.file for p in found} == {"run.toml" if content is None else file}
    assert not check.of(Severity.WARNING)
    assert len({p.code for p in found}) == 1


def test_all_inputs_broken_at_once_are_all_told(tmp_path: Path) -> None:
    check = checked(
        tmp_path,
        {
            "areas.csv": AREAS.replace("43447", "山都"),
            "index.csv": INDEX.replace("344.3", "many"),
            "clinics.csv": b"\x00\x01",
            "hospitals.csv": HOSPITALS.replace("32.7020", "不明"),
            "links.csv": "a,b\n1,2\n",
            "base.csv": None,
        },
    )
    files = {p.file for p in check.of(Severity.ERROR)}
    assert files == {"areas.csv", "index.csv", "clinics.csv", "links.csv", "run.toml"}
    doubts = {(p.file, p.row) for p in check.of(Severity.WARNING)}
    assert ("hospitals.csv", 3) in doubts


def test_without_outlines_no_point_lies_outside(tmp_path: Path) -> None:
    place = "13101,東京都千代田区"
    rows = "".join(f"X{n},病院{n},{place}{n},35.68{n:02},139.7671,\n" for n in range(50))
    check = checked(tmp_path, {"municipalities.geojson": None, "clinics.csv": HEADER + rows})
    assert codes(check) == ["file-missing"]
    assert {p.code for p in check.of(Severity.WARNING)} <= {"perhaps-one-hospital"}


def test_a_wrong_key_in_the_only_list_is_the_only_fault(tmp_path: Path) -> None:
    head, _, rest = RUN.partition("[[facilities]]")
    tail = rest[rest.index("[municipalities]") :]
    only = '[[facilities]]\nname = "一覧"\nfile = "hospitals.csv"\ntype = "③"\nfilter = "x"\n'
    check = checked(tmp_path, {"run.toml": f"{head}{only}{tail}"})
    assert codes(check) == ["unknown-key"]
    assert not check.of(Severity.WARNING)


def test_what_the_run_file_and_the_data_say_is_told_together(tmp_path: Path) -> None:
    text = RUN.replace('kind = "links"', 'kind = "lines"')
    check = checked(tmp_path, {"run.toml": text, "index.csv": INDEX.replace("344.3", "many")})
    assert {(p.file, p.column) for p in check.of(Severity.ERROR)} == {
        ("run.toml", "network.kind"),
        ("index.csv", "physician_index"),
    }


@pytest.mark.parametrize("content", ["a = \n", "", "[run]\n"])
def test_a_run_file_of_nothing(tmp_path: Path, content: str) -> None:
    check = checked(tmp_path, {"run.toml": content})
    assert not check.usable
    assert told(check)


def test_a_run_file_that_is_not_there(tmp_path: Path) -> None:
    assert codes(check_job(tmp_path / "none.toml")) == ["file-missing"]


def test_settings_and_lists_of_the_command_line(tmp_path: Path) -> None:
    run = write_job(tmp_path, {"new.csv": CLINICS + BASE.splitlines()[1].replace("B1", "N9")})
    given = ["policy.override.criterion.3.threshold_min=15"]
    check = check_job(run, [f"②={tmp_path / 'new.csv'}"], given)
    assert check.usable
    assert check.lists[1].file == "new.csv"
    assert any("15分以上" in value.ja for _, value in check.settings)
    wrong = check_job(run, [], ["network.profil=x"])
    assert [(p.code, p.column) for p in wrong.of(Severity.ERROR)] == [("unknown-key", "--set")]


@pytest.mark.slow
def test_the_sample_is_judged_as_a_run_judges_it(sample_folder: Path) -> None:
    check = check_job(sample_folder / "run.json")
    assert check.usable
    counts = {state.value: n for state, n in check.counts.items()}
    assert counts == {
        "designated": 21,
        "excluded": 42,
        "moot": 9,
        "not_met": 22,
        "undetermined": 0,
    }
