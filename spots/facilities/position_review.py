"""Facilities whose positions come from sources, or should: a line each, and as data.

Stands apart: a check of lists and one of a whole job both show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundfloor.problems import Lang, Text
from spots.telling.position_words import lookup_words
from spots.types import Facility, PositionLookup, PositionRecord


def review_lines(facilities: Sequence[Facility], lang: Lang) -> Iterator[str]:
    """Yield how many facilities sources placed, and each of them with the words for it.

    Nothing where no source has anything to say.

    Parameters
    ----------
    facilities : sequence of Facility
        After the look-up.
    lang : Lang
        Language.
    """
    asked = [(f, f.looked_up) for f in facilities if f.looked_up is not None]
    if not asked:
        return
    wanting = [(f, said) for f, said in asked if not said.own]
    by_name = sum(said.why is None for _, said in wanting)
    placed = sum(f.position is not None for f, _ in wanting)
    yield Text(
        f"位置の照合: 座標のない{len(wanting):,}施設のうち、記録によるもの {by_name:,}、"
        f"町丁目の代表点 {placed - by_name:,}、位置なし {len(wanting) - placed:,}。"
        f"一覧の座標が出典から離れている施設 {len(asked) - len(wanting):,}",
        f"positions: of {len(wanting):,} facilities without coordinates {by_name:,} by a record, "
        f"{placed - by_name:,} by their town block, {len(wanting) - placed:,} without; "
        f"{len(asked) - len(wanting):,} whose own coordinates are far from the source's",
    ).render(lang)
    for facility, said in asked:
        row = facility.rows[0]
        yield f"  {_mark(facility, said)} {facility.name} ({row.file}:{row.row}): " + lookup_words(
            said
        ).render(lang)


def _mark(facility: Facility, said: PositionLookup) -> str:
    if facility.position is None:
        return "×"
    return "△" if said.own or said.why is not None else "○"


def positions_json(facilities: Sequence[Facility], lang: Lang) -> list[dict[str, object]]:
    """Return the same as JSON-able data; codes are those of ``positions.csv``.

    Parameters
    ----------
    facilities : sequence of Facility
        After the look-up.
    lang : Lang
        Language of the words.
    """
    return [
        {
            "facility_id": f.id,
            "name": f.name,
            "lat": f.position.lat if f.position else None,
            "lon": f.position.lon if f.position else None,
            "position_accuracy": f.position.accuracy.value if f.position else None,
            "own_coordinates": said.own,
            "position_match": said.how.value if said.how else None,
            "position_doubt": said.why.value if said.why else None,
            "position_source": said.source,
            "record": _record(said.record) if said.record else None,
            "gap_m": said.gap_m,
            "town_m": said.town_m,
            "outside_m": said.outside_m,
            "candidates": [_record(each) for each in said.others],
            "rivals": list(said.rivals),
            "words": lookup_words(said).render(lang),
        }
        for f in facilities
        if (said := f.looked_up) is not None
    ]


def _record(record: PositionRecord) -> dict[str, object]:
    position = record.position
    return {
        "name": record.name,
        "address": record.address,
        "file": record.file,
        "row": record.row,
        "lat": position.lat if position else None,
        "lon": position.lon if position else None,
    }
