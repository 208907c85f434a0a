"""Whether a job has a list for each criterion: an absent list is not an empty one.

"Is not on the list" needs a list. A file without a row is one, and an answer; no file at all is
none, and the criterion is either refused by name or, where the run file says ``not_given``, told as
*not given* in every output and left open for every facility: a rule that holds by other criteria
holds, and none that hangs on this one does. Who does not want the criterion takes it out of the
rule.

Stands apart: which types a list has is known only when its rows are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from groundfloor.problems import Problem, Text, error
from spots.facilities import RawFacility
from spots.job.run_file import Job
from spots.job.run_file_shape import EVERY_LIST
from spots.judging.criteria import CriterionKind
from spots.types import FacilityType, Role


def list_problems(job: Job, rows: Iterable[RawFacility]) -> Iterator[Problem]:
    """Yield criteria without a list, and those that have one though the run file denies it.

    Parameters
    ----------
    job : Job
        The job.
    rows : iterable of RawFacility
        Every row of every layer.
    """
    have = _types_of_layers(job, rows)
    yield from _unknown(job)
    for number, criterion in job.policy.criteria:
        layers = tuple(_layers_for(criterion, job))
        if not layers and criterion.asks_for is not None:
            continue  # that no layer has the list's name is said by who knows the line
        given = any(criterion.type in have[name] for name in layers)
        if given and number in job.not_given:
            yield _given_after_all(number, criterion, job)
        if not given and number not in job.not_given:
            yield _missing(number, criterion, job)


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
        if on_list and (spec.role is Role.CANDIDATE or wanted is not None):
            yield spec.name


def _missing(number: int, criterion: CriterionKind, job: Job) -> Problem:
    mark, title = criterion.mark, criterion.heading
    return error(
        "list-missing",
        Text(
            f"要件{mark}（{title.ja}）の一覧がありません",
            f"has no list for criterion {mark} ({title.en})",
        ),
        Text(
            f"その一覧を [[facilities]] に加えてください（該当する施設がなければ見出しだけの表）。"
            f"一覧がないまま進めるなら [run] に not_given = [{number}] と書きます（どの出力にも"
            f"「一覧未提供」と示し、他の要件で決まらない施設は判定不能になります）。{mark}を使わない"
            "なら要件の組合せ（rule）から除いてください",
            "add that list to [[facilities]] (a table of headers alone if there is none of them). "
            f"To go on without, write not_given = [{number}] under [run]: every output says so, "
            "and facilities that no other criterion settles are undetermined. If it is not to be "
            "asked, take it out of the rule",
        ),
        file=job.file,
        column="facilities",
        value=criterion.type.value,
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
