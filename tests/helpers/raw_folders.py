"""A folder of raw files as an office has them: 熊本県 as squares, and a little of what lies around."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from pathlib import Path

from tests.helpers.small_job import AREAS, INDEX, LINKS, NODES, SQUARES


def outlines_of(prefecture: str) -> str:
    """Return the squares of one prefecture as N03 has them."""
    features = []
    for code, (name, town, (west, south, east, north)) in SQUARES.items():
        if code[:2] != prefecture:
            continue
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        features.append(
            {
                "type": "Feature",
                "properties": {"N03_001": name, "N03_004": town, "N03_007": code},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def bed_report(rows: int = 20) -> str:
    """Return hospitals of two prefectures, half of which call themselves 二次救急."""
    draw, page = random.Random(7), io.StringIO()  # noqa: S311 - places, no secrets
    table = csv.writer(page)
    table.writerow(["record_id", "name", "municipality", "niji", "longitude", "latitude", "pref"])
    towns = [(code, *square) for code, square in SQUARES.items()]
    for at in range(rows):
        code, _, town, (west, south, east, north) = towns[at % len(towns)]
        lon, lat = draw.uniform(west, east), draw.uniform(south, north)
        niji = "二次" if at % 4 else ""
        table.writerow([f"R{at}", f"第{at}病院", town, niji, f"{lon:.6f}", f"{lat:.6f}", code[:2]])
    return page.getvalue()


def clinics(count: int = 2) -> str:
    """Return a list of remote clinics as a colleague keeps it."""
    rows = ["医療機関名,市町村,緯度,経度"]
    rows += [f"第{n}へき地診療所,山都町,32.7{n},131.1{n}" for n in range(count)]
    return "\n".join(rows) + "\n"


def raw_folder(folder: Path) -> Path:
    """Write a folder of raw files: names that say little, folders, and zips."""
    (folder / "境界").mkdir(parents=True)
    with zipfile.ZipFile(folder / "境界" / "download.zip", "w") as packed:
        packed.writestr("N03-20240101_43.geojson", outlines_of("43"))
        packed.writestr("KS-META-N03-20240101_43.xml", "<meta/>")
    (folder / "境界" / "next door.json").write_text(outlines_of("40"), "utf-8")
    (folder / "表1.csv").write_bytes(AREAS.encode("cp932"))
    (folder / "医師偏在指標_2024-01.csv").write_text(INDEX, "utf-8-sig")
    (folder / "national.csv").write_text(bed_report(), "utf-8")
    (folder / "道路リンク.csv").write_text(LINKS, "utf-8")
    (folder / "道路地点.csv").write_text(NODES + "north,小国北,131.1,33.2\n", "utf-8")
    (folder / "メモ.pdf").write_bytes(b"%PDF-1.7 nothing")
    return folder
