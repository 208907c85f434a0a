"""Whether decisions by hand can do what they say.

One that names nobody, or that a stronger rule keeps from any effect, must not pass unseen: whoever
wrote it relies on it. Both are errors, with the line and with what would help.

Stands apart: verdicts come from policy and facts alone, and know of no lines in files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from groundfloor.near_names import nearest_names
from groundfloor.problems import Problem, Text, error, warning
from spots.judging.designation import class_open, exclusion_of
from spots.judging.policy import Policy
from spots.judging.policy_files import At
from spots.judging.policy_tables import MADE_IN_PYTHON, ManualDecision
from spots.telling.wording import NOTHING
from spots.types import Facility, Place, Role

_CANDIDATES = 3

_PLACE_OPEN = (
    Text(
        "個別の決定は、この医療機関の位置が分かるまで効きません",
        "waits until the position of this facility is known",
    ),
    Text("座標や所在地を直してください", "mend its coordinates or address"),
)
_CLASS_OPEN = (
    Text(
        "個別の決定は、所在する二次医療圏の区分が分かるまで効きません",
        "waits until the class of its medical area is known",
    ),
    Text(
        "指標の表に区分を書くか、少数区域でも設定するなら "
        'overrides = ["moot"] と書き加えてください',
        "state the class in the index table; to designate it in a shortage area too, add "
        'overrides = ["moot"]',
    ),
)
_ONLY_REACHED = {
    "include": Text("判定の対象となる一覧に加えてください", "add it to a list that is judged"),
    "exclude": Text(
        "この決定を消してください（到達先としても数えないなら、一覧から外してください）",
        "take it out (and leave the hospital out of that list if it is not to count at all)",
    ),
}


def manual_problems(
    policy: Policy,
    facilities: Sequence[Facility],
    places: Mapping[str, Place],
    at: Sequence[At] = (),
    closed: Sequence[Facility] = (),
) -> tuple[Problem, ...]:
    """Return what is wrong with the policy's decisions by hand.

    Parameters
    ----------
    policy : Policy
        The decisions.
    facilities : sequence of Facility
        All facilities of the run.
    places : mapping of str to Place
        Where each is, by id.
    at : sequence of (str, int or None)
        File and row of each decision, in order; where unknown, none is named.
    closed : sequence of Facility
        Hospitals that the run takes to be closed: a decision about one decides nothing any more.

    Returns
    -------
    tuple of Problem
        Errors: it names nobody (with the nearest names), or can have no effect. Warnings: it
        applies to several facilities, or waits for the place of one to be known.
    """
    found: list[Problem] = []
    decided: set[str] = set()
    for n, decision in enumerate(policy.manual):
        where = at[n] if n < len(at) else (MADE_IN_PYTHON, None)
        hit = [f for f in facilities if f.is_called(decision.facility)]
        if not hit and any(f.is_called(decision.facility) for f in closed):
            continue
        if not hit:
            found.append(_nobody(decision, facilities, where))
        elif len(hit) > 1:
            found.append(_several(decision, len(hit), where))
        for facility in hit:
            if facility.id in decided:
                found.append(_twice(decision, facility, where))
            else:
                found += _effect(policy, decision, facility, places[facility.id], where)
        decided |= {f.id for f in hit}
    return tuple(found)


def _effect(
    policy: Policy, decision: ManualDecision, facility: Facility, place: Place, where: At
) -> Iterator[Problem]:
    """Yield what keeps a decision from any effect on a facility."""
    if facility.role is Role.DESTINATION:
        reached = Text("到達先としてのみ使う一覧にあります", "is on a list that is only reached")
        yield _idle(decision, facility, reached, _ONLY_REACHED[decision.decision], where)
    elif decision.decision == "include":
        yield from _kept_out(policy, decision, facility, place, where)


def _kept_out(
    policy: Policy, decision: ManualDecision, facility: Facility, place: Place, where: At
) -> Iterator[Problem]:
    code = place.municipality_code
    prefecture = place.prefecture_code or (code or "")[:2]
    if place.problem is None and prefecture not in {"", policy.policy.prefecture}:
        beyond = Text("ほかの都道府県の医療機関です", "lies in another prefecture")
        yield _idle(decision, facility, beyond, Text("決定を消してください", "take it out"), where)
        return
    if place.problem is not None or code is None or facility.position is None:
        yield _waits(facility, *_PLACE_OPEN, where)
        return
    bars = {
        "excluded": exclusion_of(policy, place) is not None,
        "moot": place.area_class in policy.scope.moot_area_classes,
    }
    needed = [name for name, bars_it in bars.items() if bars_it]
    if set(needed) - set(decision.overrides):
        yield _idle(decision, facility, _why(needed, place), _override(needed), where)
    elif class_open(policy, place) and "moot" not in decision.overrides:
        yield _waits(facility, *_CLASS_OPEN, where)


def _waits(facility: Facility, message: Text, remedy: Text, where: At) -> Problem:
    return warning(
        "manual-waits",
        message,
        remedy,
        file=where[0],
        row=where[1],
        column="manual.facility",
        value=facility.name,
    )


def _why(needed: Sequence[str], place: Place) -> Text:
    if "excluded" in needed:
        name = place.municipality
        return Text(
            f"設定基準で対象外の{name}にあります", f"lies in {name}, which the policy excludes"
        )
    area = place.area or place.area_code or "?"
    return Text(
        f"スポットの要らない区域（{area}）にあります",
        f"lies in an area that needs no spot ({area})",
    )


def _override(needed: Sequence[str]) -> Text:
    written = ", ".join(f'"{name}"' for name in needed)
    return Text(
        f"それでも設定するなら overrides = [{written}] と書き加えてください",
        f"to designate it all the same, add overrides = [{written}]",
    )


def _idle(
    decision: ManualDecision, facility: Facility, why: Text, remedy: Text, where: At
) -> Problem:
    return error(
        "manual-without-effect",
        Text(
            f"個別の決定（{decision.decision}）は効きません: {why.ja}",
            f"a decision by hand ({decision.decision}) has no effect: it {why.en}",
        ),
        remedy,
        file=where[0],
        row=where[1],
        column="manual.facility",
        value=facility.name,
    )


def _twice(decision: ManualDecision, facility: Facility, where: At) -> Problem:
    earlier = Text("先の決定が同じ医療機関に当たります", "names whom an earlier one names already")
    return _idle(decision, facility, earlier, Text("一つにしてください", "keep one of them"), where)


def _several(decision: ManualDecision, count: int, where: At) -> Problem:
    return warning(
        "manual-matches-several",
        Text(
            f"個別の決定が{count}件の医療機関に当たります",
            f"a decision by hand applies to {count} facilities",
        ),
        Text("医療機関の ID を書いてください", "give the facility's id"),
        file=where[0],
        row=where[1],
        column="manual.facility",
        value=decision.facility,
    )


def _nobody(decision: ManualDecision, facilities: Sequence[Facility], where: At) -> Problem:
    guess = nearest_facilities(decision.facility, facilities)
    return error(
        "manual-matches-none",
        Text(
            f"個別の決定に当たる医療機関がありません{guess.ja}",
            f"a decision by hand names no facility{guess.en}",
        ),
        Text(
            "医療機関の ID か、一覧どおりの名称を書いてください",
            "give the facility's id, or its name exactly as listed",
        ),
        file=where[0],
        row=where[1],
        column="manual.facility",
        value=decision.facility,
    )


def nearest_facilities(wanted: str, facilities: Sequence[Facility]) -> Text:
    """Return, in brackets, the facilities whose name holds what is wanted, or is most like it."""
    of = {each: f for f in reversed(facilities) for each in f.names}
    near = list({of[n].id: of[n] for n in nearest_names(wanted, of)}.values())[:_CANDIDATES]
    listed = "、".join(f"{f.name} [{f.id}]" for f in near)
    return Text(f"（近い名称: {listed}）", f" (the nearest: {listed})") if near else NOTHING
