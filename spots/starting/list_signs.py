"""What the rows of a list of institutions show: of which prefecture and of which type they are.

The list is read by the reader of runs (`spots.facilities.reading`); only what a run is told and
an empty run file does not know is looked for here: the columns and words to tell rows apart by.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from boundaries.codes import PREFECTURES, fold, split_prefecture
from groundfloor.folding import compact, header_key
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem, Severity
from groundfloor.tables import Table
from spots.facilities import RawFacility
from spots.facilities.list_cells import prefecture_code
from spots.facilities.reading import Scan
from spots.starting.recognised import ListSigns, TypeMark
from spots.types import FacilityType

_BASE, _CLINIC, _EMERGENCY = (
    FacilityType.BASE_HOSPITAL,
    FacilityType.REMOTE_CLINIC,
    FacilityType.SECONDARY_EMERGENCY,
)
#: The name of the list of 病院群輪番制, of 救急告示 and of hospitals that say so themselves.
ROTATION, KOKUJI, SELF_REPORTED = "rotation", "kokuji", "self_reported"
# Headers of columns that say yes or no of each row.
_MARKS: tuple[tuple[re.Pattern[str], FacilityType, str], ...] = (
    (re.compile(r"輪番|^rotation$"), _EMERGENCY, ROTATION),
    (re.compile(r"救急告示|告示病院|kokuji|^p04009$"), _EMERGENCY, KOKUJI),
    (re.compile(r"二次救急|2次救急|^二次$|^2次$|^niji"), _EMERGENCY, SELF_REPORTED),
    (re.compile(r"へき地(医療)?拠点|^base_?hospital$"), _BASE, ""),
    (re.compile(r"へき地診療所|^remote_?clinic$"), _CLINIC, ""),
)
_YES = frozenset(
    {
        *("1", "true", "t", "yes", "y", "○", "〇", "◯", "●", "◎", "✓", "✔", "レ"),
        *("有", "有り", "あり", "はい", "該当", "認定", "参加", "指定", "告示"),
        *("二次", "2次", "二次救急", "二次救急病院", "二次救急医療機関", "二次救急医療施設"),
        *("第二次", "輪番", "病院群輪番制", "救急告示", "へき地医療拠点病院", "へき地診療所"),
    }
)
_NO = frozenset({"", "0", "9", "false", "f", "no", "n", "×", "✕", "-", "―", "ー", "無", "なし"})
# What files and sheets are called, which says the type of all of their rows.
_TITLES: tuple[tuple[re.Pattern[str], FacilityType], ...] = (
    (re.compile(r"①|拠点病院|base[_ -]?hospital"), _BASE),
    (re.compile(r"②|へき地診療所|へき地.*診療所|remote[_ -]?clinic"), _CLINIC),
    (re.compile(r"③|輪番|二次救急|2次救急|救急告示|rotation|secondary|kokuji"), _EMERGENCY),
)
_CANDIDATES = re.compile(r"候補|candidate")
# 病院, 診療所 and what they call themselves: a list whose names end otherwise is of other things.
_INSTITUTION = re.compile(
    r"病院|医院|診療所|クリニック|医療センター|療養所|療養センター|総合センター|医療|メディカル"
    r"|へき地|保健|ホスピタル|hospital|clinic|medical",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _PrefectureWords:
    """The column by which rows of prefectures are told apart, and its cells by prefecture."""

    column: str
    words: Mapping[str, tuple[str, ...]]


def is_of_institutions(raws: Sequence[RawFacility]) -> bool:
    """Tell whether most rows of a list are called as medical institutions are."""
    named = sum(1 for raw in raws if _INSTITUTION.search(raw.name))
    return 2 * named > len(raws)


def signs_of(scan: Scan, table: Table, titles: Sequence[str]) -> ListSigns:
    """Return what a list shows.

    Parameters
    ----------
    scan : Scan
        What the reader of runs made of it.
    table : Table
        Its table.
    titles : sequence of str
        What it is called, the most telling first: its sheet, what stands above the header, its
        file.
    """
    prefectures = [_prefecture(raw) for raw in scan.raws]
    told = _prefecture_words(table, scan.raws)
    unplaced = (
        raw.municipality or fold(raw.address)
        for raw, code in zip(scan.raws, prefectures, strict=True)
        if code is None
    )
    return ListSigns(
        rows=len(scan.raws),
        by_prefecture=FrozenDict(Counter(code for code in prefectures if code)),
        prefecture_column=told.column,
        prefecture_words=told.words,
        marks=tuple(_marks(table)),
        typed_rows=frozenset(kind for raw in scan.raws for kind in raw.types),
        guessed=next(filter(None, map(_type_in, titles)), None),
        candidates=any(_CANDIDATES.search(compact(title)) for title in titles),
        positioned=sum(raw.position is not None for raw in scan.raws),
        addressed=sum(raw.position is None and bool(raw.address) for raw in scan.raws),
        municipalities=tuple(name for name in unplaced if name),
    )


def _type_in(title: str) -> FacilityType | None:
    """Return the type that a title says; None where it says none, or more than one."""
    called = compact(title)
    types = {kind for words, kind in _TITLES if words.search(called)}
    return types.pop() if len(types) == 1 else None


def first_error(problems: Iterable[Problem]) -> Problem | None:
    """Return what keeps a list from being used; None where nothing does."""
    return next((p for p in problems if p.severity is Severity.ERROR), None)


def _prefecture(raw: RawFacility) -> str | None:
    return raw.prefecture_code or split_prefecture(fold(raw.address))[0]


def _prefecture_words(table: Table, raws: Sequence[RawFacility]) -> _PrefectureWords:
    """Return how a column writes prefectures: one of its own, else that of municipality codes."""
    for column in ("prefecture_code", "municipality_code"):
        if column not in table.columns:
            continue
        by_row = {raw.row.row: raw.prefecture_code for raw in raws}
        words: dict[str, dict[str, None]] = {}
        for row in table.rows:
            cell = table.columns.cell(row, column)
            code = prefecture_code(cell) if column == "prefecture_code" else by_row.get(row.number)
            if cell and code is not None and code in PREFECTURES:
                words.setdefault(code, {})[cell] = None
        if words:
            label = table.columns.header[table.columns.index[column]].strip()
            return _PrefectureWords(
                label, FrozenDict({code: tuple(cells) for code, cells in sorted(words.items())})
            )
    return _PrefectureWords("", FrozenDict())


def _marks(table: Table) -> Iterator[TypeMark]:
    """Yield the columns that say yes or no of a type; the first of those that say the same."""
    seen: set[tuple[FacilityType, str]] = set()
    for at, header in enumerate(table.columns.header):
        key = header_key(header)
        for words, kind, name in _MARKS:
            if words.search(key) and (kind, name) not in seen:
                yes = _yes(row.cells[at].strip() for row in table.rows if at < len(row.cells))
                if yes:
                    seen.add((kind, name))
                    yield TypeMark(header.strip(), yes, kind, name)
                break


def _yes(cells: Iterable[str]) -> tuple[str, ...]:
    """Return the cells that say yes; none where a column says anything else than yes and no."""
    found = dict.fromkeys(cells)
    said = {cell: compact(cell) for cell in found}
    no = _NO | {"2"} if set(said.values()) <= {"1", "2", ""} else _NO  # 1:有 2:無
    if any(word not in _YES | no for word in said.values()):
        return ()
    return tuple(cell for cell, word in said.items() if word in _YES)
