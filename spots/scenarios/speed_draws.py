"""Speeds drawn at random: in how many draws each verdict by travel time holds.

Nobody has measured how far an assumed speed is from the truth; a spread says how far it may be. In
each draw every class of the speed table gets a factor of its own (or all of them one), and
everybody is asked again at those speeds: the speed table of the draw is one that a run file can
name, and the outcome is that of a run with it. Limits, widths, waiting, ferries and the way to the
door stay; so do the ties to the roads, which no speed bears on.

A factor is made of nothing but the seed, the number of the draw and the name of the class, by
SHA-256: the same in every process and order, with every library, and adding a class or a draw
changes no other.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from groundfloor.problems import Problem, Text, UsageError, error
from networks import RoadNetwork
from networks.retiming import edge_speeds, retimed, rows_of_classes
from networks.speeds.profile import FERRY, MAX_KMH, MIN_KMH, RoadClass, SpeedProfile
from spots.job.job_facts import JobFacts
from spots.job.run_file import Job
from spots.scenarios.standings import Step, TravelQuestion
from spots.types import State, Truth, Verdict
from spots.types.robustness import (
    SpeedDistribution,
    SpeedSensitivity,
    SpeedShare,
    SpeedSpread,
    TravelStanding,
)

_BITS = 53  # of a number between 0 and 1 in double precision
_LIKELY = 0.975  # the share below the upper end of the central 95 of 100
_ALL_CLASSES = ""  # whose luck it is where one factor is drawn for all


def draw_factor(spread: SpeedSpread, draw: int, row: str) -> float:
    """Return the factor of a class of roads in a draw.

    Parameters
    ----------
    spread : SpeedSpread
        How factors are drawn.
    draw : int
        Number of the draw, from 1.
    row : str
        Name of the class in the speed table.

    Examples
    --------
    >>> round(draw_factor(SpeedSpread(spread=0.2, seed=1), 1, "trunk"), 6)
    0.926078
    """
    width = spread.classes.get(row, spread.spread)
    if width == 0.0:
        return 1.0
    luck = _luck(spread.seed, draw, _ALL_CLASSES if spread.together else row)
    if spread.distribution is SpeedDistribution.UNIFORM:
        return 1.0 + width * (2.0 * luck - 1.0)
    sigma = math.log1p(width) / NormalDist().inv_cdf(_LIKELY)
    return math.exp(sigma * NormalDist().inv_cdf(luck))


def _luck(seed: int, draw: int, row: str) -> float:
    """Return a number above 0 and below 1, any as likely as any other."""
    digest = hashlib.sha256(f"{seed}/{draw}/{row}".encode()).digest()
    return ((int.from_bytes(digest[:8]) >> (64 - _BITS)) + 0.5) / (1 << _BITS)


def drawn_profile(
    profile: SpeedProfile, rows: Iterable[RoadClass], spread: SpeedSpread, draw: int
) -> SpeedProfile:
    """Return the speed table of a draw: that of a run which names it.

    Parameters
    ----------
    profile : SpeedProfile
        The table.
    rows : iterable of RoadClass
        Those of its rows whose speed is drawn.
    spread : SpeedSpread
        How.
    draw : int
        Number of the draw, from 1.
    """
    factors = {row.name: _possible(row, draw_factor(spread, draw, row.name)) for row in rows}
    told = f"draw {draw} of seed {spread.seed}, {spread.distribution.value}"
    return profile.scaled(
        factors,
        name=f"{profile.name}-draw-{draw}",
        version=profile.version,
        title=Text(
            f"{profile.title.ja}（乱数 {spread.seed}、{draw} 回目）",
            f"{profile.title.en} (seed {spread.seed}, draw {draw})",
        ),
        sources=dict.fromkeys(factors, told),
    )


def _possible(row: RoadClass, factor: float) -> float:
    """Return a factor that leads to a speed which a table may have."""
    kmh = row.kmh or MIN_KMH
    return min(max(factor, MIN_KMH / kmh), MAX_KMH / kmh)


def rows_drawn(network: RoadNetwork, spread: SpeedSpread) -> tuple[RoadClass, ...]:
    """Return the rows of a network's speed table that are drawn: those its roads go by.

    Raises
    ------
    UsageError
        The spread is none, or names a class that no road goes by; or no road goes by the table.
    """
    rows = {r.name: r for r in rows_of_classes(network, network.profile) if r and r.name != FERRY}
    known = {*rows, *(row.name for row in network.profile.classes)}
    problems = [_no_such_class(name, rows) for name in spread.classes if name not in known]
    if problems:
        raise UsageError(problems)
    widths = {name: spread.classes.get(name, spread.spread) for name in rows}
    drawn = tuple(row for name, row in sorted(rows.items()) if widths[name] > 0.0)
    if not drawn or share_drawn(network, drawn) == 0.0:
        raise UsageError(_nothing_drawn())
    return drawn


def share_drawn(network: RoadNetwork, rows: Sequence[RoadClass]) -> float:
    """Return the share of the roads' length whose time goes by rows of the table."""
    edges, drawn = network.edges, {row.name for row in rows}
    of_class = [
        r is not None and r.name in drawn for r in rows_of_classes(network, network.profile)
    ]
    by_row = np.array(of_class, bool)[edges.road_class]
    by_row &= edge_speeds(network, network.profile).on_row
    metres = np.where(edges.ferry, 0.0, edges.length_m)
    return float(metres[by_row].sum() / metres.sum()) if metres.sum() else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class SpeedDraws:
    """A job whose speeds are drawn, draw by draw, in any order and any process.

    Parameters
    ----------
    job, known : Job, JobFacts
        The job and what is known of it.
    spread : SpeedSpread
        How speeds are drawn.
    rows : tuple of RoadClass
        Those that are drawn.
    network : RoadNetwork
        The roads at the speeds of the table.
    question : TravelQuestion
        What is asked.
    asking : tuple of str
        Ids of those whom the criterion measures.
    """

    job: Job
    known: JobFacts
    spread: SpeedSpread
    rows: tuple[RoadClass, ...]
    network: RoadNetwork
    question: TravelQuestion
    asking: tuple[str, ...]

    @classmethod
    def of(
        cls, job: Job, known: JobFacts, verdicts: Sequence[Verdict], spread: SpeedSpread
    ) -> SpeedDraws:
        """Return the draws of a job.

        Raises
        ------
        UsageError
            The policy has no criterion on travel time, the job no roads that go by a table, or
            the spread is none.
        """
        check_spread(spread)
        question = TravelQuestion.of(job.policy)
        if known.facts.roads is None:
            raise UsageError(_nothing_drawn())
        network = known.facts.roads.network
        asking = tuple(v.facility.id for v, _ in question.measured(verdicts))
        rows = rows_drawn(network, spread)
        return cls(job, known, spread, rows, network, question, asking)

    def profile(self, draw: int) -> SpeedProfile:
        """Return the speed table of a draw, from 1."""
        return drawn_profile(self.network.profile, self.rows, self.spread, draw)

    def standings(self, draw: int) -> Mapping[str, TravelStanding]:
        """Return how those whom the criterion measures stand in a draw, from 1."""
        roads = self.known.facts.roads
        if roads is None:
            raise AssertionError("checked before")
        at_speeds = retimed(self.network, self.profile(draw))
        facts = replace(self.known.facts, roads=replace(roads, network=at_speeds))
        return self.question.standings(facts, self.asking)


def speed_sensitivity(
    job: Job,
    known: JobFacts,
    verdicts: Sequence[Verdict],
    spread: SpeedSpread,
    *,
    step: Step = lambda _n, _of, _name: None,
) -> SpeedSensitivity:
    """Return in how many draws of speeds each verdict by travel time holds.

    Parameters
    ----------
    job : Job
        The job.
    known : JobFacts
        What is known of it.
    verdicts : sequence of Verdict
        As it judges.
    spread : SpeedSpread
        How speeds are drawn, and how often.
    step : callable
        Told of the progress.

    Raises
    ------
    UsageError
        As `SpeedDraws.of`.
    """
    draws = SpeedDraws.of(job, known, verdicts, spread)
    found = []
    for draw in range(1, spread.draws + 1):
        step(draw, spread.draws, "")
        found.append(draws.standings(draw))
    return gathered(draws, verdicts, found)


def gathered(
    draws: SpeedDraws, verdicts: Sequence[Verdict], found: Sequence[Mapping[str, TravelStanding]]
) -> SpeedSensitivity:
    """Return what draws come to, in whatever order they were made.

    Parameters
    ----------
    draws : SpeedDraws
        Whose they are.
    verdicts : sequence of Verdict
        As the job judges at the speeds of the table.
    found : sequence of mapping
        How everybody stands in each of them.
    """
    before = draws.question.standings(draws.known.facts, draws.asking)
    return SpeedSensitivity(
        spread=draws.spread,
        profile=draws.network.profile.label,
        criterion=draws.question.number,
        classes=tuple(row.name for row in draws.rows),
        drawn_share=share_drawn(draws.network, draws.rows),
        rows=tuple(
            _share(
                verdict,
                outcome.travel.turning.factor
                if outcome.travel and outcome.travel.turning
                else None,
                before,
                found,
            )
            for verdict, outcome in draws.question.measured(verdicts)
        ),
    )


def _share(
    verdict: Verdict,
    factor: float | None,
    before: Mapping[str, TravelStanding],
    found: Sequence[Mapping[str, TravelStanding]],
) -> SpeedShare:
    mine = [each[verdict.facility.id] for each in found]
    times = [each.travel_ms for each in mine if each.travel_ms is not None]
    return SpeedShare(
        facility=verdict.facility,
        before=before[verdict.facility.id],
        draws=len(mine),
        met=sum(each.truth is Truth.MET for each in mine),
        undetermined=sum(each.truth is Truth.UNDETERMINED for each in mine),
        designated=sum(each.state is State.DESIGNATED for each in mine),
        least_ms=min(times, default=None),
        most_ms=max(times, default=None),
        factor=factor,
    )


# --- what is wrong with a spread

_MOST_SPREAD, _MOST_DRAWS = 0.9, 100_000


def check_spread(spread: SpeedSpread) -> None:
    """Refuse a spread that is none.

    Raises
    ------
    UsageError
        A number is out of range; all of them are named.
    """
    widths = {"spread": spread.spread}
    widths |= {f"classes.{name}": width for name, width in spread.classes.items()}
    problems = [_wrong_width(k, w) for k, w in widths.items() if not 0.0 <= w <= _MOST_SPREAD]
    if not 1 <= spread.draws <= _MOST_DRAWS:
        problems.append(_wrong_count(spread.draws))
    if problems:
        raise UsageError(problems)


def _wrong_width(key: str, width: float) -> Problem:
    return error(
        "spread-out-of-range",
        Text(
            f"速度の幅は 0 以上 {_MOST_SPREAD:g} 以下です",
            f"a spread of speeds is from 0 to {_MOST_SPREAD:g}",
        ),
        Text("上下 2 割なら 0.2 と書きます", "a fifth up and down is 0.2"),
        column=key,
        value=f"{width:g}",
    )


def _wrong_count(draws: int) -> Problem:
    return error(
        "draws-out-of-range",
        Text(f"回数は 1 以上 {_MOST_DRAWS:,} 以下です", f"draws are from 1 to {_MOST_DRAWS:,}"),
        Text("200 から 1,000 ほどで足ります", "some 200 to 1,000 are enough"),
        column="draws",
        value=str(draws),
    )


def _no_such_class(name: str, rows: Iterable[str]) -> Problem:
    known = ", ".join(sorted(rows))
    return error(
        "speeds-no-such-class",
        Text("この道路種別の道路はありません", "there is no road of this class"),
        Text(f"次のいずれかにしてください: {known}", f"use one of: {known}"),
        column="classes",
        value=name,
    )


def _nothing_drawn() -> Problem:
    return error(
        "draws-change-nothing",
        Text(
            "速度表で所要時間が決まる道路がないため、速度を振っても何も変わりません",
            "no road goes by a speed table that is drawn, so that draws would change nothing",
        ),
        Text(
            "道路網と速度表（[network] の profile）、幅（spread）を確かめてください",
            "check the roads, the speed table (profile under [network]) and the spread",
        ),
    )
