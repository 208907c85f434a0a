"""What a scenario says otherwise, in words: its axes, their values, and the smallest change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from groundfloor.problems import Text
from spots.telling import setting_words as labels
from spots.telling.units import (
    MS_PER_MINUTE,
    duration,
    metres,
    ms_from_minutes,
    people,
    radius,
    shown_factor,
    square_kilometres,
    threshold,
    times,
)
from spots.telling.wording import NONE, NOTHING, bracketed, joined, run_on, same, told_as
from spots.types import State
from spots.types.scenario_table import STATES, NamedScenario, ScenarioFigures, TurningPoint

#: The run file as it is, as people call it.
AS_IT_IS = Text("現在の条件", "as it is")
#: Of a scenario that says nothing otherwise than the run file.
AS_NOW = Text("現在の条件と同じ", "the same as the run file as it is")
#: Words of axes, each short for a key of the run file or of its policy, in the order of reading.
AXIS_LABELS: Mapping[str, Text] = MappingProxyType(
    {
        "lists": Text("一覧", "lists"),
        "without": Text("閉院とする病院", "hospitals closed"),
        "threshold_min": Text("基準の時間", "threshold"),
        "threshold_m": Text("基準の距離", "threshold of distance"),
        "comparison": Text("「以上」か「超」か", "comparison"),
        "unreachable": labels.UNREACHED,
        "list": Text("数える一覧", "list that counts"),
        "radius_m": labels.RADIUS,
        "cuts": Text("円の切り取り", "cuts"),
        "exclusions": Text("対象外の市町村", "excluded municipalities"),
        "moot_area_classes": labels.MOOT_AREAS,
        "direction": labels.DIRECTION,
        "neighbours": labels.NEIGHBOURS,
        "tolls": labels.TOLLS,
        "ferries": labels.FERRIES,
        "ferry_wait_min": Text("フェリーの待ち時間", "wait for a ferry"),
        "snap_limit_m": labels.SNAP_LIMIT,
        "profile": labels.PROFILE,
        "speed_factor": Text("速度の倍率", "factor of speeds"),
        "closures": labels.HEADING,
        "closures_on": Text("通行止めを見る日", "day of closed roads"),
        "detour_factor": Text("迂回率", "detour factor"),
        "speed_kmh": Text("概算の速度", "speed of the estimate"),
    }
)
_WORDS: Mapping[tuple[str, str | bool], Text] = MappingProxyType(
    {
        ("tolls", True): Text("有料道路を使う", "toll roads"),
        ("tolls", False): Text("有料道路なし", "no toll roads"),
        ("ferries", True): Text("フェリーあり", "ferries"),
        ("ferries", False): Text("フェリーなし", "no ferries"),
        ("neighbours", True): Text("隣の都道府県を数える", "neighbours counted"),
        ("neighbours", False): Text("隣の都道府県を数えない", "neighbours not counted"),
        ("comparison", "at_least"): Text("以上", "at least"),
        ("comparison", "more_than"): Text("超", "more than"),
        ("direction", "from_candidate"): Text("当該病院から", "from the candidate"),
        ("direction", "to_candidate"): Text("当該病院へ", "to the candidate"),
        ("unreachable", "met"): Text("到達不能は該当", "unreachable is met"),
        ("unreachable", "not_met"): Text("到達不能は非該当", "unreachable is not met"),
        ("unreachable", "undetermined"): Text("到達不能は判定不能", "unreachable is undetermined"),
    }
)
_FIGURES: Mapping[str, Text] = MappingProxyType(
    {
        "speed_factor": Text("速度{}倍", "speeds × {}"),
        "detour_factor": Text("迂回率{}", "detour × {}"),
        "speed_kmh": Text("時速{}km", "{} km/h"),
    }
)


def axis_label(axis: str) -> Text:
    """Return what people call an axis; a key of the run file is what it is."""
    return AXIS_LABELS.get(axis, same(axis))


def setting_words(axis: str, shown: Text) -> Text:
    """Return what a scenario says of an axis, by the name of the axis where the value lacks it.

    Examples
    --------
    >>> setting_words("threshold_min", Text("25分", "25 min")).en
    'threshold: 25 min'
    >>> setting_words("tolls", Text("有料道路なし", "no toll roads")).ja
    '有料道路なし'
    """
    label = axis_label(axis)
    told = shown.ja.startswith(label.ja) or shown.en.startswith(label.en)
    return shown if told else told_as(label, shown)


def shown_value(axis: str, value: Any) -> Text:
    """Return a value of an axis as it stands in the name of a scenario.

    Parameters
    ----------
    axis : str
        An axis word, or a key of the run file.
    value : object
        As TOML reads it; of any type, for it is named before it is checked.

    Examples
    --------
    >>> shown_value("threshold_min", 25), shown_value("radius_m", 5000).en
    (Text(ja='25分', en='25 min'), 'radius 5 km')
    >>> shown_value("network.cache", False).ja
    'network.cache=false'
    """
    if isinstance(value, bool | str) and (axis, value) in _WORDS:
        return _WORDS[axis, value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(axis, value)
    if axis in {"lists", "closures"}:
        return _files(axis, value)
    if axis == "without" and isinstance(value, list | tuple):
        return _closed([str(each) for each in value])
    if isinstance(value, list | tuple):
        return told_as(axis_label(axis), joined(map(_entry, value)) if value else NONE)
    return told_as(axis_label(axis), same(str(value))) if axis in AXIS_LABELS else _raw(axis, value)


def _number(axis: str, value: float) -> Text:
    if axis == "threshold_min" and 0 < value < _MOST_MINUTES:
        return threshold(ms_from_minutes(value))
    if axis == "ferry_wait_min" and 0 <= value < _MOST_MINUTES:
        return run_on(Text("フェリー待ち", "ferry wait "), threshold(ms_from_minutes(value)))
    if axis == "radius_m":
        return Text(f"半径{radius(value)}", f"radius {radius(value)}")
    if axis in _FIGURES:
        words, shown = _FIGURES[axis], f"{value:g}"
        return Text(words.ja.format(shown), words.en.format(shown))
    if axis in AXIS_LABELS and axis.endswith("_m"):
        return told_as(axis_label(axis), same(metres(value)))
    return _raw(axis, value)


_MOST_MINUTES = 100_000


def _raw(axis: str, value: object) -> Text:
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return same(f"{axis}={shown}")


def _files(axis: str, value: Any) -> Text:
    """Return lists or closures by the names of their files."""
    several = value.values() if isinstance(value, Mapping) else value
    files = [several] if isinstance(several, str) else list(map(str, several or ()))
    if not files:
        return (
            Text("実行ファイルの一覧", "lists of the run file")
            if axis == "lists"
            else told_as(axis_label(axis), NONE)
        )
    return told_as(axis_label(axis), joined(same(PurePath(file).stem) for file in files))


def _closed(names: Sequence[str]) -> Text:
    """Return which hospitals are closed, as it stands in a name."""
    if not names:
        return told_as(AXIS_LABELS["without"], NONE)
    return Text(f"{'・'.join(names)}が閉院", f"{', '.join(names)} closed")


def _entry(value: Any) -> Text:
    """Return an entry of a list: an excluded municipality by its name, a cut in short."""
    if isinstance(value, Mapping):
        return same(str(value.get("name") or value.get("code") or value))
    return _CUTS.get(str(value), same(str(value)))


_CUTS: Mapping[str, Text] = MappingProxyType(
    {
        "land": Text("海", "sea"),
        "prefecture": Text("都道府県の外", "other prefectures"),
        "excluded_municipalities": Text("対象外の市町村", "excluded municipalities"),
        "shortage_areas": Text("医師少数区域", "shortage areas"),
    }
)


def name_of_settings(shown: Sequence[Text], prefix: str = "") -> Text:
    """Return the name that a scenario has of its settings.

    Examples
    --------
    >>> name_of_settings([Text("25分", "25 min"), Text("半径5 km", "radius 5 km")], "試算")
    Text(ja='試算：25分・半径5 km', en='試算: 25 min, radius 5 km')
    """
    of = joined(shown, "・", ", ")
    return told_as(same(prefix), of) if prefix else of


# --- the smallest change


def turning_words(
    point: TurningPoint, base: float | None, scenario: NamedScenario | None, state: Text
) -> Text:
    """Return what has to be changed for another state.

    Parameters
    ----------
    point : TurningPoint
        The change.
    base : float or None
        The value of its axis in the run file as it is.
    scenario : NamedScenario or None
        The scenario in which it was seen.
    state : Text
        What the facility is there.
    """
    if point.value is not None:
        up = base is not None and point.value > base
        what = _turning_value(point.axis, point.value, up=up)
        if base is not None:
            now = _turning_value(point.axis, base)
            what = run_on(what, bracketed(Text(f"現在{now.ja}", f"now {now.en}")))
        what = told_as(axis_label(point.axis), what)
    elif scenario is not None:
        shown = joined((each.shown for each in scenario.settings), "・", ", ")
        what = setting_words(point.axis, shown) if point.settings == 1 else shown
        if point.settings > 1:
            n = point.settings
            what = run_on(what, bracketed(Text(f"{n}つの変更", f"{n} changes")))
    else:
        what = axis_label(point.axis)
    return Text(f"{what.ja}で{state.ja}", f"{state.en} at {what.en}")


def _turning_value(axis: str, value: float, *, up: bool = False) -> Text:
    """Return a value of a numeric axis where it stands beside the axis' name.

    What has no whole seconds is shown to the side where the state is the other one.
    """
    if axis in {"threshold_min", "ferry_wait_min"}:
        ms = round(value * MS_PER_MINUTE)
        return duration(-(-ms // 1000) * 1000 if up else ms)
    if axis == "radius_m":
        return same(radius(value))
    if axis in {"speed_factor", "detour_factor"}:
        return times(shown_factor(value, faster=up))
    return same(metres(value) if axis.endswith("_m") else f"{value:g}")


def counted_words(count: int, same_as_now: int) -> Text:
    """Return how many scenarios there are, the run file as it is apart.

    Examples
    --------
    >>> counted_words(18, 1).ja
    'シナリオ 18（ほかに現在の条件と、それと同じもの 1）'
    """
    if same_as_now:
        return Text(
            f"シナリオ {count:,}（ほかに現在の条件と、それと同じもの {same_as_now:,}）",
            f"{count:,} scenarios beside the run file as it is, and {same_as_now:,} that are the "
            "same as that",
        )
    return Text(
        f"シナリオ {count:,}（ほかに現在の条件）",
        f"{count:,} scenarios beside the run file as it is",
    )


#: Of a facility whose state is the same in every scenario, and by no minutes of its own another.
NEVER_TURNS = Text("どのシナリオでも変わりません", "the same in every scenario")


def figures_words(figures: ScenarioFigures, changed: int) -> Text:
    """Return what a scenario comes to in one line: spots, ground, people, and who turns."""
    km2 = square_kilometres(figures.dissolved_km2)
    inside = NOTHING if figures.people is None else people(figures.people)
    units = figures.units[STATES.index(State.DESIGNATED)] if figures.units else None
    return joined(
        (
            Text(f"スポット {figures.spots:,}", f"{figures.spots:,} spots"),
            same(f"{km2} km²"),
            inside,
            NOTHING if units is None else Text(f"設定（案）の区域 {units:,}", f"{units:,} units"),
            Text(f"状態が変わる施設 {changed:,}", f"{changed:,} facilities turn"),
        )
    )


def share_words(low: float, most: float) -> Text:
    """Return a range of shares of the scenarios: above `low`, up to `most`.

    Examples
    --------
    >>> share_words(0.25, 0.5), share_words(0.999999, 1.0).ja
    (Text(ja='25～50%', en='25–50%'), 'すべてのシナリオ')
    """
    if low >= _ALMOST_ALL:
        return Text("すべてのシナリオ", "all scenarios")
    if most <= 0:
        return Text("なし", "none")
    return Text(f"{low * 100:.0f}～{most * 100:.0f}%", f"{low * 100:.0f}–{most * 100:.0f}%")


_ALMOST_ALL = 0.99
