"""What to know of the results of a policy: missing reasons, units in two selections, overlaps.

Stands apart: states do not hang on it; it is about the plan that is made of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
import shapely

from boundaries import ellipsoidal_km2
from groundfloor.problems import Problem, Text, error, note, warning
from spots.judging.designation import covers
from spots.judging.plan_reasons import plan_reason, without_service
from spots.judging.policy import Policy
from spots.judging.policy_tables import MADE_IN_PYTHON
from spots.judging.selecting.algebra import OF_CODES
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.selection_settings import ResultSetting
from spots.telling.unit_labels import UNIT_KIND_LABELS
from spots.telling.units import SMALLEST_KM2, area
from spots.telling.wording import some
from spots.types import State
from spots.types.ground_units import Clause, ResultKind, Unit, UnitVerdict


def ground_findings(
    policy: Policy,
    setting: ResultSetting,
    verdicts: Sequence[UnitVerdict],
    facts: GroundFacts,
) -> tuple[Problem, ...]:
    """Return what to know of one result.

    Parameters
    ----------
    policy : Policy
        For reasons by hand, and those of its selections.
    setting : ResultSetting
        The result.
    verdicts : sequence of UnitVerdict
        Of its units.
    facts : GroundFacts
        For the classes of areas.

    Returns
    -------
    tuple of Problem
        Errors: a designated unit below the municipality has no reason. Warnings: it names no
        service; a spot reaches into a 少数区域, or ground into an excluded municipality. Notes:
        units in two selections, and overlaps.
    """
    designated = [v for v in verdicts if v.state is State.DESIGNATED]
    return (
        *_without_reason(policy, setting, designated),
        *_without_service(setting, designated),
        *_twice(setting, designated),
        *_overlaps(setting, designated),
        *_in_moot(setting, designated, facts),
        *_in_excluded(policy, setting, designated, facts),
    )


def _taking(clauses: Sequence[Clause]) -> list[Clause]:
    return [c for c in clauses if c.takes_in]


def _without_reason(
    policy: Policy, setting: ResultSetting, designated: Sequence[UnitVerdict]
) -> Iterator[Problem]:
    """Yield an error for each unit whose reason the plan has to give and nobody has given."""
    if not setting.needs_reasons:
        return
    for verdict in designated:
        unit = verdict.unit
        told = plan_reason(unit, verdict.clauses, policy, setting)
        if not unit.kind.below_municipality or told.reason is not None:
            continue
        kind, entry = UNIT_KIND_LABELS[unit.kind], _row_of(verdict)
        yield error(
            "unit-without-reason",
            Text(
                f"市区町村より小さい区域（{kind.ja}）には設定理由が必要ですが、ありません",
                f"is smaller than a municipality ({kind.en}), and has no reason: the plan needs it",
            ),
            Text(
                "一覧の「設定理由」の列、選定の reason か [[unit_reason]] に書いてください",
                "write it in the list's reason column, as the selection's reason, or as a "
                "[[unit_reason]]",
            ),
            file=entry[0] or MADE_IN_PYTHON,
            row=entry[1],
            value=unit.name,
        )


def _row_of(verdict: UnitVerdict) -> tuple[str, int | None]:
    entries = [c.entry for c in verdict.clauses if c.entry is not None]
    own = verdict.unit.entry
    found = next(iter([*entries, *((own,) if own is not None else ())]), None)
    return (found.file, found.row) if found is not None else ("", None)


def _without_service(
    setting: ResultSetting, designated: Sequence[UnitVerdict]
) -> Iterator[Problem]:
    if setting.kind is not ResultKind.SPOT or not setting.needs_reasons:
        return
    bare = [v.unit.name for v in designated if v.unit.kind.below_municipality and not v.service]
    if bare:
        yield without_service(bare, setting.id)


def _twice(setting: ResultSetting, designated: Sequence[UnitVerdict]) -> Iterator[Problem]:
    """Yield that units are taken in by several selections, each with its own reason."""
    pairs: dict[tuple[str, ...], list[str]] = {}
    for verdict in designated:
        taking = tuple(dict.fromkeys(c.select for c in _taking(verdict.clauses)))
        if len(taking) > 1:
            pairs.setdefault(taking, []).append(verdict.unit.name)
    for selections, units in pairs.items():
        told, ids = some(units, Text("件", "more")), "、".join(selections)
        yield note(
            "unit-in-two-selections",
            Text(
                f"複数の選定（{ids}）に当たります：{told.ja}。理由はそれぞれ残しています",
                f"taken in by several selections ({', '.join(selections)}): {told.en}; each "
                "keeps its reason",
            ),
            Text(
                "一つだけにするときは none か minus で除いてください",
                "to count each once, take it out of one with none or minus",
            ),
            value=setting.id,
        )


def _overlaps(setting: ResultSetting, designated: Sequence[UnitVerdict]) -> Iterator[Problem]:
    """Yield ground that several units of a result share; it counts once in the union.

    All that lies in one unit, a city with its islands, is told at once.
    """
    drawn = [v for v in designated if not v.geometry.is_empty]
    shared = dict(_shared(drawn))
    while shared:
        times = Counter(n for pair in shared for n in pair)
        one = max(times, key=lambda n: (times[n], -n))
        mine = {pair: km2 for pair, km2 in shared.items() if one in pair}
        others = [drawn[b if a == one else a].unit.name for a, b in mine]
        yield _overlap(setting, drawn[one].unit.name, others, sum(mine.values()))
        shared = {pair: km2 for pair, km2 in shared.items() if pair not in mine}


def _shared(drawn: Sequence[UnitVerdict]) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield pairs of units that have ground in common, and how many km² it is."""
    shapes = np.array([v.geometry for v in drawn], dtype=object)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for a, b in sorted(zip(left.tolist(), right.tolist(), strict=True)):
        if a >= b or _apart(drawn[a].unit, drawn[b].unit):
            continue
        km2 = ellipsoidal_km2(shapely.intersection(shapes[a], shapes[b]))
        if km2 >= SMALLEST_KM2:
            yield (a, b), km2


def _overlap(setting: ResultSetting, one: str, others: Sequence[str], km2: float) -> Problem:
    told = some(others, Text("件", "more"))
    sum_ja, sum_en = ("合わせて", " in all") if len(others) > 1 else ("", "")
    return note(
        "units-overlap",
        Text(
            f"{one}と{told.ja}の区域が{sum_ja}{area(km2)}重なっています。"
            "合計の面積には一度だけ数えています",
            f"{one} and {told.en} share {area(km2)}{sum_en}; the total counts it once",
        ),
        Text("重なりが意図どおりか確かめてください", "check that the overlap is meant"),
        value=setting.id,
    )


def _apart(one: Unit, other: Unit) -> bool:
    """Tell whether two units of whole municipalities have none in common: they only touch."""
    by_codes = one.kind in OF_CODES and other.kind in OF_CODES
    return by_codes and not set(one.municipality_codes) & set(other.municipality_codes)


def _in_moot(
    setting: ResultSetting, designated: Sequence[UnitVerdict], facts: GroundFacts
) -> Iterator[Problem]:
    """Yield spots with ground in an area where none is needed, and that nothing cuts off."""
    if not setting.moot or "shortage_areas" in setting.cut:
        return
    moot = {a.code for a in facts.regions.medical_areas if a.area_class in setting.moot}
    frame = facts.regions.municipalities
    for verdict, km2 in _reaching(designated, frame[frame["area_code"].isin(moot)]):
        yield warning(
            "spot-in-shortage-area",
            Text(
                f"区域のうち{area(km2)}が、スポットを要しない二次医療圏にあります",
                f"{area(km2)} of it lie in medical areas that need no spot",
            ),
            Text(
                '除くときは結果に cut = ["shortage_areas"] と書いてください',
                'to leave it out, write cut = ["shortage_areas"] in the result',
            ),
            value=verdict.unit.name,
        )


def _in_excluded(
    policy: Policy,
    setting: ResultSetting,
    designated: Sequence[UnitVerdict],
    facts: GroundFacts,
) -> Iterator[Problem]:
    """Yield units with ground in a municipality that the policy excludes, and nothing cuts off."""
    if "excluded_municipalities" in setting.cut:
        return
    frame = facts.regions.municipalities
    codes = [e.code for e in policy.exclude_municipality if e.area]
    out = [any(covers(code, str(town)) for code in codes) for town in frame.index]
    for verdict, km2 in _reaching(designated, frame[out]):
        yield warning(
            "ground-in-excluded-municipality",
            Text(
                f"区域のうち{area(km2)}が、設定基準で対象外とした市区町村にあります",
                f"{area(km2)} of it lie in municipalities that the policy excludes",
            ),
            Text(
                '除くときは結果に cut = ["excluded_municipalities"] と書いてください',
                'to leave it out, write cut = ["excluded_municipalities"] in the result',
            ),
            value=verdict.unit.name,
        )


def _reaching(
    designated: Sequence[UnitVerdict], towns: gpd.GeoDataFrame
) -> Iterator[tuple[UnitVerdict, float]]:
    """Yield units with ground in some municipalities, and how many km² there are."""
    shapes = towns.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    for verdict in designated:
        near = shapes[tree.query(verdict.geometry, predicate="intersects")]
        km2 = sum(ellipsoidal_km2(shapely.intersection(verdict.geometry, g)) for g in near)
        if km2 >= SMALLEST_KM2:
            yield verdict, km2
