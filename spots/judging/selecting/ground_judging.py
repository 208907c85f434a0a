"""All results of a policy, in an order in which each finds what it refers to.

Stands apart: a run has nothing to do with it that judges circles alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from groundfloor.problems import Problem
from spots.judging.plan_reasons import spot_reason
from spots.judging.policy import Policy
from spots.judging.selecting.algebra import Selected
from spots.judging.selecting.conditions import found
from spots.judging.selecting.ground_facts import GroundFacts, TableKey
from spots.judging.selecting.ground_findings import ground_findings
from spots.judging.selecting.idle_clauses import idle_clauses
from spots.judging.selecting.leaf_findings import UnitFinding
from spots.judging.selecting.selection_settings import RULE, SelectSetting
from spots.judging.selecting.unit_names import UnitIndex
from spots.judging.selecting.unit_results import as_selected, judge_result, truth_of
from spots.judging.selecting.unit_sources import lost_ground, rule_units, units_of
from spots.judging.selecting.unit_tables import unused_rows
from spots.telling import unit_words as words
from spots.telling.wording import same
from spots.types import State, Truth, Verdict
from spots.types.ground_units import GroundResult, Unit, UnitKind, UnitVerdict


@dataclass(frozen=True, slots=True, eq=False)
class JudgedGround:
    """The units of a run.

    Parameters
    ----------
    units : tuple of UnitVerdict
        Every unit that a result asked about, result by result.
    grounds : tuple of GroundResult
        What each result designates.
    problems : tuple of Problem
        What to know of them.
    """

    units: tuple[UnitVerdict, ...] = ()
    grounds: tuple[GroundResult, ...] = ()
    problems: tuple[Problem, ...] = ()


def judge_ground(policy: Policy, facts: GroundFacts) -> JudgedGround:
    """Judge every unit of every result of a policy.

    Parameters
    ----------
    policy : Policy
        Its selections and results.
    facts : GroundFacts
        Everything known.

    Returns
    -------
    JudgedGround
        Results in the policy's order; nothing where it has none.

    Raises
    ------
    UnitsLostError
        A unit was lost or doubled; never expected.
    """
    house = _House(policy, facts)
    judged = [house.result(setting.id) for setting in policy.result]
    return JudgedGround(
        units=tuple(v for verdicts, _ in judged for v in verdicts),
        grounds=tuple(ground for _, ground in judged),
        problems=(
            *(
                problem
                for setting, (verdicts, _) in zip(policy.result, judged, strict=True)
                for problem in ground_findings(policy, setting, verdicts, facts)
            ),
            *house.unused_rows(),
            *house.idle_clauses(),
        ),
    )


class _House:
    """Selections and results by id, each made when it is first asked for."""

    def __init__(self, policy: Policy, facts: GroundFacts) -> None:
        self._policy, self._facts = policy, facts
        self._selects = {s.id: s for s in policy.select}
        self._settings = {r.id: r for r in policy.result}
        self._known: dict[str, Selected] = {}
        self._results: dict[str, tuple[tuple[UnitVerdict, ...], GroundResult]] = {}
        circles = policy.judges_facilities or any(s.radius_m for s in policy.select)
        self._land = facts.regions.prefecture_land() if circles else None

    def result(self, name: str) -> tuple[tuple[UnitVerdict, ...], GroundResult]:
        """Return the verdicts of a result, and its ground."""
        if name not in self._results:
            setting = self._settings[name]
            known = {i: self.selected(i) for i in sorted(setting.select.ids())}
            judged = judge_result(self._policy, self._facts, setting, known)
            self._results[name] = judged
            made = as_selected(self._policy, self._facts, setting, judged[0])
            self._known[name] = replace(made, land=self._land)
        return self._results[name]

    def selected(self, name: str) -> Selected:
        """Return a selection, a result, or the circles of the rule."""
        if name not in self._known:
            if name in self._settings:
                self.result(name)
            elif name == RULE and name not in self._selects:
                made = _by_rule(self._policy, self._facts)
                self._known[name] = replace(made, land=self._land)
            else:
                self._known[name] = self._select(self._selects[name])
        return self._known[name]

    def unused_rows(self) -> Iterator[Problem]:
        """Yield what tables keyed by unit say of nobody, once every result is known."""
        for name, table in sorted(self._facts.tables.items()):
            asking = [
                tuple(self._known[s.id].units.values())
                for s in self._selects.values()
                if s.id in self._known
                and any(c.column is not None and c.column.table == name for c in s.conditions())
            ]
            if table.key is TableKey.UNIT and asking:
                yield from unused_rows(table, asking, self._facts)

    def idle_clauses(self) -> Iterator[Problem]:
        """Yield selections and exceptions that came to bear on nothing."""
        return idle_clauses(self._policy, self._known, self._facts)

    def _select(self, setting: SelectSetting) -> Selected:
        units = units_of(setting, self._facts)
        answers = found(setting.asked, units, self._facts, self._inside)
        answers = {u.id: _with_needed(setting, u, answers[u.id]) for u in units}
        index = UnitIndex.of(units if setting.except_ else (), self._facts.regions)
        exceptions = {
            u.id: e.reason.text
            for e in reversed(setting.except_)  # of two, the first keeps its word
            for u in index.named(e.name)
            if answers[u.id].truth is not Truth.NOT_MET
        }
        return Selected(
            id=setting.id,
            title=setting.title.text if setting.title else same(setting.id),
            units={u.id: u for u in units},
            truths={
                u.id: Truth.NOT_MET if u.id in exceptions else answers[u.id].truth for u in units
            },
            texts={u.id: answers[u.id].text for u in units},
            reason=setting.reason.text if setting.reason else None,
            entries={i: e for i, a in answers.items() if (e := a.entry) is not None},
            exceptions=exceptions,
            lost=lost_ground(units, self._facts.regions),
            land=self._land,
        )

    def _inside(self, name: str, unit: Unit) -> Truth:
        return self.selected(name).extent_of(unit).as_whole.truth


def _with_needed(setting: SelectSetting, unit: Unit, answer: UnitFinding) -> UnitFinding:
    """Return the finding, open where the row that names the unit lacks what each must have."""
    if answer.truth is not Truth.MET:
        return answer
    rows = [row for row in (answer.entry, unit.entry) if row is not None]
    lacking = [
        key
        for key in setting.requires
        if not any(getattr(row, key) for row in rows) and not getattr(setting, key, None)
    ]
    if not lacking:
        return answer
    if "on_application" in lacking and any(row.on_application is False for row in rows):
        return replace(answer, truth=Truth.NOT_MET, text=words.NOT_APPLIED)
    return replace(answer, truth=Truth.UNDETERMINED, text=words.lacking(lacking))


def _by_rule(policy: Policy, facts: GroundFacts) -> Selected:
    """Return the circles of ``[rule]`` as a selection of facilities, each after cutting."""
    units = {u.id: u for u in rule_units(facts)}
    judged = {f"facility:{v.facility.id}": v for v in facts.verdicts}
    return Selected(
        id=RULE,
        title=policy.policy.title.text,
        units=units,
        truths={i: truth_of(judged[i].state) for i in units},
        texts={i: judged[i].state_reason for i in units},
        reasons={i: judged[i].state_reason for i in units},
        services={i: s for i in units if (s := spot_reason(policy, judged[i]).service)},
        lost=lost_ground(units.values(), facts.regions),
    )


def by_units(
    policy: Policy, verdicts: Sequence[Verdict], units: Sequence[UnitVerdict]
) -> tuple[Verdict, ...]:
    """Return verdicts of facilities with what a policy without ``[rule]`` says of them.

    Where selections judge institutions, a facility has the state of the result that designates it,
    else of the first that asks for it. Others are not judged, and keep saying so.

    Parameters
    ----------
    policy : Policy
        The rule.
    verdicts : sequence of Verdict
        Of all facilities.
    units : sequence of UnitVerdict
        Of all units.
    """
    if policy.judges_facilities:
        return tuple(verdicts)
    mine: dict[str, UnitVerdict] = {}
    for each in units:
        if each.unit.kind is not UnitKind.FACILITY:
            continue
        had = mine.get(each.unit.code)
        if had is None or (each.state is State.DESIGNATED and had.state is not State.DESIGNATED):
            mine[each.unit.code] = each
    return tuple(
        replace(v, state=own.state, state_reason=own.reason)
        if (own := mine.get(v.facility.id)) is not None
        else v
        for v in verdicts
    )
