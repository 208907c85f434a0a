"""Columns about positions from sources: those of facilities, and of ``positions.csv``.

``positions.csv``, and the sheet of the workbook, have every facility that a source of positions was
asked about, but for those whose own coordinates it confirms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from groundfloor.problems import Lang, Text
from spots.telling.columns import Column, ColumnKind, FacilityRow, Filled, Value, codes
from spots.telling.position_words import DOUBT_LABELS, MATCH_LABELS, record_words
from spots.types import Facility, PositionLookup, RunResult

_TEXT, _NUMBER = ColumnKind.TEXT, ColumnKind.NUMBER

POSITION_SOURCE = Column(
    "position_source",
    _TEXT,
    Text("位置の出典", "position from"),
    Text(
        "位置がどの一覧または出典によるか（位置の出典を指定した結果だけの列）",
        "the list or source that the position is of; only in results that asked sources for it",
    ),
    width=28,
)
POSITION_MATCH = Column(
    "position_match",
    _TEXT,
    Text("対応の根拠", "matched by"),
    Text("出典の記録との対応の根拠", "what says that the source's record is this facility"),
    codes=codes(MATCH_LABELS),
    width=22,
)
POSITION_DOUBT = Column(
    "position_doubt",
    _TEXT,
    Text("対応しない理由", "not matched because"),
    Text("名称で対応する記録を決めなかった理由", "why no record of its name was taken"),
    codes=codes(DOUBT_LABELS),
    width=26,
)
OWN_COORDINATES = Column(
    "own_coordinates",
    ColumnKind.BOOLEAN,
    Text("一覧の座標", "own coordinates"),
    Text(
        "一覧に座標があり、それを使ったか（出典とは離れている）",
        "whether its list has coordinates, which hold though the source's are elsewhere",
    ),
)
_RECORD_NAME = Column(
    "record_name",
    _TEXT,
    Text("出典での名称", "name in the source"),
    Text("対応させた記録の名称", "of the record that was taken"),
    width=26,
)
_RECORD_ADDRESS = Column(
    "record_address",
    _TEXT,
    Text("出典での所在地", "address in the source"),
    Text("対応させた記録の所在地", "of the record that was taken"),
    width=28,
)
_RECORD_ROW = Column(
    "record_row",
    _TEXT,
    Text("出典の行", "row of the source"),
    Text("対応させた記録のファイルと行", "file and row of the record that was taken"),
    width=20,
)
_GAP_M = Column(
    "gap_m",
    _NUMBER,
    Text("一覧の座標との差", "from its own coordinates"),
    Text(
        "一覧の座標と出典の座標の距離", "geodesic distance of its own coordinates and the source's"
    ),
    "m",
    width=10,
    decimals=0,
)
_TOWN_M = Column(
    "town_m",
    _NUMBER,
    Text("町丁目の代表点との差", "from its town block"),
    Text(
        "出典の座標と、所在地の町丁目の代表点の距離",
        "geodesic distance of the source's coordinates and the town block's point of the address",
    ),
    "m",
    width=10,
    decimals=0,
)
_OUTSIDE_M = Column(
    "outside_m",
    _NUMBER,
    Text("市町村の外", "outside its municipality"),
    Text(
        "出典の座標が所在する市町村から離れている距離（0 は市町村の中）",
        "how far the source's coordinates are from the facility's municipality; 0 inside",
    ),
    "m",
    width=10,
    decimals=0,
)
_CANDIDATES = Column(
    "candidates",
    ColumnKind.LIST,
    Text("候補", "candidates"),
    Text(
        "対応させなかった記録: 複数に当てはまるもの、名称または所在地だけが同じもの",
        "records not taken: several that fit, or that have the name or the address alone",
    ),
    width=40,
)
_RIVALS = Column(
    "rivals",
    ColumnKind.LIST,
    Text("競合する施設", "rivals"),
    Text("同じ記録に当てはまるほかの施設", "other facilities that fit the same record"),
    width=20,
)


def _of_lookup(
    column: Column, value: Callable[[PositionLookup, Lang], Value | None]
) -> Filled[FacilityRow]:
    def cell(row: FacilityRow, lang: Lang) -> Value | None:
        said = row.verdict.facility.looked_up
        return None if said is None else value(said, lang)

    return Filled(column, cell)


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _source(row: FacilityRow, _lang: Lang) -> str | None:
    position = row.verdict.facility.position
    return position.source if position is not None else None


def _row_of(said: PositionLookup) -> str | None:
    record = said.record
    if record is None:
        return None
    return record.file if record.row is None else f"{record.file}:{record.row}"


#: Of files of facilities, where a run asked sources.
LOOKUP_COLUMNS: tuple[Filled[FacilityRow], ...] = (
    Filled(POSITION_SOURCE, _source),
    _of_lookup(POSITION_MATCH, lambda s, _: s.how.value if s.how and not s.own else None),
    _of_lookup(POSITION_DOUBT, lambda s, _: s.why.value if s.why else None),
)
#: Of ``positions.csv``, behind what says which facility that is.
REVIEW_COLUMNS: tuple[Filled[FacilityRow], ...] = (
    _of_lookup(OWN_COORDINATES, lambda s, _: s.own),
    _of_lookup(POSITION_MATCH, lambda s, _: s.how.value if s.how else None),
    _of_lookup(POSITION_DOUBT, lambda s, _: s.why.value if s.why else None),
    _of_lookup(
        replace(
            POSITION_SOURCE,
            about=Text("位置の出典", "the source that was asked, and answered last"),
        ),
        lambda s, _: s.source,
    ),
    _of_lookup(_RECORD_NAME, lambda s, _: s.record.name if s.record else None),
    _of_lookup(_RECORD_ADDRESS, lambda s, _: s.record.address if s.record else None),
    _of_lookup(_RECORD_ROW, lambda s, _: _row_of(s)),
    _of_lookup(_GAP_M, lambda s, _: _metres(s.gap_m)),
    _of_lookup(_TOWN_M, lambda s, _: _metres(s.town_m)),
    _of_lookup(_OUTSIDE_M, lambda s, _: _metres(s.outside_m)),
    _of_lookup(_CANDIDATES, lambda s, lang: tuple(record_words(r).render(lang) for r in s.others)),
    _of_lookup(_RIVALS, lambda s, _: s.rivals),
)


def looked_up(facility: Facility) -> bool:
    """Whether a source of positions has more to say of a facility than that it agrees."""
    return facility.looked_up is not None


def asked_for_positions(result: RunResult) -> bool:
    """Whether a run asked sources of positions, and any had a word to say."""
    return any(looked_up(v.facility) for v in result.verdicts)
