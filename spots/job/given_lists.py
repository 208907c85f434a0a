"""Whether a job has a list for each criterion: an absent list is not an empty one.

"Is not on the list" needs a list. Without one the criterion is told as *not given* in every output
and left open for every facility: a rule that holds by other criteria holds, and none that hangs on
this one does. That a criterion of a type has no list is warned of, unless the run file says so
itself (``not_given``); the named list that a criterion counts is refused by name. Who does not want
a criterion takes it out of the rule.

Stands apart: which types a list has is known only when its rows are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from groundfloor.problems import Problem, Text, error, warning
from spots.facilities import RawFacility
from spots.job.run_file import Job
from spots.job.run_layers import EVERY_LIST
from spots.judging.criteria import CriterionKind
from spots.telling.wording import NOTHING
from spots.types import FacilityType


def lists_not_given(
    job: Job, rows: Iterable[RawFacility]
) -> tuple[frozenset[int], tuple[Problem, ...]]:
    """Return the criteria without a list, and what is to be said of them.

    Parameters
    ----------
    job : Job
        The job.
    rows : iterable of RawFacility
        Every row of every layer.

    Returns
    -------
    frozenset of int
        Numbers of the criteria, those that the run file names too.
    tuple of Problem
        Errors: a named list that is absent, or one that is there though the run file denies it.
        Warnings: a criterion of a type that no list has.
    """
    have = _types_of_layers(job, rows)
    absent, problems = set(job.not_given), list(_unknown(job))
    for number, criterion in job.policy.criteria:
        layers = tuple(_layers_for(criterion, job))
        if not layers and criterion.asks_for is not None:
            continue  # that no layer has the list's name is said by who knows the line
        given = any(criterion.type in have[name] for name in layers)
        if given and number in job.not_given:
            problems.append(_given_after_all(number, criterion, job))
        if not given and number not in job.not_given:
            absent.add(number)
            problems.append(_missing(number, criterion, job))
    return frozenset(absent), tuple(problems)


def _unknown(job: Job) -> Iterator[Problem]:
    known = [number for number, _ in job.policy.criteria]
    listed = ", ".join(map(str, known))
    for number in job.settings.run.not_given:
        if number not in known:
            yield error(
                "not-given-unknown",
                Text("要件の組合せにない番号です", "names no criterion of the rule"),
                Text(f"{listed} のいずれかにしてください", f"use one of: {listed}"),
                file=job.file,
                column="run.not_given",
                value=str(number),
            )


def _types_of_layers(job: Job, rows: Iterable[RawFacility]) -> dict[str, set[FacilityType]]:
    """Return the types that each layer declares or that a row of it has."""
    have = {spec.name: set(spec.types) for spec in job.layers}
    for raw in rows:
        have[raw.row.layer] |= raw.types
    return have


def _layers_for(criterion: CriterionKind, job: Job) -> Iterator[str]:
    """Yield the layers that a criterion looks at: those of its list, or all that are judged."""
    wanted = criterion.asks_for
    for spec, name in zip(job.layers, job.lists, strict=True):
        on_list = wanted is None or name in {wanted, EVERY_LIST}
        if on_list and (spec.role.judges or wanted is not None):
            yield spec.name


def _missing(number: int, criterion: CriterionKind, job: Job) -> Problem:
    mark, title = criterion.mark, criterion.heading
    code, tell = ("list-missing", error) if criterion.asks_for else ("list-not-given", warning)
    goes_on = (
        NOTHING
        if criterion.asks_for
        else Text(f"。{mark}は「一覧未提供」とし、判定しません", ", which is told as not given")
    )
    return tell(
        code,
        Text(
            f"要件{mark}（{title.ja}）の一覧がありません{goes_on.ja}",
            f"has no list for criterion {mark} ({title.en}){goes_on.en}",
        ),
        Text(
            f"{_where_to_add(number, criterion, job).ja}"
            f"{mark}を使わないか、該当する施設が一つもなければ、要件の組合せ（rule）から除いてください",
            f"{_where_to_add(number, criterion, job).en} If it is not to be "
            "asked, or there is none of them at all, take it out of the rule",
        ),
        file=job.file,
        column="facilities",
        value=criterion.type.value,
    )


def _where_to_add(number: int, criterion: CriterionKind, job: Job) -> Text:
    """Return how a list is given, or said to be none: in the run file, or in Python."""
    if job.in_memory:
        read = f'read_facilities(..., types="{criterion.type.value}")'
        without = f"Scenario(..., not_given=[{number}])"
        return Text(
            f"その一覧を {read} で読み、Scenario に渡してください。"
            f"ないことが分かっていれば {without} とします。",
            f"read that list with {read} and give it to Scenario. "
            f"If there is no list, say so: {without}.",
        )
    return Text(
        "その一覧を [[facilities]] に加えてください。"
        f"ないことが分かっていれば [run] に not_given = [{number}] と書きます。",
        "add that list to [[facilities]]. "
        f"If there is no list, say so: not_given = [{number}] under [run].",
    )


def _given_after_all(number: int, criterion: CriterionKind, job: Job) -> Problem:
    mark, title = criterion.mark, criterion.heading
    return error(
        "list-given-after-all",
        Text(
            f"要件{mark}（{title.ja}）の一覧があるのに、ないと書かれています",
            f"says that there is no list for criterion {mark} ({title.en}), but there is one",
        ),
        Text(
            f"not_given から {number} を消すか、その一覧を外してください",
            f"take {number} out of not_given, or leave that list out",
        ),
        file=job.file,
        column="run.not_given",
        value=str(number),
    )
