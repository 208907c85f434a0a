"""The notebook runs from top to bottom without a warning, and says what the library says.

It is run as a reader would run it, in a kernel of this interpreter, and once more on a machine
without a Japanese font. Its committed form holds no outputs, so that a run makes no diff.
"""

import html
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.sample import sample_run_file
from spots.telling.units import duration
from spots.types import RunResult, State, Truth
from tests.helpers.folders import ROOT

NOTEBOOK = ROOT / "notebooks" / "kumamoto.ipynb"
NO_JAPANESE_FONT = """
from matplotlib import font_manager
font_manager.fontManager.ttflist = [
    font for font in font_manager.fontManager.ttflist if font.name == "DejaVu Sans"
]
"""
# zmq needs a selector loop; on Windows, where asyncio has another, it says that it starts one.
pytestmark = pytest.mark.filterwarnings("ignore:Proactor event loop:RuntimeWarning")
Run = Callable[[NotebookNode], dict[str, NotebookNode]]


def committed() -> NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=nbformat.NO_CONVERT)


def with_first_cell(notebook: NotebookNode, source: str) -> NotebookNode:
    notebook.cells.insert(0, nbformat.v4.new_code_cell(source, id="test"))
    return notebook


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Execute a notebook and return its code cells by id, outputs and all."""

    def executed(notebook: NotebookNode) -> dict[str, NotebookNode]:
        folder = tmp_path_factory.mktemp("notebook")
        # Nobody's own kernels, start-up files or matplotlib settings take part.
        private = {
            name: str(folder / name.lower())
            for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
        }
        kept = {k: v for k, v in os.environ.items() if k not in {"MPLBACKEND", "MATPLOTLIBRC"}}
        client = NotebookClient(
            notebook,
            timeout=120,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
        )
        # Files that the notebook writes go to the test's folder; the code is this checkout's.
        client.execute(env={**kept, **private, "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)})
        return {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}

    return executed


@pytest.fixture(scope="module")
def cells(run: Run) -> dict[str, NotebookNode]:
    return run(with_first_cell(committed(), "import sys; print(sys.executable)"))


@pytest.fixture(scope="module")
def result() -> RunResult:
    with sample_run_file() as path:
        return execute(read_run_file(path))


def printed(cell: NotebookNode) -> str:
    return "".join(o.text for o in cell.outputs if o.output_type == "stream")


def displayed(cell: NotebookNode, mime: str) -> list[str]:
    return [o.data[mime] for o in cell.outputs if mime in o.get("data", {})]


def complaints(cells: dict[str, NotebookNode]) -> list[str]:
    return [
        f"{name}: {output.get('text') or output.get('evalue')}"
        for name, cell in cells.items()
        for output in cell.outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def test_runs_in_this_interpreter_without_errors_or_warnings(
    cells: dict[str, NotebookNode],
) -> None:
    assert printed(cells["test"]).strip() == sys.executable
    assert complaints(cells) == []
    assert all(cell.execution_count for cell in cells.values())


def test_counts_and_designated_facilities_are_the_library_s(
    cells: dict[str, NotebookNode], result: RunResult
) -> None:
    said = printed(cells["execute"])
    assert f"{len(result.verdicts)} facilities" in said
    for state in State:
        assert f"{sum(v.state is state for v in result.verdicts)} {state}" in said
    (table,) = displayed(cells["table"], "text/html")
    named = re.findall(r"<td>([^<]+(?:病院|診療所|センター))</td>\s*<td>[^<]+[市町村]</td>", table)
    assert named == [v.facility.name for v in result.verdicts if v.state is State.DESIGNATED]


def test_caveats_of_the_sample_are_printed(
    cells: dict[str, NotebookNode], result: RunResult
) -> None:
    assert len(result.settings.caveats) >= 2
    for caveat in result.settings.caveats:
        assert caveat.en in printed(cells["settings"])


@pytest.mark.parametrize("name", ["chart", "route-map", "cut-map", "map"])
def test_charts_and_maps_are_drawn(cells: dict[str, NotebookNode], name: str) -> None:
    (image,) = displayed(cells[name], "image/png")
    assert len(image) > 20_000  # an empty pair of axes is a few thousand characters


def test_another_search_finds_the_same_nearest_hospital(
    cells: dict[str, NotebookNode], result: RunResult
) -> None:
    travel = next(v.travel for v in result.verdicts if v.facility.name == "小国公立病院")
    assert travel is not None
    assert travel.travel_ms is not None
    (table,) = displayed(cells["check"], "text/html")
    first = re.findall(r"<td>(.*?)</td>", table)[:3]
    assert first == [
        travel.nearest_name,
        str(travel.travel_ms),
        duration(travel.travel_ms).en,
    ]


def test_most_travel_time_verdicts_turn_with_the_speeds(
    cells: dict[str, NotebookNode], result: RunResult
) -> None:
    said = printed(cells["speed-table"])
    found = re.match(r"(\d+) hospitals meet ③ at some speed; (\d+) verdicts turn", said)
    assert found, said
    sometimes, turning = map(int, found.groups())
    # Speeds a fifth off either way: the times in [24, 36) min are those that turn.
    times = [v.travel.travel_ms for v in result.verdicts if v.travel and v.travel.travel_ms]
    assert sometimes == sum(ms >= 24 * 60_000 for ms in times)
    assert turning == sum(24 * 60_000 <= ms < 36 * 60_000 for ms in times)
    assert turning > sometimes / 2  # as the text below the table says
    (table,) = displayed(cells["speed-table"], "text/html")
    assert "小国公立病院" in table


def test_assumptions_are_reported_as_the_run_found_them(
    cells: dict[str, NotebookNode], result: RunResult
) -> None:
    variants = [v.travel.variants for v in result.verdicts if v.travel]
    turning = sum(any(x.changes for x in each) for each in variants)
    assert printed(cells["variants"]).strip() == f"verdicts that turn: {turning}"
    assert any(x.truth is Truth.MET for each in variants for x in each)
    (table,) = displayed(cells["variants"], "text/html")
    assert "without hospitals of other prefectures" in table


def test_ledger_shows_the_part_in_the_shortage_area(
    cells: dict[str, NotebookNode], result: RunResult
) -> None:
    spot = next(s for s in result.spots if s.name == "八代市立下岳診療所")
    (table,) = displayed(cells["ledger"], "text/html")
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


def test_output_folder_is_written_outside_the_checkout(cells: dict[str, NotebookNode]) -> None:
    folder = Path(printed(cells["outputs"]).strip())
    assert ROOT not in folder.parents
    (table,) = displayed(cells["outputs"], "text/html")
    for name in ("map.html", "run.json", "spots.geojson", "spots.gpkg", "table.xlsx"):
        assert (folder / name).stat().st_size > 0
        assert name in table


def test_answers_tell_where_institutions_lie_and_what_a_minute_less_would_change(
    cells: dict[str, NotebookNode],
) -> None:
    located = printed(cells["locate"])
    assert "3 rows (inside a spot 2, in a shortage area 1, outside 0, undetermined 0)" in located
    assert "1 doubtful" in located
    compared = printed(cells["diff"])
    assert "verdict or spot changed: 2," in compared
    for name in ("天草市立牛深市民病院", "天草市立河浦病院"):
        assert f"- {name}\n    ③ is met now" in compared


def test_interactive_map_is_the_whole_page_in_a_frame(cells: dict[str, NotebookNode]) -> None:
    (shown,) = displayed(cells["interactive"], "text/html")
    found = re.search(r'<iframe srcdoc="([^"]*)"', shown)
    assert found
    page = html.unescape(found.group(1))
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert "小国公立病院" in page


def test_without_a_japanese_font_charts_say_ids_and_nothing_warns(run: Run) -> None:
    notebook = with_first_cell(committed(), NO_JAPANESE_FONT)
    drawing = {"test", "imports", "fonts", "job", "execute", "table", "chart"}
    drawing |= {"check", "layers", "route-map", "ledger", "cut-map", "map"}
    assert drawing <= {cell.id for cell in notebook.cells}
    notebook.cells = [cell for cell in notebook.cells if cell.id in drawing]
    cells = run(notebook)
    assert "none with Japanese" in printed(cells["fonts"])
    assert complaints(cells) == []  # matplotlib warns of every glyph that it cannot draw
    assert displayed(cells["map"], "image/png")


def test_a_cell_that_raises_fails_the_run(run: Run) -> None:
    notebook = with_first_cell(committed(), "raise RuntimeError('as a broken cell would')")
    del notebook.cells[1:]
    with pytest.raises(CellExecutionError, match="as a broken cell would"):
        run(notebook)


def test_committed_without_outputs_and_with_readable_ids() -> None:
    notebook = committed()
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
    text = NOTEBOOK.read_text("utf-8")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"
