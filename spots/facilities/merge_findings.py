"""What merging reports about rows of one facility, or of two that look like one.

Stands apart: `merging` is rules; these are its sentences.
"""

from __future__ import annotations

from collections.abc import Sequence

from groundfloor.problems import Problem, Text, error, note, one_line, warning
from spots.facilities.model import RawFacility

_RULES = {
    "id": Text("IDが同じ", "equal id"),
    "row": Text("同じファイルの同じ行", "the same row of one file"),
    "name": Text("名称と市町村（または位置）が同じ", "equal name and municipality (or position)"),
    "suffix": Text("名称の末尾と市町村が同じ", "names end alike in one municipality"),
    "identity": Text("[[identity]] または same による", "as [[identity]] or same says"),
}
_OWN_IDS = Text(
    "別の医療機関であれば、別々の id を付けてください", "if not, give them different ids"
)
_BY_HAND = Text(
    "別の医療機関であれば、実行ファイルの [[identity]] に names = [両方の id] と same = false を"
    "書いてください（Python では apart=[[両方の id]]。id がなければ付けてください）",
    "if not, write [[identity]] with names = [both ids] and same = false into the run file (in "
    "Python apart=[[both ids]]; where they have no ids, give them some)",
)
#: Names decide also where ids differ, since each source numbers hospitals in its own way.
_UNDO = {
    "id": _OWN_IDS,
    "row": _BY_HAND,
    "name": _BY_HAND,
    "suffix": _BY_HAND,
    "identity": Text(
        "別の医療機関であれば、その [[identity]] を消してください（Python では same から）",
        "if not, take that entry out",
    ),
}
_CHECK_SAME = Text(
    "同じ医療機関であれば、両方に同じ id を付けるか、実行ファイルの [[identity]] に names = "
    "[両方の id] と same = true を書いてください（Python では same=[[両方の id]]）",
    "if they are one facility, give both the same id, or write [[identity]] with names = [both "
    "ids] and same = true into the run file (in Python same=[[both ids]])",
)


def _described(raw: RawFacility) -> Text:
    """Return a row as ``「name」（file:row）`` for a message."""
    name, place = one_line(raw.name, 40), f"{one_line(raw.row.file)}:{raw.row.row}"
    return Text(f"「{name}」（{place}）", f"“{name}” ({place})")


def _place(raw: RawFacility) -> dict[str, str | int | None]:
    """Return where a finding about a row belongs."""
    return {"file": raw.row.file, "row": raw.row.row, "value": raw.name}


def merged(first: RawFacility, other: RawFacility, rule: str) -> Problem:
    """Return the note of a merge and the rule behind it."""
    why = _RULES[rule]
    return note(
        "merged",
        Text(
            f"{_described(first).ja}と同じ医療機関としました（{why.ja}）",
            f"taken for the same facility as {_described(first).en}: {why.en}",
        ),
        _UNDO[rule],
        **_place(other),
    )


def listed_twice(first: RawFacility, other: RawFacility) -> Problem:
    """Return the finding of a facility twice in one list; two types are a harmless cause."""
    make = note if first.types != other.types else warning
    return make(
        "listed-twice",
        Text(
            f"{_described(first).ja}と同じ医療機関の行とみて1つにしました",
            f"taken for a second row of {_described(first).en}",
        ),
        Text("重複であれば一方を削除してください", "if it is a duplicate, delete one of them"),
        **_place(other),
    )


def duplicate_id(first: RawFacility, other: RawFacility) -> Problem:
    """Return the error of one id for two facilities."""
    return error(
        "duplicate-id",
        Text(
            f"同じ id の別の医療機関があります: {_described(first).ja}",
            f"another facility has this id: {_described(first).en}",
        ),
        Text(
            "id を付け直すか、id の列でなければ columns で id を空にしてください",
            "give each its own id, or set id to nothing under columns",
        ),
        file=other.row.file,
        row=other.row.row,
        column="id",
        value=f"{other.given_id} {other.name}",
    )


def same_name_twice(first: RawFacility, other: RawFacility) -> Problem:
    """Return the warning of two facilities of one name in one municipality and list."""
    return warning(
        "same-name-twice",
        Text(
            f"同じ市町村に同じ名称の医療機関があります（別の医療機関として扱います）: "
            f"{_described(first).ja}",
            f"a facility of the same name in the same municipality: {_described(first).en}; "
            "kept apart",
        ),
        _CHECK_SAME,
        **_place(other),
    )


def ambiguous(item: RawFacility, others: Sequence[RawFacility]) -> Problem:
    """Return the warning of a row that could be merged in more than one way."""
    some = [_described(o) for o in others[:5]]
    return warning(
        "merge-ambiguous",
        Text(
            f"同じ医療機関の候補が1対1に決まらないため、統合しませんでした: "
            f"{'、'.join(t.ja for t in some)}",
            f"not merged, because the match is not one to one: {', '.join(t.en for t in some)}",
        ),
        _CHECK_SAME,
        **_place(item),
    )


def too_far_to_merge(first: RawFacility, other: RawFacility) -> Problem:
    """Return the warning of names that end alike but lie kilometres apart."""
    return warning(
        "merge-too-far",
        Text(
            f"名称の末尾は{_described(first).ja}と同じですが、3km以上離れているため統合しませんでした",
            f"ends like {_described(first).en} but lies over 3 km away; not merged",
        ),
        _CHECK_SAME,
        **_place(other),
    )


def namesake(first: RawFacility, other: RawFacility) -> Problem:
    """Return the warning of equal names where a municipality is unknown."""
    return warning(
        "merge-municipality-unknown",
        Text(
            f"名称は{_described(first).ja}と同じですが、市町村が分からないため統合しませんでした",
            f"has the name of {_described(first).en}, but a municipality is unknown; not merged",
        ),
        Text(
            "市町村か所在地を補うか、同じ id を付けてください",
            "fill in the municipality or the address, or give both the same id",
        ),
        **_place(other),
    )


def longer_name(first: RawFacility, other: RawFacility) -> Problem:
    """Return the note of a name that is another's with more than an owner in front."""
    return note(
        "merge-name-goes-on",
        Text(
            f"名称の末尾は{_described(first).ja}と同じですが、前に付く語が設置者とは限らないため"
            "別の医療機関としました",
            f"ends like {_described(first).en}, but what stands in front need not be its owner; "
            "taken for another facility",
        ),
        _CHECK_SAME,
        **_place(other),
    )


def municipalities_differ(first: RawFacility, other: RawFacility) -> Problem:
    """Return the warning of one facility that two lists put into two municipalities."""
    return warning(
        "merged-municipalities-differ",
        Text(
            f"市町村が{_described(first).ja}と違います（先の一覧の市町村を使いました）",
            f"its municipality differs from {_described(first).en}; the earlier list's is used",
        ),
        Text("どちらが正しいか確認してください", "check which of them is right"),
        file=other.row.file,
        row=other.row.row,
        value=other.municipality or other.municipality_code or other.address,
    )


def entries_differ(first: RawFacility, other: RawFacility, columns: Sequence[Text]) -> Problem:
    """Return the warning of lists that say two things of one facility for the plan."""
    ja, en = "・".join(c.ja for c in columns), ", ".join(c.en for c in columns)
    return warning(
        "merged-reasons-differ",
        Text(
            f"{ja}が{_described(first).ja}と違います（先の一覧のものを使いました）",
            f"says another {en} than {_described(first).en}; the earlier list's is used",
        ),
        Text(
            "一方に直すか、設定基準に [[unit_reason]] で書いてください",
            "mend one of them, or write a [[unit_reason]] into the policy",
        ),
        **_place(other),
    )


def positions_differ(used: RawFacility, other: RawFacility, metres: float) -> Problem:
    """Return the warning of two positions of one facility."""
    return warning(
        "merged-positions-differ",
        Text(
            f"位置が{_described(used).ja}と{metres:,.0f}m違います"
            f"（{_described(used).ja}の位置を使いました）",
            f"lies {metres:,.0f} m from {_described(used).en}, whose position is used",
        ),
        Text("どちらの位置が正しいか確認してください", "check which position is right"),
        **_place(other),
    )
