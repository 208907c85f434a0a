"""Words of results that were put together: whose they are, and what was found of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from boundaries.codes import PREFECTURES
from groundfloor.problems import Problem, Text
from spots.telling.labels import STATE_LABELS
from spots.telling.units import square_kilometres
from spots.types import Settings, State

_NAMED = 3  # prefectures named in a sentence; more are counted


def lands(codes: Sequence[str]) -> Text:
    """Return what prefectures are called together.

    Examples
    --------
    >>> lands(("43", "46")).ja, lands(tuple(PREFECTURES)).ja
    ('熊本県・鹿児島県', '全国')
    """
    count = len(set(codes))
    if count == len(PREFECTURES):
        return Text("全国", "Japan")
    names = [PREFECTURES[code] for code in codes]
    ja = "・".join(names) if count <= _NAMED else f"{count}都道府県"
    return Text(ja, f"{count} prefectures")


def whose(settings: Settings) -> Text:
    """Return the prefecture of a result, or what its prefectures are called together."""
    if settings.prefectures:
        return lands(settings.prefectures)
    return Text(settings.prefecture, settings.prefecture)


def title_of(codes: Sequence[str]) -> Text:
    """Return the title of a result that was put together of these prefectures."""
    where = lands(codes)
    return Text(
        f"{where.ja}の医師少数スポット（案）", f"Physician-shortage spots of {where.en} (draft)"
    )


def policies_of(titles: Sequence[Text]) -> Text:
    """Return the title of the policy, where all have the same."""
    return titles[0] if len(set(titles)) == 1 else Text("各都道府県の設定基準", "policies of each")


def of_several(problem: Problem, names: Sequence[str], runs: int) -> Problem:
    """Return a problem that several of all `runs` have, with whose it is."""
    if len(names) == runs:
        where = Text(f"{runs}都道府県すべて", f"all {runs} prefectures")
    elif len(names) > _NAMED:
        where = Text(
            f"{'、'.join(names[:_NAMED])}など{len(names)}都道府県",
            f"{', '.join(names[:_NAMED])} and others, {len(names)} prefectures",
        )
    else:
        where = Text("、".join(names), ", ".join(names))
    said = problem.message
    return replace(problem, message=Text(f"{where.ja}: {said.ja}", f"{where.en}: {said.en}"))


def of_scenario(problem: Problem, name: str) -> Problem:
    """Return a problem that only one scenario has, with its name."""
    said = problem.message
    message = Text(f"シナリオ「{name}」: {said.ja}", f"scenario {name}: {said.en}")
    return replace(problem, message=message)


BY_PREFECTURE = Text("都道府県別", "By prefecture")
TOLD_BY_CODE = Text("問題の種類別", "Problems by code")
TOTAL = Text("合計", "total")


def left_off_map(left: Mapping[State, int]) -> Text:
    """Return which facilities the map has no room for."""
    ja = "、".join(f"{STATE_LABELS[state].ja} {n:,}" for state, n in left.items())
    en = ", ".join(f"{n:,} {STATE_LABELS[state].en}" for state, n in left.items())
    return Text(
        f"地図に載せていない施設: {ja}（一覧の facilities.csv にはすべてあります）",
        f"not on this map: {en} (facilities.csv has them all)",
    )


def putting_together() -> Text:
    """Return the stage in which the prefectures of a scenario are put together."""
    return Text("都道府県の結果をまとめています", "putting the prefectures together")


def not_put_together(scenario: str) -> Text:
    """Return, in a line, that there is nothing of all prefectures."""
    ja, en = "まとめた結果はありません", "not put together"
    return Text(f"{scenario}: {ja}", f"{scenario}: {en}") if scenario else Text(ja, en)


def country_line(
    scenario: str, codes: Sequence[str], states: Mapping[State, int], spots: int, km2: float
) -> Text:
    """Return what the prefectures of a scenario come to, in a line."""
    where, judged = lands(codes), sum(states.values())
    ja = "、".join(f"{STATE_LABELS[state].ja} {n:,}" for state, n in states.items())
    en = ", ".join(f"{STATE_LABELS[state].en} {n:,}" for state, n in states.items())
    head = f"{scenario}: " if scenario else ""
    size = square_kilometres(km2)
    return Text(
        f"{head}{where.ja}: 判定対象 {judged:,}（{ja}）、スポット {spots:,}、{size} km²",
        f"{head}{where.en}: {judged:,} judged ({en}), {spots:,} spots, {size} km²",
    )
