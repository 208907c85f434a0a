"""Why a unit of ground changed, from what the two folders hold.

Stands apart: what differs is a matter of fact; what caused it is a conclusion, and may be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial

from boundaries import AreaAssignment, AreaClass, AreaIndex, AreaTable, ClassBasis, IndexTable
from boundaries.edition_changes import AreaChange, ClassCause, EditionChanges, compare_editions
from boundaries.editions import EditionTables
from groundfloor.problems import Text
from groundfloor.stored_table import column_of
from spots.comparing.changed_ground import ComparedRuns, by_elimination, proven
from spots.comparing.changes import Cause, ClauseChange, UnitAspect, Why
from spots.telling.edition_words import signed, why_changed
from spots.telling.units import physician_index
from spots.telling.wording import joined, names
from spots.types import RunResult, UnitVerdict

_RESTS = tuple(cause for cause in Cause if cause not in {Cause.SOFTWARE, Cause.UNKNOWN})
_WHAT = Text("この区域の判定", "the verdict on the unit")
_BLANK = ""
_OF_POLICY = ("select", "result", "unit_reason", "validity", "exclude_municipality")


class EditionsOfBoth:
    """The medical areas and indices of both runs, compared where that is asked for.

    Parameters
    ----------
    ground : ComparedRuns
        The runs.
    """

    def __init__(self, ground: ComparedRuns) -> None:
        self._runs = ground.old, ground.new

    @cached_property
    def changes(self) -> EditionChanges | None:
        """What is different between the editions; None where a run has no index."""
        old, new = (run_editions(run) for run in self._runs)
        return compare_editions(old, new) if old is not None and new is not None else None

    def of_areas(self, verdicts: Sequence[UnitVerdict]) -> tuple[AreaChange, ...]:
        """Return the areas of a unit of which class, index or municipalities are others."""
        codes = {code for verdict in verdicts for code in verdict.unit.area_codes}
        return tuple(
            area
            for area in (self.changes.areas if self.changes else ())
            if {a.area_code for a in (area.old, area.new) if a is not None} & codes
            and (area.class_changed is not False or area.index_change or area.gained or area.lost)
        )

    def text(self, areas: Sequence[AreaChange]) -> Text | None:
        """Return what changed of some areas, with what turned the class of each."""
        if not areas or self.changes is None:
            return None
        return joined((_area_text(a, self.changes) for a in areas), "。", "; ")


def run_editions(run: RunResult) -> EditionTables | None:
    """Return the indices and the membership that a run used; None where it had no index."""
    if run.edition is None:
        return None
    areas = partial(column_of, run, "areas")
    called, values, kinds, bases = map(areas, ("name", "index", "area_class", "class_basis"))
    indices = tuple(
        AreaIndex(
            area_code=code,
            area_name=str(called[code]),
            value=None if values[code] is None else float(values[code]),
            area_class=AreaClass(kinds[code]),
            basis=ClassBasis(bases.get(code) or ClassBasis.CUT_OFF),
        )
        for code in sorted(called)
    )
    members = tuple(
        AreaAssignment(code, area, str(called.get(area, _BLANK)))
        for code, area in sorted(column_of(run, "municipalities", "area_code").items())
        if isinstance(area, str)
    )
    return EditionTables(IndexTable(run.edition, indices), AreaTable(members))


def _area_text(area: AreaChange, changes: EditionChanges) -> Text:
    name = area.new_name or area.old_name
    told = why_changed(area, changes)
    moved = area.index_change
    if not area.class_changed and moved and area.old and area.new:
        was, now = (physician_index(a.value or 0.0) for a in (area.old, area.new))
        index = Text(
            f"医師偏在指標 {was}→{now}（{signed(moved)}）、区分は同じ",
            f"index {was} → {now} ({signed(moved)}), class unchanged",
        )
        told = joined((index, told), "。", "; ")
    return Text(f"{name}医療圏 {told.ja}", f"area {name}: {told.en}")


def unit_why(
    pair: tuple[UnitVerdict | None, UnitVerdict | None],
    aspects: Sequence[UnitAspect],
    clauses: Sequence[ClauseChange],
    ground: ComparedRuns,
    editions: EditionsOfBoth,
) -> tuple[Why, ...]:
    """Return why a unit is different in a result.

    Parameters
    ----------
    pair : tuple of UnitVerdict or None
        The unit in the old and in the new run.
    aspects : sequence of UnitAspect
        What is different about it.
    clauses : sequence of ClauseChange
        Clauses that found something else.
    ground : ComparedRuns
        The runs.
    editions : EditionsOfBoth
        Their medical areas and indices.

    Returns
    -------
    tuple of Why
        Each cause once; never empty.
    """
    old, new = pair
    found: list[Why] = []
    if old is not None and new is not None:
        found += _policy(aspects, clauses, ground)
        found += _membership(old, new, ground)
    if found:
        return tuple(found)
    areas = editions.of_areas([v for v in pair if v is not None])
    moved = [a for a in areas if any(ClassCause.MEMBERSHIP in way for way in a.causes)]
    of_index = editions.text([a for a in areas if a not in moved])
    of_members = editions.text(moved)
    told = {
        Cause.INDEX: of_index,
        Cause.BOUNDARIES: of_members,
        Cause.POLICY: _keys(ground, clauses),
    }
    return by_elimination(ground, _RESTS, _WHAT, told.get)


def _policy(
    aspects: Sequence[UnitAspect], clauses: Sequence[ClauseChange], ground: ComparedRuns
) -> Iterator[Why]:
    """Yield what another policy alone can change: which clauses there are, and the period."""
    if Cause.POLICY not in ground.causes:
        return
    came = [c.select for c in clauses if c.old is None]
    went = [c.select for c in clauses if c.new is None]
    changed = [c for c in ground.policy if _is_about(c.key, {*came, *went})]
    if changed or ground.changed("result"):
        for selects, ja, en in ((came, "加わり", "came"), (went, "なくなり", "went")):
            if selects:
                told = names(selects)
                yield proven(
                    Cause.POLICY,
                    Text(f"条項（{told.ja}）が{ja}ました", f"clauses {en}: {told.en}"),
                )
    if UnitAspect.PERIOD in aspects and ground.changed("validity", "result"):
        text = Text("設定基準の設定期間が変わりました", "the policy's period changed")
        yield proven(Cause.POLICY, text)


def _is_about(key: str, selects: set[str]) -> bool:
    return any(key == f"select.{s}" or key.startswith(f"select.{s}.") for s in selects)


def _membership(old: UnitVerdict, new: UnitVerdict, ground: ComparedRuns) -> Iterator[Why]:
    """Yield that a unit lies in another medical area, where its municipalities are the same."""
    before, after = old.unit, new.unit
    if before.area_codes == after.area_codes or Cause.BOUNDARIES not in ground.causes:
        return
    was, now = (
        names(str(column_of(run, "areas", "name").get(code, code)) for code in unit.area_codes)
        for run, unit in ((ground.old, before), (ground.new, after))
    )
    yield proven(
        Cause.BOUNDARIES,
        Text(
            f"二次医療圏が{was.ja or '不明'}から{now.ja or '不明'}に変わりました（圏域の区割り）",
            f"its medical area: {was.en or 'unknown'} to {now.en or 'unknown'} (membership)",
        ),
    )


def _keys(ground: ComparedRuns, clauses: Sequence[ClauseChange]) -> Text | None:
    """Return the keys of the policy that changed, of the unit's own clauses where there are any."""
    every = [c.key for c in ground.changed(*_OF_POLICY)]
    own = [key for key in every if _is_about(key, {c.select for c in clauses if c.turned})]
    changed = (own or every)[:3]
    if not changed:
        return None
    told = names(changed)
    return Text(f"設定基準（{told.ja}）が変わりました", f"the policy changed ({told.en})")
