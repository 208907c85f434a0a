"""What hangs on a hospital, a road or a speed, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundfloor.problems import Text
from spots.telling.labels import STATE_LABELS, UNREACHABLE
from spots.telling.units import duration, kilometres, margin, people, threshold
from spots.telling.wording import NOTHING, bracketed, joined, names, run_on, same, turned
from spots.types.robustness import (
    Gone,
    GoneGrade,
    GoneKind,
    GoneRanking,
    Moved,
    SpeedDistribution,
    SpeedSensitivity,
    SpeedSpread,
    TravelStanding,
)

GONE_TITLES = {
    GoneKind.HOSPITAL: Text(
        "二次救急病院が一つなくなった場合", "If one secondary emergency hospital is gone"
    ),
    GoneKind.ROAD: Text("道路が一か所通れない場合", "If the road is cut at one place"),
}
SPEEDS_TITLE = Text("速度表の感度", "Sensitivity to the speed table")
GONE_LABELS = {
    GoneKind.HOSPITAL: Text("二次救急病院", "hospital"),
    GoneKind.ROAD: Text("道路", "road"),
}
GRADE_LABELS = {
    GoneGrade.SEVERAL_TURN: Text("二つ以上の判定が変わる", "several states turn"),
    GoneGrade.ONE_TURNS: Text("一つの判定が変わる", "one state turns"),
    GoneGrade.LONGER: Text("時間や人口だけが変わる", "longer drives alone"),
    GoneGrade.NOTHING: Text("何も変わらない", "nothing"),
}
CLOSED_HOSPITALS = Text("閉院とする病院", "Hospitals taken to be closed")
NAMELESS_ROAD = Text("名称のない道路", "road without a name")
ASSUMED = Text("仮定（出典なし）", "an assumption, without a source")
_NOTHING_HANGS = Text("変わる施設はありません", "no facility stands otherwise")
_SHOWN = 3

DISTRIBUTION_WORDS = {
    SpeedDistribution.UNIFORM: Text(
        "一様分布（どの値も同じ確からしさ。幅のほかに何も知られていないため）",
        "uniform: any value as likely as another, since nothing but the bounds is known",
    ),
    SpeedDistribution.LOGNORMAL: Text(
        "対数正規分布（幅の中に95%。誤差は掛け算で重なり、速度は負にならないため）",
        "log-normal, 95 of 100 within the spread: errors multiply, and no speed is below nought",
    ),
}


def closed_line(names_of: Sequence[str]) -> tuple[Text, Text]:
    """Return which hospitals are taken to be closed."""
    return CLOSED_HOSPITALS, names(names_of)


def closed_caveat(names_of: Sequence[str]) -> Text:
    """Return that a result is what would be without some hospitals."""
    told = names(names_of)
    return Text(
        f"{told.ja}がないものとした場合の結果です",
        f"This is the result as it would be without {told.en}",
    )


def gone_name(gone: Gone) -> Text:
    """Return what was taken away, as people call it."""
    if gone.road is None:
        return same(gone.name)
    name = same(gone.name) if gone.name else NAMELESS_ROAD
    towns = joined(map(same, gone.road.towns), "～", "–")
    return run_on(name, bracketed(towns if gone.road.towns else same(gone.id)))


def time_of(standing: TravelStanding) -> Text:
    """Return the time to the nearest other; that none is reached, where it is so."""
    return UNREACHABLE if standing.travel_ms is None else duration(standing.travel_ms)


def moved_words(moved: Moved) -> Text:
    """Return how a facility stands otherwise: its time, and its state where that turns."""
    longer = moved.longer_ms
    more = bracketed(margin(longer)) if longer else NOTHING
    times = run_on(turned(time_of(moved.before), time_of(moved.after)), more)
    if moved.before.travel_ms == moved.after.travel_ms:
        times = NOTHING
    states = (
        turned(STATE_LABELS[moved.before.state], STATE_LABELS[moved.after.state])
        if moved.turned
        else NOTHING
    )
    told = joined((states, times))
    return Text(f"{moved.facility.name}：{told.ja}", f"{moved.facility.name}: {told.en}")


def ranked_words(rank: int, name: Text) -> Text:
    """Return a place in a ranking with what stands there.

    Examples
    --------
    >>> ranked_words(3, same("R57"))
    Text(ja='3位 R57', en='no. 3 R57')
    """
    return Text(f"{rank}位 {name.ja}", f"no. {rank} {name.en}")


def why_it_matters(gone: Gone) -> Text:
    """Return what hangs on a hospital or road: who moves, the first three by name."""
    return joined(why_lines(gone), "。", "; ")


def why_lines(gone: Gone) -> tuple[Text, ...]:
    """Return the same, a text each."""
    parts = [moved_words(each) for each in gone.moved[:_SHOWN] if told(each)]
    if (rest := len(gone.moved) - len(parts)) > 0 and parts:
        parts.append(Text(f"ほか{rest}施設", f"and {rest} more"))
    if gone.people_beyond:
        more = people(gone.people_beyond)
        parts.append(
            Text(f"基準時間以上の人口が{more.ja}増える", f"{more.en} more beyond the limit")
        )
    return tuple(parts) or (_NOTHING_HANGS,)


def told(moved: Moved) -> bool:
    """Whether there is more to tell than that another hospital is as near."""
    return moved.turned or moved.before.travel_ms != moved.after.travel_ms


def road_words(gone: Gone) -> Text:
    """Return how long a cut road is, how many decisive drives lead over it, and what is alike."""
    road = gone.road
    if road is None:
        return NOTHING
    length, alike = kilometres(road.length_m), len(road.alike)
    text = Text(
        f"延長{length}、最も近い他の二次救急病院への経路{road.drives}本",
        f"{length}, {road.drives} drives to the nearest other",
    )
    more = Text(f"同じ結果の区間ほか{alike}", f"{alike} more stretches with the same outcome")
    return joined((text, more if alike else NOTHING))


def ranking_notes(ranking: GoneRanking) -> Iterator[Text]:
    """Yield what a reader must know of a ranking."""
    limit = threshold(ranking.threshold_ms)
    yield Text(
        "順位は、判定が変わる施設の数、新たに要件に当たる施設の数、どこにも着けなくなる施設の数、"
        "増える人口、延びる時間の合計の順に多いものから。同じものは同順位",
        "by how many states turn, how many meet the criterion only then, how many reach none, "
        "people, and minutes, most first; equal ones share a rank",
    )
    if ranking.kind is GoneKind.HOSPITAL:
        yield Text(
            "その病院の二次救急としての行を、すべての一覧から除いた場合の判定です",
            "as a run judges whose lists lack the hospital's rows of this type",
        )
    else:
        yield Text(
            "その区間を両方向とも通行止め（[network] の closures）にした場合の判定です。"
            "区間は交差点から交差点まで",
            "as a run judges that closes the stretch in both directions (closures under "
            "[network]); a stretch leads from junction to junction",
        )
    yield Text(f"要件の基準時間は{limit.ja}", f"the threshold is {limit.en}")
    if ranking.people_limit_ms is not None and ranking.people_before is not None:
        far, all_of_them = threshold(ranking.people_limit_ms), people(ranking.people_before)
        yield Text(
            f"現在、いずれの二次救急病院へも{far.ja}以上かかる人口は{all_of_them.ja}"
            "（メッシュ人口の代表点から。指標と同じ計算）",
            f"now {all_of_them.en} live {far.en} or more from any hospital (from a point of each "
            "cell, as the indicators have it)",
        )
    if ranking.people_off_roads:
        lost = people(ranking.people_off_roads)
        yield Text(
            f"道路から遠く所要時間の分からない人口{lost.ja}は数えていません",
            f"{lost.en} too far from any road are not counted",
        )


def spread_lines(found: SpeedSensitivity) -> Iterator[Text]:
    """Yield how speeds were drawn, and what that rests on."""
    spread = found.spread
    yield Text(
        f"速度表「{found.profile}」の道路種別ごとの速度を、幅{_widths(found).ja}で"
        f"{spread.draws:,}回振りました（乱数の種 {spread.seed}）",
        f"speeds of the table {found.profile} were drawn {spread.draws:,} times within "
        f"{_widths(found).en} (seed {spread.seed})",
    )
    yield DISTRIBUTION_WORDS[spread.distribution]
    if spread.together:
        yield Text(
            "すべての種別に一つの倍率を使います", "one factor is drawn for all classes together"
        )
    else:
        yield Text(
            "倍率は種別ごとに独立です。経路が種別をまたぐと誤差は打ち消し合います",
            "each class has a factor of its own: over several classes errors cancel in part",
        )
    source = same(spread.source) if spread.source else ASSUMED
    yield Text(f"幅の根拠：{source.ja}", f"the spread rests on: {source.en}")
    share = f"{found.drawn_share * 100:.0f}%"
    yield Text(
        f"振った速度で所要時間が決まる道路は延長の{share}。規制速度・幅員・待ち時間・フェリー・"
        "施設から道路までの速度は振っていません",
        f"{share} of the roads' length goes by a speed that was drawn; limits, widths, waiting, "
        "ferries and the way to the door stay",
    )


def _widths(found: SpeedSensitivity) -> Text:
    spread: SpeedSpread = found.spread
    own = [f"{n} ±{w * 100:g}%" for n, w in sorted(spread.classes.items()) if n in found.classes]
    rest = [name for name in found.classes if name not in spread.classes]
    whole = [f"±{spread.spread * 100:g}%"] if rest else []
    return joined(map(same, (*whole, *own)))


def share_words(met: int, draws: int, low: float, high: float) -> Text:
    """Return a share of draws with the interval that the number of draws leaves.

    Examples
    --------
    >>> share_words(67, 100, 0.573, 0.754)
    Text(ja='67%（57～76%）', en='67% (57–76%)')
    """
    bounds = int(low * 100), -int(-high * 100 // 1)
    whole = f"{met / draws * 100:.0f}%"
    return Text(f"{whole}（{bounds[0]}～{bounds[1]}%）", f"{whole} ({bounds[0]}–{bounds[1]}%)")
