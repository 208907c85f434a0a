"""What does not add up in a table of targets: told with both figures, and never corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from groundfloor.problems import Problem, Text, note, warning
from spots.types.physician_targets import AreaTarget, PlacedBySource, TargetTable, TargetYear

_LEFT = Text(
    "公表の数値はそのまま示しています。出典を確かめてください",
    "the figures stand as published; look at their source",
)
_COLUMNS: tuple[tuple[Text, Callable[[AreaTarget], Decimal | None]], ...] = (
    (Text("策定時点医師数", "base"), lambda row: row.base),
    (Text("目標数", "target"), lambda row: row.target),
    (Text("追加確保必要数", "needed"), lambda row: row.needed),
)


def target_doubts(
    table: TargetTable, sources: Sequence[PlacedBySource] = ()
) -> tuple[Problem, ...]:
    """Return what does not add up.

    Parameters
    ----------
    table : TargetTable
        The table by area.
    sources : sequence of PlacedBySource
        The same placements by source, where there is such a table.

    Returns
    -------
    tuple of Problem
        Warnings: rows where target − base is not needed, totals that are not the sum of their
        rows, years of which the sources sum to something else than the areas.
    """
    return (*_differences(table), *_totals(table), *_by_source(table, sources))


def total(values: Sequence[Decimal | None]) -> Decimal | None:
    """Return the sum of a column; None where a cell of it is blank, or there is none."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(values) else None


def _differences(table: TargetTable) -> Iterator[Problem]:
    rows = (*table.rows, *([table.published] if table.published else []))
    for row in rows:
        if row.base is None or row.target is None or row.needed is None:
            continue
        if (found := row.target - row.base) != row.needed:
            yield warning(
                "target-difference",
                Text(
                    f"目標数 {row.target} − 策定時点 {row.base} = {found} は、"
                    f"追加確保必要数 {row.needed} と一致しません",
                    f"target {row.target} − base {row.base} = {found}, but needed is {row.needed}",
                ),
                _LEFT,
                file=table.label,
                row=row.row,
                value=row.name,
            )


def _totals(table: TargetTable) -> Iterator[Problem]:
    if (said := table.published) is None:
        return
    for label, get in _COLUMNS:
        yield from _total(table, said, label, get(said), [get(row) for row in table.rows])
    for n, year in enumerate(table.years):
        label = Text(f"{year.heading}", f"{year.heading}")
        yield from _total(table, said, label, said.placed[n], [r.placed[n] for r in table.rows])


def _total(
    table: TargetTable,
    said: AreaTarget,
    label: Text,
    stated: Decimal | None,
    values: Sequence[Decimal | None],
) -> Iterator[Problem]:
    found = total(values)
    if stated is None or found is None or stated == found:
        return
    yield warning(
        "target-total",
        Text(
            f"{label.ja}の合計 {stated} は、各区域の和 {found} と一致しません",
            f"the total of {label.en}, {stated}, is not the sum of its areas, {found}",
        ),
        _LEFT,
        file=table.label,
        row=said.row,
        value=said.name,
    )


def _by_source(table: TargetTable, sources: Sequence[PlacedBySource]) -> Iterator[Problem]:
    given = {year for year, _ in sources[0].placed} if sources else set()
    for n, year in enumerate(table.years):
        if year.year not in given:
            continue
        by_source = total([dict(each.placed)[year.year] for each in sources])
        by_area = total([row.placed[n] for row in table.rows])
        if by_source is None or by_area is None:
            yield _open(table, year)
        elif by_source != by_area:
            yield warning(
                "target-sources",
                Text(
                    f"{year.year}年度の配置は、供給元別の和が {by_source}、"
                    f"区域別の和が {by_area} です",
                    f"placements of {year.year} are {by_source} by source and {by_area} by area",
                ),
                _LEFT,
                file=table.label,
                column=year.heading,
            )


def _open(table: TargetTable, year: TargetYear) -> Problem:
    return note(
        "target-sources-open",
        Text(
            f"空欄があるため、{year.year}年度の供給元別と区域別の和は照合できません",
            f"sums of {year.year} by source and by area cannot be compared: a cell is blank",
        ),
        Text("分かれば空欄を補ってください", "fill in the cell where its number is known"),
        file=table.label,
        column=year.heading,
    )
