"""What a selection's conditions found around a unit: institutions near it, and people.

Beside `selection_words`, which has what the map, the tables and the lists say of a unit.
"""

from __future__ import annotations

from collections.abc import Sequence

from groundfloor.problems import Text
from spots.telling.labels import TYPE_LABELS
from spots.telling.selection_words import RELATIONS, figure, undetermined
from spots.telling.units import duration, metres, radius
from spots.telling.wording import NOTHING, bracketed, joined, run_on
from spots.types import FacilityType, Truth

INSTITUTION = Text("医療機関", "institution")


def kind_of_other(kind: FacilityType | None, *, other: bool = True) -> Text:
    """Return what a condition on distances looks for: another, where an institution asks."""
    label = INSTITUTION if kind is None else TYPE_LABELS[kind]
    return Text(f"他の{label.ja}", f"other {label.en}") if other else label


def how_far(
    label: Text, nearest: str | None, far: Text, limit: Text, key: str, truth: Truth
) -> Text:
    """Return how far the nearest other is, and whether that meets a limit.

    Parameters
    ----------
    label : Text
        What is looked for, by `kind_of_other`.
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
    relation = RELATIONS[key]
    if nearest is None:
        ja, en = f"到達できる{label.ja}はありません", f"no {label.en} can be reached"
        return Text(
            f"{ja}（基準 {limit.ja}{relation.ja}）", f"{en} (limit: {relation.en} {limit.en})"
        )
    no_ja, no_en = ("", "") if truth is Truth.MET else ("ではありません", "not ")
    return Text(
        f"最も近い{label.ja}（{nearest}）まで{far.ja}で、{limit.ja}{relation.ja}{no_ja}",
        f"the nearest {label.en}, {nearest}, is {far.en} away, {no_en}{relation.en} {limit.en}",
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
                f"都道府県境まで{far}で、隣の都道府県の医療機関の一覧がないため",
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
    label: Text,
    limit_m: float,
    nearest: tuple[str, float] | None,
    beside: Sequence[Text],
    truth: Truth,
) -> Text:
    """Return whether no other institution is within a distance.

    Parameters
    ----------
    label : Text
        What counts, by `kind_of_other`.
    limit_m : float
        The distance, inclusive.
    nearest : (str, float) or None
        The nearest other and how far it is, metres; None where none is known.
    beside : sequence of Text
        Who is nearer and does not count, and why.
    truth : Truth
        Met, or not.
    """
    limit = metres(limit_m)
    aside = bracketed(joined(beside))
    if nearest is None:
        told = NOTHING
    else:
        name, far = nearest[0], metres(nearest[1], limit_m)
        told = Text(f"（最も近いのは「{name}」で{far}）", f" (the nearest is {name}, {far})")
    if truth is Truth.MET:
        text = Text(f"{limit}以内に{label.ja}なし", f"no {label.en} within {limit}")
    else:
        text = Text(
            f"{limit}以内に{label.ja}があります", f"there is some {label.en} within {limit}"
        )
    return run_on(text, told, aside)


def not_counted(name: str, why: str) -> Text:
    """Return that an institution does not count as another, by the list's word for why.

    Examples
    --------
    >>> not_counted("丁歯科", "歯科").en, not_counted("丙医院", "休止").en
    ('丁歯科 does not count: dental', '丙医院 does not count: closed (休止)')
    """
    en = "dental" if why == "歯科" else f"closed ({why})"
    return Text(f"「{name}」は{why}のため数えません", f"{name} does not count: {en}")


def across_the_sea(name: str, gap_m: float, others: int) -> Text:
    """Return that institutions do not count, for the sea lies between: the nearest, how many more.

    Examples
    --------
    >>> across_the_sea("対岸の医院", 1_400.0, 2).ja
    '「対岸の医院」（1,400 m）ほか2件は海を隔てるため数えません'
    """
    far = metres(gap_m)
    more = Text(f"ほか{others}件", f" and {others} more") if others else NOTHING
    verb = "do" if others else "does"
    return Text(
        f"「{name}」（{far}）{more.ja}は海を隔てるため数えません",
        f"{name} ({far}){more.en} {verb} not count: across the sea",
    )


def one_building(name: str) -> Text:
    """Return that a record is of the same building."""
    return Text(f"「{name}」は同じ建物", f"{name} is of the same building")


NONE_LISTED = undetermined(
    Text("数える医療機関の一覧がなく", "no list has any institution that would count")
)
NO_ROADS = undetermined(Text("道路網がなく", "there is no road network"))


def row_at(name: str, gap_m: float) -> str:
    """Return a row of a table by its name and how far from a unit it stands.

    Examples
    --------
    >>> row_at("大野", 420.4)
    '大野 420 m'
    """
    return f"{name} {metres(gap_m)}"


# --- people


def head_count(within_m: float | None, *, same_land: bool = False) -> Text:
    """Return what people are counted: inside a unit, or around its centre, or one side of a sea."""
    on = Text("（海を隔てない陸地）", " on the same land") if same_land else NOTHING
    if within_m is None:
        return run_on(Text("区域内の人口", "the population inside"), on)
    around = radius(within_m)
    told = Text(f"中心から{around}以内の人口", f"the population within {around} of its centre")
    return run_on(told, on)


def heads(count: float) -> Text:
    """Return a number of people that is a limit, not an estimate.

    Examples
    --------
    >>> heads(1000.0)
    Text(ja='1,000人', en='1,000 people')
    """
    return Text(f"{figure(count)}人", f"{figure(count)} people")


def people_open(what: Text, told: Text, *, secret: bool) -> Text:
    """Return that people are missing from a count, which leaves a condition open.

    Parameters
    ----------
    what : Text
        Who is counted, by `head_count`.
    told : Text
        How many the data have.
    secret : bool
        Whether cells are secret; else the data end at the prefecture's border.
    """
    why = (
        Text("秘匿の区画があるため", "some cells are secret")
        if secret
        else Text(
            "人口のない隣の都道府県にかかるため", "it reaches into prefectures without population"
        )
    )
    return undetermined(
        Text(f"{what.ja}は{told.ja}以上で、{why.ja}", f"{what.en}: {told.en} or more, as {why.en}")
    )


NO_PEOPLE = undetermined(Text("人口のデータがなく", "the run has no population"))
