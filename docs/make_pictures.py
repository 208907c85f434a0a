"""Take the README's pictures: run the embedded sample, open what came out, and photograph it.

    python docs/make_pictures.py              # all pictures, beside this file
    python docs/make_pictures.py map why      # some of them
    python docs/make_pictures.py --to DIR     # elsewhere

Needs the ``test`` extra, and for each kind of picture the program a reader would open it with:

=====================================  =====================================================
map, why, list, phone, sheet, change   Chromium (Debian package: chromium), fonts-noto-cjk
sheet, table, report                   poppler-utils
table                                  LibreOffice (libreoffice-calc)
layer                                  QGIS (python3-qgis, qgis-providers)
=====================================  =====================================================

A picture whose program is missing is skipped, and said so. Nothing is fetched: the maps are
without a network, so their background is the drawn one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps
from playwright.sync_api import Locator, Page, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from spots.sample import sample_run_file  # noqa: E402 - after the path is set

#: A spot by two criteria, one of them travel time, two minutes over the limit.
FACILITY = "球磨郡公立多良木病院"
DESKTOP = (1360, 880)
TALL = (1360, 1050)
PHONE = (390, 844)
OFFLINE = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
#: Colours kept in a picture: text stays sharp, and files are a quarter as large.
COLOURS = 256
FRAME = "#b9bec6"
SETTLED_MS = 1200


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the sample's outputs lie, a folder for things by the way, and where pictures go."""

    run: Path
    later: Path
    work: Path
    to: Path

    def save(self, name: str, image: Image.Image) -> None:
        """Write a picture with few colours."""
        path = self.to / f"{name}.png"
        # Of rare colours too: a symbol is few pixels, but its colour means something.
        small = image.convert("RGB").quantize(
            COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE
        )
        small.save(path, optimize=True)
        print(f"{path}  {image.width}x{image.height}  {path.stat().st_size:,} B")


def program(*names: str) -> str:
    """Return the path of the first of some programs; the picture is skipped without one."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise LookupError(f"{names[0]} is not installed")
    return found


def spots(*words: object) -> None:
    """Give a command as a reader would."""
    command = [sys.executable, str(ROOT / "cli.py"), *map(str, words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def page_of(file: Path, width: int, height: int, *, touch: bool = False) -> Iterator[Page]:
    """Open a page in headless Chromium without a network."""
    chromium = program("chromium", "chromium-browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=OFFLINE)
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="ja-JP",
            offline=True,
            has_touch=touch,
            is_mobile=touch,
            device_scale_factor=2 if touch else 1,
        )
        page = context.new_page()
        page.goto(file.as_uri())
        page.wait_for_selector("body.ready")
        page.wait_for_timeout(SETTLED_MS)
        yield page
        browser.close()


def shot(page: Page, desk: Desk, name: str) -> Image.Image:
    """Photograph a page."""
    page.wait_for_timeout(SETTLED_MS)
    path = desk.work / f"{name}.png"
    page.screenshot(path=path)
    return Image.open(path).convert("RGB")


def go_to(page: Page, name: str) -> None:
    """Find a facility as a reader does, by the search field, and wait until the map is there."""
    page.get_by_role("combobox").fill(name)
    page.wait_for_selector("#search-hits .hit")
    page.wait_for_timeout(SETTLED_MS)
    page.keyboard.press("Enter")
    page.wait_for_selector(".side-why .card")
    page.wait_for_timeout(2 * SETTLED_MS)


def press(button: Locator) -> None:
    """Press without the pointer: the panel may scroll while its content changes."""
    button.evaluate("element => element.click()")


def open_with_ways(page: Page) -> None:
    """Ask why of a spot, draw the ways to the nearest three, and show them all."""
    go_to(page, FACILITY)
    for section in ("要件ごと", "最も近い", "区域", "施設"):  # closed: the rest then fits
        press(page.locator(".card summary", has_text=section).first)
    hidden = page.locator(".way-button[aria-pressed=false]")
    while hidden.count():
        press(hidden.first)
    page.evaluate("void SpotsMap.map.setZoom(10.5, {animate: false})")
    page.mouse.move(0, 0)
    page.wait_for_timeout(SETTLED_MS)
    page.wait_for_selector(".side-why .card")


def pages_of(desk: Desk, pdf: Path, dpi: int, *numbers: int) -> list[Image.Image]:
    """Draw pages of a PDF."""
    tool = program("pdftoppm")
    drawn = []
    for number in numbers:
        stem = desk.work / f"{pdf.stem}-{number}"
        ends = ("-f", str(number), "-l", str(number))
        command = [tool, "-r", str(dpi), *ends, "-png", "-singlefile", str(pdf), str(stem)]
        subprocess.run(command, check=True)
        drawn.append(Image.open(stem.with_suffix(".png")).convert("RGB"))
    return drawn


def side_by_side(images: Sequence[Image.Image], gap: int = 16) -> Image.Image:
    """Lay pictures beside each other on white, each in a thin frame."""
    framed = [ImageOps.expand(image, border=1, fill=FRAME) for image in images]
    width = sum(image.width for image in framed) + gap * (len(framed) - 1)
    board = Image.new("RGB", (width, max(image.height for image in framed)), "white")
    left = 0
    for image in framed:
        board.paste(image, (left, 0))
        left += image.width + gap
    return board


def take_map(desk: Desk) -> None:
    """Take the map on a desktop, as it opens."""
    with page_of(desk.run / "map.html", *DESKTOP) as page:
        desk.save("map", shot(page, desk, "map"))


def take_list(desk: Desk) -> None:
    """Take the list beside the map, the farthest from another hospital first."""
    with page_of(desk.run / "map.html", *DESKTOP) as page:
        page.locator("#tab-list").click()
        for _ in ("up", "down"):
            page.get_by_role("button", name="所要時間").click()
        page.locator(".home").click()
        page.mouse.move(0, 0)
        desk.save("list", shot(page, desk, "list"))


def take_why(desk: Desk) -> None:
    """Take the answers of a click: why this spot, with ways drawn, and what is known of a place."""
    with page_of(desk.run / "map.html", *TALL) as page:
        open_with_ways(page)
        spot = shot(page, desk, "spot").crop((TALL[0] - 860, 112, *TALL))
    with page_of(desk.run / "map.html", *TALL) as page:
        go_to(page, "小国公立病院")
        page.keyboard.press("Escape")
        page.evaluate("void SpotsMap.map.setView([33.12, 130.93], 11.5, {animate: false})")
        page.get_by_role("button", name="地点を調べる").click()
        page.wait_for_timeout(SETTLED_MS)
        at = page.evaluate(
            "() => { const box = SpotsMap.map.getContainer().getBoundingClientRect(),"
            " p = SpotsMap.map.latLngToContainerPoint([33.1, 131.068]);"
            " return [box.left + p.x, box.top + p.y]; }"
        )
        page.mouse.click(*at)
        page.mouse.move(0, 0)
        place = shot(page, desk, "place").crop((TALL[0] - 860, 112, *TALL))
    desk.save("why", side_by_side([spot, place]))


def take_phone(desk: Desk) -> None:
    """Take the map on a phone: as it opens, why, and the legend."""
    seen = []
    for state in ("opened", "why", "legend"):
        with page_of(desk.run / "map.html", *PHONE, touch=True) as page:
            if state == "why":
                go_to(page, FACILITY)
            elif state == "legend":
                page.locator("#tab-layers").click()
            seen.append(shot(page, desk, "phone").resize(PHONE, Image.Resampling.LANCZOS))
    desk.save("phone", side_by_side(seen))


def take_sheet(desk: Desk) -> None:
    """Take the map that the browser prints on A3."""
    pdf = desk.work / "sheet.pdf"
    program("pdftoppm")
    with page_of(desk.run / "map.html", *DESKTOP) as page:
        page.evaluate("SpotsMap.sheet.choose('a3')")
        page.pdf(path=pdf, prefer_css_page_size=True)
    desk.save("sheet", side_by_side(pages_of(desk, pdf, 84, 1)))


def take_change(desk: Desk) -> None:
    """Take the page that compares two runs."""
    spots("diff", desk.run, desk.later, "--out", desk.work / "diff")
    with page_of(desk.work / "diff" / "diff.html", *DESKTOP) as page:
        desk.save("change", shot(page, desk, "change"))


def take_table(desk: Desk) -> None:
    """Take the workbook's 別表, as LibreOffice prints it."""
    office = program("soffice", "libreoffice")
    profile = f"-env:UserInstallation={(desk.work / 'office').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(desk.work)]
    subprocess.run([*command, str(desk.run / "table.xlsx")], check=True, capture_output=True)
    (first,) = pages_of(desk, desk.work / "table.pdf", 110, 1)
    desk.save("table", side_by_side([first]))


def take_report(desk: Desk) -> None:
    """Take three pages of the report: cover, map, and a facility judged on travel time."""
    pdf = desk.run / "report.pdf"
    text = subprocess.run(
        [program("pdftotext"), "-layout", str(pdf), "-"], check=True, capture_output=True
    ).stdout.decode()
    about = [n for n, page in enumerate(text.split("\f"), start=1) if FACILITY in page]
    desk.save("report", side_by_side(pages_of(desk, pdf, 66, 1, 2, about[-1])))


DRAW = """
import os, sys
from qgis.core import *
from qgis.PyQt.QtCore import QSize
app = QgsApplication([], False)
app.initQgis()
project = QgsProject.instance()
assert project.read(f"geopackage:{sys.argv[1]}?projectName=spots"), project.error()
settings = QgsMapSettings()
shown = [node.layer() for node in project.layerTreeRoot().findLayers() if node.isVisible()]
settings.setLayers(shown)
settings.setOutputSize(QSize(1200, 900))
settings.setOutputDpi(110)
settings.setBackgroundColor(project.backgroundColor())
settings.setDestinationCrs(project.crs())
settings.setExtent(project.viewSettings().defaultViewExtent())
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
assert not job.errors()
job.renderedImage().save(sys.argv[2])
sys.stdout.flush()
os._exit(0)
"""


def take_layer(desk: Desk) -> None:
    """Take the GeoPackage's own project, drawn by QGIS."""
    python = shutil.which("python3", path="/usr/bin") or program("python3")
    mine = {"GDAL_DATA", "PROJ_LIB", "PROJ_DATA", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}
    env = {k: v for k, v in os.environ.items() if k not in mine}
    env |= {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(desk.work)}
    probe = [python, "-c", "import qgis.core"]
    if subprocess.run(probe, env=env, capture_output=True, check=False).returncode:
        raise LookupError("QGIS (python3-qgis) is not installed")
    image = desk.work / "layer.png"
    command = [python, "-c", DRAW, str(desk.run / "spots.gpkg"), str(image)]
    subprocess.run(command, env=env, check=True)
    desk.save("layer", side_by_side([Image.open(image).convert("RGB")]))


PICTURES: dict[str, Callable[[Desk], None]] = {
    "map": take_map,
    "why": take_why,
    "list": take_list,
    "phone": take_phone,
    "sheet": take_sheet,
    "change": take_change,
    "table": take_table,
    "report": take_report,
    "layer": take_layer,
}


def later_run(work: Path) -> Path:
    """Run the sample as of a later day: one clinic has closed, and 25 minutes are enough."""
    folder = work / "later"
    with sample_run_file() as path:
        shutil.copytree(path.parent, folder)
    clinics = folder / "remote_clinics.csv"
    lines = clinics.read_text("utf-8").splitlines(keepends=True)
    clinics.write_text("".join(line for line in lines if "五木村" not in line), "utf-8")
    file = folder / "run.toml"
    text = file.read_text("utf-8")
    preset = 'preset = "kumamoto"\n'
    changed = f"{preset}[policy.override.criterion.3]\nthreshold_min = 25\n"
    file.write_text(text.replace(preset, changed), "utf-8")
    spots("run", file, "--out", work / "after")
    return work / "after"


def main() -> None:
    """Run the sample and take the pictures asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pictures", nargs="*", metavar="PICTURE", help=", ".join(PICTURES))
    parser.add_argument("--to", type=Path, default=HERE, metavar="DIR")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.pictures) - set(PICTURES)):
        parser.error(f"no such picture: {', '.join(unknown)}")
    names = asked.pictures or list(PICTURES)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        spots("demo", "--out", work / "demo")
        later = later_run(work) if "change" in names else work
        desk = Desk(work / "demo", later, work, asked.to)
        for name in names:
            try:
                PICTURES[name](desk)
            except LookupError as missing:
                print(f"{name}: skipped, {missing}")


if __name__ == "__main__":
    main()
