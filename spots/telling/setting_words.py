"""The settings of a run in words: each a label and a value, and which of them bear on a facility.

A run has its settings in words only. So those that bear on a facility are known by their English
labels, which stand here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from boundaries.types import AreaClass
from groundfloor.problems import Text
from spots.telling.labels import AREA_CLASS_LABELS
from spots.telling.straight_words import BASIS_LABEL, ESTIMATE_SOURCE, NOT_APPLIED
from spots.telling.units import (
    compared,
    dated,
    day,
    kilometres,
    metres,
    physician_index,
    radius,
    threshold,
)
from spots.telling.wording import NOTHING, bracketed, joined, names, run_on, same, told_as
from spots.types import (
    ClosedRoad,
    Decision,
    RunClosures,
    RunResult,
    State,
    TravelDirection,
    Verdict,
)

Line = tuple[Text, Text]

SOURCE = Text("根拠", "Source of the rule")
RULE = Text("要件の組合せ", "Criteria joined by")
RADIUS = Text("半径", "Radius")
CUTS = Text("円の切り取り（順）", "Cuts, in order")
MOOT_AREAS = Text("スポット不要の区域", "Areas that need no spot")
INDEX = Text("医師偏在指標", "Physician index")
PEOPLE = Text("人口", "Population")
NETWORK = Text("道路網", "Road network")
PROFILE = Text("速度表", "Speed profile")
UNREACHED = Text("道路で到達できない場合", "No other can be reached by road")
DIRECTION = Text("移動の向き", "Direction")
NEIGHBOURS = Text("隣の都道府県の病院", "Hospitals of other prefectures")
TOLLS = Text("有料道路", "Toll roads")
FERRIES = Text("フェリー", "Ferries")
ROADLESS = Text("道路が通じていないとする医療機関", "Taken to have no road")
_BELT = Text("隣の都道府県の帯", "Belt of neighbours")
SNAP_LIMIT = Text("道路までの距離の上限", "Farthest from a road")

_COUNTED = {True: Text("数える", "counted"), False: Text("数えない", "not counted")}
_USED = {True: Text("使う", "used"), False: Text("使わない", "not used")}
_CUTS = {
    "land": Text("陸地に限る", "land only"),
    "prefecture": Text("都道府県内の陸地に限る", "land of the prefecture only"),
    "excluded_municipalities": Text("対象外の市町村を除く", "without excluded municipalities"),
    "shortage_areas": Text("医師少数区域を除く", "without physician-shortage areas"),
}
_UNREACHED = {
    "met": Text("該当とする", "met"),
    "not_met": Text("非該当とする", "not met"),
    "undetermined": Text("判定不能とする", "undetermined"),
}
_DIRECTIONS = {
    TravelDirection.FROM_CANDIDATE: Text(
        "当該病院から他の病院へ", "from the candidate to the other hospital"
    ),
    TravelDirection.TO_CANDIDATE: Text(
        "他の病院から当該病院へ", "from the other hospital to the candidate"
    ),
}
_JOINS = {
    "any": Text("のいずれか", "any of "),
    "all": Text("のすべて", "all of "),
    "none": Text("のいずれでもない", "none of "),
}
# What the minutes of a built-in table mean, where that is not everyday driving.
_MEANINGS = {
    "ambulance": Text(
        "所要時間は救急車の緊急走行を仮定したもので、一般の車では長くなります",
        "Times are those assumed for an ambulance on an emergency run; other cars take longer",
    ),
    "legal": Text(
        "所要時間は、信号や混雑がなく制限速度で走り続けた場合のものです。所要時間の下限ではなく、"
        "中央線のない道路などでは実際の方が短いこともあります",
        "Times are those of a drive at the legal limits throughout, without signals or queues. "
        "They are no lower bound: on roads without a centre line real drives may be shorter",
    ),
}
EVERYDAY = "everyday"
SCHEMATIC = Text(
    "道路網は試用のための略図（幹線道路のみ）で、所要時間は目安です。実際の判定には、すべての"
    "道路を含む道路網が必要です",
    "The road network is a schematic one of trunk roads, for trying the tool, and times are a "
    "guide; verdicts need a network of all roads",
)


def joined_by(join: str, parts: Sequence[Text]) -> Text:
    """Return how criteria join.

    Parameters
    ----------
    join : str
        ``"any"``, ``"all"`` or ``"none"``.
    parts : sequence of Text
        Marks of criteria, or joins inside this one.

    Examples
    --------
    >>> joined_by("any", (Text("①", "①"), Text("②", "②")))
    Text(ja='（①・②）のいずれか', en='any of (①, ②)')
    """
    inner, word = joined(parts, "・"), _JOINS[join]
    return Text(f"（{inner.ja}）{word.ja}", f"{word.en}({inner.en})")


def not_given_caveat(titles: Sequence[Text]) -> Text:
    """Return that lists are missing, and what that leaves open.

    Parameters
    ----------
    titles : sequence of Text
        Mark and title of each criterion without a list.
    """
    named = joined(titles, "、", ", ")
    return Text(
        f"{named.ja}は一覧が与えられていないため判定していません。「非該当」は、与えられた一覧の"
        "限りでの結果です",
        f"No list is given for {named.en}, so nothing is judged by it: 'not met' holds as far as "
        "the lists that are given go",
    )


def radius_line(radius_m: float) -> Line:
    """Return the radius of the circles."""
    return RADIUS, same(radius(radius_m))


_OVERRULED = {
    "excluded": Text("対象外の市町村でも", "also in an excluded municipality"),
    "moot": Text("スポット不要の区域でも", "also where no spot is needed"),
}


def decision_line(facility: str, *, include: bool, overrides: Sequence[str], reason: Text) -> Line:
    """Return a decision by hand: whom it is about, which way, and why."""
    told = decided(include=include, overrides=overrides, reason=reason)
    return Text(f"個別の決定: {facility}", f"Decision by hand: {facility}"), told


def decided(*, include: bool, overrides: Sequence[str], reason: Text) -> Text:
    """Return which way a decision by hand goes, what it overrules, and why."""
    way = Text("設定する", "designate") if include else Text("対象外とする", "exclude")
    if overrides:
        way = run_on(way, bracketed(joined((_OVERRULED[o] for o in overrides), "、", ", ")))
    return told_as(way, reason)


def decision_words(decision: Decision) -> Text:
    """Return a decision by hand about a facility; and, where it is so, that it does not bear."""
    told = decided(include=decision.include, overrides=decision.overrides, reason=decision.reason)
    idle = Text("この状態を変えるには至りません", "it does not decide this state")
    return told if decision.applied else run_on(told, bracketed(idle))


def exclusion_label(name: str) -> Text:
    """Return the label of a municipality that is out."""
    return told_as(Text("対象外", "Excluded"), same(name))


def exclusion_line(name: str, *, facilities: bool, area: bool) -> Line:
    """Return that a municipality is out: its facilities, its area, or both."""
    parts = [Text("施設", "facilities")] * facilities + [Text("区域", "area")] * area
    return exclusion_label(name), joined(parts, "・")


def moot_line(classes: Iterable[AreaClass]) -> Line:
    """Return in which areas no spot is needed."""
    named = [AREA_CLASS_LABELS[c] for c in classes] or [Text("なし", "none")]
    return MOOT_AREAS, joined(named, "・")


def cuts_line(steps: Sequence[str]) -> Line:
    """Return what circles are cut by; nothing is a setting, too."""
    cuts = [_CUTS[step] for step in steps] or [Text("切り取らない", "none")]
    return CUTS, joined(cuts, "→", "; ")


def index_line(
    edition: str,
    shortage_at_most: float | None,
    surplus_at_least: float | None,
    *,
    stated: bool = False,
    average: float | None = None,
) -> Line:
    """Return the edition of the indices, its cut-offs and average, and whether classes are stated.

    Parameters
    ----------
    edition : str
        Its name.
    shortage_at_most, surplus_at_least : float or None
        Its cut-offs.
    stated : bool
        Whether the table states classes.
    average : float or None
        The national average, where the run file gives it.
    """
    limits = [cut_offs(shortage_at_most, surplus_at_least)]
    if average is not None:
        shown = physician_index(average)
        limits.append(Text(f"全国値 {shown}", f"national average {shown}"))
    if stated:
        limits.append(
            Text("区分の記載がある医療圏は表の区分を優先", "a class that the table states wins")
        )
    return INDEX, run_on(Text(f"{edition} 版", f"edition {edition}"), bracketed(joined(limits)))


def cut_offs(shortage_at_most: float | None, surplus_at_least: float | None) -> Text:
    """Return the cut-offs of an edition of the indices, or that they are not known."""
    if shortage_at_most is None or surplus_at_least is None:
        return Text("基準値の指定なし", "no cut-offs given")
    low, high = physician_index(shortage_at_most), physician_index(surplus_at_least)
    return Text(
        f"少数 {low} 以下、多数 {high} 以上", f"shortage at most {low}, surplus at least {high}"
    )


def threshold_label(mark: str) -> Text:
    """Return the label of a criterion's threshold."""
    return Text(f"{mark}の時間", f"{mark} threshold")


def list_label(mark: str) -> Text:
    """Return the label of the list that says who counts for a criterion."""
    return Text(f"{mark}の一覧", f"{mark} list that counts")


def threshold_line(mark: str, limit_ms: int, *, at_least: bool) -> Line:
    """Return a criterion's threshold with its comparison."""
    return threshold_label(mark), compared(limit_ms, at_least=at_least)


def distance_line(mark: str, limit: Text) -> Line:
    """Return a criterion's threshold of straight distance with its comparison."""
    return distance_label(mark), limit


def distance_label(mark: str) -> Text:
    """Return the label of a criterion's threshold of straight distance."""
    return Text(f"{mark}の直線距離", f"{mark} straight distance")


def service_line(mark: str, service: Text) -> Line:
    """Return the service that physicians are secured for where a criterion is met."""
    return Text(f"{mark}で確保する医療", f"{mark}: service"), service


def list_line(mark: str, name: str, layers: Iterable[tuple[str, date | None]]) -> Line:
    """Return the list that counts, with the layers that make it up and their dates."""
    return list_label(mark), run_on(
        same(name), bracketed(joined(dated_name(*each) for each in layers))
    )


def dated_name(name: str, as_of: date | str | None) -> Text:
    """Return a name with the day it speaks of."""
    return joined((same(name), dated(as_of)), " ", " ")


def population_line(source: str, as_of: date | str | None, files: Sequence[str]) -> Line:
    """Return whose number of people a run counts: every file, and the day of its census."""
    when = dated(as_of) if as_of else Text("調査年の記載なし", "census year not given")
    whole = joined((same(source), when), " ", ", ")
    return PEOPLE, run_on(whole, bracketed(names(files)))


def people_basis(result: RunResult) -> Text:
    """Return how the people of a cell that lies partly in a spot were divided."""
    if result.population_ground is None:
        return Text("区画の面積で按分", "in proportion to each cell's area")
    return Text("区画の陸地の面積で按分", "in proportion to each cell's land")


def unreached_line(truth: str) -> Line:
    """Return what a facility is that can reach no other by road."""
    return UNREACHED, _UNREACHED[truth]


def direction_line(direction: TravelDirection) -> Line:
    """Return which drive is meant."""
    return DIRECTION, _DIRECTIONS[direction]


def neighbours_line(*, counted: bool) -> Line:
    """Return whether hospitals of other prefectures count."""
    return NEIGHBOURS, _COUNTED[counted]


def belt_line(wide: Text, layers: Sequence[str]) -> Line:
    """Return how far beyond the prefecture rows of lists of more than it are destinations."""
    return _BELT, run_on(wide, bracketed(names(layers)))


def tolls_line(*, used: bool) -> Line:
    """Return whether toll roads are used."""
    return TOLLS, _USED[used]


def ferries_line(wait_ms: int | None) -> Line:
    """Return whether ferries are used, and how long each is waited for; None where they are not."""
    if wait_ms is None:
        return FERRIES, _USED[False]
    wait = threshold(wait_ms)
    return FERRIES, Text(f"使う（待ち時間 {wait.ja}）", f"used, waiting {wait.en}")


def snap_limit_line(limit_m: float) -> Line:
    """Return how far from a road a facility may be."""
    return SNAP_LIMIT, same(metres(limit_m))


def roadless_line(names_of: Sequence[str]) -> Line:
    """Return which facilities are taken to have no road to any other."""
    return ROADLESS, names(names_of)


def profile_line(label: str, title: Text | None) -> Line:
    """Return the speed profile."""
    if title is None:
        return PROFILE, same(label)
    return PROFILE, Text(f"{title.ja} [{label}]", f"{title.en} [{label}]")


def meaning(name: str, title: Text) -> Text | None:
    """Return what times by a speed profile mean; None for everyday driving."""
    if name == EVERYDAY:
        return None
    return _MEANINGS.get(name) or Text(
        f"所要時間は速度表「{title.ja}」によるものです",
        f"Times are those of the speed profile {title.en}",
    )


# --- closed roads

HEADING = Text("通行止め", "Closed roads")
_NAMED = 5
_LISTED = 30  # run.json has them all


def closures_in_words(found: RunClosures) -> Text:
    """Return how much is closed, on which day, out of how many closures."""
    count, every, km = len(found.holding), len(found.rows), kilometres(found.km * 1000)
    return Text(
        f"{_on(found.on, '時点で', '').ja}{count}件、計{km}（全{every}件中）",
        f"{count} of {every} closures hold{_on(found.on, '', 'on').en}, {km} in all",
    )


def closures_caveat(found: RunClosures) -> Text | None:
    """Return what a reader of the results must be told; None where nothing is closed."""
    rows = found.holding
    if not rows:
        return None
    more, km = len(rows) - _NAMED, kilometres(found.km * 1000)
    rest = Text(f"ほか{more}件", f"and {more} more") if more > 0 else NOTHING
    named = joined(same(f"{_name(row)} {kilometres(row.km * 1000)}") for row in rows[:_NAMED])
    told = joined((named, rest), "", " ")
    day_of = _on(found.on, "時点の", "as of")
    return Text(
        f"{day_of.ja}通行止め{len(rows)}件（計{km}：{told.ja}）を反映した所要時間です",
        f"Travel times are those with {len(rows)} closures{day_of.en} ({km}: {told.en})",
    )


def closure_lines(found: RunClosures) -> Iterator[tuple[Text, Text]]:
    """Yield label and value for settings: the whole, then each closure that closes a road."""
    yield HEADING, closures_in_words(found)
    rows = found.holding
    for row in rows[:_LISTED]:
        facts = (same(row.reason), _period(row.period), same(kilometres(row.km * 1000)))
        yield told_as(HEADING, same(_name(row))), joined((*facts, same(row.file)))
    if len(rows) > _LISTED:
        more = len(rows) - _LISTED
        yield (
            HEADING,
            Text(f"ほか{more}件（run.json にすべてあります）", f"{more} more in run.json"),
        )


def _on(value: date | None, ja: str, en: str) -> Text:
    told = day(value)
    return Text(f"{told.ja}{ja}", f" {en} {told.en}") if value else NOTHING


def _name(row: ClosedRoad) -> str:
    return row.name or row.reason or row.file


def _period(period: str) -> Text:
    """Return the days of a closure; ``--12-01/--03-31`` as ``12-01～03-31``, every year."""
    if not period:
        return NOTHING
    ends = [dated(end) for end in period.removeprefix("--").replace("/--", "/").split("/")]
    return Text("～".join(end.ja for end in ends), " to ".join(end.en for end in ends))


# --- which of them bear on a facility

ALWAYS = frozenset({SOURCE.en, RULE.en})
MEASURED = frozenset(
    label.en
    for label in (
        DIRECTION,
        NEIGHBOURS,
        TOLLS,
        FERRIES,
        SNAP_LIMIT,
        NETWORK,
        PROFILE,
    )
)
#: The same of times without roads.
ESTIMATED = frozenset({NEIGHBOURS.en, BASIS_LABEL.en, ESTIMATE_SOURCE.en, NOT_APPLIED.en})
CUT_OFF = frozenset({UNREACHED.en})
CLASS_OF_AREA = frozenset({MOOT_AREAS.en, INDEX.en})
DRAWN = frozenset({RADIUS.en, CUTS.en})
EXCLUDED = exclusion_label("").en  # followed by the municipality's name


def deciding_settings(verdict: Verdict, result: RunResult) -> tuple[tuple[Text, Text], ...]:
    """Return the settings of the run that bear on a facility, in the run's order.

    Parameters
    ----------
    verdict : Verdict
        The facility.
    result : RunResult
        The run.

    Returns
    -------
    tuple of (Text, Text)
        Label and value: the rule; of travel-time criteria that looked at the facility the
        threshold, the list and everything that bears on the drive; the class of its medical area
        where that decided; the exclusion that holds it; what its circle is drawn by.
    """
    wanted = frozenset(_labels(verdict, result))
    return tuple(
        (label, value)
        for label, value in result.settings.lines
        if label.en in wanted or (label.en.startswith(HEADING.en) and HEADING.en in wanted)
    )


def _labels(verdict: Verdict, result: RunResult) -> Iterator[str]:
    if not verdict.outcomes:  # a destination: no criterion looked at it
        return
    yield from ALWAYS
    every = {c.number: c for c in result.settings.criteria}
    marks = {number: c.mark for number, c in every.items() if c.travel}
    for outcome in verdict.outcomes:
        mark, travel = marks.get(outcome.number), outcome.travel
        if outcome.distance is not None and outcome.number in every:
            named = every[outcome.number].mark
            yield from (distance_label(named).en, list_label(named).en, NEIGHBOURS.en)
        if mark is not None and (travel is not None or outcome.variants):
            yield list_label(mark).en
        if mark is not None and travel is not None:
            yield threshold_label(mark).en
            yield from ESTIMATED if travel.estimated else MEASURED
            yield HEADING.en
            if travel.reachable is False:
                yield from CUT_OFF
    if verdict.state in {State.MOOT, State.DESIGNATED}:
        yield from CLASS_OF_AREA
    if verdict.state is State.DESIGNATED:
        yield from DRAWN
    if verdict.state is State.EXCLUDED:
        yield from _exclusions(verdict, result)


def _exclusions(verdict: Verdict, result: RunResult) -> Iterator[str]:
    """Yield the exclusion of the facility's municipality; a ward's is that of its city."""
    for label, _ in result.settings.lines:
        name = label.en.removeprefix(EXCLUDED)
        if name != label.en and verdict.place.municipality.startswith(name):
            yield label.en
