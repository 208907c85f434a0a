"""Answers as a table for a terminal and as data for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from networks.info.text_table import aligned
from problems import Lang, Text, one_line
from spots.labels import AREA_CLASS_LABELS
from spots.locating.model import Basis, Located, SpotDistance, Standing

_NAME_LIMIT = 30
_NOTE_LIMIT = 400
_LABELS = {
    Standing.INSIDE_SPOT: Text("スポット内", "inside a spot"),
    Standing.IN_SHORTAGE_AREA: Text("少数区域内", "in a shortage area"),
    Standing.OUTSIDE: Text("外", "outside"),
    Standing.UNDETERMINED: Text("判定不能", "undetermined"),
}
_HEADS = (
    Text("行", "row"),
    Text("医療機関", "institution"),
    Text("市町村", "municipality"),
    Text("二次医療圏", "area"),
    Text("判定", "answer"),
    Text("最寄りのスポット", "nearest spot"),
    Text("施設まで(m)", "facility (m)"),
    Text("端まで(m)", "edge (m)"),
    Text("備考", "remarks"),
)


def locate_table(found: Sequence[Located], lang: Lang = Lang.JA) -> str:
    """Return a line for each row, aligned, and the counts.

    Distances to an edge are positive inside and negative outside.
    """
    rows = [[head.render(lang) for head in _HEADS], *(_row(one, lang) for one in found)]
    tally = Counter(one.standing for one in found)
    counts = ", ".join(f"{_LABELS[s].render(lang)} {tally[s]}" for s in Standing)
    doubtful = sum(one.doubtful for one in found)
    total = Text(
        f"全{len(found)}件({counts})、要確認 {doubtful}件。端までの距離は内側が正、外側が負です",
        f"{len(found)} rows ({counts}), {doubtful} doubtful; edges are positive inside",
    )
    return "\n".join([*aligned(rows, right=(0, 6, 7)), "", total.render(lang)])


def locate_json(found: Sequence[Located], lang: Lang = Lang.JA) -> dict[str, object]:
    """Return the same as JSON-able data; metres to the millimetre."""
    tally = Counter(one.standing for one in found)
    return {
        "counts": {
            "rows": len(found),
            **{s.value: tally[s] for s in Standing},
            "doubtful": sum(one.doubtful for one in found),
        },
        "rows": [_entry(one, lang) for one in found],
    }


def _row(one: Located, lang: Lang) -> list[str]:
    near = one.nearest
    return [
        str(one.source.row),
        one_line(one.name, _NAME_LIMIT),
        one_line(one.place.municipality, _NAME_LIMIT) or "-",
        one_line(one.place.area, _NAME_LIMIT) or "-",
        _LABELS[one.standing].render(lang),
        one_line(near.name, _NAME_LIMIT) if near else "-",
        _metres(near.distance_m, near.edge_m) if near else "-",
        _metres(near.edge_m, near.edge_m, sign="+") if near else "-",
        one_line(_remarks(one, lang), _NOTE_LIMIT),
    ]


def _remarks(one: Located, lang: Lang) -> str:
    parts = [d.text for d in one.doubts]
    if one.position is not None and one.basis is Basis.NONE:
        parts.append(Text("海上または境界データの範囲外", "at sea, or beyond the boundary data"))
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
    if len(one.inside) > 1:
        names = [m.name for m in one.inside[1:]]
        parts.append(Text(f"ほか{'、'.join(names)}の円内", f"also inside: {', '.join(names)}"))
    joint = "。" if lang is Lang.JA else "; "
    return joint.join(part.render(lang) for part in parts)


def _metres(value: float, edge_m: float, sign: str = "") -> str:
    """Show whole metres, and more decimals where whole ones would hide the side of the edge."""
    near = abs(edge_m)
    decimals = 0 if near >= 10 else 1 if near >= 1 else 3  # noqa: PLR2004 - steps of a ruler
    return f"{value:{sign},.{decimals}f}"


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
        "standing": one.standing.value,
        "inside": [_distance(m) for m in one.inside],
        "nearest": one.nearest and _distance(one.nearest),
        "in_shortage_area": one.in_shortage_area,
        "municipality_code": place.municipality_code,
        "municipality": place.municipality,
        "medical_area_code": place.area_code,
        "medical_area": place.area,
        "area_class": place.area_class.value,
        "place_basis": one.basis.value,
        "doubtful": one.doubtful,
        "doubts": [{"code": d.code, "text": d.text.render(lang)} for d in one.doubts],
        "problem": one.problem and one.problem.render(lang),
    }


def _distance(found: SpotDistance) -> dict[str, object]:
    return {
        "facility_id": found.facility_id,
        "name": found.name,
        "criteria": list(found.criteria),
        "inside": found.inside,
        "distance_m": round(found.distance_m, 3),
        "edge_m": round(found.edge_m, 3),
    }
