"""What a selection's conditions found of a unit, each with its figure and its limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from boundaries.types import AreaClass
from groundfloor.problems import Text
from spots.telling.labels import AREA_CLASS_LABELS, TYPE_LABELS
from spots.telling.units import duration, metres, radius
from spots.telling.wording import NOTHING, bracketed, joined, names, run_on, same
from spots.types import FacilityType, Truth

EVERY_UNIT = Text("この種類のすべて", "all units of this kind")
NATIONAL_AVERAGE = Text("全国平均", "the national average")
PHYSICIAN_INDEX = Text("医師偏在指標", "physician index")
_OPEN = Text("、判定できません", "")
#: How a figure stands to its limit, by the key of the bound.
_RELATIONS: dict[str, Text] = {
    "below": Text("未満", "below"),
    "at_most": Text("以下", "at most"),
    "above": Text("超", "above"),
    "at_least": Text("以上", "at least"),
}
_RANKS: dict[str, Text] = {
    "lowest": Text("低い方から", "lowest"),
    "highest": Text("高い方から", "highest"),
}
_KINDS: dict[str, Text] = {
    "city": Text("市", "city"),
    "town": Text("町", "town"),
    "village": Text("村", "village"),
    "ward": Text("区", "ward"),
}


def together(texts: Iterable[Text]) -> Text:
    """Return several findings as one, each said once."""
    return joined(dict.fromkeys(texts), "。", "; ")


def undetermined(why: Text) -> Text:
    """Return a finding that leaves a condition open, by why it does.

    Examples
    --------
    >>> undetermined(Text("人口が分からず", "the population is not known")).ja
    '人口が分からず、判定できません'
    """
    return run_on(why, _OPEN)


def figure(value: float, decimals: int = 0) -> str:
    """Return a number with all digits that it has, and at least so many decimals.

    Examples
    --------
    >>> figure(12345.0), figure(196.3, 1), figure(200.0, 1), figure(0.25)
    ('12,345', '196.3', '200.0', '0.25')
    """
    plain = Decimal(repr(value)).normalize()
    own = max(-int(plain.as_tuple().exponent), decimals, 0)
    return f"{plain:,.{own}f}"


# --- numbers


@dataclass(frozen=True, slots=True)
class FigureTold:
    """A figure of a unit, as sentences have it.

    Parameters
    ----------
    what : Text
        What it counts (医師偏在指標).
    shown : Text
        The number with its unit.
    of : str
        Where it was measured (津山・英田); may be empty.
    """

    what: Text
    shown: Text
    of: str = ""

    @property
    def text(self) -> Text:
        """Both with the place in brackets."""
        where = bracketed(same(self.of)) if self.of else NOTHING
        return run_on(self.what, same(" "), self.shown, where)


def against_limit(told: FigureTold, key: str, limit: Text, truth: Truth) -> Text:
    """Return how a figure stands to a limit.

    Examples
    --------
    >>> told = FigureTold(PHYSICIAN_INDEX, same("196.3"), "津山・英田")
    >>> average = Text("全国平均 255.6", "the national average 255.6")
    >>> against_limit(told, "below", average, Truth.MET).ja
    '医師偏在指標 196.3（津山・英田）は全国平均 255.6 未満'
    >>> against_limit(told, "below", average, Truth.MET).en
    'physician index 196.3 (津山・英田) is below the national average 255.6'
    """
    what, relation = told.text, _RELATIONS[key]
    if truth is Truth.UNDETERMINED:
        return undetermined(
            Text(
                f"{what.ja}は{limit.ja} と表示の桁で同じため",
                f"{what.en} equals {limit.en} at the digits shown",
            )
        )
    no_ja, no_en = ("", "") if truth is Truth.MET else ("ではありません", "not ")
    return Text(
        f"{what.ja}は{limit.ja} {relation.ja}{no_ja}",
        f"{what.en} is {no_en}{relation.en} {limit.en}",
    )


def national_average(shown: Text) -> Text:
    """Return the national average as a limit."""
    return run_on(NATIONAL_AVERAGE, same(" "), shown)


def ranked(told: FigureTold, key: str, count: int, rank: int, among: int, ties: int) -> Text:
    """Return the rank of a figure, counted from the lowest or the highest.

    Parameters
    ----------
    told : FigureTold
        The figure.
    key : str
        ``"lowest"`` or ``"highest"``.
    count : int
        How many the condition takes.
    rank, among : int
        Its competition rank, and among how many figures.
    ties : int
        How many others are equal to it.
    """
    what, end = told.text, _RANKS[key]
    tied = bracketed(Text(f"ほか{ties}件と同じ値", f"equal to {ties} more")) if ties else NOTHING
    return Text(
        f"{what.ja}は県内で{end.ja}{rank}番目{tied.ja}（{among}件中、対象は{count}番目まで）",
        f"{what.en} is number {rank}{tied.en} of {among} in the prefecture from the {end.en} "
        f"(the {end.en} {count} count)",
    )


def rank_open(finding: Text, unknown: int) -> Text:
    """Return that a rank leaves a condition open: by a tie at the last place, or blanks."""
    why = Text("境目の順位に同じ値が並ぶため", "and equal values stand at the last place")
    if unknown:
        why = Text(
            f"数値のない{unknown}件により変わりうるため",
            f"and {unknown} without a figure may change that",
        )
    return undetermined(Text(f"{finding.ja}。{why.ja}", f"{finding.en}, {why.en}"))


def no_figure(what: Text, of: str) -> Text:
    """Return that a figure is not known of a place."""
    return undetermined(Text(f"{of}の{what.ja}が分からず", f"{what.en} of {of} is not known"))


def no_average(what: Text) -> Text:
    """Return that there is no national average to compare with."""
    return undetermined(
        Text(f"{what.ja}の全国平均が分からず", f"no national average of {what.en} is known")
    )


def disagreeing(parts: Sequence[Text]) -> Text:
    """Return that the places that a unit lies in do not agree."""
    told = together(parts)
    return undetermined(
        Text(
            f"またがる区域で結果が異なるため（{told.ja}）", f"what it lies in disagrees ({told.en})"
        )
    )


def column_name(column: str, table: str) -> Text:
    """Return a column of a table, by both names.

    Examples
    --------
    >>> column_name("人口10万対医師数", "三師統計").ja
    '人口10万対医師数「三師統計」'
    """
    return Text(f"{column}「{table}」", f"{column} ({table})") if table else same(column)


def no_table(name: str) -> Text:
    """Return that the run has not a table that the policy can do without."""
    return undetermined(Text(f"表「{name}」が与えられておらず", f"no table {name} is given"))


def no_row(table: str, of: str) -> Text:
    """Return that a table has no row about a unit."""
    return undetermined(
        Text(f"表「{table}」に{of}の行がないため", f"the table {table} has no row about {of}")
    )


def several_rows(table: str, rows: Sequence[str]) -> Text:
    """Return that a table has several rows that may be about a unit, and that differ."""
    told = names(rows)
    return undetermined(
        Text(
            f"表「{table}」のどの行（{told.ja}）に当たるか決められず",
            f"several rows of the table {table} may be about it: {told.en}",
        )
    )


def row_at(name: str, gap_m: float) -> str:
    """Return a row of a table by its name and how far from a unit it stands.

    Examples
    --------
    >>> row_at("大野", 420.4)
    '大野 420 m'
    """
    return f"{name} {metres(gap_m)}"


# --- names and places


def is_named(truth: Truth) -> Text:
    """Return whether a unit is one of those that the policy names."""
    match truth:
        case Truth.MET:
            return Text("設定基準に名称がある", "is named in the policy")
        case Truth.NOT_MET:
            return Text("設定基準に名称がありません", "is not named in the policy")
    return undetermined(
        Text(
            "設定基準の名称が複数に当たるため", "a name in the policy fits several, it may be this"
        )
    )


def lies_in(own: Sequence[str], asked: Sequence[str], truth: Truth, *, partly: bool) -> Text:
    """Return whether a unit lies in one of several municipalities, or medical areas.

    Parameters
    ----------
    own : sequence of str
        Names of those that it lies in.
    asked : sequence of str
        As the policy has them.
    truth : Truth
        Whether it lies wholly in them.
    partly : bool
        Whether a part of it does.
    """
    here, there = names(own), names(asked)
    if truth is Truth.MET:
        return Text(f"{here.ja}にある", f"lies in {here.en}")
    if truth is Truth.UNDETERMINED:
        return undetermined(
            Text(f"{there.ja}にあるか分からず", f"it is not known whether it lies in {there.en}")
        )
    if partly:
        return Text(
            f"一部だけが{there.ja}にある（{here.ja}）",
            f"lies only partly in {there.en} ({here.en})",
        )
    at = bracketed(here)
    return Text(f"{there.ja}にありません{at.ja}", f"does not lie in {there.en}{at.en}")


def is_of_kind(own: str, asked: Sequence[str], truth: Truth) -> Text:
    """Return whether a municipality is a 市, 町, 村 or 区."""
    ja = "・".join(_KINDS[k].ja for k in asked)
    en = " or ".join(_KINDS[k].en for k in asked)
    if truth is Truth.MET:
        return Text(f"{own}は{ja}に当たる", f"{own} is a {en}")
    if truth is Truth.NOT_MET:
        return Text(f"{own}は{ja}ではありません", f"{own} is no {en}")
    return undetermined(Text("市区町村が分からず", "its municipality is not known"))


def is_of_class(area: str, found: Text, asked: Sequence[AreaClass], truth: Truth) -> Text:
    """Return whether a medical area is of one of the classes that are asked for.

    Parameters
    ----------
    area : str
        Its name.
    found : Text
        Its class, or why that is not known.
    asked : sequence of AreaClass
        Those that count.
    truth : Truth
        Whether it is of one.
    """
    labels = [AREA_CLASS_LABELS[c] for c in asked]
    ja, en = "・".join(t.ja for t in labels), " or ".join(t.en for t in labels)
    if truth is Truth.MET:
        return Text(f"{area}は{found.ja}", f"{area}: {found.en}")
    if truth is Truth.NOT_MET:
        return Text(f"{area}は{found.ja}で、{ja}ではありません", f"{area}: {found.en}, not {en}")
    return undetermined(
        Text(f"{area}が{ja}か分からず（{found.ja}）", f"{area}: {found.en}, perhaps {en}")
    )


def is_apart(asked: bool, truth: Truth, *, partly: bool) -> Text:
    """Return whether a unit lies on land apart from the main land of the prefecture.

    Parameters
    ----------
    asked : bool
        Whether it should.
    truth : Truth
        Whether it does as asked, by the outlines; bridges join no land.
    partly : bool
        Whether it lies on both.
    """
    if truth is Truth.UNDETERMINED:
        return undetermined(
            Text(
                "本土にあるか、離れた陸地にあるか分からず",
                "it is not known whether it lies on the main land",
            )
        )
    if partly:
        return Text(
            "県の本土と、本土から離れた陸地の両方にかかる",
            "lies partly on the main land of the prefecture, partly apart from it",
        )
    if asked is (truth is Truth.MET):
        return Text(
            "県の本土から離れた陸地にある（橋は見ていません）",
            "lies on land apart from the main land of the prefecture (bridges aside)",
        )
    return Text("県の本土にある", "lies on the main land of the prefecture")


NO_AREA = undetermined(Text("二次医療圏が分からず", "its medical area is not known"))
NO_PLACE = undetermined(Text("位置が分からず", "where it lies is not known"))


def is_listed(title: str, truth: Truth) -> Text:
    """Return whether a list names a unit."""
    match truth:
        case Truth.MET:
            return Text(f"「{title}」に載っている", f"is on the list {title}")
        case Truth.NOT_MET:
            return Text(f"「{title}」に載っていません", f"is not on the list {title}")
    return undetermined(
        Text(f"「{title}」の行に当たるか決められず", f"a row of {title} may mean it, or another")
    )


def is_inside(asked: Sequence[str], truth: Truth) -> Text:
    """Return whether a unit lies in the ground of other selections or results."""
    ja, en = "・".join(f"「{n}」" for n in asked), " or ".join(asked)
    match truth:
        case Truth.MET:
            return Text(f"{ja}の区域内にある", f"lies inside {en}")
        case Truth.NOT_MET:
            return Text(f"{ja}の区域内にありません", f"does not lie inside {en}")
    return undetermined(
        Text(f"{ja}の区域内か分からず", f"it is not known whether it lies inside {en}")
    )


# --- institutions


def is_of_type(kind: FacilityType, truth: Truth) -> Text:
    """Return whether an institution is of a type."""
    label = TYPE_LABELS[kind]
    match truth:
        case Truth.MET:
            return Text(f"{label.ja}である", f"is a {label.en}")
        case Truth.NOT_MET:
            return Text(f"{label.ja}の一覧に載っていません", f"is not listed as a {label.en}")
    return undetermined(Text("医療機関ではなく", "it is no institution"))


NOT_JUDGED = undetermined(
    Text("設定基準の [rule] で判定されておらず", "it was not judged by [rule] of the policy")
)


# --- who is near

INSTITUTION = Text("医療機関", "institution")


def kind_of_other(kind: FacilityType | None) -> Text:
    """Return what a condition on distances looks for."""
    return INSTITUTION if kind is None else TYPE_LABELS[kind]


def how_far(
    kind: FacilityType | None, nearest: str | None, far: Text, limit: Text, key: str, truth: Truth
) -> Text:
    """Return how far the nearest other is, and whether that meets a limit.

    Parameters
    ----------
    kind : FacilityType or None
        What is looked for.
    nearest : str or None
        The nearest other; None where there is none, or none that a road leads to.
    far : Text
        How far it is, with the way it was measured.
    limit : Text
        The limit.
    key : str
        ``"at_least"`` or ``"below"``.
    truth : Truth
        Met, or not.
    """
    label, relation = kind_of_other(kind), _RELATIONS[key]
    if nearest is None:
        ja, en = f"到達できる他の{label.ja}はありません", f"no other {label.en} can be reached"
        return Text(
            f"{ja}（基準 {limit.ja}{relation.ja}）", f"{en} (limit: {relation.en} {limit.en})"
        )
    no_ja, no_en = ("", "") if truth is Truth.MET else ("ではありません", "not ")
    return Text(
        f"最も近い他の{label.ja}（{nearest}）まで{far.ja}で、{limit.ja}{relation.ja}{no_ja}",
        f"the nearest other {label.en}, {nearest}, is {far.en} away, "
        f"{no_en}{relation.en} {limit.en}",
    )


def by_road(travel_ms: int) -> Text:
    """Return a drive."""
    time = duration(travel_ms)
    return Text(f"道路で{time.ja}", f"{time.en} by road")


def straight(length_m: float, limit_m: float) -> Text:
    """Return a straight line, with the digits that show on which side of a limit it is."""
    far = metres(length_m, limit_m)
    return Text(f"直線{far}", f"{far} in a straight line")


def perhaps_near(who: str | None, least_m: float, limit_m: float) -> Text:
    """Return who may be another institution within a limit.

    Parameters
    ----------
    who : str or None
        Its name; None for one of another prefecture that nobody has listed.
    least_m : float
        How near it is, or may be at best.
    limit_m : float
        The limit.
    """
    far = metres(least_m, limit_m)
    if who is None:
        return undetermined(
            Text(
                f"県境まで{far}で、隣県の医療機関の一覧がないため",
                f"the prefecture's border is {far} away and no list has institutions beyond it",
            )
        )
    return undetermined(
        Text(
            f"「{who}」が{far}にあるか、同じ医療機関か確かめられないため",
            f"{who} may be another institution as near as {far}",
        )
    )


def is_alone(
    kind: FacilityType | None,
    limit_m: float,
    nearest: tuple[str, float] | None,
    beside: Sequence[Text],
    truth: Truth,
) -> Text:
    """Return whether no other institution is within a distance.

    Parameters
    ----------
    kind : FacilityType or None
        What counts.
    limit_m : float
        The distance, inclusive.
    nearest : (str, float) or None
        The nearest other and how far it is, metres; None where none is known.
    beside : sequence of Text
        Who is nearer and does not count, and why.
    truth : Truth
        Met, or not.
    """
    label, limit = kind_of_other(kind), metres(limit_m)
    aside = bracketed(joined(beside))
    if nearest is None:
        told = NOTHING
    else:
        name, far = nearest[0], metres(nearest[1], limit_m)
        told = Text(f"（最も近いのは「{name}」で{far}）", f" (the nearest is {name}, {far})")
    if truth is Truth.MET:
        text = Text(f"{limit}以内に他の{label.ja}なし", f"no other {label.en} within {limit}")
    else:
        text = Text(f"{limit}以内に他の{label.ja}があります", f"another {label.en} within {limit}")
    return run_on(text, told, aside)


def not_counted(name: str, why: str) -> Text:
    """Return that an institution does not count as another, and why (歯科, 廃止)."""
    label = Text(why, "dental" if why == "歯科" else f"closed ({why})")
    return Text(f"「{name}」は{label.ja}のため数えません", f"{name} does not count: {label.en}")


def one_building(name: str) -> Text:
    """Return that a record is of the same building."""
    return Text(f"「{name}」は同じ建物", f"{name} is of the same building")


NONE_LISTED = undetermined(
    Text("数える医療機関の一覧がなく", "no list has any institution that would count")
)
NO_ROADS = undetermined(Text("道路網がなく", "there is no road network"))


# --- people


def head_count(within_m: float | None, *, same_land: bool = False) -> Text:
    """Return what people are counted: inside a unit, or around its centre, or one side of a sea."""
    on = Text("（海を隔てない陸地）", " on the same land") if same_land else NOTHING
    if within_m is None:
        return run_on(Text("区域内の人口", "the population inside"), on)
    around = radius(within_m)
    told = Text(f"中心から{around}以内の人口", f"the population within {around} of its centre")
    return run_on(told, on)


def people_open(told: Text, *, secret: bool) -> Text:
    """Return that people are missing from a count, which leaves a condition open."""
    why = (
        Text("秘匿の区画があるため", "cells are secret")
        if secret
        else Text("人口のない隣県にかかるため", "it reaches into prefectures without population")
    )
    return undetermined(Text(f"{told.ja}以上で、{why.ja}", f"{told.en} or more: {why.en}"))


NO_PEOPLE = undetermined(Text("人口のデータがなく", "the run has no population"))
