"""What the page itself says, in both languages: buttons, headings, answers of the script."""

from __future__ import annotations

from groundfloor.problems import Text
from spots.telling.drawn_ground import INSET, NO_NEIGHBOURS

# Texts that the script shows; the keys are what it asks for.
UI = {
    "panel": Text("レイヤと凡例", "Layers and legend"),
    "panelSides": Text("パネルの切替", "Sides of the panel"),
    "panelUp": Text("パネルを広げる", "Raise the panel"),
    "panelDown": Text("パネルを下げる", "Lower the panel"),
    "sideList": Text("一覧", "List"),
    "sideWhy": Text("なぜ", "Why"),
    "sideWhyLong": Text("なぜ（判定の理由）", "Why: the reason of a verdict"),
    "sideLayers": Text("凡例・レイヤ", "Legend"),
    "sideBasis": Text("前提・出典", "Basis"),
    "sidePrint": Text("印刷", "Print"),
    "whyHint": Text(
        "地図の記号や円、一覧や検索の結果を選ぶと、判定の理由がここに出ます。",
        "Choose a symbol or a circle on the map, a line of the list or of the search: the reason "
        "of its verdict is told here.",
    ),
    "close": Text("閉じる（Escキー）", "Close (Esc)"),
    "printHint": Text(
        "いまの地図の範囲とレイヤを、凡例・縮尺・出典とともに1枚に刷ります。",
        "One sheet of what the map shows now, with legend, scale and sources.",
    ),
    "link": Text("この画面へのリンク", "Link to this view"),
    "linkHint": Text(
        "アドレスには、地図の位置、レイヤ、選んだものが入っています。同じファイルを"
        "持つ人が開くと、同じ画面になります。",
        "The address holds the view, the layers and what is chosen; who has the same file "
        "sees the same with it.",
    ),
    "linkCopy": Text("コピー", "Copy"),
    "linkCopied": Text("コピーしました", "Copied"),
    "linkByHand": Text("Ctrl+Cでコピーしてください", "Press Ctrl+C to copy it"),
    "background": Text("背景地図", "Background"),
    "offline": Text(
        "背景地図を取得できないため、この図に内蔵の略図を表示しています。",
        "Map tiles cannot be fetched; the drawn base inside this file is shown.",
    ),
    "unlocated": Text("位置不明の施設", "Facilities without a position"),
    "settings": Text("前提（判定の設定）", "Settings of the run"),
    "sources": Text("出典", "Sources"),
    "noAbroad": NO_NEIGHBOURS,
    "insets": INSET,
    "insetGo": Text("別図「{name}」へ移る", "Go to the inset {name}"),
    "caveats": Text("ご注意", "Please note"),
    "routeShow": Text("決定経路を表示", "Show the decisive route"),
    "routeHide": Text("決定経路を隠す", "Hide the decisive route"),
    "expand": Text("内訳を開く", "Expand"),
    "collapse": Text("内訳を閉じる", "Collapse"),
    "printA4": Text("A4横で印刷", "Print A4 landscape"),
    "printA3": Text("A3横で印刷", "Print A3 landscape"),
    "printed": Text("印刷日", "Printed"),
    "asOf": Text("データの時点", "Data as of"),
    "legend": Text("凡例", "Legend"),
    "scaleAbout": Text("縮尺 約1:{n}（{paper}）", "Scale about 1:{n} ({paper})"),
    "tileSource": Text("背景地図：地理院タイル（国土地理院）", "Background: GSI Tiles (GSI)"),
    "retry": Text("もう一度取得する", "Try again"),
    "contrast": Text("文字と線をくっきり表示", "High contrast"),
    "skip": Text("地図へ移動", "Skip to the map"),
    "skipPanel": Text("パネルへ移動", "Skip to the panel"),
    "catchmentOf": Text("{name}の範囲", "Of {name}"),
    "chooser": Text("ここにある施設（{n}件）", "{n} facilities here"),
    "home": Text("全体を表示", "Whole prefecture"),
    "north": Text("北", "N"),
    "zoomIn": Text("拡大", "Zoom in"),
    "zoomOut": Text("縮小", "Zoom out"),
    "map": Text("地図", "Map"),
    "tools": Text("検索と道具", "Search and tools"),
    "noscript": Text(
        "この図を表示するにはJavaScriptを有効にしてください。",
        "Please enable JavaScript to see this map.",
    ),
}
#: In the place of those, where lines are drawn that are no ways.
STRAIGHT_UI = {
    "routeShow": Text("直線（概算）を表示", "Show the straight line"),
    "routeHide": Text("直線（概算）を隠す", "Hide the straight line"),
    "wayShow": Text("直線を表示", "Show line"),
    "wayHide": Text("直線を隠す", "Hide line"),
    "list_minutes": Text("所要時間（概算）", "Time (estimate)"),
}
FINDER_UI = {
    "search": Text("施設・市町村・二次医療圏を検索", "Search facilities, municipalities and areas"),
    "searchHint": Text(
        "名前・よみ・所在地・③・緯度経度で検索（/ キー）",
        "Name, address, ③, 32.68,131.15 (press /)",
    ),
    "searchShort": Text("施設名・市町村名で検索", "Search by name"),
    "hits": Text("検索結果", "Results"),
    "found": Text("{n}件見つかりました", "{n} found"),
    "noHits": Text("該当するものはありません", "Nothing found"),
    "moreHits": Text("ほか{n}件。続けて入力すると絞り込めます", "{n} more; type on to narrow down"),
    "dot": Text("／", " · "),
    "comma": Text("、", ", "),
    "noPlace": Text("位置不明", "no position"),
    "kindTown": Text("市町村", "Municipality"),
    "kindArea": Text("二次医療圏", "Medical area"),
    "prefecture": Text("都道府県", "Prefecture"),
    "counts": Text(
        "一覧の施設 {n}件（うちスポット {spots}件）", "{n} facilities, {spots} of them spots"
    ),
    "layerOn": Text(
        "消してあったレイヤ「{layer}」を表示しました", "The layer “{layer}” was off; it is on now"
    ),
    "noPosition": Text(
        "「{name}」は位置が分からないため、地図に示せません",
        "“{name}” has no position and is not on the map",
    ),
    "wayShow": Text("経路を表示", "Show route"),
    "wayHide": Text("経路を隠す", "Hide route"),
    "mapKeys": Text(
        "矢印キーで移動、プラスとマイナスで拡大・縮小、Enterキーで中央の地点を調べます。",
        "Arrows move the map, plus and minus zoom, Enter looks up the place in the middle.",
    ),
    "list": Text("施設一覧", "Facilities"),
    "list_name": Text("施設名", "Name"),
    "list_municipality": Text("市町村", "City, town"),
    "list_criteria": Text("要件", "Criteria"),
    "list_state": Text("状態", "State"),
    "list_minutes": Text("所要時間", "Time"),
    "list_margin": Text("基準との差", "Margin"),
    "listText": Text("名前・市町村・所在地で絞り込み", "Filter by name, municipality, address"),
    "listState": Text("状態で絞り込み", "Filter by state"),
    "listCriterion": Text("要件で絞り込み", "Filter by criterion"),
    "allStates": Text("すべての状態", "All states"),
    "allCriteria": Text("すべての要件", "All criteria"),
    "listSeen": Text("地図の範囲のみ", "Only what the map shows"),
    "csv": Text("CSVで保存", "Save as CSV"),
    "csvHint": Text(
        "いま表示している行を、この並びのままExcelで開けるCSVに保存します",
        "Saves the lines shown, in this order, as CSV for Excel",
    ),
    "csvAddress": Text("所在地", "Address"),
    "csvId": Text("ID", "ID"),
    "csvTown": Text("市区町村コード", "Municipality code"),
    "csvLat": Text("緯度", "Latitude"),
    "csvLon": Text("経度", "Longitude"),
    "listCount": Text("{all}件中 {n}件", "{n} of {all}"),
    "listHidden": Text(
        "（選択中の施設は絞り込みで隠れています）", " (the filter hides the chosen one)"
    ),
    "place": Text("この地点", "This place"),
    "placeTool": Text("地点を調べる", "Look up a place"),
    "askPlace": Text("クリックした地点を調べる", "Look up the place clicked"),
    "placeHint": Text(
        "調べたい地点をクリックしてください（円の中でも調べられます）",
        "Click the place to look up, inside circles too",
    ),
    "coordinates": Text("緯度・経度", "Coordinates"),
    "latlon": Text("北緯{lat}°、東経{lon}°", "{lat}° N, {lon}° E"),
    "noTown": Text("なし（海上またはデータの範囲外）", "None (sea, or beyond the data)"),
    "offshore": Text(
        "海岸付近（図の海岸線の外 {m}）", "Near the shore ({m} off the drawn coastline)"
    ),
    "border": Text(
        "境界付近：{names}の可能性もあります（図の境界には{m}m程度の誤差があります）",
        "Near a border: it may be {names} (drawn borders are true to some {m} m)",
    ),
    "inShortage": Text(
        "医師少数区域の中です（区域全体が対象のため、スポットの設定は不要です）",
        "Inside a shortage area (all of it counts, so no spot is needed)",
    ),
    "spotsHere": Text("スポット", "Spots"),
    "inside": Text("{n}か所のスポットの中", "Inside {n}"),
    "outside": Text("どのスポットの中でもありません", "Inside none"),
    "toFacility": Text("施設まで {m}（直線）", "{m} to the facility (straight)"),
    "toEdge": Text("スポットの端まで {m}", "{m} to the spot's edge"),
    "nearestEdge": Text("最も近いスポットの端", "Nearest spot's edge"),
    "nearestHospital": Text("最も近い二次救急病院（道路）", "Nearest hospital by road"),
    "nearestStraight": Text("最も近い二次救急病院（直線）", "Nearest in a straight line"),
    "minutes": Text("約{n}分", "about {n} min"),
    "lessMinute": Text("約1分未満", "under a minute or so"),
    "straight": Text("直線で {m}", "{m} in a straight line"),
    "approximate": Text(
        "{m}mメッシュの中心からの概算です（判定には使っていません）",
        "estimated from the middle of a {m} m cell; verdicts do not use it",
    ),
    "noHospital": Text("位置の分かる病院がありません", "No hospital has a position"),
    "why_grid": Text(
        "この結果には、地点ごとの所要時間が記録されていません",
        "Times from anywhere are not recorded in this run",
    ),
    "why_range": Text(
        "所要時間を計算した範囲の外です", "Outside the ground for which times were computed"
    ),
    "why_road": Text(
        "付近に道路がないか、道路で行ける病院がありません",
        "No road is near, or none leads to a hospital",
    ),
    "measure": Text("計測", "Measure"),
    "measureStart": Text("始点をクリックしてください", "Click the first point"),
    "measureHint": Text(
        "ダブルクリックかEnterで終了、始点をクリックで閉じる、BackSpaceで1点戻す、Escで中止。"
        "キーボードでは矢印で動かし、スペースで中央に点を置きます。",
        "Double-click or Enter ends, a click on the first point closes, Backspace takes one back, "
        "Esc cancels. By keyboard: arrows move, Space sets a point in the middle.",
    ),
    "measureUndo": Text("1点戻す", "Take one back"),
    "measureClose": Text("閉じる（面積）", "Close (area)"),
    "measureDone": Text("終了", "Finish"),
    "measureClear": Text("消去", "Clear"),
    "length": Text("距離 {m}", "Length {m}"),
    "around": Text("周長 {m}", "Circumference {m}"),
    "area": Text("面積 {m}", "Area {m}"),
    "areaIf": Text("閉じた面積 {m}", "area if closed {m}"),
}
#: Where the policy judges units of ground.
UNITS_UI = {
    "search": Text(
        "施設・区域・市町村・二次医療圏を検索", "Search facilities, units, municipalities and areas"
    ),
    "searchHint": Text("施設名・区域名・市町村名で検索（/ キー）", "Search by name (press /)"),
    "searchShort": Text("施設名・区域名で検索", "Search by name"),
    "list": Text("施設・区域一覧", "Facilities and units"),
    "listFacilities": Text("施設", "Facilities"),
    "listUnits": Text("区域", "Units"),
    "list_unit": Text("区域名", "Name"),
    "list_result": Text("結果", "Result"),
    "list_size": Text("面積", "Area"),
    "unitText": Text("区域名・市町村で絞り込み", "Filter by name, municipality"),
    "allResults": Text("すべての結果", "All results"),
    "listResult": Text("結果で絞り込み", "Filter by result"),
    "unitsHere": Text("ここにある区域（{n}件）", "{n} units here"),
    "ground": Text("区域", "Units of ground"),
    "noGround": Text("どの区域の中でもありません", "Inside none"),
    "drawnGround": Text(
        "図の境界による目安です（図の境界には{m}m程度の誤差があります）",
        "by drawn borders, which are true to some {m} m",
    ),
    "noUnitPlace": Text("「{name}」は地図に示せません", "“{name}” is not on the map"),
}
#: Where it judges nothing else.
UNITS_ALONE_UI = {
    "search": Text("区域・市町村・二次医療圏を検索", "Search units, municipalities and areas"),
    "searchHint": Text("区域名・市町村名で検索（/ キー）", "Search by name (press /)"),
    "searchShort": Text("区域名・市町村名で検索", "Search by name"),
    "list": Text("区域一覧", "Units"),
    "counts": Text("施設の一覧はありません", "No list of facilities was given"),
}
