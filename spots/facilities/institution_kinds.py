"""Which institutions do not count as another one nearby: dental ones, and those that are closed.

Stands apart: lists say it in words of their own, in columns that decide nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from groundfloor.folding import compact
from groundfloor.problems import Problem, Text, warning
from spots.facilities.model import RawFacility
from spots.types import Facility

_DENTAL = "歯科"
# 国土数値情報 医療機関 P04_001: 1 病院, 2 診療所, 3 歯科診療所.
_DENTAL_CLASS = re.compile(
    r"3(?:\.0)?|歯科(?:医院|診療所|のみ|専門)?|歯科単科|dental(?:clinic|office)?"
)
_DENTAL_NAME = re.compile(r"歯科|デンタル|歯医者|矯正|dental")
# 内科・歯科クリニック, 病院歯科口腔外科, 医科歯科大学: medicine too.
_MEDICAL_NAME = re.compile(
    r"病院|医科|内科|(?<!口腔)外科|小児科|整形|皮膚|眼科|耳鼻|産婦|婦人|精神|診療科|総合|保健|センター"
)
_CLOSED = re.compile(r"休止|廃止|閉院|閉鎖|廃院|休業|休診中|休院|閉業|closed|suspended")
_NOT_CLOSED = re.compile(
    r"予定|見込|一部|再開|病棟|病床|救急|外来|夜間|休日|日曜|なし|無し|ない|除く|解除|分娩|産科|入院"
)
_SENTENCE = re.compile(r"[。．;；\n]")


def not_counted(rows: Iterable[RawFacility], facilities: Iterable[Facility]) -> dict[str, str]:
    """Return the facilities that are dental or closed, and the word that says so.

    Parameters
    ----------
    rows : iterable of RawFacility
        Every row of every list.
    facilities : iterable of Facility
        Merged of them.

    Returns
    -------
    dict of str to str
        By facility id ``"歯科"``, or why it is closed (``"休止"``). A hospital that one list calls
        dental and another does not is none; one that any list calls closed is.
    """
    by_row = {raw.row: raw for raw in rows}
    found: dict[str, str] = {}
    for facility in facilities:
        mine = [by_row[row] for row in facility.rows if row in by_row]
        why = closed_word(mine) or (_DENTAL if mine and all(map(is_dental, mine)) else "")
        if why:
            found[facility.id] = why
    return found


def closed_yet_listed(
    facilities: Iterable[Facility], apart: Mapping[str, str]
) -> tuple[Problem, ...]:
    """Return a warning for each facility of ①②③ that a list calls closed.

    It is judged, and reached by others, all the same: a list of the prefecture that names it says
    that it is one, and when it closed nobody can tell from a word.

    Parameters
    ----------
    facilities : iterable of Facility
        Merged over lists.
    apart : mapping of str to str
        As `not_counted` returns it.
    """
    return tuple(
        warning(
            "institution-closed",
            Text(
                f"一覧に「{apart[f.id]}」とありますが、開いているものとして扱います",
                f"the list calls it closed ({apart[f.id]}); it is taken for open",
            ),
            Text(
                "閉じていれば一覧から外すか、[[manual]] で決めてください",
                "take it out of the list if it is closed, or decide by [[manual]]",
            ),
            file=f.rows[0].file,
            row=f.rows[0].row,
            value=f.name,
        )
        for f in facilities
        if f.types and apart.get(f.id, _DENTAL) != _DENTAL
    )


def is_dental(raw: RawFacility) -> bool:
    """Tell whether a row is of a dental institution, by its kind or else its name."""
    kind = compact(raw.kind)
    if kind:
        return _DENTAL_CLASS.fullmatch(kind) is not None
    name = compact(raw.name)
    return _DENTAL_NAME.search(name) is not None and _MEDICAL_NAME.search(name) is None


def closed_word(rows: Iterable[RawFacility]) -> str:
    """Return the word by which one of the rows of an institution calls it closed, or nothing."""
    for raw in rows:
        for text in (raw.status, raw.kind, raw.remark, raw.name):
            for sentence in _SENTENCE.split(compact(text)):
                said = _CLOSED.search(sentence)
                if said is not None and _NOT_CLOSED.search(sentence) is None:
                    return said[0]
    return ""
