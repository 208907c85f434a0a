"""What people do to finished runs, and what a folder must survive."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyogrio
import pytest

from spots.outputs import load_result
from tests.helpers.cli_runs import leftovers, spots


@pytest.fixture
def finished(small_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_folder, tmp_path / "out"))


def first_id(folder: Path) -> str:
    return load_result(folder).verdicts[0].facility.id


def asking(command: str, folder: Path, target: Path) -> tuple[object, ...]:
    """Return a command line that writes one file from a run."""
    if command == "explain":
        return ("explain", folder, first_id(folder), "--routes", target)
    if command == "locate":
        return ("locate", folder, folder / "facilities.csv", "--out", target)
    return (command, folder, "--out", target)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "name"),
    [
        *((command, "evidence.json") for command in ("explain", "map", "report")),
        *((command, "run.json") for command in ("explain", "map", "report")),
        *(("locate", name) for name in ("table.xlsx", "spots.geojson")),
    ],
)
def test_no_answer_takes_the_place_of_a_runs_own_file(
    finished: Path, command: str, name: str
) -> None:
    before = (finished / name).read_bytes()
    done = spots(*asking(command, finished, finished / name), "--force")
    assert done.exit_code == 2
    assert "output-is-input" in done.stderr
    assert (finished / name).read_bytes() == before
    assert load_result(finished)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["explain", "map", "report"])
@pytest.mark.parametrize("target", [".", "..", "", "folder"])
def test_a_folder_where_a_file_was_asked_for(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, target: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    done = spots(*asking(command, finished, Path(target)), "--force")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "出力先がファイルではありません" in done.stderr
    assert leftovers(tmp_path) == []


def test_a_folder_to_write_to_that_is_not_there(finished: Path, tmp_path: Path) -> None:
    done = spots("map", finished, "--out", tmp_path / "nowhere" / "map.html")
    assert done.exit_code == 1
    assert "フォルダがありません" in done.stderr


def test_the_disks_refusal_is_said_in_the_readers_language(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for lang, words in (("ja", "書き込めません（途中"), ("en", "(part of the path is no folder)")):
        out = tmp_path / "file" / "sub" / "layers"
        asked = ("export", finished, "--format", "geojson", "--out", out, "--lang", lang)
        done = spots(*asked)
        assert done.exit_code == 1
        assert words in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "day",
    [
        "R8",
        "令和8年4月",
        "2026-04",
        "46113",
        "R641",
        "令和7年2月30日",
        "R0.1.1",
        "2026-13-01",
        "",
        "今日",
    ],
)
def test_a_day_is_a_whole_day(finished: Path, day: str) -> None:
    done = spots("locate", finished, finished / "facilities.csv", f"--on={day}")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--on" in done.stderr
    assert "date-not-understood" in done.stderr


@pytest.mark.parametrize(
    "day", ["2026-04-01", "Ｒ８．４．１", "令和８年４月１日", "R080401", "20260401"]
)
def test_days_as_they_are_written(finished: Path, day: str) -> None:
    done = spots("locate", finished, finished / "facilities.csv", f"--on={day}")
    assert "令和8年4月1日" in done.stdout


@pytest.mark.parametrize("option", ["--tolerance", "--reach"])
@pytest.mark.parametrize("metres", ["nan", "-1", "inf", "-inf", "100m"])
def test_metres_are_a_number_in_range(finished: Path, option: str, metres: str) -> None:
    done = spots("locate", finished, finished / "facilities.csv", f"{option}={metres}")
    assert (done.exit_code, done.stdout) == (2, "")
    assert option in done.stderr


def test_an_id_is_found_as_people_type_it_off_paper(finished: Path) -> None:
    wanted = first_id(finished)
    full_width = "".join(chr(ord(ch) + 0xFEE0) for ch in wanted)
    for typed in (full_width, f" {wanted.upper()} "):
        assert f"[{wanted}]" in spots("explain", finished, typed).stdout.splitlines()[0]


@pytest.mark.parametrize("query", ["", "　 ", ".*", "*", "../run.json", "<b>", "あ" * 10_000])
def test_what_names_nothing_finds_nothing(finished: Path, query: str) -> None:
    done = spots("explain", finished, query)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "この出力の施設" in done.stderr
    assert len(done.stderr) < 2000


def test_a_folder_instead_of_a_list_is_named_as_one(finished: Path, tmp_path: Path) -> None:
    done = spots("locate", finished, tmp_path)
    assert done.exit_code == 1
    assert "ファイルではなくフォルダです" in done.stderr


@pytest.mark.parametrize("trouble", ["DataSourceError", "FeatureError"])
def test_layers_that_the_disk_does_not_take(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise getattr(pyogrio.errors, trouble)("No space left on device")

    monkeypatch.setattr("spots.export.shapefile.write_layer", full)
    asked = ("export", finished, "--format", "shapefile", "--out", tmp_path / "layers")
    done = spots(*asked)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "No space left on device" in done.stderr
    assert not (tmp_path / "layers").exists()
    assert leftovers(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "writer"),
    [
        (("export", "--format", "geojson"), "spots.export.layer_files.fields_csv"),
        (("diff",), "spots.comparing.comparison_files.comparison_csv"),
        (("report",), "spots.report.render_report"),
    ],
)
@pytest.mark.parametrize(("lang", "said"), [("ja", "中断しました"), ("en", "stopped")])
def test_ctrl_c_leaves_nothing_half_written(
    finished: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    writer: str,
    lang: str,
    said: str,
) -> None:
    def stop(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, stop)
    folders = (finished, finished) if command[0] == "diff" else (finished,)
    asked = (command[0], *folders, *command[1:], "--out", tmp_path / "x", "--lang", lang)
    done = spots(*asked)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.strip() == said
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]
