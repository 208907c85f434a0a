"""Whether municipalities that a policy takes out are the ones it means.

Code and name say it twice. A slip in the code would let one town in and another out without a word,
and what neither code nor name finds takes nothing out at all.

Stands apart: verdicts come from policy and facts alone, and know of no lines in files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from boundaries import Regions
from boundaries.codes import designated_city, fold
from groundfloor.problems import Problem, Text, error, warning
from spots.judging.designation import covers
from spots.judging.policy import Policy
from spots.judging.policy_files import At
from spots.judging.policy_tables import MADE_IN_PYTHON, MunicipalityExclusion
from spots.types import Facility

_COLUMN = "exclude_municipality.code"
_CANDIDATES, _ALIKE = 3, 0.5  # names of three characters share two with what was meant
_AGREE = Text(
    "exclude_municipality の code と name を合わせてください",
    "make code and name of exclude_municipality agree",
)


def exclusion_problems(
    policy: Policy, regions: Regions, facilities: Iterable[Facility] = (), at: Sequence[At] = ()
) -> tuple[Problem, ...]:
    """Return what is wrong with the municipalities that a policy takes out.

    Parameters
    ----------
    policy : Policy
        The policy.
    regions : Regions
        The map. It need not hold what is out, where that is known otherwise: a designated city,
        or a municipality that a list has facilities in.
    facilities : iterable of Facility
        All facilities of the run.
    at : sequence of (str, int or None)
        File and row of each exclusion, in order; where unknown, none is named.

    Returns
    -------
    tuple of Problem
        Errors: the map has the name under another code, or neither name nor code is anywhere.
        Warnings: the code is of a municipality that the map calls otherwise.
    """
    codes = {f.municipality_code for f in facilities}
    found = []
    for n, exclusion in enumerate(policy.exclude_municipality):
        where = at[n] if n < len(at) else (MADE_IN_PYTHON, None)
        meant = regions.namesakes(exclusion.name, policy.policy.prefecture)
        if any(covers(exclusion.code, m.code) for m in meant) or _is_city(exclusion):
            continue
        if len(meant) == 1:
            found.append(_disagrees(exclusion, meant[0].code, where))
        elif (there := regions.municipality(exclusion.code)) is not None:
            found.append(_renamed(exclusion, there.name, where))
        elif not any(covers(exclusion.code, code) for code in codes):
            found.append(_nowhere(exclusion, regions, where))
    return tuple(found)


def _is_city(exclusion: MunicipalityExclusion) -> bool:
    """Whether code and name are those of a designated city, which a map may hold as wards."""
    city = designated_city(exclusion.code)
    return city is not None and (exclusion.code, fold(exclusion.name)) == city


def _disagrees(exclusion: MunicipalityExclusion, code: str, where: At) -> Problem:
    return error(
        "exclusion-name-disagrees",
        Text(
            f"対象外とする{exclusion.name}のコードは、境界データでは {code} です",
            f"on the map {exclusion.name}, which is to be out, has the code {code}",
        ),
        _AGREE,
        file=where[0],
        row=where[1],
        column=_COLUMN,
        value=exclusion.code,
    )


def _renamed(exclusion: MunicipalityExclusion, name: str, where: At) -> Problem:
    return warning(
        "exclusion-name-unknown",
        Text(
            f"対象外とする「{exclusion.name}」という名称の市町村はなく、コードは境界データの{name}です。"
            f"{name}を対象外とします",
            f"no municipality is called {exclusion.name}; by its code {name} is out",
        ),
        _AGREE,
        file=where[0],
        row=where[1],
        column=_COLUMN,
        value=exclusion.code,
    )


def _nowhere(exclusion: MunicipalityExclusion, regions: Regions, where: At) -> Problem:
    frame = regions.municipalities
    own = frame["prefecture_code"] == regions.prefecture_code
    names = {fold(name): (name, code) for code, name in frame.loc[own, "name"].items()}
    near = get_close_matches(fold(exclusion.name), names, _CANDIDATES, _ALIKE)
    alike = [names[key] for key in near]
    alike += [
        (m.name, m.code)
        for code in get_close_matches(exclusion.code, map(str, frame.index[own]), 1, 0.8)
        if (m := regions.municipality(code)) is not None and (m.name, m.code) not in alike
    ]
    listed = "、".join(f"{name} [{code}]" for name, code in alike) or "-"
    return error(
        "exclusion-matches-none",
        Text(
            f"対象外とする{exclusion.name}（{exclusion.code}）は、コードも名称も境界データになく、"
            f"どの一覧の医療機関の市町村でもありません（近いもの: {listed}）",
            f"neither the map nor any list knows code or name of {exclusion.name} "
            f"({exclusion.code}), which is to be out (the nearest: {listed})",
        ),
        Text(
            "exclude_municipality の code と name を直すか、要らなければ消してください",
            "mend code and name of exclude_municipality, or take the entry out",
        ),
        file=where[0],
        row=where[1],
        column=_COLUMN,
        value=exclusion.code,
    )
