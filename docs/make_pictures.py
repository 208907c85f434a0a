"""Take the README's pictures of the sample's map in headless Chromium, without a network.

    python docs/make_pictures.py

Needs Chromium and the ``test`` extra. Writes ``map.png`` and ``why.png`` beside itself.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from spots.job import execute  # noqa: E402 - after the path is set
from spots.map import render_map  # noqa: E402
from spots.runfile import read_run_file  # noqa: E402
from spots.sample import sample_run_file  # noqa: E402

OFFLINE = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def main() -> None:
    """Draw the sample's map, open the popup of one spot, and save the picture."""
    with sample_run_file() as path:
        result = execute(read_run_file(path))
    oguni = next(v.facility.id for v in result.verdicts if v.facility.name == "小国公立病院")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        page_file = Path(folder) / "map.html"
        page_file.write_text(render_map(result), encoding="utf-8")
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=OFFLINE)
        page = browser.new_page(viewport={"width": 1360, "height": 880})
        page.context.set_offline(True)
        page.goto(page_file.as_uri())
        page.wait_for_timeout(1500)
        page.screenshot(path=HERE / "map.png")
        page.evaluate("id => SpotsMap.layers.markers[id].openPopup()", oguni)
        page.wait_for_timeout(1500)
        page.screenshot(
            path=HERE / "why.png", clip={"x": 400, "y": 110, "width": 640, "height": 770}
        )
        browser.close()


if __name__ == "__main__":
    main()
