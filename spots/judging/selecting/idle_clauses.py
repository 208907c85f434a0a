"""What a policy says and no unit hears: selections in no result, exceptions of what is not in.

Stands apart: it is told when every result is known, and changes none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from groundfloor.problems import Problem, Text, note, warning
from spots.judging.policy import Policy
from spots.judging.selecting.algebra import Selected
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.selection_settings import SelectSetting
from spots.judging.selecting.unit_names import UnitIndex
from spots.types import Truth


def idle_clauses(
    policy: Policy, known: Mapping[str, Selected], facts: GroundFacts
) -> Iterator[Problem]:
    """Yield a warning for each selection that no result asks for, and a note on idle exceptions.

    Parameters
    ----------
    policy : Policy
        Its selections.
    known : mapping of str to Selected
        Every selection that a result asked for, by id.
    facts : GroundFacts
        For what exceptions name.
    """
    for setting in policy.select:
        if setting.id in known:
            yield from _exceptions(setting, known[setting.id], facts)
            if _takes_nobody(known[setting.id]):
                yield _empty(setting)
            if _ranks_everybody(setting, known[setting.id]):
                yield _rank_of_all(setting)
        else:
            yield _unused(setting)


def _unused(setting: SelectSetting) -> Problem:
    return warning(
        "selection-unused",
        Text(
            "この選定はどの結果からも使われていません",
            "is a selection that no result asks for: it takes nothing in, or out",
        ),
        Text(
            "結果の select に加えるか、要らなければ消してください",
            "add it to a result's select, or take it out",
        ),
        value=setting.id,
    )


def _takes_nobody(own: Selected) -> bool:
    nobody = all(truth is Truth.NOT_MET for truth in own.truths.values())
    return bool(own.units) and nobody and not own.exceptions


def _empty(setting: SelectSetting) -> Problem:
    return note(
        "selection-of-nobody",
        Text("この選定の条件に当たる単位は一つもありません", "is a selection that no unit meets"),
        Text(
            "条件の地名（ほかの都道府県のものでないか）と数値を確かめてください",
            "check names (are they of another prefecture?) and numbers of its condition",
        ),
        value=setting.id,
    )


def _ranks_everybody(setting: SelectSetting, own: Selected) -> bool:
    """Whether a rank is asked for, and there are no more units than it has places."""
    bounds = (b for c in setting.conditions() for b in (c.index, c.column and c.column.is_) if b)
    ranked = any(key in {"lowest", "highest"} for bound in bounds for key, _ in bound.bounds())
    return ranked and all(truth is Truth.MET for truth in own.truths.values())


def _rank_of_all(setting: SelectSetting) -> Problem:
    return note(
        "rank-of-all",
        Text(
            "順位による条件ですが、単位のすべてが当たります",
            "asks for a rank, and every unit is within it",
        ),
        Text(
            "順位の数が都道府県内の数以上でないか確かめてください",
            "check whether the rank has as many places as the prefecture has units",
        ),
        value=setting.id,
    )


def _exceptions(setting: SelectSetting, own: Selected, facts: GroundFacts) -> Iterator[Problem]:
    index = UnitIndex.of([*own.units.values()] if setting.except_ else (), facts.regions)
    idle = [e.name for e in setting.except_ if not _are_out(own.exceptions, index, e.name)]
    for name in idle:
        yield note(
            "exception-idle",
            Text(
                f"選定 {setting.id} の条件に当たらないため、この例外は要りません"
                "（ほかの選定では除かれません）",
                f"does not meet the condition of {setting.id} anyway: the exception is not needed, "
                "and takes it out of no other selection",
            ),
            Text(
                "例外を書く選定を確かめてください",
                "check that the exception stands in the right selection",
            ),
            value=name,
        )


def _are_out(exceptions: Collection[str], index: UnitIndex, name: str) -> bool:
    return any(unit.id in exceptions for unit in index.named(name))
