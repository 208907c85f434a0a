"""What the answers are called, and the sentences beside them."""

from __future__ import annotations

from collections import Counter

from groundfloor.aligned import aligned
from groundfloor.problems import Lang, Text, one_line, one_of
from spots.locating.result_words import (
    asked_entry,
    iso_day,
    result_cell,
    result_counts,
    result_entry,
    result_lines,
    result_remarks,
    ruled,
)
from spots.locating.standing import Answers, Basis, Located, Question, SpotDistance, Standing
from spots.telling.labels import AREA_CLASS_LABELS
from spots.telling.straight_words import estimate_caveat
from spots.telling.units import day, metres, period
from spots.telling.wording import NOTHING, bracketed, joined
from spots.types import TravelBasis

STANDING_LABELS = {
    Standing.INSIDE_SPOT: Text("スポット内", "inside a spot"),
    Standing.IN_SHORTAGE_AREA: Text("少数区域内", "in a shortage area"),
    Standing.OUTSIDE: Text("外", "outside"),
    Standing.ELSEWHERE: Text("都道府県外・海上", "elsewhere"),
    Standing.UNDETERMINED: Text("判定不能", "undetermined"),
}


def heading(asked: Question) -> tuple[Text, ...]:
    """Return what was asked, line by line: run, day, accuracy, areas."""
    lines = [Text(f"実行: {asked.title.ja}", f"run: {asked.title.en}"), _day(asked)]
    lines += (estimate_caveat(asked.straight),) if asked.straight else ()
    lines += result_lines(asked)
    if asked.edition is not None:
        name = asked.edition.name
        lines.append(
            Text(
                f"医師少数区域: 医師偏在指標（{name}版）による。区域に設定期間の定めはありません",
                f"shortage areas: by the index of {name}; areas carry no period",
            )
        )
    off = metres(asked.tolerance_m)
    lines.append(
        Text(
            f"座標の誤差: {off}とみて、境までの距離がそれ以内のものを要確認としています",
            f"accuracy: positions are taken to be up to {off} off; rows that near an edge are "
            "doubtful",
        )
    )
    return tuple(lines)


def _day(asked: Question) -> Text:
    if asked.results and not asked.spots:
        none = Text("なし。設定期間を問わず調べました", "none given; all periods count")
        on = none if asked.on is None else day(asked.on)
        return Text(f"基準日: {on.ja}", f"day: {on.en}")
    every = joined(period(*ends) for ends in asked.periods)
    told = Text(f"設定期間 {every.ja}", f"period {every.en}") if every.ja else NOTHING
    beside = bracketed(told)
    if asked.on is None:
        return Text(
            f"基準日: なし。設定期間を問わず、{asked.spots}か所のスポットすべてで"
            f"調べました{beside.ja}",
            f"day: none given; all {asked.spots} spots count, whatever their period{beside.en}",
        )
    on, lapsed = day(asked.on), asked.spots - asked.valid
    if not lapsed:
        return Text(
            f"基準日: {on.ja}。{asked.spots}か所のスポットはすべて設定期間内です{beside.ja}",
            f"day: {on.en}; all {asked.spots} spots are valid{beside.en}",
        )
    return Text(
        f"基準日: {on.ja}。{asked.spots}か所のスポットのうち{lapsed}か所は"
        f"この日が設定期間外のため数えていません{beside.ja}",
        f"day: {on.en}; {lapsed} of {asked.spots} spots are not valid on it and do not "
        f"count{beside.en}",
    )


_FOUND_IN = {
    Basis.FACILITY: Text("この結果の施設", "the run's facility"),
    Basis.SOURCE: Text("位置の出典", "the source of positions"),
    Basis.TOWN: Text("町丁目の代表点", "the town block"),
    Basis.NONE: Text("", ""),
}


def remarks(one: Located, asked: Question, lang: Lang) -> str:
    """Return everything a reader of the row should know, as one line."""
    parts = [d.text for d in one.doubts]
    if one.found_as:
        parts.append(
            Text(
                f"座標は{_FOUND_IN[one.basis].ja}「{one.found_as}」のものです",
                f"position of {_FOUND_IN[one.basis].en} {one.found_as}",
            )
        )
    if one.position is not None and one.basis is Basis.NONE:
        parts.append(
            Text(
                "海上、または境界データの範囲外です（少数区域かどうかは分かりません）",
                "at sea, or beyond the boundary data; shortage area or not is unknown",
            )
        )
    elif one.standing is Standing.ELSEWHERE:
        parts.append(
            Text(
                "ほかの都道府県のため、少数区域かどうかは判定していません",
                "another prefecture: whether a shortage area is not known",
            )
        )
    if one.problem is not None and asked.about_spots:
        parts.append(one.problem)
    if one.position is None and one.in_shortage_area is not None:
        parts.append(_by_municipality(one))
    if one.standing is Standing.INSIDE_SPOT and one.in_shortage_area:
        parts.append(Text("医師少数区域内でもあります", "in a shortage area too"))
    parts += [_lapsed(spot) for spot in one.lapsed]
    parts += result_remarks(one.results)
    joint = "。" if lang == Lang.JA else "; "
    return joint.join(part.render(lang) for part in parts)


def _by_municipality(one: Located) -> Text:
    """Return what the municipality tells of a row without a position."""
    if not one.in_shortage_area:
        return Text(
            "座標はありませんが、所在の市町村は医師少数区域ではない二次医療圏にあります",
            "without coordinates; the medical area of its municipality is no shortage area",
        )
    label = AREA_CLASS_LABELS[one.place.area_class]
    return Text(
        f"座標はありませんが、所在の市町村は{label.ja}にあります",
        f"without coordinates; its municipality lies in a {label.en}",
    )


def _lapsed(spot: SpotDistance) -> Text:
    when = bracketed(period(spot.valid_from, spot.valid_to))
    return Text(
        f"「{spot.name}」のスポットの位置にありますが、この日は設定期間外です{when.ja}",
        f"where the spot of {spot.name} is, which is not valid on the day{when.en}",
    )


def summary(found: Answers) -> Text:
    """Return the counts in one line."""
    tally = {s: sum(one.standing is s for one in found.rows) for s in Standing}
    shown = {s: n for s, n in tally.items() if n or s is not Standing.ELSEWHERE}
    doubtful = sum(one.doubtful for one in found.rows)
    counts = joined(
        Text(f"{STANDING_LABELS[s].ja} {n}", f"{STANDING_LABELS[s].en} {n}")
        for s, n in shown.items()
    )
    beside = bracketed(counts) if found.question.about_spots else NOTHING
    told = Text(
        f"全{len(found.rows)}件{beside.ja}、うち要確認 {doubtful}件。"
        "端までの距離は内側が正、外側が負です",
        f"{len(found.rows)} rows{beside.en}, {doubtful} doubtful; "
        "distances to an edge are positive inside",
    )
    return joined((told, *result_counts(found)), "。", "; ")


_NAME_LIMIT = 30
_NOTE_LIMIT = 400
_WHO = (
    Text("行", "row"),
    Text("医療機関", "institution"),
    Text("市町村", "municipality"),
    Text("二次医療圏", "area"),
)
_ANSWER = Text("判定", "answer")
#: Beside the answers about results of the policy.
_OF_SPOTS = Text("スポット・少数区域", "spot or shortage area")
_OF_A_SPOT = (
    Text("最も近いスポット", "nearest spot"),
    Text("施設まで（m）", "facility (m)"),
    Text("端まで（m）", "edge (m)"),
)
_REMARKS = Text("備考", "remarks")


def locate_table(found: Answers, lang: Lang | str = Lang.JA) -> str:
    """Return what was asked, a line for each row, aligned, and the counts.

    A row inside several spots has a line for each of them. Distances to an edge are positive
    inside and negative outside.

    Parameters
    ----------
    found : Answers
        From `spots.locating.locate`.
    lang : Lang
        Language, ``"ja"`` or ``"en"``.

    Returns
    -------
    str
        Lines without control characters.

    Raises
    ------
    UsageError
        There is no such language.
    """
    lang = one_of(Lang, lang, "lang")
    asked = found.question
    circles = bool(asked.spots) or not asked.results
    heads = [
        *_WHO,
        *((_OF_SPOTS if asked.results else _ANSWER,) if asked.about_spots else ()),
        *(_OF_A_SPOT if circles else ()),
        *(result.title for result in asked.results),
        _REMARKS,
    ]
    rows = [[one_line(head.render(lang), _NAME_LIMIT) for head in heads]]
    for one in found.rows:
        rows.append(_row(one, asked, lang, circles=circles))
        rows += [_more(spot, len(heads)) for spot in (one.inside[1:] if circles else ())]
    lines = [one_line(line.render(lang), _NOTE_LIMIT) for line in heading(asked)]
    right = (0, 6, 7) if circles else (0,)
    return "\n".join([*lines, "", *aligned(rows, right=right), "", summary(found).render(lang)])


def locate_json(found: Answers, lang: Lang = Lang.JA) -> dict[str, object]:
    """Return the same as JSON-able data; metres to the millimetre."""
    tally = Counter(one.standing for one in found.rows)
    return {
        "asked": _asked(found.question, lang),
        "counts": {
            "rows": len(found.rows),
            **{s.value: tally[s] for s in Standing},
            "doubtful": sum(one.doubtful for one in found.rows),
        },
        "rows": [_entry(one, lang) for one in found.rows],
    }


def _asked(asked: Question, lang: Lang) -> dict[str, object]:
    return {
        "run": asked.title.render(lang),
        "prefecture": asked.prefecture,
        "on": iso_day(asked.on),
        "spots": asked.spots,
        "valid_spots": asked.valid,
        "periods": [[iso_day(start), iso_day(end)] for start, end in asked.periods],
        "tolerance_m": asked.tolerance_m,
        "reach_m": asked.reach_m,
        **({"travel_basis": TravelBasis.STRAIGHT.value} if asked.straight else {}),
        "index_edition": asked.edition and asked.edition.name,
        **({"results": [asked_entry(r, lang) for r in asked.results]} if asked.results else {}),
    }


def _row(one: Located, asked: Question, lang: Lang, *, circles: bool) -> list[str]:
    return [
        str(one.source.row),
        one_line(one.name, _NAME_LIMIT),
        one_line(one.place.municipality, _NAME_LIMIT) or "-",
        one_line(one.place.area, _NAME_LIMIT) or "-",
        *((STANDING_LABELS[one.standing].render(lang),) if asked.about_spots else ()),
        *(_spot(one.nearest) if circles else ()),
        *(result_cell(answer, lang) for answer in one.results),
        one_line(remarks(one, asked, lang), _NOTE_LIMIT),
    ]


def _more(spot: SpotDistance, cells: int) -> list[str]:
    told = ["", "", "", "", "", *_spot(spot)]
    return [*told, *[""] * (cells - len(told))]


def _spot(near: SpotDistance | None) -> list[str]:
    if near is None:
        return ["-", "-", "-"]
    return [
        one_line(near.name, _NAME_LIMIT),
        ruled(near.distance_m, near.edge_m),
        ruled(near.edge_m, near.edge_m, sign="+"),
    ]


def _entry(one: Located, lang: Lang) -> dict[str, object]:
    position, place = one.position, one.place
    return {
        "file": one.source.file,
        "row": one.source.row,
        "id": one.given_id,
        "name": one.name,
        "lon": position and position.lon,
        "lat": position and position.lat,
        "accuracy": position and position.accuracy.value,
        "tolerance_m": round(one.tolerance_m, 1) if position else None,
        "standing": one.standing.value,
        "inside": [_distance(m) for m in one.inside],
        "nearest": one.nearest and _distance(one.nearest),
        "spots": [_distance(m) for m in one.spots],
        "in_shortage_area": one.in_shortage_area,
        "municipality_code": place.municipality_code,
        "municipality": place.municipality,
        "medical_area_code": place.area_code,
        "medical_area": place.area,
        "area_class": place.area_class.value,
        "place_basis": one.basis.value,
        "found_as": one.found_as or None,
        "doubtful": one.doubtful,
        "doubts": [{"code": d.code, "text": d.text.render(lang)} for d in one.doubts],
        "problem": one.problem and one.problem.render(lang),
        **({"results": [result_entry(r, lang) for r in one.results]} if one.results else {}),
    }


def _distance(found: SpotDistance) -> dict[str, object]:
    return {
        "facility_id": found.facility_id,
        "name": found.name,
        "criteria": list(found.criteria),
        "inside": found.inside,
        "distance_m": round(found.distance_m, 3),
        "edge_m": round(found.edge_m, 3),
        "valid": found.valid,
        "valid_from": iso_day(found.valid_from),
        "valid_to": iso_day(found.valid_to),
    }
