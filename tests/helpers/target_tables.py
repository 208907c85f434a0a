"""Tables of targets: that of Hokkaido as published, and small ones of its kind."""

from __future__ import annotations

from pathlib import Path

HEAD = "医師少数区域,策定時点医師数,目標数,追加確保必要数,R3実績(常勤医師配置数),R2実績(常勤医師配置数)\n"
#: 北海道医師確保計画の進捗状況（令和3年度、北海道保健福祉部）: areas, needed and placed as published.
HOKKAIDO = HEAD + (
    "宗谷,59,78,19,7,6\n"
    "北渡島檜山,48,58,10,3,2\n"
    "根室,72,93,21,5,6\n"
    "北空知,51,63,12,0,1\n"
    "富良野,50,63,13,4,5\n"
    "日高,64,73,9,6,5\n"
    "北網,334,366,32,18,8\n"
    "遠紋,99,99,0,6,9\n"
    "南檜山,29,29,0,6,5\n"
    "釧路,396,409,13,3,4\n"
    "合計(公表),,,129,58,51\n"
)
#: By source the same year is published as 54; how it divides among them is made up here.
BY_SOURCE = "供給元,R3,R2\n自治医科大学,20,18\n地域枠,30,28\nその他,4,5\n合計,54,51\n"


def written(folder: Path, name: str, text: str) -> Path:
    """Write a table, and return where it is."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
