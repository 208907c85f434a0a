"""The page of all columns: a table for each file, made from their declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from groundfloor.problems import Text
from spots.telling.answer_columns import (
    BATCH_COLUMNS,
    BATCH_FINISHED,
    BATCH_RESULTS,
    CHANGED_AREA_PROPERTIES,
    CHANGED_FACILITY_PROPERTIES,
    CHANGED_GROUND_PROPERTIES,
    DIFF_COLUMNS,
    DIFF_UNIT_COLUMNS,
    LOCATED_COLUMNS,
    LOCATED_SPOT_COLUMNS,
    located_result_columns,
)
from spots.telling.columns import Column, ColumnKind, chosen
from spots.telling.edition_columns import COMPARED_COLUMNS, EDITION_COLUMNS
from spots.telling.facility_columns import SHEET_ONLY, documented_columns, review_columns
from spots.telling.frame_columns import FACILITY_FRAME, LEDGER_FRAME
from spots.telling.ground_columns import (
    CATCHMENTS_LAYER,
    CIRCLES_LAYER,
    CLOSURES_LAYER,
    DISSOLVED_COLUMNS,
    MEDICAL_AREA_LAYER,
    MUNICIPALITY_LAYER,
    PIECES_LAYER,
    POPULATION_LAYER,
    ROAD_CLASS,
    SPOT_COLUMNS,
    SPOT_PLAN,
    SPOT_POPULATION,
    spot_layer_columns,
)
from spots.telling.indicator_columns import documented_indicators
from spots.telling.plan_answer_columns import PLAN_ANSWER_COLUMNS
from spots.telling.plan_change_columns import CHANGED_PLAN_GROUND_COLUMNS, PLAN_CHANGE_COLUMNS
from spots.telling.programme_columns import PROGRAMME_COLUMNS
from spots.telling.register_columns import (
    HISTORY_COLUMNS,
    PLAN_EDITION_COLUMNS,
    REGISTERED_UNIT_COLUMNS,
)
from spots.telling.robustness_columns import (
    GONE_EFFECTS,
    HOSPITALS_GONE,
    ROADS_CUT,
    SPEED_SHARES,
)
from spots.telling.route_columns import (
    EXPLAINED_ROUTE,
    NEAREST_ROUTES_LAYER,
    ROUTE_COLUMNS,
    ROUTES_GEOJSON,
    ROUTES_LAYER,
    WAYS_GEOJSON,
)
from spots.telling.scenario_columns import (
    CELL_COLUMNS,
    GROUP_COLUMNS,
    ROBUSTNESS_COLUMNS,
    SCENARIO_CIRCLE_COLUMNS,
    SCENARIO_COLUMNS,
)
from spots.telling.sheet_columns import (
    ANNEX_COLUMNS,
    BACKGROUND_COLUMNS,
    BORDERLINE_COLUMNS,
    FINDING_COLUMNS,
)
from spots.telling.target_columns import ROW_KIND, grade_column, source_columns, target_columns
from spots.telling.unit_columns import (
    RESULT_PIECE_COLUMNS,
    RESULT_PIECES_LAYER,
    UNIT_COLUMNS,
    UNIT_IDS,
    UNIT_NAMES,
    UNIT_SPOT_COLUMNS,
    UNIT_SPOT_PLAN,
)
from spots.types.physician_targets import TargetYear

_HEAD = """# 列の一覧 / Columns

Made from the code by `python docs/make_reference.py`: do not edit by hand.

出力ファイルごとに、列の名称（機械名）、見出し、型、単位、意味を示します。見出しが日本語か英語かは
`--lang` によります。

For each file of the output: names of columns, headings in both languages, type, unit and meaning.

- リスト / list: `;` で区切った文字列（GeoJSON と JSON では配列） / joined by `;`, an array in JSON
- 時間 / duration, 差 / margin: 整数ミリ秒。`table.xlsx` などの表計算ファイルでは、時間は
  34分55秒 と表示される日数、差は +4分55秒 と表示される「分×100＋秒」の数です / whole milliseconds;
  in workbooks a duration is a number of days shown as 34 min 55 s, a margin the digits of its
  minutes and seconds shown as +4 min 55 s
- 真偽 / boolean: `true` / `false`（シェープファイルでは 1 / 0） / 1 and 0 in Shapefiles
- 日付 / day: ISO 8601
- CSV では、表計算ソフトが読み替える文字列の先頭に `'` を付けます / in CSV, text that a spreadsheet
  would rewrite has one `'` in front
"""
_KINDS = {
    ColumnKind.TEXT: "文字列 text",
    ColumnKind.CODE: "符号 code",
    ColumnKind.INTEGER: "整数 integer",
    ColumnKind.NUMBER: "数値 number",
    ColumnKind.BOOLEAN: "真偽 boolean",
    ColumnKind.LIST: "リスト list",
    ColumnKind.RECORDS: "内訳 records",
    ColumnKind.DAY: "日付 day",
    ColumnKind.DURATION: "時間 duration",
    ColumnKind.MARGIN: "差 margin",
}


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table of the output: where it is written, what a row is, and its columns."""

    files: str
    row: Text
    columns: tuple[Column, ...]


def _routes(names: Iterable[str]) -> tuple[Column, ...]:
    return tuple(filled.column for filled in chosen(ROUTE_COLUMNS, *names))


def _unit_tables(piece: Text) -> tuple[WrittenTable, ...]:
    """Return the tables of a run whose policy judges units of ground."""
    unit = Text("判定した区域（結果ごと）", "a judged unit in one result")
    only = Text("（区域を判定する実行だけ）", ", where the policy judges units of ground")
    return (
        WrittenTable("`units.csv`, `units.geojson`", unit, tuple(c.column for c in UNIT_COLUMNS)),
        WrittenTable(
            "区域 / units, `spots.geojson`",
            Text("スポットとする区域", "a unit that is a spot"),
            tuple(c.column for c in (*UNIT_SPOT_COLUMNS, *UNIT_SPOT_PLAN)),
        ),
        WrittenTable(
            "区域 / units, `spots_dissolved.geojson`",
            Text(
                f"{piece.ja}{only.ja}。同じファイルの上の列に加えて", f"{piece.en}{only.en}: also"
            ),
            (UNIT_IDS, UNIT_NAMES),
        ),
        WrittenTable(
            "`results_dissolved.geojson`",
            Text(f"結果ごとの{piece.ja}", f"{piece.en}, result by result"),
            RESULT_PIECE_COLUMNS,
        ),
        WrittenTable(
            "`spots.gpkg` units, unit_points", unit, tuple(c.column for c in UNIT_COLUMNS)
        ),
        WrittenTable(
            "`spots.gpkg` results_dissolved",
            Text(f"結果ごとの{piece.ja}", f"{piece.en}, result by result"),
            RESULT_PIECES_LAYER,
        ),
    )


def _target_tables() -> tuple[WrittenTable, ...]:
    """Return the tables of targets, of the fiscal year 2021: every year has columns of its own."""
    year = TargetYear(2021, "R3")
    columns = (ROW_KIND, *target_columns((year,)))
    return (
        WrittenTable(
            "`spots targets` `targets.csv`, `targets.xlsx`, `--json`",
            Text(
                "区域か合計。年度ごとに placed_… と percent_…",
                "an area or a total; placed_… and percent_… for each year",
            ),
            tuple(filled.column for filled in columns),
        ),
        WrittenTable(
            "`spots targets` `targets.geojson`, `targets.gpkg`",
            Text("区域。上の列に加えて", "an area: the columns above, and"),
            (grade_column(year).column,),
        ),
        WrittenTable(
            "`spots targets` `sources.csv`",
            Text("供給元", "a source"),
            tuple(filled.column for filled in source_columns((2021,))),
        ),
    )


def written_tables() -> tuple[WrittenTable, ...]:
    """Return every table that the product writes."""
    circles = tuple(filled.column for filled in chosen(SPOT_COLUMNS, *CIRCLES_LAYER))
    spots = tuple(filled.column for filled in (*SPOT_COLUMNS, SPOT_POPULATION, *SPOT_PLAN))
    spot_layer = tuple(filled.column for filled in spot_layer_columns())
    facility = Text("入力した施設", "a facility of the input")
    piece = Text("つながった範囲", "a connected piece of ground")
    return (
        WrittenTable(
            "`facilities.csv`, `facilities.geojson`, `spots.gpkg` facilities, "
            "`spots run --json`, `spots explain --json`",
            Text(
                f"{facility.ja}。`…` は前提（neighbours など）",
                f"{facility.en}; `…` is an "
                "assumption: neighbours, direction, tolls, ferries, closures, snap, "
                "snap_others, closed_way, closed_way_others, closed_way_both, one_hospital, "
                "two_hospitals, list1 …",
            ),
            documented_columns(),
        ),
        WrittenTable(
            "`table.xlsx` 全施設",
            Text("施設。上の列の多くと次の列", "a facility: many of the columns above, and"),
            SHEET_ONLY,
        ),
        WrittenTable("`table.xlsx` 別表", Text("スポット", "a spot"), ANNEX_COLUMNS),
        WrittenTable(
            "`table.xlsx` 境界の施設",
            Text("判定が変わりうる施設", "a facility whose verdict may turn"),
            BORDERLINE_COLUMNS,
        ),
        WrittenTable(
            "`table.xlsx` 設定・出典",
            Text("設定や入力", "a setting or an input"),
            BACKGROUND_COLUMNS,
        ),
        WrittenTable("`table.xlsx` 確認事項", Text("確認事項", "a finding"), FINDING_COLUMNS),
        WrittenTable("`spots.geojson`", Text("スポット", "a spot"), spots),
        WrittenTable("`spots.gpkg` spots", Text("スポット", "a spot"), spot_layer),
        WrittenTable("`spots_dissolved.geojson`", piece, DISSOLVED_COLUMNS),
        WrittenTable("`spots.gpkg` spots_dissolved, catchments_dissolved", piece, PIECES_LAYER),
        WrittenTable(
            "`spots.gpkg` circles", Text("切り取り前の円", "a circle before cutting"), circles
        ),
        WrittenTable(
            "`routes.geojson`",
            Text("判定に使った経路", "a decisive route"),
            _routes(ROUTES_GEOJSON),
        ),
        WrittenTable(
            "`spots.gpkg` routes",
            Text("判定に使った経路", "a decisive route"),
            _routes(ROUTES_LAYER),
        ),
        WrittenTable(
            "`spots.gpkg` nearest_routes",
            Text("近い順の経路", "a route to one of the nearest"),
            _routes(NEAREST_ROUTES_LAYER),
        ),
        WrittenTable(
            "`spots explain --routes`",
            Text("近い順の経路", "a route to one of the nearest"),
            _routes(WAYS_GEOJSON),
        ),
        WrittenTable(
            "`spots explain --json` route, nearest",
            Text("経路", "a route"),
            _routes(EXPLAINED_ROUTE),
        ),
        WrittenTable(
            "`spots.gpkg` municipalities", Text("市町村", "a municipality"), MUNICIPALITY_LAYER
        ),
        WrittenTable(
            "`spots.gpkg` medical_areas", Text("二次医療圏", "a medical area"), MEDICAL_AREA_LAYER
        ),
        WrittenTable(
            "`spots.gpkg` population", Text("地域メッシュなど", "a cell"), POPULATION_LAYER
        ),
        WrittenTable(
            "`spots.gpkg` main_roads", Text("道路の種別", "a class of road"), (ROAD_CLASS,)
        ),
        WrittenTable("`spots.gpkg` closures", Text("通行止め", "a closed stretch"), CLOSURES_LAYER),
        WrittenTable(
            "`spots.gpkg` catchments",
            Text("病院の到達圏", "the catchment of a hospital"),
            CATCHMENTS_LAYER,
        ),
        WrittenTable(
            "`indicators.csv`, `spots.gpkg` indicators",
            Text("市区町村か二次医療圏", "a municipality or a medical area"),
            documented_indicators(),
        ),
        WrittenTable(
            "`positions.csv`",
            Text(
                "位置の出典に照合した施設", "a facility that sources of positions were asked about"
            ),
            tuple(filled.column for filled in review_columns()),
        ),
        WrittenTable(
            "`spots locate` (.csv, .xlsx, .geojson)",
            Text("一覧の医療機関", "an institution of the list"),
            LOCATED_COLUMNS,
        ),
        WrittenTable(
            "`spots locate`, RESULT = id",
            Text("一覧の医療機関と設定基準の結果", "an institution and a result of the policy"),
            located_result_columns("RESULT", Text("結果", "result")),
        ),
        WrittenTable(
            "`spots locate` …_spots.csv",
            Text("医療機関とスポット", "an institution and a spot"),
            LOCATED_SPOT_COLUMNS,
        ),
        WrittenTable(
            "`diff.csv`, `diff.xlsx`", Text("変わった施設", "a facility that changed"), DIFF_COLUMNS
        ),
        WrittenTable(
            "`diff_units.csv`, `diff.xlsx`, `diff.geojson` (unit)",
            Text("結果の中で変わった区域", "a unit that changed in a result"),
            DIFF_UNIT_COLUMNS,
        ),
        WrittenTable(
            "`diff.geojson` (result)",
            Text("結果の中で増減した区域", "ground gained or lost in a result"),
            CHANGED_GROUND_PROPERTIES,
        ),
        WrittenTable(
            "`diff.geojson` area",
            Text("増減した区域", "ground gained or lost"),
            CHANGED_AREA_PROPERTIES,
        ),
        WrittenTable(
            "`diff.geojson` facility",
            Text("変わった施設", "a facility that changed"),
            CHANGED_FACILITY_PROPERTIES,
        ),
        WrittenTable(
            "`spots indices` (.csv, .xlsx, `--json`)",
            Text("指標の表の医療圏", "an area of the table of indices"),
            tuple(filled.column for filled in EDITION_COLUMNS),
        ),
        WrittenTable(
            "`spots indices --compare` (.csv, .xlsx, `--json`)",
            Text("どちらかの版にある医療圏", "an area of either edition"),
            tuple(filled.column for filled in COMPARED_COLUMNS),
        ),
        *_target_tables(),
        WrittenTable(
            "`spots programme` institutions.csv, periods.csv, institutions.xlsx, `--json`",
            Text(
                "医療機関（対象者区分・期間ごと）", "an institution for a cohort, or on some days"
            ),
            tuple(filled.column for filled in PROGRAMME_COLUMNS),
        ),
        WrittenTable(
            "`spots plan list` (.csv, .xlsx, `--json`)",
            Text("登録簿の版", "an edition of the register"),
            tuple(filled.column for filled in PLAN_EDITION_COLUMNS),
        ),
        WrittenTable(
            "`spots plan export` (.csv, .xlsx, .geojson)",
            Text("設定", "a designation"),
            tuple(filled.column for filled in REGISTERED_UNIT_COLUMNS),
        ),
        WrittenTable(
            "`spots plan at` `ground.csv`, `ground.geojson`, `ground.gpkg`, `--json`",
            Text("その日に効力のある設定", "a designation in force on the day"),
            tuple(filled.column for filled in REGISTERED_UNIT_COLUMNS),
        ),
        WrittenTable(
            "`spots plan diff` (.csv, .xlsx, `--json`)",
            Text("どちらかの側の設定、または区分が変わった医療圏", "a unit, or an area"),
            tuple(filled.column for filled in PLAN_CHANGE_COLUMNS),
        ),
        WrittenTable(
            "`spots plan diff` (.geojson, .gpkg)",
            Text("増減した範囲", "ground gained or lost"),
            tuple(filled.column for filled in CHANGED_PLAN_GROUND_COLUMNS),
        ),
        WrittenTable(
            "`spots locate --plan` (.csv, .xlsx, .geojson, `--json`)",
            Text("医療機関と種類", "an institution and a kind"),
            tuple(filled.column for filled in PLAN_ANSWER_COLUMNS),
        ),
        WrittenTable(
            "`spots plan history` (.csv, .xlsx, `--json`)",
            Text("履歴", "an entry of the history"),
            tuple(filled.column for filled in HISTORY_COLUMNS),
        ),
        WrittenTable(
            "`spots scenarios` `scenarios.csv`", Text("シナリオ", "a scenario"), SCENARIO_COLUMNS
        ),
        WrittenTable(
            "`spots scenarios` `facilities.csv`", Text("施設", "a facility"), ROBUSTNESS_COLUMNS
        ),
        WrittenTable(
            "`scenarios.gpkg` scenario_facilities (+ s0 …)",
            Text("施設", "a facility"),
            ROBUSTNESS_COLUMNS,
        ),
        WrittenTable(
            "`scenarios.gpkg` scenario_circles",
            Text("シナリオのどれかの区域", "a circle of any scenario"),
            SCENARIO_CIRCLE_COLUMNS,
        ),
        WrittenTable(
            "`spots scenarios` `cells.csv`",
            Text("施設とシナリオの組", "a facility in a scenario"),
            CELL_COLUMNS,
        ),
        WrittenTable(
            "`spots scenarios` `groups.csv`",
            Text("結果が同じシナリオの組", "scenarios of equal results"),
            GROUP_COLUMNS,
        ),
        WrittenTable(
            "`hospitals_gone.csv`, `robustness.xlsx`, `robustness.gpkg` hospitals_gone",
            Text("なくなったとする病院", "a hospital that is gone"),
            tuple(filled.column for filled in HOSPITALS_GONE),
        ),
        WrittenTable(
            "`roads_cut.csv`, `robustness.xlsx`, `robustness.gpkg` roads_cut",
            Text("通れないとする道路", "a road that is cut"),
            tuple(filled.column for filled in ROADS_CUT),
        ),
        WrittenTable(
            "`gone_effects.csv`, `robustness.xlsx`",
            Text("なくなったものと変わる施設", "what is gone and a facility that stands otherwise"),
            tuple(filled.column for filled in GONE_EFFECTS),
        ),
        WrittenTable(
            "`speed_draws.csv`, `robustness.xlsx`",
            Text("所要時間を測る施設", "a facility whose travel time is measured"),
            tuple(filled.column for filled in SPEED_SHARES),
        ),
        WrittenTable(
            "`spots batch` `summary.csv`",
            Text("実行", "a job"),
            (*BATCH_COLUMNS, BATCH_RESULTS, BATCH_FINISHED),
        ),
        *_unit_tables(piece),
        WrittenTable(
            "Python `Result.facilities` (types, threshold_min, ties → …)",
            Text(
                "入力した施設。`facilities.csv` の列の代わりに、または加えて",
                "a facility, in the place of columns of `facilities.csv`, or beside them",
            ),
            FACILITY_FRAME,
        ),
        WrittenTable(
            "Python `Result.ledger`", Text("円または区域の1回の切り取り", "a cut"), LEDGER_FRAME
        ),
    )


def columns_page() -> str:
    """Return the page of all columns."""
    lines = [_HEAD.rstrip()]
    for table in written_tables():
        lines += ["", f"## {table.files}", "", f"1行 / a row: {table.row.ja} / {table.row.en}", ""]
        lines += ["| 名称 name | 見出し heading | 型 type | 単位 unit | 意味 meaning |"]
        lines += ["|---|---|---|---|---|"]
        lines += [_line(column) for column in table.columns]
    return "\n".join(lines) + "\n"


def _line(column: Column) -> str:
    cells = (
        f"`{column.name}`",
        _both(column.heading),
        _KINDS[column.kind],
        column.unit,
        "<br>".join((_both(column.about), *_values(column))),
    )
    return f"| {' | '.join(cells)} |"


def _values(column: Column) -> Iterator[str]:
    """Yield the values that a coded column may have, with their words."""
    if column.codes:
        yield ", ".join(f"`{code.value}` {_both(code.label)}" for code in column.codes)


def _both(text: Text) -> str:
    ja, en = (
        part.replace("-\n", "").replace("\n", "").replace("|", "\\|") for part in (text.ja, text.en)
    )
    return ja if ja == en else f"{ja} / {en}"
