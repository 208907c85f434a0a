"""What is said of sources of positions: whom they placed, whom not, and where they differ.

Stands apart: `position_lookup` decides; here are the sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from boundaries.codes import PREFECTURES, split_prefecture
from groundfloor.folding import compact, nfkc
from groundfloor.problems import Problem, Text, error, note, warning
from spots.facilities.naming import name_key
from spots.facilities.position_matching import Placed, Records
from spots.facilities.position_sources import PositionTable
from spots.telling.position_words import MATCH_LABELS, doubt_words, lookup_words
from spots.telling.wording import NOTHING, joined, names
from spots.types import Facility, PositionDoubt, PositionMatch

_SHOWN = 5
_SEE_SHEET = Text(
    "表計算の「位置の照合」か positions.csv で、どの記録によったかを確かめてください",
    "see the sheet of positions, or positions.csv, for which record each was given",
)
_BY_HAND = Text(
    "緯度・経度を入れるか、市町村・所在地を補ってください。候補が同じ医療機関であれば、"
    '実行ファイルの [positions.names] に "一覧の名称" = "出典の名称" と書きます',
    "fill in coordinates, or the municipality and address; where a candidate is the one, write "
    '"name in the list" = "name in the source" under [positions.names] of the run file',
)


def matched_some(table: PositionTable, waiting: int, how: Mapping[PositionMatch, int]) -> Problem:
    """Return a note that a source placed so many of those who wait, or a warning that it did none.

    Parameters
    ----------
    table : PositionTable
        The source.
    waiting : int
        Facilities without a position when it was asked.
    how : mapping of PositionMatch to int
        Facilities that it placed.
    """
    if not how:
        return warning(
            "positions-none-matched",
            Text(
                f"座標のない{waiting:,}施設のどれとも対応しません（出典の記録は{len(table.rows):,}件）",
                f"none of its {len(table.rows):,} records is one of the {waiting:,} facilities "
                "without coordinates",
            ),
            Text(
                "出典のファイル、where の条件、名称と所在地の列（columns）を確かめてください",
                "check the file, its conditions under where, and the columns of names and "
                "addresses",
            ),
            file=table.file,
            value=table.label if table.label != table.file else None,
        )
    count = sum(how.values())
    told = joined(
        Text(f"{MATCH_LABELS[each].ja} {how[each]:,}", f"{MATCH_LABELS[each].en} {how[each]:,}")
        for each in PositionMatch
        if each in how
    )
    return note(
        "positions-matched",
        Text(
            f"座標のない{waiting:,}施設のうち{count:,}施設の位置によりました（{told.ja}）",
            f"gives {count:,} of {waiting:,} facilities without coordinates a position ({told.en})",
        ),
        _SEE_SHEET,
        file=table.file,
        value=table.label if table.label != table.file else None,
    )


def of_elsewhere(
    table: PositionTable, sought: Sequence[Placed], records: Records
) -> Problem | None:
    """Return a warning where a source has nothing of the prefectures that are asked about.

    Parameters
    ----------
    table : PositionTable
        A source that placed nobody.
    sought : sequence of Placed
        Whom it was asked about.
    records : Records
        What it holds.
    """
    wanted = {one.item.prefecture for one in sought} - {None}
    stated = (split_prefecture(compact(raw.address))[0] for raw in records.rows)
    codes = (raw.prefecture_code for raw in records.rows)
    there = {own or said for own, said in zip(codes, stated, strict=True)}
    if not wanted or None in there or wanted & there:
        return None
    has = names(PREFECTURES[code] for code in sorted(c for c in there if c)[:_SHOWN])
    asked = names(PREFECTURES[code] for code in sorted(c for c in wanted if c)[:_SHOWN])
    return warning(
        "positions-elsewhere",
        Text(
            f"{has.ja}の記録だけで、座標のない施設は{asked.ja}にあります",
            f"holds {has.en} alone, and the facilities without coordinates are in {asked.en}",
        ),
        Text("その都道府県の出典を指定してください", "name a source of that prefecture"),
        file=table.file,
        value=table.label if table.label != table.file else None,
    )


def unmatched(facility: Facility) -> Problem:
    """Return a warning that a facility has no position, or only its town's, and why."""
    row, said = facility.rows[0], facility.looked_up
    why = doubt_words(said) if said is not None else NOTHING
    several = said is not None and said.why in {PositionDoubt.SEVERAL, PositionDoubt.CLAIMED}
    message = Text(
        f"位置の出典から位置を決められません。{why.ja}",
        f"no source of positions places it; {why.en}",
    )
    if facility.position is not None:
        message = Text(
            f"名称からは位置を決められず、町丁目の代表点としました。{why.ja}",
            f"no name places it; it stands at its town block's point; {why.en}",
        )
    return warning(
        "position-ambiguous" if several else "position-not-found",
        message,
        _BY_HAND,
        file=row.file,
        row=row.row,
        value=facility.name,
    )


def own_differs(facility: Facility) -> Problem:
    """Return a note that a facility's own coordinates are far from those of a source."""
    row, said = facility.rows[0], facility.looked_up
    told = lookup_words(said) if said is not None else NOTHING
    return note(
        "position-differs",
        Text(
            f"出典の座標と離れています。{told.ja}", f"is far from where a source has it: {told.en}"
        ),
        Text(
            "どちらの位置が正しいか、地図で確かめてください",
            "see on a map which of the two is right",
        ),
        file=row.file,
        row=row.row,
        value=facility.name,
    )


def names_of_nobody(
    tables: Sequence[PositionTable], facilities: Sequence[Facility]
) -> Iterator[Problem]:
    """Yield an error for each name given by hand that no list, or no source, has.

    Parameters
    ----------
    tables : sequence of PositionTable
        The sources, with what is said by hand.
    facilities : sequence of Facility
        All of them.
    """
    if not any(table.names for table in tables):
        return
    listed = {nfkc(name) for f in facilities for name in f.names}
    said = dict.fromkeys((own, theirs) for table in tables for own, theirs in table.names.items())
    for own, theirs in said:
        mine = [table for table in tables if table.names.get(own) == theirs]
        known = {name_key(name) for table in mine for row in table.rows for name in row.names}
        if nfkc(own) not in listed:
            yield _name_unknown(own, Text("どの一覧にもない名称です", "stands in no list"), listed)
        elif name_key(theirs) not in known:
            files = ", ".join(table.file for table in mine)
            why = Text(f"位置の出典（{files}）にない名称です", f"stands in no source ({files})")
            yield _name_unknown(theirs, why, {n for t in mine for r in t.rows for n in r.names})


def _name_unknown(name: str, why: Text, known: Iterable[str]) -> Problem:
    close = "、".join(get_close_matches(name, sorted(known), _SHOWN)) or "-"
    return error(
        "positions-name-unknown",
        why,
        Text(f"近い名称: {close}", f"names like it: {close}"),
        column="positions.names",
        value=name,
    )
