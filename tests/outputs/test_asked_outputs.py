"""What a run is asked to write beside its verdicts, and what is left aside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import spots as package
from groundfloor.problems import Lang, UsageError
from spots.library.output_arguments import output_choice
from spots.outputs import load_result, write_folder
from spots.outputs.asked_outputs import asked_outputs, not_asked_for, with_outputs
from spots.types import OptionalOutput, OutputChoice
from tests.helpers.cli_runs import spots
from tests.helpers.fabricated import fabricated_result
from tests.helpers.small_job import RUN, write_job

VERDICTS = {"evidence.json", "facilities.csv", "facilities.geojson", "run.json", "spots.geojson"}
PDF = "report.pdf"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def manifest(folder: Path) -> dict[str, object]:
    page: dict[str, object] = json.loads((folder / "run.json").read_text("utf-8"))
    return page


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the result of the small job without map and report, beside its inputs."""
    asked = RUN.replace("[run]", '[run]\noutputs = ["ブック"]')
    run = write_job(tmp_path_factory.mktemp("without"), {"run.toml": asked})
    assert spots("run", run).exit_code == 0
    return run.parent / "out"


def test_a_run_file_says_what_is_written(without: Path) -> None:
    assert names(without) == VERDICTS | {"table.xlsx"}
    page = manifest(without)
    assert page["missing"] == []
    assert set(page["not_asked_for"]) == {  # type: ignore[call-overload]
        *("map.html", PDF, "spots.gpkg", "spots_dissolved.geojson", "routes.geojson")
    }


def test_a_replay_writes_the_same_files(without: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert spots("run", without / "run.json", "--out", again).exit_code == 0
    assert names(again) == names(without)
    for name in names(again) - {"run.json"}:
        assert (again / name).read_bytes() == (without / name).read_bytes()


def test_a_replay_may_be_asked_for_more(without: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    done = spots("run", without / "run.json", "--out", more, "--outputs", "dissolved,routes")
    assert done.exit_code == 0
    assert names(more) == VERDICTS | {"spots_dissolved.geojson", "routes.geojson"}


def test_the_report_is_made_later_and_is_the_same(
    small_folder: Path, without: Path, tmp_path: Path
) -> None:
    assert spots("report", without, "--out", tmp_path / "later.pdf").exit_code == 0
    assert (tmp_path / "later.pdf").read_bytes() == (small_folder / PDF).read_bytes()


@pytest.mark.parametrize("command", ["explain", "diff", "map", "export", "locate"])
def test_what_works_on_folders_needs_none_of_it(
    command: str, small_folder: Path, without: Path, tmp_path: Path
) -> None:
    asked: dict[str, tuple[object, ...]] = {
        "explain": (without, "小国公立病院"),
        "diff": (small_folder, without, "--json"),
        "map": (without, "--out", tmp_path / "map.html"),
        "export": (without, "--format", "flatgeobuf", "--out", tmp_path / "layers"),
        "locate": (without, without.parent / "hospitals.csv"),
    }
    done = spots(command, *asked[command])
    assert done.exit_code == 0, done.output
    if command == "diff":
        assert json.loads(done.stdout)["same"] is True


def test_options_say_it_for_one_run(without: Path, tmp_path: Path) -> None:
    run = without.parent / "run.toml"
    out = tmp_path / "out"
    assert (
        spots("run", run, "--out", out, "--outputs", "別表、報告書", "--no-report").exit_code == 0
    )
    assert names(out) == VERDICTS | {"table.xlsx"}
    assert manifest(out)["job"]["settings"]["run"]["outputs"] == ["workbook"]  # type: ignore[index]


def test_a_batch_without_reports(without: Path, tmp_path: Path) -> None:
    run = without.parent / "plain.toml"
    run.write_text(RUN, encoding="utf-8")
    done = spots("batch", run, "--out", tmp_path / "b", "--outputs", "none", "--no-report")
    assert done.exit_code == 0
    assert names(tmp_path / "b" / "plain") == VERDICTS


def test_notes_are_not_looked_for_in_a_workbook_that_is_not_there(
    without: Path, tmp_path: Path
) -> None:
    run = without.parent / "run.toml"
    done = spots("run", run, "--out", tmp_path / "out", "--outputs", "none")
    assert "table.xlsx" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    "written", ['["pdf-file"]', '"evidence"', "[1]", "true", '["map", "nothing"]']
)
def test_a_word_that_calls_no_output_is_an_error(
    without: Path, tmp_path: Path, written: str
) -> None:
    done = spots("run", without.parent / "run.toml", "--set", f"run.outputs={written}")
    assert done.exit_code == 2
    assert "outputs" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_word_of_an_option_likewise(tmp_path: Path) -> None:
    done = spots("demo", "--out", tmp_path / "out", "--outputs", "map,pictures")
    assert done.exit_code == 2
    assert "pictures" in done.stderr
    assert not (tmp_path / "out").exists()


# --- in Python


def test_what_every_run_writes_is_not_said_anywhere() -> None:
    result = fabricated_result()
    assert asked_outputs(result) == tuple(OptionalOutput)
    assert with_outputs(result, OptionalOutput) is result
    assert list(not_asked_for(result)) == []


def test_a_choice_stays_with_the_result(tmp_path: Path) -> None:
    result = fabricated_result()
    write_folder(result, tmp_path / "one", outputs=[OptionalOutput.ROUTES])
    assert names(tmp_path / "one") == VERDICTS | {"routes.geojson"}
    package.read_result(tmp_path / "one").write(tmp_path / "two")
    assert names(tmp_path / "two") == names(tmp_path / "one")
    package.read_result(tmp_path / "one").write(tmp_path / "three", outputs="別表")
    assert names(tmp_path / "three") == VERDICTS | {"table.xlsx"}
    assert asked_outputs(load_result(tmp_path / "three")) == (OptionalOutput.WORKBOOK,)


def test_all_again_is_as_if_nothing_was_said() -> None:
    result = fabricated_result()
    again = with_outputs(with_outputs(result, ()), OptionalOutput)
    assert asked_outputs(again) == tuple(OptionalOutput)
    assert "outputs" not in str(again.job)


@pytest.mark.parametrize(
    ("words", "only"),
    [
        (None, None),
        ("none", ()),
        ([], ()),
        ("spots.gpkg、HTML", (OptionalOutput.MAP, OptionalOutput.GEOPACKAGE)),
        (["report.pdf"], (OptionalOutput.REPORT,)),
    ],
)
def test_words_of_outputs(
    words: str | list[str] | None, only: tuple[OptionalOutput, ...] | None
) -> None:
    assert output_choice(words).only == only


@pytest.mark.parametrize("words", ["", "maps,", ["evidence.json"]])
def test_words_that_call_nothing(words: str | list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        output_choice(words)
    assert "--outputs" in caught.value.render(Lang.EN)


def test_a_choice_keeps_the_order_of_the_kinds() -> None:
    asked = (OptionalOutput.ROUTES, OptionalOutput.MAP)
    assert OutputChoice().of(asked) == (OptionalOutput.MAP, OptionalOutput.ROUTES)
    assert OutputChoice(without=(OptionalOutput.MAP,)).of(asked) == (OptionalOutput.ROUTES,)
