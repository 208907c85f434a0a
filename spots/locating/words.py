"""What the answers are called, and the sentences beside them."""

from __future__ import annotations

from groundfloor.problems import Lang, Text
from spots.dates import day_text, period_text
from spots.labels import AREA_CLASS_LABELS
from spots.locating.model import Answers, Basis, Located, Question, SpotDistance, Standing

STANDING_LABELS = {
    Standing.INSIDE_SPOT: Text("スポット内", "inside a spot"),
    Standing.IN_SHORTAGE_AREA: Text("少数区域内", "in a shortage area"),
    Standing.OUTSIDE: Text("外", "outside"),
    Standing.ELSEWHERE: Text("県外・海上", "elsewhere"),
    Standing.UNDETERMINED: Text("判定不能", "undetermined"),
}


def heading(asked: Question) -> tuple[Text, ...]:
    """Return what was asked, line by line: run, day, accuracy, areas."""
    lines = [Text(f"実行: {asked.title.ja}", f"run: {asked.title.en}"), _day(asked)]
    if asked.edition is not None:
        name = asked.edition.name
        lines.append(
            Text(
                f"医師少数区域: 医師偏在指標({name}版)による。区域に有効期間の定めはありません",
                f"shortage areas: by the index of {name}; areas carry no period",
            )
        )
    lines.append(
        Text(
            f"座標の誤差: {asked.tolerance_m:,.0f} mとみて、"
            "境までの距離がそれ以内のものを要確認としています",
            f"accuracy: positions are taken to be up to {asked.tolerance_m:,.0f} m off; rows that "
            "near an edge are doubtful",
        )
    )
    return tuple(lines)


def _day(asked: Question) -> Text:
    shown = [t for t in (period_text(*p) for p in asked.periods) if t.ja]
    every = Text("、".join(t.ja for t in shown), ", ".join(t.en for t in shown))
    period = Text(f"(有効期間 {every.ja})", f" (valid {every.en})") if shown else Text("", "")
    if asked.on is None:
        return Text(
            f"基準日: 指定なし。有効期間を問わず、{asked.spots}か所のスポットすべてで"
            f"調べました{period.ja}",
            f"day: none given; all {asked.spots} spots count, whatever their period{period.en}",
        )
    day = day_text(asked.on)
    lapsed = asked.spots - asked.valid
    if not lapsed:
        return Text(
            f"基準日: {day.ja}。{asked.spots}か所のスポットはすべて有効です{period.ja}",
            f"day: {day.en}; all {asked.spots} spots are valid{period.en}",
        )
    return Text(
        f"基準日: {day.ja}。{asked.spots}か所のスポットのうち{lapsed}か所は"
        f"この日に有効でないため数えていません{period.ja}",
        f"day: {day.en}; {lapsed} of {asked.spots} spots are not valid on it and do not "
        f"count{period.en}",
    )


def remarks(one: Located, lang: Lang) -> str:
    """Return everything a reader of the row should know, as one line."""
    parts = [d.text for d in one.doubts]
    if one.position is not None and one.basis is Basis.NONE:
        parts.append(
            Text(
                "海上、または境界データの範囲外です(少数区域かどうかは分かりません)",
                "at sea, or beyond the boundary data; shortage area or not is unknown",
            )
        )
    elif one.standing is Standing.ELSEWHERE:
        parts.append(
            Text(
                "他県のため、少数区域かどうかは判定していません",
                "another prefecture: whether a shortage area is not known",
            )
        )
    if one.problem is not None:
        parts.append(one.problem)
    if one.position is None and one.in_shortage_area is not None:
        label = AREA_CLASS_LABELS[one.place.area_class]
        parts.append(
            Text(f"市町村からは{label.ja}です", f"by its municipality: {label.en}")
            if one.in_shortage_area
            else Text("市町村からは医師少数区域ではありません", "by its municipality: no shortage")
        )
    if one.standing is Standing.INSIDE_SPOT and one.in_shortage_area:
        parts.append(Text("医師少数区域内でもあります", "in a shortage area too"))
    parts += [_lapsed(spot) for spot in one.lapsed]
    joint = "。" if lang is Lang.JA else "; "
    return joint.join(part.render(lang) for part in parts)


def _lapsed(spot: SpotDistance) -> Text:
    period = period_text(spot.valid_from, spot.valid_to)
    return Text(
        f"「{spot.name}」のスポットの位置にありますが、この日は有効期間外です({period.ja})",
        f"where the spot of {spot.name} is, which is not valid on the day ({period.en})",
    )


def summary(found: Answers) -> Text:
    """Return the counts in one line."""
    tally = {s: sum(one.standing is s for one in found.rows) for s in Standing}
    shown = {s: n for s, n in tally.items() if n or s is not Standing.ELSEWHERE}
    doubtful = sum(one.doubtful for one in found.rows)
    return Text(
        f"全{len(found.rows)}件"
        f"({'、'.join(f'{STANDING_LABELS[s].ja} {n}' for s, n in shown.items())})、"
        f"うち要確認 {doubtful}件。端までの距離は内側が正、外側が負です",
        f"{len(found.rows)} rows "
        f"({', '.join(f'{STANDING_LABELS[s].en} {n}' for s, n in shown.items())}), "
        f"{doubtful} doubtful; distances to an edge are positive inside",
    )
