"""The run file: paths, dates, lists, and new lists from the command line."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import pytest

from groundfloor.problems import Lang, MissingFileError, Problem, SpotsError, UsageError
from spots.job.run_file import Job, read_run_file, shown_name
from spots.job.run_layers import EVERY_LIST
from spots.types import FacilityType, Role
from tests.helpers.folders import SAMPLE

RUN_FILE = SAMPLE / "run.toml"
BASE, CLINIC, SECONDARY = FacilityType

RUN = """\
[policy]
preset = "kumamoto"

[[facilities]]
name = "拠点病院"
file = "lists/base.csv"
type = "①"

[[facilities]]
name = "輪番"
file = "rotation.xlsx"
type = "③"
list = "rotation"
source = "県"
as_of = 2023-09-01
sheet = "一覧"
columns = { name = "病院名" }
where = { "区分" = ["二次"] }

[[facilities]]
name = "救急告示"
file = "kokuji.csv"
type = "③"
list = "kokuji"
as_of = "R5.9.1"

[[facilities]]
name = "隣県"
file = "over.csv"
type = "③"
role = "destination"

[municipalities]
file = "n03.zip"
as_of = "令和5年1月1日"

[medical_areas]
file = "areas.csv"

[physician_index]
file = "index.csv"
edition = "2024-01"
shortage_at_most = 179.3
surplus_at_least = 217.6

[network]
file = "links.csv"
nodes = "nodes.csv"
"""
FILES = (
    "lists/base.csv",
    "rotation.xlsx",
    "kokuji.csv",
    "over.csv",
    "n03.zip",
    "areas.csv",
    "index.csv",
    "links.csv",
    "nodes.csv",
)


def write(folder: Path, text: str = RUN, *, without: tuple[str, ...] = ()) -> Path:
    """Write a run file and (empty) inputs beside it."""
    home = folder / "home"
    (home / "lists").mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if name not in without:
            (home / name).touch()
    path = home / "run.toml"
    path.write_text(text, encoding="utf-8")
    return path


def job(folder: Path, text: str = RUN, *given: str) -> Job:
    return read_run_file(write(folder, text), given)


def refused(
    folder: Path,
    text: str = RUN,
    *given: str,
    kind: type[SpotsError] = UsageError,
    without: tuple[str, ...] = (),
) -> list[Problem]:
    with pytest.raises(SpotsError) as caught:
        read_run_file(write(folder, text, without=without), given)
    assert type(caught.value) is kind
    for problem in caught.value.problems:
        assert problem.render(Lang.JA)
        assert problem.render(Lang.EN)
    return list(caught.value.problems)


def line(text: str, needle: str, after: str = "") -> int:
    start = text.index(after) if after else 0
    return text[: text.index(needle, start)].count("\n") + 1


# --- reading ----------------------------------------------------------------------------------


def test_paths_start_from_the_run_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    found = job(tmp_path)
    assert found.layers[0].path == tmp_path / "home" / "lists" / "base.csv"
    assert found.layers[0].shown == "lists/base.csv"
    assert found.path("n03.zip") == tmp_path / "home" / "n03.zip"
    relative = read_run_file(Path("home/run.toml"))
    assert relative.layers[0].path.resolve() == found.layers[0].path.resolve()


def test_layers_are_as_written(tmp_path: Path):
    found = job(tmp_path)
    assert [spec.types for spec in found.layers] == [
        frozenset({t}) for t in (BASE, SECONDARY, SECONDARY, SECONDARY)
    ]
    assert [spec.role for spec in found.layers] == [Role.CANDIDATE] * 3 + [Role.DESTINATION]
    assert found.lists == ("", "rotation", "kokuji", "")
    assert found.layers[1].where == (("区分", ("二次",)),)


@pytest.mark.parametrize(
    ("written", "types"),
    [
        ("②", {CLINIC}),
        ("2", {CLINIC}),
        ("①・③", {BASE, SECONDARY}),
        ("base_hospital", {BASE}),
        ("へき地診療所", {CLINIC}),
        ("none", set()),
        ("なし", set()),
    ],
)
def test_types_as_people_write_them(tmp_path: Path, written: str, types: set[FacilityType]):
    found = job(tmp_path, RUN.replace('type = "①"', f'type = "{written}"'))
    assert found.layers[0].types == types


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-09-01", date(2023, 9, 1)),
        ('"2023-09-01"', date(2023, 9, 1)),
        ('"令和5年9月1日"', date(2023, 9, 1)),
        ('"R5.9.1"', date(2023, 9, 1)),
        ('"令和元年5月"', date(2019, 5, 1)),
    ],
)
def test_dates_as_people_write_them(tmp_path: Path, written: str, day: date):
    found = job(tmp_path, RUN.replace("as_of = 2023-09-01", f"as_of = {written}"))
    assert found.layers[1].as_of == day
    assert found.layers[0].as_of is None


def test_aliases_reach_the_job(tmp_path: Path):
    found = job(tmp_path, RUN + '[aliases]\nname = ["施設の名"]\n')
    assert found.settings.aliases == {"name": ("施設の名",)}


def test_the_title_is_the_policys_unless_given(tmp_path: Path):
    assert job(tmp_path).title.en.startswith("Kumamoto")
    titled = RUN + '[run]\ntitle = { ja = "試算", en = "trial" }\n'
    assert job(tmp_path, titled).title.ja == "試算"


def test_the_sample_can_be_read():
    assert len(read_run_file(RUN_FILE).layers) == 4


def test_the_resolved_job_is_plain_data_without_machine_paths(tmp_path: Path):
    path = write(tmp_path)
    text = RUN.replace("lists/base.csv", str(tmp_path / "home" / "lists" / "base.csv"))
    path.write_text(text, encoding="utf-8")
    found = read_run_file(path)
    assert found.layers[0].shown == "base.csv"
    written = json.dumps(found.resolved(), ensure_ascii=False)
    assert str(tmp_path) not in written
    lists = found.resolved()["settings"]["facilities"]
    assert [entry["file"] for entry in lists] == [
        "base.csv",
        "rotation.xlsx",
        "kokuji.csv",
        "over.csv",
    ]
    assert lists[1]["as_of"] == "2023-09-01"
    assert found.resolved()["policy"]["circle"]["radius_m"] == 4000


@pytest.mark.parametrize(
    ("file", "shown"),
    [
        ("a/b.csv", "a/b.csv"),
        ("/home/me/b.csv", "b.csv"),
        (r"C:\Users\me\b.csv", "b.csv"),
        (r"\\server\share\b.csv", "b.csv"),
    ],
)
def test_absolute_paths_are_not_shown(file: str, shown: str):
    assert shown_name(file) == shown


# --- problems ---------------------------------------------------------------------------------


def test_every_missing_file_is_named_with_its_line(tmp_path: Path):
    found = refused(tmp_path, kind=MissingFileError, without=FILES)
    assert [(p.code, p.value) for p in found] == [("file-missing", name) for name in FILES]
    assert [p.row for p in found] == [line(RUN, f'"{name}"') for name in FILES]
    assert found[1].column == "facilities[2].file"
    assert {p.file for p in found} == {"run.toml"}


def test_a_folder_or_an_impossible_name_is_no_file(tmp_path: Path):
    (found,) = refused(tmp_path, RUN.replace("kokuji.csv", "lists"), kind=MissingFileError)
    assert "フォルダ" in found.message.ja
    for name in ("x" * 300, r"a\u0000b"):
        refused(tmp_path, RUN.replace("kokuji.csv", name), kind=MissingFileError)


def test_everything_wrong_is_named_at_once(tmp_path: Path):
    text = (
        RUN.replace('type = "①"', 'type = "④"')
        .replace('as_of = "R5.9.1"', 'as_of = "R5.13.1"')
        .replace('name = "救急告示"', 'name = "輪番"')
        .replace("令和5年1月1日", "来年")
        .replace("179.3", "300")
        .replace('"rotation"', '"rinban"')
    )
    found = refused(tmp_path, text, without=("index.csv",))
    assert {(p.code, p.row) for p in found} == {
        ("unknown-type", line(text, "④")),
        ("date-not-understood", line(text, "R5.13.1")),
        ("date-not-understood", line(text, "来年")),
        ("layer-name-twice", line(text, '"輪番"', after="rotation.xlsx")),
        ("cut-offs-cross", line(text, "300")),
        ("list-missing", line(text, "[policy]")),
        ("file-missing", line(text, "index.csv")),
    }
    dates = [p.column for p in found if p.code == "date-not-understood"]
    assert dates == ["facilities[3].as_of", "municipalities.as_of"]


def test_a_misspelt_key_and_a_wrong_policy_are_named_together(tmp_path: Path):
    text = RUN.replace("sheet =", "shet =") + '[policy.override.circle]\nradius_m = "4"\n'
    found = refused(tmp_path, text)
    assert [(p.code, p.column, p.row) for p in found] == [
        ("unknown-key", "facilities[2].shet", line(text, "shet")),
        ("wrong-type", "policy.override.circle.radius_m", line(text, "radius_m")),
    ]
    assert "sheet の誤り" in found[0].remedy.ja


def test_wrong_policy_keys_are_named_once(tmp_path: Path):
    found = refused(tmp_path, RUN.replace("preset =", "presett ="))
    assert [(p.code, p.column) for p in found] == [("unknown-key", "policy.presett")]


@pytest.mark.parametrize(
    ("choice", "code", "key", "kind"),
    [
        ("", "policy-choice", "policy", UsageError),
        ('preset = "kumamoto"\nfile = "p.toml"', "policy-choice", "policy", UsageError),
        ('preset = "kumamotto"', "unknown-preset", "policy.preset", UsageError),
        ('preset = ""', "unknown-preset", "policy.preset", UsageError),
        ('file = "mine.toml"', "file-missing", "policy.file", MissingFileError),
        ('file = "mine"', "file-missing", "policy.file", MissingFileError),
    ],
)
def test_policy_choice_is_blamed_on_the_run_file(
    tmp_path: Path, choice: str, code: str, key: str, kind: type[SpotsError]
):
    (found,) = refused(tmp_path, RUN.replace('preset = "kumamoto"', choice), kind=kind)
    assert (found.code, found.column, found.file) == (code, key, "run.toml")
    assert found.row == (1 if key == "policy" else 2)


def test_a_broken_policy_file_is_blamed_itself(tmp_path: Path):
    path = write(tmp_path, RUN.replace('preset = "kumamoto"', 'file = "mine.toml"'))
    (path.parent / "mine.toml").write_text("[policy\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_run_file(path)
    assert (caught.value.problems[0].file, caught.value.problems[0].row) == ("mine.toml", 1)


def test_a_criterion_needs_its_list_and_a_network(tmp_path: Path):
    text = RUN[: RUN.index("[network]")].replace('list = "rotation"\n', "")
    assert {p.code for p in refused(tmp_path, text)} == {"list-missing", "network-missing"}
    switched_off = text + "[policy.override.rule]\nany = [1, 2]\n"
    assert job(tmp_path, switched_off).settings.network is None


def test_something_must_be_judged(tmp_path: Path):
    text = RUN.replace('type = "③"\nlist', 'role = "destination"\ntype = "③"\nlist')
    text = text.replace('type = "①"', 'role = "destination"\ntype = "①"')
    assert [p.code for p in refused(tmp_path, text)] == ["no-candidates"]
    none = RUN[: RUN.index("[[facilities]]")] + "facilities = []\n" + RUN[RUN.index("[municip") :]
    assert any(p.code == "unknown-key" for p in refused(tmp_path, none))


def test_no_facilities_at_all_is_said(tmp_path: Path):
    text = "facilities = []\n" + RUN[: RUN.index("[[facilities]]")] + RUN[RUN.index("[municip") :]
    (found,) = refused(tmp_path, text)
    assert (found.column, found.row, found.message.ja) == ("facilities", 1, "一つ以上必要です")


def test_a_profile_of_ones_own_must_be_there(tmp_path: Path):
    text = RUN + 'profile = "speeds.toml"\n'
    (found,) = refused(tmp_path, text, kind=MissingFileError)
    assert found.column == "network.profile"


# --- new lists from the command line --------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with new lists."""
    work = tmp_path / "work"
    (work / "sub=dir").mkdir(parents=True)
    for name in ("new.csv", "new.xlsx", "other.csv", "a=b.csv", "sub=dir/c.csv"):
        (work / name).touch()
    monkeypatch.chdir(work)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ("拠点病院=new.csv", 0),
        ("①=new.csv", 0),
        ("へき地医療拠点病院=new.csv", 0),
        ("base_hospital=new.csv", 0),
        ("輪番=new.csv", 1),
        ("rotation=new.csv", 1),
        ("rotation = new.csv", 1),
        ("kokuji=new.csv", 2),
        ("隣県=new.csv", 3),
        ("輪番=a=b.csv", 1),
        ("輪番=sub=dir/c.csv", 1),
    ],
)
def test_a_layer_is_called_by_name_list_mark_or_term(here: Path, given: str, at: int):
    before, after = job(here), job(here, RUN, given)
    for n, (old, new) in enumerate(zip(before.layers, after.layers, strict=True)):
        if n == at:
            assert new.path == Path(given.partition("=")[2].strip())
            assert (new.name, new.types, new.role) == (old.name, old.types, old.role)
        else:
            assert new == old
    assert after.lists == before.lists


def test_a_new_list_keeps_what_is_said_of_the_content_and_drops_what_is_not(here: Path):
    same_kind = job(here, RUN, "輪番=new.xlsx").layers[1]
    assert (same_kind.sheet, same_kind.as_of, same_kind.source) == ("一覧", None, "県")
    assert same_kind.where == (("区分", ("二次",)),), "a filter lost would take every row"
    assert same_kind.columns == {"name": "病院名"}
    other_kind = job(here, RUN, "輪番=new.csv").layers[1]
    assert (other_kind.sheet, other_kind.format) == (None, "auto")
    assert other_kind.where == (("区分", ("二次",)),)


def test_the_manifest_tells_of_the_new_list(here: Path):
    entry = job(here, RUN, "輪番=new.xlsx").resolved()["settings"]["facilities"][1]
    assert (entry["file"], entry["as_of"]) == ("new.xlsx", None)


def test_a_plain_file_takes_the_place_of_all_judged_layers(here: Path):
    found = job(here, RUN, "new.csv")
    assert [spec.name for spec in found.layers] == ["new", "隣県"]
    assert found.lists == (EVERY_LIST, "")
    assert found.layers[0].types == frozenset()


def test_no_plain_file_is_lost(here: Path):
    found = job(here, RUN, "new.csv", "other.csv", "new.xlsx")
    assert [spec.name for spec in found.layers] == ["new", "other", "new.xlsx", "隣県"]
    assert found.lists == (EVERY_LIST, EVERY_LIST, EVERY_LIST, "")


def test_a_plain_file_leaves_named_layers_alone(here: Path):
    found = job(here, RUN, "輪番=new.xlsx", "other.csv")
    assert [spec.name for spec in found.layers] == ["other", "輪番", "隣県"]


def test_a_plain_file_replaces_the_only_judged_layer(here: Path):
    start, stop = (
        RUN.index('[[facilities]]\nname = "救急'),
        RUN.index('[[facilities]]\nname = "隣県'),
    )
    text = RUN[:start] + RUN[stop:]
    text = text[: text.index("[[facilities]]")] + text[text.index('[[facilities]]\nname = "輪番') :]
    found = job(here, text, "new.csv")
    assert [spec.name for spec in found.layers] == ["輪番", "隣県"]
    assert found.layers[0].path == Path("new.csv")
    assert found.lists == ("rotation", "")
    (twice,) = refused(here, text, "new.csv", "輪番=other.csv")
    assert twice.code == "layer-given-twice"


@pytest.mark.parametrize("file", ["a=b.csv", "sub=dir/c.csv", "./a=b.csv"])
def test_an_equals_sign_in_a_plain_path_is_no_layer(here: Path, file: str):
    assert job(here, RUN, file).layers[0].path == Path(file)


@pytest.mark.parametrize("file", [r"C:\x=1\list.csv", "/nowhere/x=1/none.csv", r"..\x=1.csv"])
def test_a_path_that_is_not_there_is_a_missing_file_not_a_layer(here: Path, file: str):
    (found,) = refused(here, RUN, file, kind=MissingFileError)
    assert (found.column, found.value) == ("--facilities", str(Path(file)))
    assert found.file == "", "the run file is not to blame"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("④=new.csv",), "unknown-layer"),
        (("輪番病院の一覧=new.csv",), "unknown-layer"),
        (("=new.csv",), "unknown-layer"),
        (("③=new.csv",), "ambiguous-layer"),
        (("輪番=",), "layer-without-file"),
        (("輪番=new.csv", "rotation=other.csv"), "layer-given-twice"),
        (("輪番=none.csv",), "file-missing"),
    ],
)
def test_arguments_that_name_nothing_or_too_much(here: Path, given: tuple[str, ...], code: str):
    kind = MissingFileError if code == "file-missing" else UsageError
    (found,) = refused(here, RUN, *given, kind=kind)
    assert (found.code, found.column) == (code, "--facilities")
    assert "オプション「--facilities」" in found.render(Lang.JA)


def test_an_ambiguous_mark_lists_what_it_may_mean(here: Path):
    (found,) = refused(here, RUN, "③=new.csv")
    assert "輪番, 救急告示" in found.message.ja
    assert "隣県" not in found.message.ja


def test_a_new_list_named_like_a_layer_gets_another_name(here: Path):
    (here / "work" / "隣県.csv").touch()
    assert [s.name for s in job(here, RUN, "隣県.csv").layers] == ["隣県.csv", "隣県"]


def test_a_list_that_is_replaced_need_not_be_there(here: Path):
    path = write(here, without=("rotation.xlsx",))
    (path.parent / "rotation.xlsx").unlink(missing_ok=True)
    assert read_run_file(path, ["輪番=new.xlsx"]).layers[1].path == Path("new.xlsx")
    with pytest.raises(MissingFileError):
        read_run_file(path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_no_broken_run_file_ends_in_a_traceback(tmp_path: Path, seed: int):
    dice = random.Random(seed)  # noqa: S311 - a fixed series, not a secret
    path, refusals = write(tmp_path), []
    for _ in range(25):
        lines = RUN.split("\n")
        for _ in range(dice.randint(1, 3)):
            at, other = dice.randrange(len(lines)), dice.choice(lines)
            match dice.randrange(3):
                case 0:
                    del lines[at]
                case 1:
                    lines.insert(at, other)
                case _:
                    lines[at] = lines[at].partition("=")[0] + "=" + other.partition("=")[2]
        path.write_text("\n".join(lines), encoding="utf-8")
        try:
            read_run_file(path)
        except SpotsError as fault:
            refusals.append(fault.render(Lang.JA))
    assert refusals
    assert all(refusals)
