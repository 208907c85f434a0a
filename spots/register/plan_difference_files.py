"""What is different between two sides as a table, and as a layer of ground gained and lost.

Stands apart: `plan_differences` finds it; here it is given out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from groundfloor.disk import WrittenFile, write_whole
from groundfloor.problems import Lang, Text, one_line
from spots.outputs.geojson import Feature, area, collection
from spots.outputs.geopackage import layers_geopackage
from spots.outputs.layer_table import GeometryKind, LayerTable, area_of, filled_cells
from spots.outputs.output_suffix import refuse_other_suffix
from spots.outputs.table_page import SUFFIXES, TablePage, write_page
from spots.register.plan_differences import PlanDifferences
from spots.register.plan_sides import PlanSide
from spots.telling.columns import properties
from spots.telling.in_force_words import edition_line, moved_ground
from spots.telling.plan_change_columns import (
    CHANGED_PLAN_GROUND_COLUMNS,
    PLAN_CHANGE_COLUMNS,
    PLAN_CHANGE_LABELS,
    ChangedPlanGround,
    PlanChange,
    PlanChangeKind,
    changed_name,
)
from spots.telling.register_words import DESIGNATION_KIND_LABELS
from spots.telling.wording import joined, same, told_as

_NOTE_LIMIT = 400
_GEOJSON, _GPKG = ".geojson", ".gpkg"
# For files and machines: a line of a terminal ends somewhere.
_TOO_WIDE = frozenset(
    {
        *("unit_id", "old_plan", "new_plan", "old_valid_from", "old_valid_to", "new_valid_from"),
        *("new_valid_to", "old_population", "new_population", "old_reason", "new_reason"),
        *("old_class", "new_class", "old_edition", "new_edition", "why"),
    }
)


def differences_page(found: PlanDifferences, name: str) -> TablePage[PlanChange]:
    """Return what is different as a table.

    Parameters
    ----------
    found : PlanDifferences
        What is different.
    name : str
        Of the register.
    """
    counts = Counter(row.kind for row in found.rows)
    told = [
        Text(
            f"{PLAN_CHANGE_LABELS[kind].ja} {counts[kind]}",
            f"{PLAN_CHANGE_LABELS[kind].en} {counts[kind]}",
        )
        for kind in PlanChangeKind
        if counts[kind]
    ]
    return TablePage(
        Text("計画の比較", "Plans compared"),
        (
            Text(f"登録簿: {name}", f"register: {name}"),
            *_side_lines(Text("旧", "old"), found.old),
            *_side_lines(Text("新", "new"), found.new),
            *_moved_lines(found),
            *found.open,
        ),
        PLAN_CHANGE_COLUMNS,
        found.rows,
        joined(told, "、", ", ") if told else Text("違いはありません", "nothing to compare"),
        {
            "register": name,
            "old": found.old.label.en,
            "new": found.new.label.en,
            "counts": {kind.value: counts[kind] for kind in PlanChangeKind},
        },
        left_out=_TOO_WIDE,
        signed=frozenset({"index_change"}),
        kept=4,
        pages_wide=3,
    )


def _side_lines(which: Text, side: PlanSide) -> Iterator[Text]:
    yield told_as(which, side.label)
    for held in side.held:
        label, days = edition_line(held)
        yield told_as(Text(f"　{label.ja}", f"  {label.en}"), days)


def _moved_lines(found: PlanDifferences) -> Iterator[Text]:
    """Yield of each kind how much ground there is on each side, and how much moved."""
    for ground in found.grounds:
        sizes = ground.old_km2, ground.new_km2, ground.gained_km2, ground.lost_km2
        yield told_as(DESIGNATION_KIND_LABELS[ground.kind], moved_ground(*sizes))


def difference_notes(found: PlanDifferences, lang: Lang) -> tuple[str, ...]:
    """Return what changed each unit, a line each, for under the table of a terminal.

    Parameters
    ----------
    found : PlanDifferences
        What is different.
    lang : Lang
        Language of the lines.
    """
    told = []
    for row in found.rows:
        if row.why.ja and row.kind is not PlanChangeKind.KEPT:
            named = told_as(same(changed_name(row)), row.why)
            told.append(f"- {one_line(named.render(lang), _NOTE_LIMIT)}")
    return tuple(told)


# --- files


def refuse_difference_suffix(path: Path) -> None:
    """Refuse a target of no form that differences are written in.

    Raises
    ------
    UsageError
        It is none of ``.csv``, ``.xlsx``, ``.geojson`` and ``.gpkg``.
    """
    message = Text("この拡張子では書き出せません", "no comparison has this suffix")
    refuse_other_suffix(path, (*SUFFIXES, _GEOJSON, _GPKG), "plan-diff-kind", message)


def write_differences(
    found: PlanDifferences,
    page: TablePage[PlanChange],
    path: Path,
    *,
    lang: Lang,
    force: bool = False,
) -> WrittenFile:
    """Write what is different to a file: a table, or a layer of the ground gained and lost.

    Parameters
    ----------
    found : PlanDifferences
        What is different.
    page : TablePage
        The same as a table.
    path : Path
        ``.csv``, ``.xlsx``, ``.geojson`` or ``.gpkg``.
    lang : Lang
        Language of words.
    force : bool
        Replace what is there.

    Raises
    ------
    UsageError
        Another suffix.
    OutputExistsError, OutputError
        A file is there and `force` is not given, or the target cannot be written.
    """
    refuse_difference_suffix(path)
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return write_page(page, path, lang=lang, force=force)
    rows = tuple(_changed(found))
    content: str | bytes
    if suffix == _GPKG:
        content = layers_geopackage([changes_layer(rows, lang)], lang)
    else:
        content = _geojson(rows, lang)
    return write_whole(path, content, force=force)


def _changed(found: PlanDifferences) -> Iterator[ChangedPlanGround]:
    """Yield the ground of each kind that one side has alone, then that of each unit."""
    for ground in found.grounds:
        yield ChangedPlanGround(ground.kind, True, None, ground.gained, ground.gained_km2)
        yield ChangedPlanGround(ground.kind, False, None, ground.lost, ground.lost_km2)
    for row in found.rows:
        if row.shown is not None:
            kind = row.shown.edition.kind
            yield ChangedPlanGround(kind, True, row, row.gained, row.gained_km2 or 0.0)
            yield ChangedPlanGround(kind, False, row, row.lost, row.lost_km2 or 0.0)


def changes_layer(rows: Sequence[ChangedPlanGround], lang: Lang) -> LayerTable:
    """Return ground gained and lost as a layer."""
    shown = tuple(row for row in rows if not row.shape.is_empty)
    return LayerTable(
        "plan_changes",
        Text("増減した範囲", "Ground gained and lost"),
        Text(
            "種類の全体（区域名が空欄）と、区域ごとの増減",
            "of each kind together (without a name), and of each unit",
        ),
        GeometryKind.AREA,
        tuple(column.column for column in CHANGED_PLAN_GROUND_COLUMNS),
        filled_cells(CHANGED_PLAN_GROUND_COLUMNS, shown, lang),
        tuple(area_of(row.shape) for row in shown),
    )


def _geojson(rows: Sequence[ChangedPlanGround], lang: Lang) -> str:
    features = (
        Feature(number, properties(CHANGED_PLAN_GROUND_COLUMNS, row, lang), area(row.shape))
        for number, row in enumerate((r for r in rows if not r.shape.is_empty), 1)
    )
    return collection((), features)
