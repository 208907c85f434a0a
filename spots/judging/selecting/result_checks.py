"""What contradicts itself in results: no units to judge, a period that ends first, two grounds.

Stands apart: the results of a policy by themselves; `selection_checks` holds them against the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundfloor.problems import Problem, Text
from groundfloor.toml import KeyPath
from spots.judging.policy import Policy
from spots.judging.selecting.selection_settings import RULE, Join, ResultSetting
from spots.judging.selecting.written_keys import WrittenKeys, key_error
from spots.types.ground_units import UnitKind

_Source = tuple[UnitKind, str]  # kind and layer of units that may have circles
_Grounds = Mapping[str, frozenset[tuple[_Source, bool]]]


def result_problems(policy: Policy, at: WrittenKeys) -> Iterator[Problem]:
    """Yield an error for each result that cannot mean what it says.

    Parameters
    ----------
    policy : Policy
        Its selections and results.
    at : WrittenKeys
        Where they stand.
    """
    grounds = _grounds(policy)
    results = {r.id: r for r in policy.result}
    for n, result in enumerate(policy.result):
        path: KeyPath = ("result", n, "select")
        if not _has_units(result.select):
            yield key_error(
                "result-without-units",
                at.place(path),
                Text(
                    "none だけでは、どの単位を判定するのか決まりません",
                    "none alone does not say which units are judged",
                ),
                Text(
                    'all = ["a", { none = ["b"] }] のように、ほかの選定と組み合わせてください',
                    'join it with a selection, like all = ["a", { none = ["b"] }]',
                ),
                result.id,
            )
        yield from _two_grounds(result, path, grounds, results, at)
        yield from _period(policy, result, n, at)


def _has_units(join: Join) -> bool:
    return any(True for _ in _judged(join))


def _judged(join: Join) -> Iterator[str]:
    """Yield the ids whose units a join judges, as `algebra.subjects` does."""
    for key, parts in join.used():
        for part in () if key == "none" else parts if key == "any" else parts[:1]:
            if isinstance(part, Join):
                yield from _judged(part)
            else:
                yield part


def _period(policy: Policy, result: ResultSetting, n: int, at: WrittenKeys) -> Iterator[Problem]:
    first = result.valid_from or policy.validity.valid_from
    last = result.valid_to or policy.validity.valid_to
    if last < first:
        key = "valid_to" if result.valid_to is not None else "valid_from"
        yield key_error(
            "result-period-reversed",
            at.place(("result", n, key)),
            Text(
                f"設定期間の終了日（{last}）が開始日（{first}）より前です",
                f"its period ends ({last}) before it begins ({first})",
            ),
            Text("日付を直してください", "mend the dates"),
            str(getattr(result, key)),
        )


# --- an institution, and a circle round it


def _grounds(policy: Policy) -> _Grounds:
    """Return by id of a selection whose circles it draws, or whom it takes without one."""
    found = {
        s.id: frozenset({((s.unit, s.layer or ""), s.radius_m is not None)})
        for s in policy.select
        if s.unit is UnitKind.FACILITY or (s.unit is UnitKind.POINT and s.layer is not None)
    }
    return found | {RULE: frozenset({((UnitKind.FACILITY, ""), True)})}


def _two_grounds(
    result: ResultSetting,
    path: KeyPath,
    grounds: _Grounds,
    results: Mapping[str, ResultSetting],
    at: WrittenKeys,
) -> Iterator[Problem]:
    ids, waiting = set[str](), [*_judged(result.select)]
    while waiting:
        name = waiting.pop()
        if name not in ids and name in results:
            waiting += _judged(results[name].select)
        ids.add(name)
    seen = {ground for name in ids for ground in grounds.get(name, ())}
    both = {source for source, circle in seen if circle and (source, False) in seen}
    if both:
        mixed = sorted(i for i in ids if any(s in both for s, _ in grounds.get(i, ())))
        yield key_error(
            "result-of-two-grounds",
            at.place(path),
            Text(
                f"同じ医療機関・地点を円としても、それ自体としても選んでいます: {'、'.join(mixed)}",
                "takes the same institutions or points with a circle and without: "
                + ", ".join(mixed),
            ),
            Text(
                "radius_m をどの選定にも書くか、結果を二つに分けてください",
                "write radius_m in each of the selections, or make two results of them",
            ),
            result.id,
        )
