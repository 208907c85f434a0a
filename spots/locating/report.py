"""Answers as a table for a terminal and as data for machines."""

from __future__ import annotations

from collections import Counter
from datetime import date

from groundfloor.aligned import aligned
from groundfloor.problems import Lang, Text, one_line
from spots.locating.model import Answers, Located, Question, SpotDistance, Standing
from spots.locating.words import STANDING_LABELS, heading, remarks, summary

_NAME_LIMIT = 30
_NOTE_LIMIT = 400
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


def locate_table(found: Answers, lang: Lang = Lang.JA) -> str:
    """Return what was asked, a line for each row, aligned, and the counts.

    A row inside several spots has a line for each of them. Distances to an edge are positive
    inside and negative outside.
    """
    rows = [[head.render(lang) for head in _HEADS]]
    for one in found.rows:
        rows.append(_row(one, one.nearest, lang))
        rows += [_more(spot) for spot in one.inside[1:]]
    lines = [one_line(line.render(lang), _NOTE_LIMIT) for line in heading(found.question)]
    return "\n".join([*lines, "", *aligned(rows, right=(0, 6, 7)), "", summary(found).render(lang)])


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
        "on": iso(asked.on),
        "spots": asked.spots,
        "valid_spots": asked.valid,
        "periods": [[iso(start), iso(end)] for start, end in asked.periods],
        "tolerance_m": asked.tolerance_m,
        "reach_m": asked.reach_m,
        "index_edition": asked.edition and asked.edition.name,
    }


def iso(day: date | None) -> str | None:
    """Return an ISO date; None for none."""
    return day.isoformat() if day is not None else None


def _row(one: Located, near: SpotDistance | None, lang: Lang) -> list[str]:
    return [
        str(one.source.row),
        one_line(one.name, _NAME_LIMIT),
        one_line(one.place.municipality, _NAME_LIMIT) or "-",
        one_line(one.place.area, _NAME_LIMIT) or "-",
        STANDING_LABELS[one.standing].render(lang),
        *_spot(near),
        one_line(remarks(one, lang), _NOTE_LIMIT),
    ]


def _more(spot: SpotDistance) -> list[str]:
    return ["", "", "", "", "", *_spot(spot), ""]


def _spot(near: SpotDistance | None) -> list[str]:
    if near is None:
        return ["-", "-", "-"]
    return [
        one_line(near.name, _NAME_LIMIT),
        _metres(near.distance_m, near.edge_m),
        _metres(near.edge_m, near.edge_m, sign="+"),
    ]


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
        "valid": found.valid,
        "valid_from": iso(found.valid_from),
        "valid_to": iso(found.valid_to),
    }
