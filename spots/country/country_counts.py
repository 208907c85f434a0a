"""What the results of prefectures come to, each facility once, and whether it adds up.

A row of a national list must be judged in exactly one run: its own prefecture's. Stands apart: what
is counted here stands in no run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from boundaries.codes import PREFECTURES
from groundfloor.problems import Problem, Severity, Text, warning
from spots.country.put_together import is_own
from spots.telling.country_words import lands
from spots.telling.wording import some_facilities
from spots.types import Role, RunResult, State

_Row = tuple[str, int | None]  # file and row


@dataclass(frozen=True, slots=True)
class PrefectureCounts:
    """What one prefecture comes to.

    Parameters
    ----------
    code : str
        Two digits.
    facilities : int
        Judged facilities of its own; hospitals of neighbours are none.
    states : mapping of State to int
        How many of those are in each.
    spots : int
        Its spots.
    by_criterion : mapping of int to int
        Spots that meet each criterion, by its number.
    dissolved_km2 : float
        Ground of all of them together.
    people : float or None
        Who lives there; None where the run has no population.
    neighbours : int
        Hospitals of other prefectures that its run reached.
    """

    code: str
    facilities: int
    states: Mapping[State, int]
    spots: int
    by_criterion: Mapping[int, int]
    dissolved_km2: float
    people: float | None
    neighbours: int


@dataclass(frozen=True, slots=True)
class WarningCount:
    """How often something was told.

    Parameters
    ----------
    code : str
        Of the problem.
    severity : Severity
        How grave.
    times : int
        How often in all runs; what several runs tell alike counts in each.
    prefectures : tuple of str
        Codes of those that have it.
    example : Problem
        The first.
    """

    code: str
    severity: Severity
    times: int
    prefectures: tuple[str, ...]
    example: Problem


@dataclass(frozen=True, slots=True)
class CountryCounts:
    """What the results of prefectures come to.

    Parameters
    ----------
    prefectures : tuple of PrefectureCounts
        By code.
    warnings : tuple of WarningCount
        By severity and code.
    problems : tuple of Problem
        What does not add up; empty where every row is judged once.
    """

    prefectures: tuple[PrefectureCounts, ...]
    warnings: tuple[WarningCount, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def facilities(self) -> int:
        """Judged facilities of all prefectures."""
        return sum(each.facilities for each in self.prefectures)

    @property
    def spots(self) -> int:
        """Spots of all prefectures."""
        return sum(each.spots for each in self.prefectures)

    @property
    def km2(self) -> float:
        """Ground of the spots of all prefectures, each prefecture's by itself."""
        return sum(each.dissolved_km2 for each in self.prefectures)

    @property
    def people(self) -> float | None:
        """Who lives there; None where some run has no population."""
        found = [each.people for each in self.prefectures]
        return None if None in found or not found else sum(n for n in found if n is not None)

    def meeting(self, criterion: int) -> int:
        """Return how many spots meet a criterion, by its number."""
        return sum(each.by_criterion.get(criterion, 0) for each in self.prefectures)

    def state(self, state: State) -> int:
        """Return how many facilities are in a state."""
        return sum(each.states[state] for each in self.prefectures)


def counted(results: Sequence[RunResult]) -> CountryCounts:
    """Return what results of prefectures come to, and what does not add up.

    Parameters
    ----------
    results : sequence of RunResult
        One for each prefecture.
    """
    ordered = sorted(results, key=lambda result: result.settings.prefecture_code)
    return CountryCounts(
        tuple(map(_of_prefecture, ordered)),
        tuple(_warnings(ordered)),
        tuple(_unsound(ordered)),
    )


def _of_prefecture(result: RunResult) -> PrefectureCounts:
    home = result.settings.home
    own = [
        v
        for v in result.verdicts
        if v.facility.role is Role.CANDIDATE and v.place.prefecture_code in home
    ]
    found = Counter(v.state for v in own)
    return PrefectureCounts(
        code=result.settings.prefecture_code,
        facilities=len(own),
        states={state: found[state] for state in State},
        spots=len(result.spots),
        by_criterion={
            c.number: sum(c.number in spot.criteria for spot in result.spots)
            for c in result.settings.criteria
        },
        dissolved_km2=result.dissolved_km2,
        people=result.dissolved_population,
        neighbours=sum(not is_own(v, result.settings) for v in result.verdicts),
    )


def _warnings(results: Sequence[RunResult]) -> Iterator[WarningCount]:
    found: dict[tuple[Severity, str], list[tuple[str, Problem]]] = {}
    for result in results:
        for problem in result.problems:
            mine = (result.settings.prefecture_code, problem)
            found.setdefault((problem.severity, problem.code), []).append(mine)
    order = list(Severity)
    for severity, code in sorted(found, key=lambda key: (order.index(key[0]), key[1])):
        told = found[severity, code]
        whose = tuple(dict.fromkeys(each for each, _ in told))
        yield WarningCount(code, severity, len(told), whose, told[0][1])


# --- does it add up?


def _unsound(results: Sequence[RunResult]) -> Iterator[Problem]:
    judged: dict[_Row, list[str]] = {}
    names: dict[_Row, str] = {}
    unknown: set[_Row] = set()
    for result in results:
        home = result.settings.prefecture_code
        for verdict in result.verdicts:
            if verdict.facility.role is not Role.CANDIDATE:
                continue
            for row in verdict.facility.rows:
                key = (row.file, row.row)
                names[key] = verdict.facility.name
                if verdict.place.prefecture_code == home:
                    judged.setdefault(key, []).append(home)
                elif verdict.place.prefecture_code is None:
                    unknown.add(key)
    unknown -= judged.keys()
    yield from _judged_twice(judged, names)
    yield from _of_nobody(unknown, names)
    yield from _judged_nowhere(results, judged, unknown)
    if len(results) == len(PREFECTURES):
        yield from _rows_lost(results, judged, unknown)


def _judged_twice(
    judged: Mapping[_Row, Sequence[str]], names: Mapping[_Row, str]
) -> Iterator[Problem]:
    twice = [key for key, whose in judged.items() if len(whose) > 1]
    if twice:
        told = some_facilities([names[key] for key in twice])
        yield warning(
            "judged-in-two-prefectures",
            Text(
                f"二つ以上の都道府県で判定された行が{len(twice)}行あり、合計が合いません（{told.ja}）",
                f"{len(twice)} rows are judged in more than one prefecture, so that sums do not "
                f"hold ({told.en})",
            ),
            Text(
                "市区町村コードか所在地を補うか、境界データの重なりを確かめてください",
                "add municipality codes or addresses, or check whether outlines overlap",
            ),
            file=twice[0][0],
            row=twice[0][1],
        )


def _of_nobody(unknown: set[_Row], names: Mapping[_Row, str]) -> Iterator[Problem]:
    if unknown:
        rows = sorted(unknown, key=lambda key: (key[0], key[1] or 0))
        told = some_facilities([names[key] for key in rows])
        yield warning(
            "of-no-prefecture",
            Text(
                f"どの都道府県のものか分からない行が{len(rows)}行あり、都道府県別の数に入りません（{told.ja}）",
                f"of {len(rows)} rows nobody knows the prefecture: they count in none ({told.en})",
            ),
            Text(
                "都道府県、市区町村、所在地、座標のどれかを補ってください",
                "add the prefecture, the municipality, an address or coordinates",
            ),
            file=rows[0][0],
            row=rows[0][1],
        )


def _judged_nowhere(
    results: Sequence[RunResult], judged: Mapping[_Row, Sequence[str]], unknown: set[_Row]
) -> Iterator[Problem]:
    """Yield hospitals reached from beside whose own prefecture's run does not judge them."""
    run = {result.settings.prefecture_code for result in results}
    lists = {belt.layer for result in results for belt in result.belts}
    lost: dict[_Row, str] = {}
    for result in results:
        for verdict in result.verdicts:
            if verdict.place.prefecture_code not in run or is_own(verdict, result.settings):
                continue
            for row in verdict.facility.rows:
                key = (row.file, row.row)
                if row.layer in lists and key not in judged and key not in unknown:
                    lost[key] = verdict.facility.name
    if lost:
        told = some_facilities(list(lost.values()))
        yield warning(
            "neighbour-not-judged-at-home",
            Text(
                f"隣の都道府県の到達先でありながら、自らの都道府県で判定されていない行が"
                f"{len(lost)}行あります（{told.ja}）",
                f"{len(lost)} rows are reached from beside and judged in no prefecture ({told.en})",
            ),
            Text(
                "所在地と座標が別の都道府県を指していないか確かめてください",
                "check whether address and coordinates say different prefectures",
            ),
            file=next(iter(lost))[0],
            row=next(iter(lost))[1],
        )


def _rows_lost(
    results: Sequence[RunResult], judged: Mapping[_Row, Sequence[str]], unknown: set[_Row]
) -> Iterator[Problem]:
    """Yield lists of the whole country of which some rows are judged in none of its prefectures."""
    files = {layer.name: layer.file for result in results for layer in result.layers}
    rows = {belt.layer: belt.rows for result in results for belt in result.belts}
    per_file = Counter(file for file, _ in (*judged, *unknown))
    for layer, count in rows.items():
        file = files[layer]
        twice = sum(other == file for name, other in files.items() if name in rows) > 1
        if not twice and per_file[file] < count:
            where = lands(sorted(PREFECTURES))
            yield warning(
                "rows-judged-nowhere",
                Text(
                    f"{where.ja}の一覧の{count:,}行のうち{count - per_file[file]:,}行は、"
                    "どの都道府県でも判定されていません",
                    f"{count - per_file[file]:,} of {count:,} rows are judged in no prefecture",
                ),
                Text(
                    "座標が海上や国外にないか、都道府県の名前が読めるか確かめてください",
                    "check whether their points lie at sea or abroad, and what prefecture they say",
                ),
                file=file,
                value=layer,
            )
