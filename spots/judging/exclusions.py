"""Whether municipalities that a policy takes out are the ones it means.

Code and name say it twice. A slip in the code would let one town in and another out without a word,
and what neither code nor name finds takes nothing out at all.

Stands apart: verdicts come from policy and facts alone, and know of no lines in files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from boundaries import Regions
from boundaries.codes import designated_city, fold
from groundfloor.problems import Problem, Text, error, note, warning
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


@dataclass(frozen=True, slots=True)
class ExclusionElsewhere:
    """A municipality that a policy for several prefectures takes out, in another than the run's.

    Parameters
    ----------
    code, name : str
        As written.
    file : str
        Where it is written.
    row : int or None
        Its line there.
    """

    code: str
    name: str
    file: str
    row: int | None


def elsewhere_problems(
    policy: Policy, regions: Regions, elsewhere: Sequence[ExclusionElsewhere]
) -> Iterator[Problem]:
    """Yield that municipalities of other prefectures are not out here, which a slip may mean.

    Parameters
    ----------
    policy : Policy
        The policy of the run, without them.
    regions : Regions
        The map.
    elsewhere : sequence of ExclusionElsewhere
        Those municipalities.

    Yields
    ------
    Problem
        Errors: the prefecture has a municipality of that name, and the code is another's. Warnings:
        it has one, and nobody knows of the code. One note for all others.
    """
    others: list[ExclusionElsewhere] = []
    for each in elsewhere:
        meant = regions.namesakes(each.name, policy.policy.prefecture)
        known = regions.municipality(each.code)
        if meant and known is None:
            yield _namesake(each, meant[0].code)
        elif meant and known is not None and fold(known.name) != fold(each.name):
            yield _disagrees(each, meant[0].code, (each.file, each.row))
        else:
            others.append(each)
    if others:
        yield note(
            "exclusions-elsewhere",
            Text(
                "設定基準で対象外の市町村のうち、この都道府県の外にあるものは、ここでは関係しません",
                "municipalities that the policy excludes lie outside this prefecture, and mean "
                "nothing here",
            ),
            Text(
                "この都道府県にも対象外の市町村があれば、"
                "[[policy.override.exclude_municipality]] に書いてください"
                "（プリセットのものに代わります）",
                "if this prefecture excludes municipalities too, write them under "
                "[[policy.override.exclude_municipality]], which take the place of the preset's",
            ),
            file=others[0].file,
            row=others[0].row,
            column=_COLUMN,
            value="、".join(f"{each.name}（{each.code}）" for each in others),
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


def _disagrees(
    exclusion: MunicipalityExclusion | ExclusionElsewhere, code: str, where: At
) -> Problem:
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


def _namesake(exclusion: ExclusionElsewhere, code: str) -> Problem:
    return warning(
        "exclusion-namesake",
        Text(
            f"対象外とする{exclusion.name}は、コードではほかの都道府県の市町村なので、"
            f"この都道府県の{exclusion.name}（{code}）は対象外にしません",
            f"by its code, {exclusion.name}, which is to be out, lies in another prefecture: that "
            f"of this prefecture ({code}) is not out",
        ),
        _AGREE,
        file=exclusion.file,
        row=exclusion.row,
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
