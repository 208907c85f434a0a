"""Columns of spots, and of the layers of the ground."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from boundaries.types import CutEntry
from groundfloor.problems import Lang, Text
from networks.info.labels import road_label
from spots.telling.columns import (
    CLASS_BASES,
    Code,
    Column,
    ColumnKind,
    Filled,
    Json,
    Value,
    chosen,
)
from spots.telling.facility_columns import (
    AREA_CLASS,
    AREA_KM2,
    CRITERIA,
    FACILITY_ID,
    LAT,
    LON,
    MEDICAL_AREA,
    MEDICAL_AREA_CODE,
    MUNICIPALITY,
    MUNICIPALITY_CODE,
    NAME,
    POPULATION,
    VALID_FROM,
    VALID_TO,
)
from spots.telling.labels import criteria_marks, removed
from spots.telling.plan_columns import REASON, given_columns, plan_columns
from spots.telling.prefecture_columns import PREFECTURE, PREFECTURE_CODE
from spots.telling.travel_columns import THRESHOLD_MIN
from spots.types import Position, RunResult, Spot, Verdict

_TEXT, _CODE, _LIST = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.LIST
_INTEGER, _NUMBER = ColumnKind.INTEGER, ColumnKind.NUMBER
_KM2_DECIMALS = 6  # a square metre
_DEGREES = 7  # a centimetre


@dataclass(frozen=True, slots=True)
class SpotRow:
    """A spot as the tables need it: with its facility's verdict, and the run."""

    spot: Spot
    verdict: Verdict | None
    result: RunResult

    @property
    def position(self) -> Position | None:
        """Where its facility is."""
        return self.verdict.facility.position if self.verdict else None


def spot_rows(result: RunResult) -> tuple[SpotRow, ...]:
    """Return the spots of a run, in its order."""
    verdicts = {v.facility.id: v for v in result.verdicts}
    return tuple(SpotRow(s, verdicts.get(s.facility_id), result) for s in result.spots)


# --- spots

RADIUS_M = Column(
    "radius_m",
    _INTEGER,
    Text("半径", "radius"),
    Text("測地線による円の半径", "geodesic radius of the circle"),
    "m",
    decimals=0,
)
CIRCLE_KM2 = Column(
    "circle_km2",
    _NUMBER,
    Text("切り取り前の面積", "area before cutting"),
    Text("海や対象外の区域を除く前の円の面積", "of the whole circle"),
    "km²",
    decimals=2,
)
LEDGER = Column(
    "ledger",
    ColumnKind.RECORDS,
    Text("切り取りの内訳", "what the cuts removed"),
    Text("円から除いた区域と面積を順に", "what each cut took from the circle, in order"),
)
MAIN_CRITERION = Column(
    "main_criterion",
    _INTEGER,
    Text("主な要件", "main criterion"),
    Text("該当した要件のうち最初のもの（凡例用）", "the first criterion met, for legends"),
)
MARKS = Column(
    "marks",
    _TEXT,
    Text("要件の記号", "marks"),
    Text("該当した要件の記号", "marks of the criteria that are met"),
)
PIECE = Column(
    "piece",
    _INTEGER,
    Text("番号", "piece"),
    Text("つながった範囲の番号", "number of the connected piece"),
)
FACILITY_IDS = Column(
    "facility_ids",
    _LIST,
    Text("施設ID", "facility ids"),
    Text("この範囲にかかるスポットの施設ID", "facilities whose spots share this ground"),
)
NAMES = Column(
    "names",
    _LIST,
    Text("医療機関名", "names"),
    Text("この範囲にかかるスポットの医療機関名", "names of those facilities"),
)


def _cuts(row: SpotRow, _lang: Lang) -> Value:
    return tuple(cut_record(entry) for entry in row.spot.ledger)


def cut_record(entry: CutEntry) -> dict[str, Json]:
    """Return one line of a ledger as JSON has it."""
    return {
        "step": entry.step,
        "removed_km2": round(entry.removed_km2, _KM2_DECIMALS),
        "remaining_km2": round(entry.remaining_km2, _KM2_DECIMALS),
    }


def _cuts_in_words(row: SpotRow, lang: Lang) -> str:
    return "; ".join(removed(entry, lang) for entry in row.spot.ledger)


def _people(row: SpotRow, _lang: Lang) -> Value | None:
    return None if row.spot.population is None else round(row.spot.population, 1)


def _degrees(of: Callable[[Position], float]) -> Callable[[SpotRow, Lang], Value | None]:
    def value(row: SpotRow, _lang: Lang) -> Value | None:
        return None if row.position is None else round(of(row.position), _DEGREES)

    return value


#: Of ``spots.geojson`` and of the layer of spots.
SPOT_COLUMNS: tuple[Filled[SpotRow], ...] = (
    Filled(FACILITY_ID, lambda r, _: r.spot.facility_id),
    Filled(NAME, lambda r, _: r.spot.name),
    Filled(CRITERIA, lambda r, _: r.spot.criteria),
    Filled(MUNICIPALITY_CODE, lambda r, _: r.spot.place.municipality_code),
    Filled(MUNICIPALITY, lambda r, _: r.spot.place.municipality),
    Filled(MEDICAL_AREA_CODE, lambda r, _: r.spot.place.area_code),
    Filled(MEDICAL_AREA, lambda r, _: r.spot.place.area),
    Filled(RADIUS_M, lambda r, _: r.spot.radius_m),
    Filled(AREA_KM2, lambda r, _: round(r.spot.area_km2, _KM2_DECIMALS)),
    Filled(REASON, lambda r, lang: r.spot.reason.render(lang)),
    Filled(VALID_FROM, lambda r, _: r.spot.valid_from),
    Filled(VALID_TO, lambda r, _: r.spot.valid_to),
    Filled(AREA_CLASS, lambda r, _: r.spot.place.area_class.value),
    Filled(CIRCLE_KM2, lambda r, _: round(r.spot.circle_km2, _KM2_DECIMALS)),
    Filled(LEDGER, _cuts, _cuts_in_words),
)
SPOT_POPULATION = Filled(POPULATION, _people)
#: At the end, those in which some spot has a word to say.
SPOT_PLAN: tuple[Filled[SpotRow], ...] = plan_columns(lambda row: row.spot)
#: Of the layer alone.
_SPOT_LAYER: tuple[Filled[SpotRow], ...] = (
    Filled(MAIN_CRITERION, lambda r, _: min(r.spot.criteria, default=None)),
    Filled(MARKS, lambda r, _: criteria_marks(r.result, r.spot.criteria)),
    Filled(
        replace(LON, label=Text("中心の経度", "longitude of the centre")), _degrees(lambda p: p.lon)
    ),
    Filled(
        replace(LAT, label=Text("中心の緯度", "latitude of the centre")), _degrees(lambda p: p.lat)
    ),
    SPOT_POPULATION,
)


def spot_layer_columns(result: RunResult | None = None) -> tuple[Filled[SpotRow], ...]:
    """Return the columns of the layer of spots; of a run with the words of its criteria.

    Parameters
    ----------
    result : RunResult, optional
        The run; without one, every column there may be.
    """
    titles = tuple(
        Code(str(c.number), Text(f"{c.mark} {c.title.ja}", f"{c.mark} {c.title.en}"))
        for c in (result.settings.criteria if result else ())
    )
    main, *rest = _SPOT_LAYER
    main = replace(main, column=replace(main.column, codes=titles))
    plan = SPOT_PLAN if result is None else chosen(SPOT_PLAN, *given_columns(result.spots))
    return (*SPOT_COLUMNS, main, *rest, *plan)


# --- the ground

_NAME_OF = Text("区域の名称", "name of the area")
MUNICIPALITY_LAYER = (
    replace(MUNICIPALITY_CODE, name="code"),
    replace(MUNICIPALITY, name="name", about=_NAME_OF),
    PREFECTURE_CODE,
    PREFECTURE,
    replace(MEDICAL_AREA_CODE, name="area_code"),
    Column(
        "excluded",
        ColumnKind.BOOLEAN,
        Text("対象外", "excluded"),
        Text("設定基準により対象外とする市町村か", "whether the policy excludes it"),
    ),
)
MEDICAL_AREA_LAYER = (
    replace(MEDICAL_AREA_CODE, name="code"),
    replace(MEDICAL_AREA, name="name", about=_NAME_OF),
    Column(
        "index",
        _NUMBER,
        Text("医師偏在指標", "physician index"),
        Text("その版の医師偏在指標", "of the run's edition"),
    ),
    AREA_CLASS,
    Column(
        "class_basis",
        _TEXT,
        Text("区分の根拠", "why it has its class"),
        Text(
            "区分が指標の表による、基準値による、または分からない理由",
            "as the table states it, by the cut-offs, or why it is not known",
        ),
        codes=CLASS_BASES,
    ),
)
POPULATION_LAYER = (
    Column(
        "code",
        _CODE,
        Text("メッシュコード", "mesh code"),
        Text("地域メッシュのコード", "code of the cell"),
    ),
    replace(
        POPULATION,
        about=Text("人口。秘匿の値は空欄です", "people; empty where the value is secret"),
    ),
)
ROAD_CLASS = Column(
    "road_class",
    _TEXT,
    Text("道路の種別", "class of road"),
    Text("道路網での種別", "as the road network has it"),
)
CLOSURES_LAYER = (
    Column(
        "name",
        _TEXT,
        Text("路線・区間", "name"),
        Text("通行止めの路線や区間", "road or stretch that is closed"),
    ),
    Column("reason", _TEXT, Text("理由", "reason"), Text("通行止めの理由", "why it is closed")),
    Column("period", _TEXT, Text("期間", "period"), Text("通行止めの期間", "first and last day")),
)
CATCHMENTS_LAYER = (FACILITY_ID, NAME, replace(THRESHOLD_MIN, name="limit_min"))
PIECES_LAYER = (PIECE, AREA_KM2)
CIRCLES_LAYER = ("facility_id", "name", "radius_m", "circle_km2")


def road_class_of(classes: Iterable[str]) -> Column:
    """Return the column of classes of road, with the words of these classes."""
    words = (Code(c, Text(road_label(c, Lang.JA), road_label(c, Lang.EN))) for c in classes)
    return replace(ROAD_CLASS, codes=tuple(words))


DISSOLVED_COLUMNS = (FACILITY_IDS, NAMES, CRITERIA, AREA_KM2)
