"""A file of scenarios: what it says becomes what ``spots run`` takes; what is wrong, by line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent

import pytest

from groundfloor.problems import Lang, Problem, UsageError
from spots.job.run_file import Job, read_run_file
from spots.scenarios.scenario_file import MOST, ScenarioFile, read_scenarios
from spots.types.scenario_table import ScenarioSetting
from tests.helpers.small_job import HOSPITALS, write_job

KEY = "policy.override."
FEWER = "".join(HOSPITALS.splitlines(keepends=True)[:3])
CLOSED = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": '
    '{"type": "LineString", "coordinates": [[131.05, 32.70], [131.15, 32.70]]}}]}'
)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    folder = tmp_path_factory.mktemp("job")
    return read_run_file(write_job(folder, {"fewer.csv": FEWER, "winter.geojson": CLOSED}))


def said(job: Job, text: str, lang: Lang = Lang.EN, *, yes: bool = False) -> ScenarioFile:
    path = job.base / "scenarios.toml"
    path.write_text(dedent(text), encoding="utf-8")
    return read_scenarios(path, job, lang, yes=yes)


def setting(job: Job, line: str) -> ScenarioSetting:
    """Return what one line of a scenario changes."""
    (of,) = said(job, f"[[scenario]]\n{line}\n").scenarios[1].settings
    return of


def faults(job: Job, text: str, *, yes: bool = False) -> tuple[Problem, ...]:
    with pytest.raises(UsageError) as caught:
        said(job, text, yes=yes)
    return caught.value.problems


def brief(problems: Iterable[Problem]) -> list[tuple[str, int | None]]:
    return [(p.code, p.row) for p in problems]


# --- what a file says

AXES = [
    ("threshold_min = 25", f"{KEY}criterion.3.threshold_min=25", 25.0),
    ("threshold_min = 22.5", f"{KEY}criterion.3.threshold_min=22.5", 22.5),
    ('comparison = "more_than"', f'{KEY}criterion.3.comparison="more_than"', None),
    ('without = "H1"', 'run.without=["H1"]', None),
    ('without = ["H1", "H3"]', 'run.without=["H1", "H3"]', None),
    ('unreachable = "not_met"', f'{KEY}criterion.3.unreachable="not_met"', None),
    ('list = "rotation"', f'{KEY}criterion.3.list="rotation"', None),
    ("radius_m = 5000", f"{KEY}circle.radius_m=5000", 5000.0),
    ('cuts = ["land"]', f'{KEY}circle.cut=["land"]', None),
    ("cuts = []", f"{KEY}circle.cut=[]", None),
    ("exclusions = []", f"{KEY}exclude_municipality=[]", None),
    ("moot_area_classes = []", f"{KEY}scope.moot_area_classes=[]", None),
    ('direction = "to_candidate"', f'{KEY}travel.direction="to_candidate"', None),
    ("neighbours = false", f"{KEY}travel.neighbours=false", None),
    ("tolls = false", f"{KEY}travel.tolls=false", None),
    ("ferries = true", f"{KEY}travel.ferries=true", None),
    ("ferry_wait_min = 20", f"{KEY}travel.ferry_wait_min=20", 20.0),
    ("snap_limit_m = 500", f"{KEY}travel.snap_limit_m=500", 500.0),
    ('profile = "legal"', 'network.profile="legal"', None),
    ("speed_factor = 0.9", "network.speed_factor=0.9", 0.9),
    ('closures = "winter.geojson"', 'network.closures="winter.geojson"', None),
    ('closures = ["winter.geojson"]', 'network.closures=["winter.geojson"]', None),
    ('"network.cache" = false', "network.cache=false", None),
    ("network.cache = false", "network.cache=false", None),
    ('facilities."輪番病院".source = "県"', 'facilities.輪番病院.source="県"', None),
    (f'"{KEY}place.tolerance_m" = 400', f"{KEY}place.tolerance_m=400", 400.0),
]


@pytest.mark.parametrize(("line", "key", "number"), AXES)
def test_an_axis_is_what_set_takes(job: Job, line: str, key: str, number: float | None):
    found = setting(job, line)
    assert found.keys == (key,)
    assert found.number == number
    assert found.lists == ()
    read_run_file(job.base / job.file, (), found.keys)  # `spots run --set` takes it


def test_a_day_goes_with_closures(job: Job):
    found = said(job, '[[scenario]]\nclosures = "winter.geojson"\nclosures_on = 2026-01-15\n')
    assert found.scenarios[1].settings[1].keys == ("network.closures_on=2026-01-15",)


@pytest.mark.parametrize(
    ("line", "lists"),
    [
        ('lists = { "輪番病院" = "fewer.csv" }', ["輪番病院={}"]),
        ('lists."輪番病院" = "fewer.csv"', ["輪番病院={}"]),
        ("lists = {}", []),
        ("lists = []", []),
    ],
)
def test_lists_are_what_facilities_takes(job: Job, line: str, lists: list[str]):
    found = setting(job, line)
    assert list(found.lists) == [each.format(job.base / "fewer.csv") for each in lists]
    assert found.keys == ()


def test_lists_whose_rows_say_what_they_are_take_the_place_of_all(job: Job):
    head, *rows = HOSPITALS.splitlines()
    typed = "\n".join([f"{head},種別", *(f"{row},③" for row in rows)])
    (job.base / "typed.csv").write_text(typed, encoding="utf-8")
    found = setting(job, 'lists = "typed.csv"')
    assert found.lists == (str(job.base / "typed.csv"),)


def test_an_excluded_municipality_is_called_by_code_name_or_as_a_table(job: Job):
    for given in ('"43100"', '"熊本市"', '{ code = "43100", name = "熊本市", area = true }'):
        (key,) = setting(job, f"exclusions = [{given}]").keys
        assert 'code = "43100"' in key
        policy = read_run_file(job.base / job.file, (), [key]).policy
        assert [each.name for each in policy.exclude_municipality] == ["熊本市"]


def test_a_key_with_a_word_is_told_by_its_word(job: Job):
    by_key = setting(job, f'"{KEY}criterion.3.threshold_min" = 25')
    assert by_key == setting(job, "threshold_min = 25")


def test_axes_are_crossed_and_scenarios_listed_behind_the_run_file_as_it_is(job: Job):
    found = said(
        job,
        """
        title = "Trial"
        [axes]
        threshold_min = [20, 30]
        tolls = [true, false]
        [[scenario]]
        name = "winter"
        description = "the pass is closed"
        closures = "winter.geojson"
        closures_on = 2026-01-15
        """,
    )
    assert [each.name for each in found.scenarios] == [
        "base",
        "20 min, toll roads",
        "20 min, no toll roads",
        "30 min, toll roads",
        "30 min, no toll roads",
        "winter",
    ]
    assert found.scenarios[0].settings == ()
    assert found.title is not None
    assert found.title.en == "Trial"
    assert found.descriptions["winter"].en == "the pass is closed"


def test_names_of_settings_are_in_the_language_asked_for(job: Job):
    text = "[axes]\nthreshold_min = 20\nradius_m = [5000]\nspeed_factor = 0.9\n"
    assert said(job, text, Lang.JA).scenarios[1].name == "20分・半径5 km・速度0.9倍"
    assert said(job, text).scenarios[1].name == "20 min, radius 5 km, speeds × 0.9"


def test_several_crossings_have_names_of_their_own(job: Job):
    text = """
        [[axes]]
        name = "A"
        radius_m = [4000, 5000]
        [[axes]]
        name = "B"
        radius_m = [4000]
        """
    names = [each.name for each in said(job, text).scenarios]
    assert names == ["base", "A: radius 4 km", "A: radius 5 km", "B: radius 4 km"]


def test_what_a_crossing_says_as_the_run_file_does_is_no_change(job: Job):
    text = """
        [axes]
        threshold_min = [30, 25]
        tolls = [true, false]
        cuts = [["prefecture", "excluded_municipalities", "shortage_areas"], []]
        "network.cache" = [true, false]
        lists = [{}, { "輪番病院" = "fewer.csv" }]
        """
    found = said(job, text).scenarios[1:]
    assert [len(each.settings) for each in found[:2]] == [0, 1]
    assert {each.axis for each in found[1].settings} == {"lists"}
    assert {len(each.settings) for each in found} == {0, 1, 2, 3, 4, 5}
    assert found[-1].name == "25 min, no toll roads, cuts: none, network.cache=false, lists: fewer"


def test_a_value_may_have_a_name(job: Job):
    text = '[axes]\nlists = [{}, { name = "half", value = { "輪番病院" = "fewer.csv" } }]\n'
    names = [each.name for each in said(job, text).scenarios]
    assert names == ["base", "lists of the run file", "half"]


def test_files_of_one_name_in_two_folders_make_two_names(job: Job):
    for folder in ("a", "b"):
        (job.base / folder).mkdir(exist_ok=True)
        (job.base / folder / "new.csv").write_text(FEWER, encoding="utf-8")
    text = '[axes]\nlists = [{ "輪番病院" = "a/new.csv" }, { "輪番病院" = "b/new.csv" }]\n'
    assert [s.name for s in said(job, text).scenarios] == ["base", "lists: new", "lists: new (2)"]


def test_paths_start_from_the_folder_of_the_file_that_says_them(job: Job):
    folder = job.base / "elsewhere"
    folder.mkdir()
    (folder / "closed.geojson").write_text(CLOSED, encoding="utf-8")
    (folder / "other.csv").write_text(FEWER, encoding="utf-8")
    path = folder / "s.toml"
    path.write_text(
        '[[scenario]]\nclosures = "closed.geojson"\nprofile = "legal"\n'
        'lists = { "輪番病院" = "other.csv" }\n',
        encoding="utf-8",
    )
    closures, profile, lists = read_scenarios(path, job, Lang.EN).scenarios[1].settings
    assert closures.keys == (f'network.closures="{(folder / "closed.geojson").as_posix()}"',)
    assert profile.keys == ('network.profile="legal"',)
    assert lists.lists == (f"輪番病院={folder / 'other.csv'}",)


# --- what is wrong with one

WRONG = [
    ("[axes]\nthreshold = [20]\n", "unknown-key", 2),
    ("[axes]\nradus_m = [20]\n", "unknown-key", 2),
    ('[axes]\n"network.profil" = ["legal"]\n', "unknown-key", 2),
    ("[axes]\nthreshold_min = []\n", "axis-empty", 2),
    ("[axes]\n", "scenario-says-nothing", 1),
    ('[[scenario]]\nname = "a"\n', "scenario-says-nothing", 1),
    ("title = 'x'\n", "scenarios-none", None),
    ("", "scenarios-none", None),
    ('[axes]\nthreshold_min = [20, "25"]\n', "wrong-type", 2),
    ("[axes]\ntolls = [\n  true,\n  1,\n]\n", "wrong-type", 4),
    ("[axes]\nradius_m = [4000, 4]\n", "wrong-value", 2),
    ("[axes]\nthreshold_min = [20, 20]\n", "scenario-value-twice", 2),
    ('[axes]\nlists = [{ "輪番病院" = "absent.csv" }]\n', "file-missing", 2),
    ('[axes]\nlists = [{ "消防" = "fewer.csv" }]\n', "unknown-layer", 2),
    ("[axes]\nlists = [3]\n", "wrong-type", 2),
    ("[axes]\nlists = [{ a = 3 }]\n", "wrong-type", 2),
    ('[[scenario]]\nclosures = "absent.geojson"\n', "file-missing", 2),
    ("[[scenario]]\nspeed_factor = 90\n", "wrong-value", 2),
    ('[[scenario]]\nname = ""\ntolls = false\n', "wrong-value", 2),
    ("[[scenario]]\nname = 3\ntolls = false\n", "wrong-type", 2),
    ('[[scenario]]\nname = "base"\ntolls = false\n', "scenario-name-taken", 2),
    ('[[scenario]]\nname = "現在の条件"\ntolls = false\n', "scenario-name-taken", 2),
    ("axes = 3\n", "wrong-type", 1),
    ('scenario = "a"\n', "wrong-type", 1),
    ("scenarios = []\n", "unknown-key", 1),
    ('exclusions = "a"\n[axes]\ntolls = [true]\n', "unknown-key", 1),
    ("[[scenario]]\nthreshold_m = 3000\n", "policy-setting-absent", 2),
]


@pytest.mark.parametrize(("text", "code", "row"), WRONG)
def test_what_is_wrong_is_told_by_file_line_and_remedy(
    job: Job, text: str, code: str, row: int | None
):
    problems = faults(job, text)
    assert (code, row) in brief(problems)
    assert all(p.file == "scenarios.toml" for p in problems)
    assert all(p.remedy is not None and p.message.ja != p.message.en for p in problems)


def test_a_profile_and_closures_are_looked_at_before_anything_is_run(job: Job):
    (job.base / "broken.geojson").write_text('{"type": "Feat', encoding="utf-8")
    (job.base / "mine.toml").write_text("x = 1\n", encoding="utf-8")
    text = """\
        [axes]
        profile = ["everyday", "fast"]
        [[scenario]]
        profile = "mine.toml"
        [[scenario]]
        closures = ["broken.geojson"]
        """
    problems = faults(job, text)
    assert problems[0].code == "profile-unknown"
    assert (problems[0].file, problems[0].row) == ("scenarios.toml", 2)
    told = {p.file for p in problems[1:]}
    assert {"mine.toml", "broken.geojson"} <= {Path(name).name for name in told if name}
    assert any("line 4" in p.message.en for p in problems)
    assert any("line 6" in p.message.en for p in problems)


def test_an_unknown_municipality_is_asked_for_by_code_and_name(job: Job):
    (problem,) = faults(job, '[[scenario]]\nexclusions = ["43999"]\n')
    assert problem.row == 2
    assert problem.remedy is not None
    assert 'code = "45201"' in problem.remedy.en


def test_the_nearest_word_is_suggested(job: Job):
    meant = {"radus_m": "radius_m", "toll": "tolls", "フェリー": "ferries", "cut": "cuts"}
    for written, near in meant.items():
        (problem, *_) = faults(job, f'[axes]\n"{written}" = [1]\n')
        assert problem.remedy is not None
        assert near in problem.remedy.en


def test_two_scenarios_of_one_name_are_told_with_both_lines(job: Job):
    text = '[[scenario]]\nname = "a"\ntolls = false\n[[scenario]]\nname = "ａ"\ntolls = true\n'
    (problem,) = faults(job, text)
    assert (problem.code, problem.row) == ("scenario-name-twice", 5)
    assert "line 1" in problem.message.en


def test_one_thing_said_in_two_ways_is_said_twice(job: Job):
    text = f'[[scenario]]\ntolls = false\n"{KEY}travel.tolls" = true\n'
    assert brief(faults(job, text)) == [("scenario-value-twice", 3)]


def test_a_million_combinations_are_counted_and_refused(job: Job):
    axis = ", ".join(map(str, range(1, 101)))
    text = f"[axes]\nthreshold_min = [{axis}]\nferry_wait_min = [{axis}]\nsnap_limit_m = [{axis}]\n"
    for yes in (False, True):
        (problem,) = faults(job, text, yes=yes)
        assert problem.code == "scenarios-too-many"
        assert "1,000,000" in problem.message.en
        assert problem.value == "100 × 100 × 100"
        assert problem.remedy is not None
        assert f"{MOST:,}" in problem.remedy.en


def test_some_thousands_are_asked_for(job: Job):
    axis = ", ".join(map(str, range(1, 51)))
    text = f"[axes]\nthreshold_min = [{axis}]\nferry_wait_min = [{axis}]\n"
    (problem,) = faults(job, text)
    assert problem.remedy is not None
    assert "--yes" in problem.remedy.en
    assert len(said(job, text, yes=True).scenarios) == 2_501


def test_a_run_file_and_a_policy_are_told_apart(job: Job):
    run = (job.base / "run.toml").read_text(encoding="utf-8")
    for text in (run, "[circle]\nradius_m = 4000\n"):
        (problem,) = faults(job, text)
        assert problem.code == "scenario-file-is-run-file"


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_lines(job: Job):
    problems = faults(
        job,
        """\
        titel = "x"
        [axes]
        threshold_min = ["20", 25, 30, 25]
        toll = [true]
        ferries = []
        lists = [{ "輪番病院" = "absent.csv" }]
        [[scenario]]
        name = "a"
        speed_factor = 90
        [[scenario]]
        name = "a"
        tolls = false
        """,
    )
    assert brief(problems) == [
        ("unknown-key", 1),
        ("scenario-value-twice", 3),
        ("wrong-type", 3),
        ("unknown-key", 4),
        ("axis-empty", 5),
        ("file-missing", 6),
        ("wrong-value", 9),
        ("scenario-name-twice", 11),
    ]


def test_a_file_that_is_no_toml_is_told_by_line(job: Job):
    (problem,) = faults(job, "[axes]\nthreshold_min = [20\n")
    assert problem.code == "toml-syntax"


@pytest.mark.parametrize(
    "line", ["radius_m = 12:00:00", "cuts = [[12:00:00]]", "exclusions = [12:00:00]"]
)
def test_a_time_of_day_is_told_as_a_wrong_value(job: Job, line: str):
    (problem,) = faults(job, f"[[scenario]]\n{line}\n")
    assert (problem.code, problem.row) == ("wrong-type", 2)


def test_a_number_written_otherwise_is_the_same_value(job: Job):
    (problem,) = faults(job, "[axes]\nthreshold_min = [20, 25, 20.0]\n")
    assert (problem.code, problem.column) == ("scenario-value-twice", "axes.threshold_min[3]")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[axes]\nlist = ['kokuji']\n", [2]),
        ("[axes]\nlist = ['rotation',\n 'kokuji',\n 'x']\nradius_m = [4000, 5000]\n", [3, 4]),
        ("[axes]\nlist = ['kokuji']\nradius_m = [4000, 5000, 6000]\n", [1]),
        ("[[axes]]\nlist = ['kokuji']\n[[axes]]\nlist = ['x']\n", [2, 4]),
    ],
)
def test_what_no_layer_has_is_told_once_by_the_line_that_asks_for_it(
    job: Job, text: str, lines: list[int]
):
    problems = faults(job, text)
    assert {p.code for p in problems} == {"list-missing"}
    told = [re.match(r"scenarios\.toml line (\d+): ", str(p.message.en)) for p in problems]
    assert [int(each[1]) for each in told if each] == lines


@pytest.mark.parametrize("name", ["a\\nb", "a\\u0007", "a\\u202eb", "\\u2028", "長" * 101])
@pytest.mark.parametrize(
    "table",
    [
        '[[scenario]]\nname = "{}"\nradius_m = 5000\n',
        '[axes]\nname = "{}"\nradius_m = [5000]\n',
        '[axes]\nradius_m = [{{ name = "{}", value = 5000 }}]\n',
    ],
)
def test_a_name_is_one_line_that_a_column_can_have(job: Job, table: str, name: str):
    (problem,) = faults(job, table.format(name))
    assert (problem.code, problem.row) == ("wrong-value", 2)
    assert str(problem.column).endswith("name")


def test_a_name_may_be_of_any_script(job: Job, tmp_path: Path):
    names = ["🏥 病院 ①〜 髙𠮷", "葛\U000e0100城", "=1+1", "<b>", "a/b\\\\c", "長" * 100]
    text = "".join(
        f'[[scenario]]\nname = "{n}"\nradius_m = {5000 + k}\n' for k, n in enumerate(names)
    )
    (tmp_path / "names.toml").write_text(text, encoding="utf-8")
    read = read_scenarios(tmp_path / "names.toml", job, Lang.JA)
    assert [each.name for each in read.scenarios[1:]] == [n.replace("\\\\", "\\") for n in names]


def test_a_misspelt_list_is_told_by_its_line_with_the_name_that_may_be_meant(job: Job):
    page = '[[scenario]]\nname = "一覧"\nlist = "rotatoin"\n'
    (only,) = faults(job, page)
    assert (only.code, only.row, only.column) == ("list-missing", 3, "scenario[1].list")
    assert only.file == "scenarios.toml"
    assert "rotation の誤りではありませんか" in only.message.ja
