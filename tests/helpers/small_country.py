"""Three small prefectures side by side, with one national list, one table of roads, one template.

West to east along 33 north: 福岡県 (40), 大分県 (44) and 宮崎県 (45) as squares of one degree of
longitude each, two municipalities in each; one road runs through all of them. The national list
names two hospitals in each, one more far away (東京都), one without a position and one whose
prefecture its point alone tells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

HEADER = "施設ID,医療機関名,都道府県,市町村コード,緯度,経度,備考\n"
HOSPITALS = (
    HEADER
    + "F1,久留米中央病院,福岡県,40203,33.001,130.100,\n"
    + "F2,大牟田東病院,福岡県,40202,33.001,130.950,\n"
    + "O1,日田西病院,大分県,44204,33.001,131.050,\n"
    + "O2,佐伯南病院,大分県,44205,33.001,131.900,\n"
    + "M1,延岡港病院,,,33.001,132.060,\n"
    + "M2,日向病院,宮崎県,45206,33.001,132.900,\n"
    + "T1,三宅島病院,東京都,13381,34.080,139.480,\n"
    + "O3,豊後診療病院,大分県,44204,,,\n"
)
CLINICS = (
    HEADER
    + "FC,星野診療所,福岡県,40203,33.200,130.300,\n"
    + "OC,前津江診療所,大分県,44204,33.200,131.300,\n"
    + "MC,北川診療所,宮崎県,45203,33.200,132.300,\n"
)
SQUARES = {
    "40202": ("福岡県", "大牟田市", (130.5, 32.8, 131.0, 33.3)),
    "40203": ("福岡県", "久留米市", (130.0, 32.8, 130.5, 33.3)),
    "44204": ("大分県", "日田市", (131.0, 32.8, 131.5, 33.3)),
    "44205": ("大分県", "佐伯市", (131.5, 32.8, 132.0, 33.3)),
    "45203": ("宮崎県", "延岡市", (132.0, 32.8, 132.5, 33.3)),
    "45206": ("宮崎県", "日向市", (132.5, 32.8, 133.0, 33.3)),
    "13381": ("東京都", "三宅村", (139.4, 34.0, 139.6, 34.2)),
}
AREAS = (
    "muni_code,muni_name,area_code,area_name\n"
    "40202,大牟田市,4001,有明\n40203,久留米市,4002,久留米\n"
    "44204,日田市,4401,西部\n44205,佐伯市,4402,南部\n"
    "45203,延岡市,4501,延岡\n45206,日向市,4502,日向\n13381,三宅村,1301,島しょ\n"
)
INDEX = (
    "area_code,area_name,physician_index\n4001,有明,250.0\n4002,久留米,260.0\n4401,西部,190.0\n"
    "4402,南部,170.0\n4501,延岡,200.0\n4502,日向,185.0\n1301,島しょ,150.0\n"
)
_PLACES = [f"{130 + step / 10:.2f}" for step in range(31)]
NODES = "id,name,lon,lat\n" + "".join(f"n{n},n{n},{lon},33.00\n" for n, lon in enumerate(_PLACES))
LINKS = "from,to,length_km,class,direction,minutes,name,toll,basis,source\n" + "".join(
    f"n{n},n{n + 1},9.3,trunk,both,,国道,0,estimated,test\n" for n in range(len(_PLACES) - 1)
)
TEMPLATE = """
[run]
title = "{prefecture_name} 医師少数スポット（案）"
output = "out-{prefecture}"
[policy]
preset = "kumamoto"
[policy.override]
exclude_municipality = []
[policy.override.policy]
prefecture = "{prefecture}"
title = "{prefecture_name}の設定基準"
source = "試験"
[[facilities]]
name = "へき地診療所"
file = "clinics.csv"
type = "②"
role = "auto"
[[facilities]]
name = "輪番病院"
file = "hospitals.csv"
type = "③"
role = "auto"
list = "rotation"
[municipalities]
file = "japan.geojson"
prefectures = "around"
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


def outlines(codes: tuple[str, ...] = tuple(SQUARES)) -> str:
    """Return the squares as N03 has them, of all prefectures or of some municipalities."""
    features = []
    for code in codes:
        prefecture, name, (west, south, east, north) = SQUARES[code]
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        features.append(
            {
                "type": "Feature",
                "properties": {"N03_001": prefecture, "N03_004": name, "N03_007": code},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def write_country(folder: Path, changed: Mapping[str, str] | None = None) -> Path:
    """Write the country into `folder` and return its template; `changed` replaces files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "template.toml": TEMPLATE,
        "hospitals.csv": HOSPITALS,
        "clinics.csv": CLINICS,
        "japan.geojson": outlines(),
        "areas.csv": AREAS,
        "index.csv": INDEX,
        "nodes.csv": NODES,
        "links.csv": LINKS,
        **(changed or {}),
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder / "template.toml"
