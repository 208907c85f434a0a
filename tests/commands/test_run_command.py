"""``spots run``: the main job from the shell."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from tests.helpers.cli_runs import (
    CONTRACT,
    foreign_words,
    leftovers,
    spots,
    spots_json,
    spots_process,
)
from tests.helpers.small_job import CLINICS, HEADER, HOSPITALS, IDS, RUN, files, write_job

pytestmark = pytest.mark.slow  # every test is a whole run

# By hand: 矢部 – そよう are 16 minutes apart, 小国 75, みすみ an hour away but in a 少数区域.
STATES = {
    "B1": "designated",
    "C1": "designated",
    "C2": "excluded",
    "H1": "not_met",
    "H2": "moot",
    "H3": "designated",
}


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "facilities.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def states(folder: Path) -> dict[str, str]:
    return {row["facility_id"]: row["state"] for row in table(folder)}


def test_a_whole_folder_with_every_facility_once_in_input_order(small_folder: Path) -> None:
    assert {p.name for p in small_folder.iterdir()} == CONTRACT
    assert [row["facility_id"] for row in table(small_folder)] == IDS
    assert states(small_folder) == STATES
    assert leftovers(small_folder.parent) == []


BROKEN = ("spots.map.render_map", "spots.job.run_surroundings.main_roads")


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("command", ["run", "batch"])
def test_a_map_that_fails_costs_no_verdict_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, command: str
) -> None:
    def breaks(*_args: object, **_kwargs: object) -> None:
        raise TypeError("no lines at all")

    monkeypatch.setattr(broken, breaks)
    monkeypatch.setenv("SPOTS_CACHE_DIR", str(tmp_path / "cache"))  # where nothing is kept yet
    job, out = write_job(tmp_path / "job"), tmp_path / "out"
    done = spots(command, job, "--out", out)
    folder = out if command == "run" else out / "run"
    assert done.exit_code == 4
    assert "no lines at all" in (
        done.stderr if command == "run" else (out / "summary.json").read_text("utf-8")
    )
    assert "TypeError" in (done.stderr if command == "run" else done.stdout)
    assert states(folder) == STATES
    page = json.loads((folder / "run.json").read_text("utf-8"))
    assert [p["code"] for p in page["problems"]].count("decoration-left-out") == 1
    lost = [] if "surroundings" in broken else ["map.html"]
    assert page["missing"] == lost
    assert {p.name for p in folder.iterdir()} == CONTRACT - set(lost)


def test_results_go_to_stdout_and_notes_to_stderr(tmp_path: Path) -> None:
    done = spots("run", write_job(tmp_path))
    assert done.exit_code == 0
    for name in ("そよう病院", "小国公立病院", "全6施設", "map.html"):
        assert name in done.stdout
        assert name not in done.stderr
    assert "確認事項" in done.stderr
    assert "確認事項" not in done.stdout


def test_what_was_decided_stands_first_and_who_is_out_is_counted(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    told = spots("run", run).stdout
    lines = told.splitlines()
    assert lines[1] == "設定（案） 3"
    assert "芳野診療所" not in told  # out by the policy
    assert "対象外 1" in told
    assert lines[-1].startswith("理由を見る: spots explain ")
    whole = spots("run", run, "--all", "--out", tmp_path / "b").stdout
    assert all(name in whole for name in ("芳野診療所", "済生会みすみ病院", "矢部広域病院"))


def test_what_changed_since_the_run_before_is_told(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    first = spots("run", run)
    assert "前回" not in first.stdout
    assert "判定は同じです" in spots("run", run, "--force").stdout
    given = ("--set", "policy.override.criterion.3.threshold_min=90")
    told = spots("run", run, "--force", *given).stdout
    assert "からの変化: 判定またはスポット 2" in told
    assert "設定から外れる: 小国公立病院（小国町）" in told
    page = spots_json("run", run, "--out", tmp_path / "b", "--against", tmp_path / "out")
    changed = {c["facility_id"]: (c["before"], c["after"]) for c in page["changes"]["facilities"]}
    assert changed == {"H2": ("moot", "moot"), "H3": ("not_met", "designated")}
    again = spots("run", run, "--out", tmp_path / "c", "--against", tmp_path / "out")
    assert again.stdout.splitlines()[-1].startswith("変化を見る: spots diff ")
    assert spots("run", run, "--out", tmp_path / "d", "--against", tmp_path).exit_code == 1
    assert not (tmp_path / "d").exists()


def test_json_is_alone_on_stdout_and_complete(tmp_path: Path) -> None:
    page = spots_json("run", write_job(tmp_path))
    assert {f["facility_id"]: f["state"] for f in page["facilities"]} == STATES
    assert [f["facility_id"] for f in page["facilities"]] == IDS
    tally = Counter(STATES.values())
    assert {k: v for k, v in page["counts"].items() if v and k in tally} == tally
    assert {f["name"] for f in page["files"]} == CONTRACT
    for entry in page["files"]:
        assert (tmp_path / "out" / entry["name"]).stat().st_size == entry["bytes"]
    oguni = page["facilities"][-1]
    assert oguni["nearest_id"] == "H1"
    assert oguni["reachable"] is True
    assert float(oguni["margin_min"]) == pytest.approx(float(oguni["travel_min"]) - 30, abs=0.02)
    assert oguni["criteria"] == [3]


def test_english_has_no_japanese_but_the_data(tmp_path: Path) -> None:
    done = spots("run", write_job(tmp_path), "--lang", "en")
    assert done.exit_code == 0
    assert foreign_words(done.output, files().values()) == []
    assert "designated" in done.stdout
    reasons = " ".join(row["state_reason"] for row in table(tmp_path / "out"))
    assert foreign_words(reasons, files().values()) == []


def test_the_run_file_says_the_language_and_the_option_overrules_it(tmp_path: Path) -> None:
    run = write_job(tmp_path, {"run.toml": RUN.replace("[run]", '[run]\nlang = "en"')})
    assert "designated" in spots("run", run, "--out", tmp_path / "a").stdout
    assert "設定" in spots("run", run, "--out", tmp_path / "b", "--lang", "ja").stdout


def test_undetermined_facilities_give_three_and_a_reason(tmp_path: Path) -> None:
    lost = HOSPITALS.replace("33.1210,131.1010", ",")
    run = write_job(tmp_path, {"hospitals.csv": lost})
    done = spots("run", run)
    assert done.exit_code == 3
    assert "判定不能 1 件: 位置が分からない" in done.stdout
    assert "  小国公立病院 [H3]: " in done.stdout
    assert done.stdout.splitlines()[-1] == f"理由を見る: spots explain {tmp_path / 'out'} H3"
    assert states(tmp_path / "out")["H3"] == "undetermined"
    assert {p.name for p in (tmp_path / "out").iterdir()} == CONTRACT
    page = spots_json("run", run, "--out", tmp_path / "again", code=3)
    assert page["counts"]["undetermined"] == 1


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    assert spots("run", run).exit_code == 0
    before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    done = spots("run", run)
    assert done.exit_code == 2
    assert "--force" in done.stderr
    assert done.stdout == ""
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before
    assert spots("run", run, "--force").exit_code == 0
    assert leftovers(tmp_path) == []


def test_force_never_takes_somebodys_own_files(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    spots("run", run)
    (tmp_path / "out" / "議事録.docx").write_bytes(b"mine")
    for out in (tmp_path / "out", tmp_path):
        done = spots("run", run, "--out", out, "--force")
        assert done.exit_code == 2
        assert "not-our-folder" in done.stderr
    assert (tmp_path / "out" / "議事録.docx").read_bytes() == b"mine"
    assert run.exists()


def test_a_failed_run_leaves_an_older_folder_as_it_is(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    spots("run", run)
    before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    (tmp_path / "clinics.csv").write_bytes(b"")
    assert spots("run", run, "--force").exit_code == 1
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before
    assert leftovers(tmp_path) == []


# --- new lists ------------------------------------------------------------------------------------

NEW = HEADER + "N1,新しい診療所,43424,熊本県阿蘇郡小国町1,33.1100,131.1100,\n"


@pytest.mark.parametrize("layer", ["へき地診療所", "②", "remote_clinic"])
def test_a_new_list_takes_the_place_of_the_layer_it_names(tmp_path: Path, layer: str) -> None:
    run = write_job(tmp_path, {"new.csv": NEW})
    out = tmp_path / "new"
    done = spots("run", run, "--facilities", f"{layer}={tmp_path / 'new.csv'}", "--out", out)
    assert done.exit_code == 0
    expected = {k: v for k, v in STATES.items() if k[0] != "C"} | {"N1": "designated"}
    assert states(out) == expected
    manifest = json.loads((out / "run.json").read_text("utf-8"))
    assert "new.csv" in {i["file"] for i in manifest["inputs"]}
    assert "clinics.csv" not in {i["file"] for i in manifest["inputs"]}


def test_a_list_with_types_takes_the_place_of_all_judged_layers(tmp_path: Path) -> None:
    head, *lines = HOSPITALS.splitlines()
    rows = [f"{head},種別", *(f"{line},③" for line in lines)]
    rows.append(CLINICS.splitlines()[1] + ",②①")
    (tmp_path / "all.csv").write_text("\n".join(rows), encoding="utf-8")
    done = spots("run", write_job(tmp_path), "--facilities", tmp_path / "all.csv")
    assert done.exit_code == 0
    assert states(tmp_path / "out") == {
        "B1": "not_met",  # 拠点病院 no more: only what the list says counts
        "H1": "not_met",
        "H2": "moot",
        "H3": "designated",
        "C1": "designated",
    }


def test_a_list_without_types_does_not_silently_take_all_places(tmp_path: Path) -> None:
    done = spots("run", write_job(tmp_path), "--facilities", tmp_path / "clinics.csv")
    assert done.exit_code == 1
    assert "type-column-missing" in done.stderr
    assert "レイヤの名前=ファイル" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("given", "code", "exit_code"),
    [
        (("山=clinics.csv",), "unknown-layer", 2),
        (("②=",), "layer-without-file", 2),
        (("②=a.csv", "へき地診療所=b.csv"), "layer-given-twice", 2),
        (("②=nowhere.csv",), "file-missing", 1),
    ],
)
def test_a_wrong_facilities_option(
    tmp_path: Path, given: tuple[str, ...], code: str, exit_code: int
) -> None:
    options = [part for text in given for part in ("--facilities", text)]
    done = spots("run", write_job(tmp_path), *options)
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert f"[{code}]" in done.stderr
    assert "--facilities" in done.stderr
    assert not (tmp_path / "out").exists()


# --- as a process ---------------------------------------------------------------------------------


def test_in_a_pipe_progress_is_silent_and_paths_start_from_the_run_file(tmp_path: Path) -> None:
    write_job(tmp_path / "job")
    done = spots_process("run", "job/run.toml", "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert "…" not in done.stderr
    assert len(done.stderr.splitlines()) == 1  # the count of notes
    assert json.loads(done.stdout)["counts"]["facilities"] == len(IDS)
    assert (tmp_path / "job" / "out").is_dir()


@pytest.mark.parametrize("encoding", ["cp932", "cp1252"])
def test_a_pipe_that_lacks_characters_gets_what_it_can_hold(
    small_folder: Path, encoding: str
) -> None:
    """Output to a file on Windows is CP932, which has no ``²``: no reason to fail."""
    done = spots_process(
        *("explain", "out", "B1"),
        cwd=small_folder.parent,
        environment={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        encoding=encoding,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert "B1" in done.stdout
    assert "km2" in done.stdout if encoding == "cp932" else "?" in done.stdout


def test_json_in_such_a_pipe_loses_nothing(small_folder: Path) -> None:
    done = spots_process(
        *("explain", "out", "B1", "--json"),
        cwd=small_folder.parent,
        environment={"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
        encoding="cp1252",
    )
    assert "そよう病院" in json.dumps(json.loads(done.stdout), ensure_ascii=False)


def test_a_reader_that_stops_reading_is_no_error(small_folder: Path) -> None:
    """``spots ... | head -1`` must not end in a traceback."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = spots_process("explain", "out", "B1", cwd=small_folder.parent, stdout=writer)
    finally:
        os.close(writer)
    assert "Traceback" not in done.stderr
