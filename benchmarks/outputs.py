"""What each output of a run costs to write, how large it is, and how smoothly the map pans.

    python benchmarks/outputs.py [FOLDER ...] [--repeats 5]

Without a folder the embedded sample is run, and made up to 300 facilities beside it; a folder is
that of an earlier `spots run`. Panning is measured in headless Chromium where it is installed
(software rendering, so compare only with other figures of the same run).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from measuring import Run, cpu_of, parser, report, seconds_of, table, timed

from groundfloor.problems import Lang
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs import load_result
from spots.outputs.folder import map_writer, report_writer, standard_writers
from spots.outputs.geopackage import write_geopackage
from spots.sample import sample_run_file
from spots.types import RunResult

MANY = 300
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
# Two and a half seconds of pans to and fro; returns milliseconds between frames.
PANNING = """async () => {
  const map = SpotsMap.map, frames = [];
  let last = performance.now(), going = true, step = 1;
  const tick = () => {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    if (going) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  for (const end = last + 2500; performance.now() < end; step = -step) {
    map.panBy([60 * step, 25 * step], { animate: true, duration: 0.22 });
    await new Promise((done) => setTimeout(done, 260));
  }
  going = false;
  return frames.sort((a, b) => a - b);
}"""


def sample() -> RunResult:
    """Run the embedded sample."""
    with sample_run_file() as path:
        return execute(read_run_file(path))


def multiplied(result: RunResult, count: int) -> RunResult:
    """Return the run with its judged facilities repeated under other ids, and their spots."""
    spots = {s.facility_id: s for s in result.spots}
    judged = [v for v in result.verdicts if v.travel is not None]
    verdicts, drawn = list(result.verdicts), list(result.spots)
    while len(verdicts) < count:
        old = judged[len(verdicts) % len(judged)]
        name = f"{old.facility.name}（{len(verdicts)}）"
        facility = replace(old.facility, id=f"copy-{len(verdicts)}", name=name)
        verdicts.append(replace(old, facility=facility))
        if old.facility.id in spots:
            drawn.append(replace(spots[old.facility.id], facility_id=facility.id, name=name))
    return replace(result, verdicts=tuple(verdicts), spots=tuple(drawn))


def writing(result: RunResult, folder: Path, repeats: int) -> list[list[object]]:
    """Return a row for each output: name, seconds, processor seconds, MB."""
    writers = {**standard_writers(), **map_writer(), **report_writer()}
    runs: dict[str, list[Run]] = {name: [] for name in (*writers, "spots.gpkg")}
    for _ in range(repeats):
        for name, writer in writers.items():
            made: list[str | bytes] = []
            runs[name].append(timed(lambda w=writer, m=made: m.append(w(result, Lang.JA))))
            content = made[0]
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        (folder / "spots.gpkg").unlink(missing_ok=True)
        package = folder / "spots.gpkg"
        runs["spots.gpkg"].append(timed(lambda p=package: write_geopackage(result, Lang.JA, p)))
    return [
        [name, seconds_of(r), cpu_of(r), (folder / name).stat().st_size / 1e6]
        for name, r in sorted(runs.items())
    ]


def panning(pages: Mapping[str, Path]) -> list[list[object]]:
    """Return a row for each page: name, seconds to open, median and 95th percentile of frames."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        return []
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of the test extra

    rows: list[list[object]] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for name, file in pages.items():
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.context.set_offline(True)
            opened = timed(lambda p=page, f=file: _open(p, f))
            frames = page.evaluate(PANNING)
            median, late = frames[len(frames) // 2], frames[int(len(frames) * 0.95)]
            rows.append([name, opened.seconds, median, late])
            page.close()
        browser.close()
    return rows


def _open(page: object, file: Path) -> None:
    page.goto(file.as_uri())  # type: ignore[attr-defined]
    page.wait_for_selector("body.ready")  # type: ignore[attr-defined]


def main() -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("folders", nargs="*", type=Path, help="Output folders of earlier runs.")
    options.add_argument("--repeats", type=int, default=5)
    asked = options.parse_args()
    repeats = 1 if asked.quick else asked.repeats
    runs = {folder.name: load_result(folder) for folder in asked.folders}
    if not runs:
        runs["sample"] = sample()
        if not asked.quick:
            runs[f"{MANY} facilities"] = multiplied(runs["sample"], MANY)
    with tempfile.TemporaryDirectory() as scratch:
        pages = {}
        for name, result in runs.items():
            folder = Path(scratch) / name.replace(" ", "-")
            folder.mkdir()
            rows = writing(result, folder, repeats)
            pages[name] = folder / "map.html"
            title = f"{name}: {len(result.verdicts)} facilities, {len(result.spots)} spots"
            text = table(["output", "s", "CPU s", "MB"], rows)
            report(title, text, {"rows": rows}, asked.json)
        frames = panning(pages)
        text = table(["map", "open s", "frame ms, median", "95 %"], frames)
        report("Panning", text, {"rows": frames}, asked.json)


if __name__ == "__main__":
    main()
