"""Columns of the tables of ``spots indices``: an edition of the 医師偏在指標, and two compared.

Stands apart: the other answers' values are made in their own rooms, these are all of `boundaries`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from boundaries.codes import PREFECTURES
from boundaries.edition_changes import AreaChange, EditionChanges
from boundaries.editions import EditionArea, IndexRank
from boundaries.indices import published
from boundaries.types import AreaIndex
from groundfloor.problems import Lang, Text
from spots.telling.columns import CLASS_BASES, Code, Column, ColumnKind, Filled, codes
from spots.telling.edition_words import (
    CLASS_CAUSE_LABELS,
    CUT_OFF_LABELS,
    INDEX_CLASS_LABELS,
    MATCH_LABELS,
    class_code,
    class_words,
    why_changed,
)
from spots.telling.labels import CLASS_BASIS_LABELS
from spots.telling.wording import joined

#: An area in two editions, and both of these.
Compared = tuple[AreaChange, EditionChanges]
_TEXT, _CODE, _LIST = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.LIST
_INTEGER, _NUMBER = ColumnKind.INTEGER, ColumnKind.NUMBER
_CLASSES = tuple(Code(value, label) for value, label in INDEX_CLASS_LABELS.items())

AREA_CODE = Column(
    "area_code",
    _CODE,
    Text("コード", "code"),
    Text("4桁の二次医療圏コード", "four digits"),
    width=8,
)
_PREFECTURE = Column(
    "prefecture", _TEXT, Text("都道府県", "prefecture"), Text("都道府県", "prefecture"), width=10
)
_NAME = Column(
    "area_name",
    _TEXT,
    Text("二次医療圏", "medical area"),
    Text("指標の表の名称。なければ対応表の名称", "as the indices, else the areas, have it"),
    width=18,
)
_INDEX = Column(
    "physician_index",
    _NUMBER,
    Text("医師偏在指標", "physician index"),
    Text("公表どおり小数第1位まで", "to one decimal, as published"),
    decimals=1,
    width=10,
)
# Not "area_class": a table that is read back would state what the cut-offs said.
_CLASS = Column(
    "class",
    _TEXT,
    Text("区分", "class"),
    Text("医師少数区域、多数区域、そのどちらでもないか、未定か", "of the area"),
    codes=_CLASSES,
    width=22,
)
_BASIS = Column(
    "class_basis",
    _TEXT,
    Text("区分の根拠", "by what"),
    Text("表の記載、基準値、同値のいずれによるか", "stated, by the cut-offs, or a tie"),
    codes=CLASS_BASES,
    width=24,
)
AVERAGE_DIFFERENCE = Column(
    "average_difference",
    _NUMBER,
    Text("全国値との差", "less national average"),
    Text("指標と全国値の差。全国値を与えたときだけ", "only where the average is given"),
    decimals=1,
    width=10,
)


def _rank_column(name: str, ja: str, en: str, about: Text) -> Column:
    return Column(name, _INTEGER, Text(ja, en), about, width=8)


def _of_rank(
    get: Callable[[EditionArea], IndexRank | None], said: Callable[[IndexRank], int]
) -> Callable[[EditionArea, Lang], int | None]:
    def cell(row: EditionArea, _lang: Lang) -> int | None:
        rank = get(row)
        return said(rank) if rank is not None else None

    return cell


def _index(area: AreaIndex | None) -> Decimal | None:
    return published(area.value) if area is not None and area.value is not None else None


_RANK = Text(
    "指標の高い順。同じ値は同順位（1、2、2、4）。参考で、判定には使わない",
    "from the highest; equal values share a rank (1, 2, 2, 4); decides nothing",
)
EDITION_COLUMNS: tuple[Filled[EditionArea], ...] = (
    Filled(AREA_CODE, lambda r, _: r.area.area_code),
    Filled(_PREFECTURE, lambda r, _: PREFECTURES[r.area.area_code[:2]]),
    Filled(_NAME, lambda r, _: r.name),
    Filled(_INDEX, lambda r, _: _index(r.area)),
    Filled(
        _CLASS, lambda r, _: class_code(r.area), lambda r, lang: class_words(r.area).render(lang)
    ),
    Filled(_BASIS, lambda r, _: r.area.basis.value),
    Filled(
        _rank_column("rank", "順位", "rank", _RANK),
        _of_rank(lambda r: r.rank, lambda rank: rank.rank),
    ),
    Filled(
        _rank_column(
            "rank_tied",
            "同順位の数",
            "tied",
            Text("その順位にある医療圏の数", "how many areas have this rank"),
        ),
        _of_rank(lambda r: r.rank, lambda rank: rank.tied),
    ),
    Filled(
        _rank_column(
            "prefecture_rank",
            "都道府県内順位（高い順）",
            "rank in prefecture, from the highest",
            _RANK,
        ),
        _of_rank(lambda r: r.home_rank, lambda rank: rank.rank),
    ),
    Filled(
        Column(
            "nearer_cut_off",
            _TEXT,
            Text("近い方の基準値", "nearer cut-off"),
            Text("少数と多数の基準値のうち近い方", "of shortage or of surplus"),
            codes=codes(CUT_OFF_LABELS),
            width=14,
        ),
        lambda r, _: r.gap.cut_off.value if r.gap else None,
    ),
    Filled(
        Column(
            "cut_off_difference",
            _NUMBER,
            Text("基準値との差", "difference"),
            Text("指標からその基準値を引いた値", "index less that cut-off"),
            decimals=1,
            width=10,
        ),
        lambda r, _: r.gap.difference if r.gap else None,
    ),
    Filled(AVERAGE_DIFFERENCE, lambda r, _: r.above_average),
)
"""An edition: a row for each area."""


_MOVED = Text(
    "両版の対応表がある場合の、所属の変わった市区町村のコード",
    "codes of municipalities of another area, where both tables of areas are given",
)


def _sided(column: Column, side: str) -> Column:
    word = {"old": Text("旧", "old"), "new": Text("新", "new")}[side]
    label = Text(f"{word.ja}・{column.label.ja}", f"{word.en} {column.label.en}")
    return replace(column, name=f"{side}_{column.name}", label=label)


def _of_area(
    side: str, say: Callable[[AreaIndex, Lang], str]
) -> Callable[[Compared, Lang], str | None]:
    """Return how a cell is filled from the area of one edition; empty where it has none."""

    def cell(row: Compared, lang: Lang) -> str | None:
        found = row[0].old if side == "old" else row[0].new
        return say(found, lang) if found is not None else None

    return cell


def _class_columns(side: str) -> tuple[Filled[Compared], ...]:
    """Return the class and its basis in one edition."""
    return (
        Filled(
            _sided(_CLASS, side),
            _of_area(side, lambda a, _: class_code(a)),
            _of_area(side, lambda a, lang: class_words(a).render(lang)),
        ),
        Filled(
            _sided(_BASIS, side),
            _of_area(side, lambda a, _: a.basis.value),
            _of_area(side, lambda a, lang: CLASS_BASIS_LABELS[a.basis].render(lang)),
        ),
    )


def _cause_list(change: AreaChange) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cause.value for way in change.causes for cause in way))


def _cause_words(row: Compared, lang: Lang) -> str:
    """Return the causes in words: those that turn it together joined by a plus."""
    ways = [joined((CLASS_CAUSE_LABELS[c] for c in way), "＋", " + ") for way in row[0].causes]
    return joined(ways).render(lang)


def _is_changed(row: Compared, _lang: Lang) -> bool | None:
    return row[0].class_changed


COMPARED_COLUMNS: tuple[Filled[Compared], ...] = (
    Filled(AREA_CODE, lambda r, _: r[0].shown.area_code),
    Filled(
        _sided(AREA_CODE, "old"), lambda r, _: r[0].old.area_code if r[0].old is not None else None
    ),
    Filled(_PREFECTURE, lambda r, _: PREFECTURES[r[0].shown.area_code[:2]]),
    Filled(_NAME, lambda r, _: r[0].new_name or r[0].old_name),
    Filled(_sided(_NAME, "old"), lambda r, _: r[0].old_name),
    Filled(
        Column(
            "match",
            _TEXT,
            Text("照合", "match"),
            Text("旧版と新版で同じ医療圏か", "how it was found in both editions"),
            codes=codes(MATCH_LABELS),
            width=10,
        ),
        lambda r, _: r[0].match.value,
    ),
    Filled(_sided(_INDEX, "old"), lambda r, _: _index(r[0].old)),
    Filled(_sided(_INDEX, "new"), lambda r, _: _index(r[0].new)),
    Filled(
        Column(
            "index_change",
            _NUMBER,
            Text("指標の差", "change of index"),
            Text("新しい指標から旧い指標を引いた値", "new index less the old one"),
            decimals=1,
            width=10,
        ),
        lambda r, _: r[0].index_change,
    ),
    *_class_columns("old"),
    *_class_columns("new"),
    Filled(
        Column(
            "class_changed",
            ColumnKind.BOOLEAN,
            Text("区分の変化", "class changed"),
            Text("区分が変わったか。照合できなければ空欄", "empty where it is not known to be one"),
        ),
        _is_changed,
    ),
    Filled(
        Column(
            "causes",
            _LIST,
            Text("原因", "causes"),
            Text("区分が変わった原因", "what turned the class, proven one by one"),
            codes=codes(CLASS_CAUSE_LABELS),
        ),
        lambda r, _: _cause_list(r[0]),
        _cause_words,
    ),
    Filled(
        Column(
            "together",
            ColumnKind.BOOLEAN,
            Text("複合", "together"),
            Text("原因がそろって初めて区分が変わるか", "whether only several together turn it"),
        ),
        lambda r, _: len(r[0].causes[0]) > 1 if r[0].causes else None,
    ),
    Filled(
        Column("gained", _LIST, Text("加わった市区町村", "gained"), _MOVED, width=20),
        lambda r, _: r[0].gained,
    ),
    Filled(
        Column("lost", _LIST, Text("離れた市区町村", "lost"), _MOVED, width=20),
        lambda r, _: r[0].lost,
    ),
    Filled(
        Column(
            "why",
            _TEXT,
            Text("説明", "why"),
            Text("原因と照合の説明", "causes and how it was found, in words"),
            width=46,
        ),
        lambda r, lang: why_changed(*r).render(lang),
    ),
)
"""Two editions: a row for each area of either."""
