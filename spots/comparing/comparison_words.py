"""Words of the comparison's page."""

from __future__ import annotations

from groundfloor.problems import Text
from spots.map import page_words as map_words

TITLE = Text("医師少数スポットの比較", "Shortage spots compared")
KINDS = {
    "entered": Text("新しい施設", "Entered"),
    "left": Text("なくなった施設", "Left"),
    "changed": Text("判定が変わった施設", "Verdict or spot changed"),
    "evidence": Text("根拠だけが変わった施設", "Evidence alone changed"),
}
#: Said as on the map of a run.
_SHARED = (
    "legend",
    "sources",
    "caveats",
    "background",
    "offline",
    "printA4",
    "printA3",
    "home",
    "north",
    "zoomIn",
    "zoomOut",
    "noscript",
)
UI = {
    **{key: map_words.UI[key] for key in _SHARED},
    "old": Text("旧", "Before"),
    "new": Text("新", "After"),
    "change": Text("増減", "Change"),
    "swipe": Text("並べる", "Swipe"),
    "modes": Text("表示の切り替え（キー 1～4）", "What is shown (keys 1 to 4)"),
    "swipeAt": Text("旧と新の境の位置", "Where before ends and after begins"),
    "panel": Text("変わった施設と凡例", "Changes and legend"),
    "kept": Text("旧・新ともスポット", "Spot before and after"),
    "gained": Text("増えた区域", "Ground gained"),
    "lost": Text("減った区域", "Ground lost"),
    "oldSpot": Text("旧のスポット", "Spots before"),
    "newSpot": Text("新のスポット", "Spots after"),
    "shortage": Text("医師少数区域", "Shortage area"),
    "municipality": Text("市町村の境", "Municipalities"),
    "kindEntered": KINDS["entered"],
    "kindLeft": KINDS["left"],
    "kindChanged": KINDS["changed"],
    "kindEvidence": KINDS["evidence"],
    "none": Text("変わった施設はありません。", "No facility changed."),
    "unlocated": Text("位置不明", "no position"),
    "given": Text("変わった入力と設定", "Inputs and settings that differ"),
    "sameGiven": Text("入力と設定は同じです。", "Inputs and settings are the same."),
    "notes": Text("施設の対応づけ", "How facilities were matched"),
    "why": Text("原因", "Why"),
    "tiles": Text("地理院タイル（淡色）", "GSI tiles (pale)"),
    "noTiles": Text("なし（内蔵の略図のみ）", "None (drawn base only)"),
    "shown": Text("表示：", "Shown: "),
    "printed": Text("印刷日：", "Printed: "),
    "changes": Text("増減のある区域を表示", "Show the ground that changed"),
    "map": Text("比較の地図", "Map of the comparison"),
}
