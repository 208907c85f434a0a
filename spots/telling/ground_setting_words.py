"""The selections and results of a policy in words: what readers of an output are told of them.

Stands apart: words belong here, and what a selection asks for is known where policies are read.
"""

from __future__ import annotations

from collections.abc import Sequence

from boundaries.types import AreaClass
from groundfloor.problems import Text
from spots.telling.labels import AREA_CLASS_LABELS, CUT_LABELS
from spots.telling.near_words import kind_of_other
from spots.telling.selection_words import NATIONAL_AVERAGE
from spots.telling.units import distance, duration, ms_from_minutes, radius
from spots.telling.wording import NOTHING, bracketed, joined, names, run_on, same
from spots.types import FacilityType

_BOUNDS: dict[str, tuple[str, str]] = {
    "below": ("{0}が{1}未満", "{0} below {1}"),
    "at_most": ("{0}が{1}以下", "{0} at most {1}"),
    "above": ("{0}が{1}を超える", "{0} above {1}"),
    "at_least": ("{0}が{1}以上", "{0} at least {1}"),
    "lowest": ("{0}が低い方から{1}番目まで", "the {1} lowest by {0}"),
    "highest": ("{0}が高い方から{1}番目まで", "the {1} highest by {0}"),
}
_JOINS: dict[str, tuple[str, str]] = {
    "any": ("（{0}）のいずれか", "any of ({0})"),
    "all": ("（{0}）のすべて", "all of ({0})"),
    "none": ("（{0}）のいずれでもない", "none of ({0})"),
    "intersect": ("（{0}）の重なる部分", "ground common to ({0})"),
}
_KINDS: dict[str, Text] = {
    "city": Text("市", "cities"),
    "town": Text("町", "towns"),
    "village": Text("村", "villages"),
    "ward": Text("区", "wards"),
}
INDEX = Text("医師偏在指標", "the physician index")
EVERY = Text("すべて", "all of them")


def _filled(template: tuple[str, str], *values: Text) -> Text:
    ja, en = template
    return Text(ja.format(*(v.ja for v in values)), en.format(*(v.en for v in values)))


def bounded(what: Text, key: str, limit: float | str) -> Text:
    """Return a bound on a number.

    Examples
    --------
    >>> bounded(INDEX, "below", "national_average").ja
    '医師偏在指標が全国平均未満'
    """
    told = NATIONAL_AVERAGE if isinstance(limit, str) else same(f"{limit:,.10g}")
    return _filled(_BOUNDS[key], what, told)


def joined_as(key: str, parts: Sequence[Text]) -> Text:
    """Return how conditions, selections or results join; a single part of ``any`` is itself."""
    if len(parts) == 1:
        return parts[0] if key != "none" else _filled(("「{0}」でない", "not ({0})"), parts[0])
    if key == "minus":
        others = joined(parts[1:], "・", ", ")
        return _filled(("「{0}」から「{1}」を除いた区域", "{0} without {1}"), parts[0], others)
    return _filled(_JOINS[key], joined(parts, "・", ", "))


def all_of(parts: Sequence[Text]) -> Text:
    """Return the keys of one condition, all of which have to hold."""
    return joined(parts, "、かつ", " and ")


def called(found: Sequence[str]) -> Text:
    """Return that units are named."""
    told = names(found)
    return Text(f"名指し：{told.ja}", f"named: {told.en}")


def lying_in(found: Sequence[str]) -> Text:
    """Return that units lie in municipalities or areas of these names or codes."""
    told = names(found)
    return Text(f"{told.ja}にある", f"in {told.en}")


def of_kinds(found: Sequence[str]) -> Text:
    """Return that municipalities are cities, towns, villages or wards."""
    return joined([_KINDS[each] for each in found], "・", ", ")


def of_classes(found: Sequence[AreaClass]) -> Text:
    """Return the class of the medical area that is asked for."""
    told = joined([AREA_CLASS_LABELS[each] for each in found], "・", " or ")
    return Text(f"医療圏が{told.ja}", f"in a {told.en}")


def of_table(table: str, column: str) -> Text:
    """Return a column of one of the run's tables."""
    return Text(f"{column}（表「{table}」）", f"{column} (table {table!r})")


def on_list(name: str) -> Text:
    """Return that units are named on a list of the run."""
    return Text(f"一覧「{name}」にある", f"on the list {name!r}")


def meeting(numbers: Sequence[int]) -> Text:
    """Return that institutions meet one of the numbered criteria."""
    told = "・".join(map(str, numbers))
    return Text(f"要件{told}を満たす", f"meeting criterion {told}")


def of_type(kind: FacilityType | None, list_name: str | None) -> Text:
    """Return what institutions count: a type, those of a list."""
    of = bracketed(Text(f"一覧「{list_name}」", f"list {list_name!r}")) if list_name else NOTHING
    return run_on(kind_of_other(kind, other=False), of)


def nearest_by(other: Text, *, minutes: float | None, metres: float | None, far: bool) -> Text:
    """Return a limit on the way to the nearest other: minutes, or straight metres.

    What the minutes are made of, roads or an estimate without any, another line says.
    """
    key = "at_least" if far else "below"
    if minutes is not None:
        what = Text(f"最も近い{other.ja}までの所要時間が", f"time to the nearest {other.en}")
        limit = duration(ms_from_minutes(minutes))
    else:
        what = Text(f"最も近い{other.ja}まで直線で", f"straight line to the nearest {other.en}")
        limit = same(distance(metres or 0.0))
    relation = {
        "at_least": ("{0}{1}以上", "{0} at least {1}"),
        "below": ("{0}{1}未満", "{0} below {1}"),
    }
    return _filled(relation[key], what, limit)


_ON_ONE_LAND = Text("（海を隔てない陸地）", " on the same land")


def alone_within(other: Text, within_m: float, *, same_land: bool = False) -> Text:
    """Return that no other institution may be near."""
    far = radius(within_m)
    told = Text(f"半径{far}以内に他の{other.ja}がない", f"no other {other.en} within {far}")
    return run_on(told, _ON_ONE_LAND if same_land else NOTHING)


def people_within(within_m: float | None, *, same_land: bool = False) -> Text:
    """Return which people a limit is on."""
    on = _ON_ONE_LAND if same_land else NOTHING
    if within_m is None:
        return run_on(Text("区域内の人口", "people inside"), on)
    told = Text(f"周囲{radius(within_m)}の人口", f"people within {radius(within_m)}")
    return run_on(told, on)


def on_land(*, apart: bool) -> Text:
    """Return that units lie on the main land of the prefecture, or apart from it."""
    if apart:
        return Text("都道府県の本土から離れた陸地にある", "on land apart from the main land")
    return Text("都道府県の本土にある", "on the main land of the prefecture")


def settlements_beyond(label: Text, beyond_m: float, *, same_land: bool = False) -> Text:
    """Return that points are settlements of the population, far from every institution.

    Examples
    --------
    >>> settlements_beyond(Text("地点", "point"), 4_000).ja
    '地点（人口のデータから、どの医療機関からも4 kmを超えて離れた集落）'
    """
    far = radius(beyond_m)
    kept = Text("海を隔てない", " on the same land") if same_land else NOTHING
    of = Text(
        f"人口のデータから、{kept.ja}どの医療機関からも{far}を超えて離れた集落",
        f"settlements of the population beyond {far} of any institution{kept.en}",
    )
    return run_on(label, bracketed(of))


def inside(found: Sequence[Text]) -> Text:
    """Return that units lie in the ground of other selections or results, by their titles."""
    told = "・".join(f"「{each.ja}」" for each in found)
    return Text(f"{told}の区域内", f"inside {', '.join(each.en for each in found)}")


def circled(radius_m: float) -> Text:
    """Return that a circle is drawn round each unit."""
    return Text(f"周囲{radius(radius_m)}", f"within {radius(radius_m)} of each")


def left_out(found: Sequence[tuple[str, Text]]) -> Text:
    """Return the units that are left out by name, each with its reason."""
    told = [run_on(same(name), bracketed(reason)) for name, reason in found]
    listed = joined(told, "、", ", ")
    return Text(f"除外：{listed.ja}", f"left out: {listed.en}")


def cut_by(cuts: Sequence[str]) -> Text:
    """Return what is cut off from the ground of a result."""
    told = joined([CUT_LABELS[each] for each in cuts], "、", ", ")
    return Text(f"切り取り：{told.ja}", f"cut: {told.en}")


def labelled_selection(title: Text) -> Text:
    """Return the label of a selection's line."""
    return Text(f"選定「{title.ja}」", f"Selection: {title.en}")


def labelled_result(title: Text) -> Text:
    """Return the label of a result's line."""
    return Text(f"結果「{title.ja}」", f"Result: {title.en}")
