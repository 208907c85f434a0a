"""Editions of the 医師偏在指標 in words: classes with their ties, and why a class is another."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from boundaries.edition_changes import AreaChange, AreaMatch, ClassCause, EditionChanges
from boundaries.editions import EditionTables
from boundaries.types import AreaClass, AreaIndex, ClassBasis, IndexEdition
from groundfloor.problems import Text
from spots.telling.labels import AREA_CLASS_LABELS, CLASS_BASIS_LABELS
from spots.telling.setting_words import cut_offs
from spots.telling.units import physician_index
from spots.telling.wording import NONE, NOTHING, bracketed, joined, names, same

#: The machine name of the class of an area whose index is a cut-off as displayed.
TIE = "tie"
_TIES = {
    ClassBasis.SHORTAGE_TIE: Text("同値（少数区域か未定）", "tie (shortage area or neither)"),
}
INDEX_CLASS_LABELS: dict[str, Text] = {
    **{k.value: AREA_CLASS_LABELS[k] for k in (AreaClass.SHORTAGE, AreaClass.SURPLUS)},
    AreaClass.NEITHER.value: AREA_CLASS_LABELS[AreaClass.NEITHER],
    TIE: Text("基準値と同値で未定", "equal to a cut-off as displayed, not decided"),
    AreaClass.UNKNOWN.value: AREA_CLASS_LABELS[AreaClass.UNKNOWN],
}
CUT_OFF_LABELS: dict[AreaClass, Text] = {
    AreaClass.SHORTAGE: Text("少数の基準値", "shortage cut-off"),
    AreaClass.SURPLUS: Text("多数の基準値", "surplus cut-off"),
}
MATCH_LABELS: dict[AreaMatch, Text] = {
    AreaMatch.SAME: Text("同じ", "same"),
    AreaMatch.RECODED: Text("コード変更", "another code"),
    AreaMatch.RENAMED: Text("名称変更", "renamed"),
    AreaMatch.CAME: Text("新設", "came"),
    AreaMatch.WENT: Text("廃止", "went"),
    AreaMatch.UNCONFIRMED: Text("照合不能", "unconfirmed"),
}
CLASS_CAUSE_LABELS: dict[ClassCause, Text] = {
    ClassCause.VALUE: Text("指標", "value"),
    ClassCause.CUT_OFF: Text("基準値", "cut-off"),
    ClassCause.MEMBERSHIP: Text("圏域の区割り", "membership"),
    ClassCause.STATEMENT: Text("区分の記載", "statement"),
}


def class_code(area: AreaIndex) -> str:
    """Return the machine name of an area's class; ties have one of their own."""
    return TIE if area.basis in _TIES else area.area_class.value


def class_words(area: AreaIndex) -> Text:
    """Return an area's class in words, with what a tie may be.

    Examples
    --------
    >>> area = AreaIndex("1002", "両毛", 179.3, AreaClass.UNKNOWN, ClassBasis.SHORTAGE_TIE)
    >>> class_words(area).en
    'tie (shortage area or neither)'
    """
    return _TIES.get(area.basis, AREA_CLASS_LABELS[area.area_class])


def signed(difference: Decimal) -> str:
    """Return a difference of two indices with its sign.

    Examples
    --------
    >>> signed(Decimal("4.9")), signed(Decimal("-0.2")), signed(Decimal("0.0"))
    ('+4.9', '−0.2', '0.0')
    """
    if not difference:
        return "0.0"
    return f"{'+' if difference > 0 else '−'}{abs(difference):,.1f}"


def edition_heading(tables: EditionTables) -> Text:
    """Return an edition in a line: name, cut-offs, areas, national average."""
    edition, count = tables.indices.edition, len(tables.every)
    limits = _limits(edition)
    average = NOTHING
    if tables.national_average is not None:
        shown = physician_index(tables.national_average)
        average = Text(f"、全国値{shown}", f", national average {shown}")
    return Text(
        f"{edition.name}版: {limits.ja}{average.ja}、{count}医療圏",
        f"edition {edition.name}: {limits.en}{average.en}, {count} areas",
    )


def _limits(edition: IndexEdition) -> Text:
    return cut_offs(edition.shortage_at_most, edition.surplus_at_least)


def why_changed(change: AreaChange, changes: EditionChanges) -> Text:
    """Return what is to be said of an area in two editions; nothing where nothing changed."""
    told = [_identity(change)]
    if change.class_changed:
        ways = [_way(way, change, changes) for way in change.causes]
        told.append(joined(ways, "。また、", "; also, "))
    told.append(_moves(change))
    return joined(told, "。", "; ")


def _identity(change: AreaChange) -> Text:
    """Return how an area is told apart from what has its code or its name."""
    old, new = change.old_name or NONE.ja, change.new_name or NONE.ja
    meant = change.code_meant
    code = change.shown.area_code
    if change.match is AreaMatch.UNCONFIRMED:
        return Text(
            "医療圏名がなく、同じ医療圏か確かめられないため比べていません",
            "without names nothing tells whether the code means one area; not compared",
        )
    if change.match is AreaMatch.RENAMED:
        return Text(f"名称が「{old}」から「{new}」に", f"renamed from {old} to {new}")
    if change.match is AreaMatch.RECODED and change.old is not None:
        was = change.old.area_code
        return Text(f"コードが{was}から{code}に", f"its code was {was}, is {code}")
    if change.match is AreaMatch.CAME:
        beside = bracketed(Text(f"{code}は旧版では「{meant}」", f"{code} was {meant}"))
        return _with(Text("旧版にない医療圏", "not in the old edition"), beside if meant else None)
    if change.match is AreaMatch.WENT:
        beside = bracketed(Text(f"{code}は新版では「{meant}」", f"{code} is now {meant}"))
        return _with(Text("新版にない医療圏", "not in the new edition"), beside if meant else None)
    return NOTHING


def _with(text: Text, beside: Text | None) -> Text:
    return text if beside is None else Text(text.ja + beside.ja, text.en + beside.en)


def _way(way: Sequence[ClassCause], change: AreaChange, changes: EditionChanges) -> Text:
    """Return one way in which the class turned: a cause alone, or several together."""
    told = joined(_cause(cause, change, changes) for cause in way)
    proof = _proof(way, change)
    return Text(f"{told.ja}（{proof.ja}）", f"{told.en} ({proof.en})")


def _proof(way: Sequence[ClassCause], change: AreaChange) -> Text:
    """Return what was tried: only this, or all of these, as the new edition has them."""
    kind = class_words(change.shown)
    if len(way) > 1:
        return Text(
            f"すべてを新版のものにして初めて{kind.ja}",
            f"{kind.en} only with all of them as in the new edition",
        )
    beside = NOTHING
    if way[0] is ClassCause.CUT_OFF and change.index_change is not None:
        difference = signed(change.index_change)
        beside = Text(f"、指標の差{difference}", f"; value {difference}")
    return Text(
        f"これだけを新版のものにすると{kind.ja}{beside.ja}",
        f"{kind.en} with this alone as in the new edition{beside.en}",
    )


def _cause(cause: ClassCause, change: AreaChange, changes: EditionChanges) -> Text:
    label, (was, now) = CLASS_CAUSE_LABELS[cause], _before_and_after(cause, change, changes)
    difference = change.index_change
    beside = NOTHING
    if cause in {ClassCause.VALUE, ClassCause.MEMBERSHIP} and difference is not None:
        beside = bracketed(same(signed(difference)))
    return Text(
        f"{label.ja}: {was.ja}→{now.ja}{beside.ja}", f"{label.en}: {was.en} → {now.en}{beside.en}"
    )


def _before_and_after(
    cause: ClassCause, change: AreaChange, changes: EditionChanges
) -> tuple[Text, Text]:
    if cause is ClassCause.CUT_OFF:
        old, new = (tables.indices.edition for tables in (changes.old, changes.new))
        return _limits(old), _limits(new)
    told = _stated if cause is ClassCause.STATEMENT else _value
    return told(change.old), told(change.new)


def _value(area: AreaIndex | None) -> Text:
    if area is None or area.value is None:
        return CLASS_BASIS_LABELS[ClassBasis.NO_INDEX]
    return same(physician_index(area.value))


def _stated(area: AreaIndex | None) -> Text:
    if area is None or area.basis is not ClassBasis.STATED:
        return Text("記載なし", "none stated")
    return AREA_CLASS_LABELS[area.area_class]


def _moves(change: AreaChange) -> Text:
    """Return which municipalities other areas had, or have."""
    gained, lost, kin = map(names, (change.gained, change.lost, change.kin))
    parts = [
        Text(f"加わった市区町村 {gained.ja}", f"municipalities gained {gained.en}"),
        Text(f"離れた市区町村 {lost.ja}", f"municipalities lost {lost.en}"),
        Text(f"相手の医療圏 {kin.ja}", f"areas on the other side {kin.en}"),
    ]
    there = (change.gained, change.lost, change.kin)
    return joined(p for p, some in zip(parts, there, strict=True) if some)
