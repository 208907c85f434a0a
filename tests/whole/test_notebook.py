"""The notebooks run from top to bottom without a warning, and say what the library says.

They are run as a reader would run them, in a kernel of this interpreter, on a computer without a
Japanese font of its own. Their committed form holds no outputs, so that a run makes no diff.
"""

import html
import json
import os
import re
import sys
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.sample import sample_run_file
from spots.types import RunResult, State
from tests.helpers.folders import ROOT
from tests.helpers.postgres import running

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
FIRST_CELL = """
import sys
from matplotlib import font_manager
font_manager.fontManager.ttflist = [
    font for font in font_manager.fontManager.ttflist if font.name == "DejaVu Sans"
]
print(sys.executable)
"""
#: Of the reader, and no business of the notebooks here.
OWN_SETTINGS = {"MPLBACKEND", "MATPLOTLIBRC", "SPOTS_POSTGIS"}
# zmq needs a selector loop; on Windows, where asyncio has another, it says that it starts one.
pytestmark = [
    pytest.mark.slow,  # a kernel for each run
    pytest.mark.filterwarnings("ignore:Proactor event loop:RuntimeWarning"),
]
Cells = dict[str, NotebookNode]


def committed(name: str) -> NotebookNode:
    path = ROOT / "notebooks" / f"{name}.ipynb"
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def run(notebook: NotebookNode, folder: Path, **settings: str) -> Cells:
    """Execute a notebook and return its code cells by id, outputs and all."""
    # Nobody's own kernels, start-up files or matplotlib settings take part.
    private = {
        name: str(folder / name.lower())
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
    }
    kept = {k: v for k, v in os.environ.items() if k not in OWN_SETTINGS}
    client = NotebookClient(
        notebook,
        timeout=240,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    # Files that the notebook writes go to the test's folder; the code is this checkout's.
    given = {**kept, **private, "TMPDIR": str(folder), "PYTHONPATH": str(ROOT), **settings}
    client.execute(env=given)
    return {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}


def with_first_cell(notebook: NotebookNode, source: str) -> NotebookNode:
    notebook.cells.insert(0, nbformat.v4.new_code_cell(source, id="test"))
    return notebook


def with_cells(notebook: NotebookNode, ids: Collection[str]) -> NotebookNode:
    assert set(ids) <= {cell.id for cell in notebook.cells}
    notebook.cells = [cell for cell in notebook.cells if cell.id in ids]
    return notebook


def packaged() -> set[str]:
    """Return what lies in the sample's folder of the package, which notebooks only read."""
    with sample_run_file() as path:
        return {each.name for each in path.parent.iterdir()}


@pytest.fixture(scope="module")
def before() -> set[str]:
    return packaged()


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory, before: set[str]) -> Callable[[str], Cells]:
    """Return the executed cells of a notebook; each is run once."""
    assert before

    @cache
    def cells(name: str) -> Cells:
        return run(with_first_cell(committed(name), FIRST_CELL), tmp_path_factory.mktemp(name))

    return cells


@pytest.fixture(scope="module")
def tour(executed: Callable[[str], Cells]) -> Cells:
    return executed("kumamoto")


@pytest.fixture(scope="module")
def result() -> RunResult:
    with sample_run_file() as path:
        return execute(read_run_file(path))


def printed(cell: NotebookNode) -> str:
    return "".join(o.text for o in cell.outputs if o.output_type == "stream")


def displayed(cell: NotebookNode, mime: str) -> list[str]:
    return [o.data[mime] for o in cell.outputs if mime in o.get("data", {})]


def complaints(cells: Cells) -> list[str]:
    return [
        f"{name}: {output.get('text') or output.get('evalue')}"
        for name, cell in cells.items()
        for output in cell.outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


# --- every notebook


@pytest.mark.parametrize("name", NAMES)
def test_runs_in_this_interpreter_without_errors_or_warnings(
    executed: Callable[[str], Cells], name: str
) -> None:
    cells = executed(name)
    assert printed(cells["test"]).strip() == sys.executable
    assert complaints(cells) == []  # matplotlib warns of every glyph that it cannot draw
    assert all(cell.execution_count for cell in cells.values())


@pytest.mark.parametrize("name", NAMES)
def test_charts_and_maps_are_drawn(executed: Callable[[str], Cells], name: str) -> None:
    cells = executed(name)
    drawing = {i: cell for i, cell in cells.items() if "plt.subplots" in cell.source}
    assert drawing
    for cell in drawing.values():
        (image,) = displayed(cell, "image/png")
        assert len(image) > 20_000  # an empty pair of axes is a few thousand characters


@pytest.mark.parametrize("name", NAMES)
def test_committed_without_outputs_and_with_readable_ids(name: str) -> None:
    notebook = committed(name)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    for cell in notebook.cells:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cell.id)
        assert cell.metadata == {}
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    text = (ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_only_the_face_of_the_package_is_used(name: str) -> None:
    sources = [cell.source for cell in committed(name).cells if cell.cell_type == "code"]
    ours = r"^\s*(?:from|import) ((?:spots|networks|boundaries|groundfloor)\S*.*)$"
    assert re.findall(ours, "\n".join(sources), re.MULTILINE) == ["spots as ss"]


def test_notebooks_name_each_other_and_nobody_else() -> None:
    for name in NAMES:
        text = "\n".join(cell.source for cell in committed(name).cells)
        assert set(re.findall(r"(\w+)\.ipynb", text)) <= set(NAMES)


def test_a_cell_that_raises_fails_the_run(tmp_path: Path) -> None:
    notebook = with_first_cell(
        committed("kumamoto"), "raise RuntimeError('as a broken cell would')"
    )
    del notebook.cells[1:]
    with pytest.raises(CellExecutionError, match="as a broken cell would"):
        run(notebook, tmp_path)


def test_nothing_is_written_into_the_package(
    executed: Callable[[str], Cells], before: set[str]
) -> None:
    for name in NAMES:
        executed(name)
    assert packaged() == before


# --- what single notebooks say


def test_osmnx_times_are_networkx_s(executed: Callable[[str], Cells]) -> None:
    cells = executed("thirty_minutes")
    assert "assert_frame_equal" in cells["equal"].source
    assert printed(cells["equal"]) == "1,560 pairs, every one equal to the millisecond\n"


def test_a_cell_of_the_grid_is_a_whole_run(executed: Callable[[str], Cells]) -> None:
    cells = executed("what_if")
    assert "len(sweep) == 200" in cells["sweep"].source
    assert printed(cells["cell"]) == "the same states, the same milliseconds, the same polygons\n"
    (table,) = displayed(cells["compare"], "text/html")
    assert "阿蘇立野病院" in table


def test_a_dirty_list_is_told_and_never_guessed(executed: Callable[[str], Cells]) -> None:
    cells = executed("clean_list")
    (table,) = displayed(cells["problems"], "text/html")
    for code in ("swapped-coordinates", "zero-coordinates", "no-coordinates"):
        assert code in table
    assert "5 undetermined" in displayed(cells["judge"], "text/plain")[0]
    assert "89 of 94 decided, every one as with the clean lists" in printed(cells["same"])


def test_a_rule_by_hand_is_the_policy_s(executed: Callable[[str], Cells]) -> None:
    cells = executed("own_rule")
    by_hand, by_policy = re.findall(r"([\d.]+) km²", printed(cells["equal"]))
    assert by_hand == by_policy
    assert "undetermined" in printed(cells["open"])


def test_how_sure_skips_postgis_with_a_word(executed: Callable[[str], Cells]) -> None:
    cells = executed("how_sure")
    assert printed(cells["postgis"]) == "SPOTS_POSTGIS is not set: skipped\n"
    assert cells["postgis-back"].outputs == []
    (layers,) = displayed(cells["qgis"], "text/html")
    assert "how_sure" in layers


def test_how_sure_ends_in_postgis(tmp_path: Path) -> None:
    notebook = committed("how_sure")
    code = [cell.id for cell in notebook.cells if cell.cell_type == "code"]
    not_asked = {"chart", "map", "excel", "qgis", "whole"}
    with running() as server:
        kept = with_cells(notebook, [each for each in code if each not in not_asked])
        cells = run(kept, tmp_path, SPOTS_POSTGIS=server.create("notebook"))
    assert complaints(cells) == []
    assert "'facilities': 94" in printed(cells["postgis"])
    assert printed(cells["postgis-back"]) == "94 facilities read back, every state as it was\n"


# --- the tour


def test_counts_and_designated_facilities_are_the_library_s(tour: Cells, result: RunResult) -> None:
    said = printed(tour["execute"])
    assert f"{len(result.verdicts)} facilities" in said
    for state in State:
        assert f"{sum(v.state is state for v in result.verdicts)} {state}" in said
    (table,) = displayed(tour["table"], "text/html")
    named = re.findall(r"<td>([^<]+(?:病院|診療所|センター))</td>\s*<td>[^<]+[市町村]</td>", table)
    assert named == [v.facility.name for v in result.verdicts if v.state is State.DESIGNATED]


def test_caveats_of_the_sample_are_printed(tour: Cells, result: RunResult) -> None:
    assert len(result.settings.caveats) >= 2
    for caveat in result.settings.caveats:
        assert caveat.en in printed(tour["settings"])


def test_another_search_finds_the_same_nearest_hospital(tour: Cells, result: RunResult) -> None:
    travel = next(v.travel for v in result.verdicts if v.facility.name == "小国公立病院")
    assert travel is not None
    assert travel.travel_ms is not None
    (table,) = displayed(tour["check"], "text/html")
    first = re.findall(r"<td>(.*?)</td>", table)[:3]
    assert first == [
        travel.nearest_name,
        str(travel.travel_ms),
        f"{travel.travel_ms / 60_000:.2f}",
    ]


def test_most_travel_time_verdicts_turn_with_the_speeds(tour: Cells, result: RunResult) -> None:
    said = printed(tour["speed-table"])
    found = re.match(r"(\d+) hospitals meet ③ at some speed; (\d+) verdicts turn", said)
    assert found, said
    sometimes, turning = map(int, found.groups())
    # Speeds a fifth off either way: the times in [24, 36) min are those that turn.
    times = [v.travel.travel_ms for v in result.verdicts if v.travel and v.travel.travel_ms]
    assert sometimes == sum(ms >= 24 * 60_000 for ms in times)
    assert turning == sum(24 * 60_000 <= ms < 36 * 60_000 for ms in times)
    assert turning > sometimes / 2  # as the text below the table says
    (table,) = displayed(tour["speed-table"], "text/html")
    assert "小国公立病院" in table


def test_assumptions_are_reported_as_the_run_found_them(tour: Cells, result: RunResult) -> None:
    travels = [v.travel for v in result.verdicts if v.travel]
    turning = sum(any(x.changes for x in each.variants) for each in travels)
    assert printed(tour["variants"]).strip() == f"verdicts that turn: {turning}"
    otherwise = {
        v.facility.name
        for v in result.verdicts
        if v.travel and any(x.nearest_id != v.travel.nearest_id for x in v.travel.variants)
    }
    (table,) = displayed(tour["variants"], "text/html")
    assert "neighbours_min" in table
    assert set(re.findall(r"<td>([^<]+(?:病院|診療所|センター))</td>", table)) == otherwise


def test_ledger_shows_the_part_in_the_shortage_area(tour: Cells, result: RunResult) -> None:
    spot = next(s for s in result.spots if s.name == "八代市立下岳診療所")
    (table,) = displayed(tour["ledger"], "text/html")
    last = spot.ledger[-1]
    assert last.step == "shortage_areas"
    assert last.removed_km2 > 1
    for value in (last.removed_km2, last.remaining_km2):
        assert f"<td>{value:.3f}</td>" in table


def test_what_the_prose_tells_of_single_hospitals_is_so(result: RunResult) -> None:
    by_name = {v.facility.name: v for v in result.verdicts}
    for name in ("山都町包括医療センターそよう病院", "阿蘇医療センター"):
        assert (by_name[name].state, by_name[name].criteria) == (State.DESIGNATED, (1,))
    assert by_name["小国公立病院"].criteria == (3,)
    misumi = by_name["済生会みすみ病院"]
    assert (misumi.state, misumi.criteria) == (State.MOOT, (3,))
    for name in ("天草市立牛深市民病院", "天草市立河浦病院"):
        travel = by_name[name].travel
        assert travel is not None
        assert travel.margin_ms is not None
        assert -9_000 < travel.margin_ms <= -8_000  # "eight seconds short"
    assert all(v.travel.reachable for v in result.verdicts if v.travel)


def test_output_folder_is_written_outside_the_checkout(tour: Cells) -> None:
    folder = Path(printed(tour["outputs"]).strip())
    assert ROOT not in folder.parents
    (table,) = displayed(tour["outputs"], "text/html")
    for name in ("map.html", "run.json", "spots.geojson", "spots.gpkg", "table.xlsx"):
        assert (folder / name).stat().st_size > 0
        assert name in table


def test_answers_tell_where_institutions_lie_and_what_a_minute_less_would_change(
    tour: Cells,
) -> None:
    (located,) = displayed(tour["locate"], "text/html")
    assert re.findall(r"<td>(inside_spot|in_shortage_area|outside)</td>", located) == [
        "inside_spot",
        "inside_spot",
        "in_shortage_area",
    ]
    assert re.findall(r"<td>(True|False)</td>", located) == ["False", "True", "False"]
    compared = printed(tour["diff"])
    assert "verdict or spot changed: 2," in compared
    for name in ("天草市立牛深市民病院", "天草市立河浦病院"):
        assert f"- {name}\n    ③ is met now" in compared


def test_interactive_map_is_the_whole_page_in_a_frame(tour: Cells) -> None:
    (shown,) = displayed(tour["interactive"], "text/html")
    found = re.search(r'<iframe srcdoc="([^"]*)"', shown)
    assert found
    page = html.unescape(found.group(1))
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert "小国公立病院" in page
