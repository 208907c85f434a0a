"""How positions from sources are told: how a facility was found, why not, what it may be."""

from __future__ import annotations

from groundfloor.problems import Text, one_line
from spots.telling.units import distance
from spots.telling.wording import NOTHING, as_one, bracketed, joined, run_on, same, told_as
from spots.types import PositionDoubt, PositionLookup, PositionMatch, PositionRecord

MATCH_LABELS: dict[PositionMatch, Text] = {
    PositionMatch.EXACT: Text("名称と市町村が一致", "name and municipality"),
    PositionMatch.FOLDED: Text(
        "表記の違いを除いた名称と市町村が一致", "name but for its spelling, and municipality"
    ),
    PositionMatch.OWNER: Text(
        "開設者名を除いた名称と市町村が一致", "name but for its owner, and municipality"
    ),
    PositionMatch.ADDRESS: Text(
        "名称と番地までの所在地が一致", "name, and the address down to the house number"
    ),
    PositionMatch.HAND: Text("実行ファイルで指定した名称と市町村が一致", "as the run file says"),
    PositionMatch.TOWN: Text("所在地の町丁目の代表点", "the town block's point of its address"),
}
DOUBT_LABELS: dict[PositionDoubt, Text] = {
    PositionDoubt.NO_RECORD: Text("出典にこの名称がありません", "no source has the name"),
    PositionDoubt.NO_MUNICIPALITY: Text(
        "市町村が分からないため、名称だけでは対応させません",
        "its municipality is not known, and a name alone proves nothing",
    ),
    PositionDoubt.ELSEWHERE: Text(
        "同じ名称が、別の市町村または別の区にあります",
        "the name stands in another municipality or ward",
    ),
    PositionDoubt.OTHER_ADDRESS: Text(
        "名称と市町村は同じですが、所在地が異なります（移転か、別の施設か）",
        "name and municipality agree, the address does not (moved, or another)",
    ),
    PositionDoubt.OTHER_NAME: Text(
        "同じ所在地に別の名称の記録があります（改称か、別の施設か）",
        "its address stands there under another name (renamed, or another)",
    ),
    PositionDoubt.SEVERAL: Text("当てはまる記録が複数あります", "several records fit"),
    PositionDoubt.CLAIMED: Text(
        "同じ記録に当てはまる施設がほかにもあります", "another facility fits the same record"
    ),
    PositionDoubt.NO_COORDINATES: Text(
        "対応する記録に使える座標がありません", "its record has no usable coordinates"
    ),
    PositionDoubt.OUTSIDE: Text(
        "対応する記録の座標が、所在する市町村の外にあります",
        "its record's point lies outside of its municipality",
    ),
    PositionDoubt.CLOSED: Text("対応する記録は休止・廃止です", "its record is of a closed one"),
    PositionDoubt.DENTAL: Text("対応する記録は歯科です", "its record is a dentist's"),
}
#: In sheets: that the facility's own coordinates hold.
OWN = Text("一覧の座標", "the list's own")
_SHOWN = 3


def record_words(record: PositionRecord) -> Text:
    """Return which record of a source that is: its name, address and row."""
    row = same(record.file)
    if record.row is not None:
        row = Text(f"{record.file} {record.row}行目", f"{record.file} row {record.row}")
    address = one_line(record.address, 60)
    inside = joined((same(address), row))
    return run_on(Text(f"「{one_line(record.name)}」", one_line(record.name)), bracketed(inside))


def candidates_words(lookup: PositionLookup) -> Text:
    """Return the records that a facility may be, the first few, and who else may be those."""
    found = [record_words(each) for each in lookup.others[:_SHOWN]]
    more = len(lookup.others) - _SHOWN
    if more > 0:
        found.append(Text(f"ほか{more}件", f"{more} more"))
    rivals = Text(
        "、".join(lookup.rivals[:_SHOWN]),
        ", ".join(lookup.rivals[:_SHOWN]),
    )
    return joined(
        (
            told_as(Text("候補", "candidates"), joined(found)) if found else NOTHING,
            told_as(Text("同じ記録に当てはまる施設", "also fitting"), rivals)
            if lookup.rivals
            else NOTHING,
        ),
        "。",
        "; ",
    )


def doubt_words(lookup: PositionLookup) -> Text:
    """Return why a facility was not found by name, with what it may be; empty where it was."""
    if lookup.why is None:
        return NOTHING
    return as_one((DOUBT_LABELS[lookup.why], candidates_words(lookup)))


def lookup_words(lookup: PositionLookup) -> Text:
    """Return what sources of positions say of a facility, in a sentence."""
    record, how = lookup.record, lookup.how
    if record is None or how is None:
        return doubt_words(lookup)
    if lookup.own:
        gap = distance(lookup.gap_m or 0.0)
        return Text(
            f"一覧の座標を使いました。{lookup.source}の{record_words(record).ja}とは{gap}離れています",
            f"the list's coordinates hold; {record_words(record).en} of {lookup.source} is "
            f"{gap} away",
        )
    told = Text(
        f"{lookup.source}の{record_words(record).ja}によりました（{MATCH_LABELS[how].ja}）",
        f"by {record_words(record).en} of {lookup.source} ({MATCH_LABELS[how].en})",
    )
    far = NOTHING
    if lookup.town_m is not None:
        shown = distance(lookup.town_m)
        far = Text(
            f"所在地の町丁目の代表点から{shown}", f"{shown} from the town block of its address"
        )
    return as_one(part for part in (told, far, doubt_words(lookup)) if part.ja)
