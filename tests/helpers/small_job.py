"""A whole job small enough to run in a blink: five square municipalities, one long road.

West to east along 32.7 north: 宇城市 (少数区域), 熊本市 (out by the policy), 山都町; 小国町 lies
north of 山都町 on a side road, 大牟田市 in another prefecture. Everything a test wants to spoil is
a plain text here; `write_job` takes the spoilt version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

HEADER = "施設ID,医療機関名,市町村コード,所在地,緯度,経度,備考\n"
BASE = HEADER + "B1,そよう病院,43447,熊本県上益城郡山都町滝上476,32.6953,131.1505,\n"
CLINICS = (
    HEADER
    + "C1,井無田診療所,43447,熊本県上益城郡山都町井無田1,32.7310,131.0994,要確認\n"
    + "C2,芳野診療所,43100,熊本県熊本市西区河内町1,32.8000,130.8000,要確認\n"
)
HOSPITALS = (
    HEADER
    + "B1,そよう病院,43447,熊本県上益城郡山都町滝上476,32.6953,131.1505,\n"
    + "H1,矢部広域病院,43447,熊本県上益城郡山都町北中島1,32.7020,131.0500,\n"
    + "H2,済生会みすみ病院,43213,熊本県宇城市三角町1,32.7010,130.6000,\n"
    + "H3,小国公立病院,43424,熊本県阿蘇郡小国町宮原1743,33.1210,131.1010,\n"
)
NODES = (
    "id,name,lon,lat\n"
    "uki,宇城,130.60,32.70\nkuma,熊本,130.80,32.70\nyabe,矢部,131.05,32.70\n"
    "soyo,そよう,131.15,32.70\noguni,小国,131.10,33.12\n"
)
LINKS = (
    "from,to,length_km,class,direction,minutes,name,toll,basis,source\n"
    "uki,kuma,20.0,trunk,both,,国道218号,0,estimated,test\n"
    "kuma,yabe,25.0,trunk,both,,国道218号,0,estimated,test\n"
    "yabe,soyo,10.0,trunk,both,,国道218号,0,estimated,test\n"
    "yabe,oguni,50.0,primary,both,,県道1号,0,estimated,test\n"
)
AREAS = (
    "muni_code,muni_name,area_code,area_name\n"
    "43101,熊本市中央区,4312,熊本・上益城\n43213,宇城市,4302,宇城\n"
    "43424,小国町,4306,阿蘇\n43447,山都町,4312,熊本・上益城\n"
)
INDEX = "area_code,area_name,physician_index\n4312,熊本・上益城,344.3\n4302,宇城,164.7\n4306,阿蘇,184.2\n"
SQUARES = {
    "40202": ("福岡県", "大牟田市", (130.4, 33.0, 130.5, 33.1)),
    "43101": ("熊本県", "熊本市中央区", (130.7, 32.6, 130.95, 32.9)),
    "43213": ("熊本県", "宇城市", (130.5, 32.6, 130.7, 32.9)),
    "43424": ("熊本県", "小国町", (131.0, 33.05, 131.2, 33.2)),
    "43447": ("熊本県", "山都町", (130.95, 32.55, 131.3, 33.05)),
}
RUN = """
[run]
output = "out"
[policy]
preset = "kumamoto"
[[facilities]]
name = "拠点病院"
file = "base.csv"
type = "①"
[[facilities]]
name = "へき地診療所"
file = "clinics.csv"
type = "②"
[[facilities]]
name = "輪番病院"
file = "hospitals.csv"
type = "③"
list = "rotation"
[municipalities]
file = "municipalities.geojson"
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
kind = "links"
"""
IDS = ["B1", "C1", "C2", "H1", "H2", "H3"]


def outlines() -> str:
    """Return the squares as N03 has them."""
    features = []
    for code, (prefecture, name, (west, south, east, north)) in SQUARES.items():
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        features.append(
            {
                "type": "Feature",
                "properties": {"N03_001": prefecture, "N03_004": name, "N03_007": code},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def files() -> dict[str, str]:
    """Return every file of the job by name."""
    return {
        "run.toml": RUN,
        "base.csv": BASE,
        "clinics.csv": CLINICS,
        "hospitals.csv": HOSPITALS,
        "nodes.csv": NODES,
        "links.csv": LINKS,
        "areas.csv": AREAS,
        "index.csv": INDEX,
        "municipalities.geojson": outlines(),
    }


def write_job(folder: Path, changed: Mapping[str, str | bytes | None] | None = None) -> Path:
    """Write the job into `folder` and return its run file.

    `changed` replaces files by name; None leaves a file out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**files(), **(changed or {})}.items():
        if content is None:
            continue
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        (folder / name).write_bytes(data)
    return folder / "run.toml"
