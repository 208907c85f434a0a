"""The answers about the results of a policy, for every row of a list.

Stands apart: `answering` is about circles and medical areas; a run without results never comes
here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from groundfloor.problems import Problem, Text, UsageError, error
from spots.facilities import RawFacility
from spots.facilities.unit_standing import InstitutionPlace
from spots.locating.positions_found import institutions
from spots.locating.result_ground import ResultGround, result_answer, result_grounds
from spots.locating.run_ground import RunGround, declared, land_beyond
from spots.locating.standing import AskedResult, Doubt, ResultAnswer
from spots.telling.units import metres
from spots.types import Place, ResultKind, RunResult, Truth


@dataclass(frozen=True, slots=True, eq=False)
class AskedResults:
    """The results of a run on a day, and which facility each row of a list is.

    Parameters
    ----------
    grounds : tuple of ResultGround
        All results, in the policy's order.
    chosen : frozenset of str
        Ids of those that are answered; the others only count for spots.
    ids : tuple of (frozenset of str, frozenset of str)
        Of each row, which facility of the run it is, and which it may be.
    ground : RunGround
        Boundaries of the run.
    """

    grounds: tuple[ResultGround, ...]
    chosen: frozenset[str]
    ids: tuple[tuple[frozenset[str], frozenset[str]], ...]
    ground: RunGround

    def told(self) -> tuple[AskedResult, ...]:
        """Return what to say of the chosen results above the answers."""
        return tuple(g.told() for g in self.grounds if g.ground.id in self.chosen)

    def of_row(self, at: int, row: RawFacility, place: Place) -> tuple[ResultAnswer, ...]:
        """Return the answers of all results about a row.

        Parameters
        ----------
        at : int
            Place of the row in the list.
        row : RawFacility
            The row.
        place : Place
            Its municipality, by the point or as the list says.
        """
        sure, maybe = self.ids[at]
        code = place.municipality_code
        outline = self.ground.shapes[self.ground.codes.index(code)] if code else None
        where = InstitutionPlace(row.position, code, sure, maybe, outline)
        return tuple(result_answer(ground, where) for ground in self.grounds)

    def shown(self, answers: Sequence[ResultAnswer]) -> tuple[ResultAnswer, ...]:
        """Return those of the chosen results."""
        return tuple(a for a in answers if a.result in self.chosen)

    def doubts(
        self, answers: Sequence[ResultAnswer], row: RawFacility, place: Place, tolerance_m: float
    ) -> Iterator[Doubt]:
        """Yield a doubt for each chosen result whose edge is within the tolerance, on either side.

        Not where codes answer and the list names the municipality that the point lies in, nor
        where the edge is the coast for a row that the list puts ashore here.

        Parameters
        ----------
        answers : sequence of ResultAnswer
            Of the row.
        row : RawFacility
            The row.
        place : Place
            Where its point lies.
        tolerance_m : float
            How far off its position may be.
        """
        said = declared(self.ground, row)
        agrees = said is not None and said.municipality_code == place.municipality_code
        for ground, answer in zip(self.grounds, answers, strict=True):
            edge_m = answer.edge_m
            if answer.result not in self.chosen or edge_m is None or abs(edge_m) > tolerance_m:
                continue
            if not (agrees and _by_code(ground, answer)) and self._turns(
                ground, answer, row, place=said, tolerance_m=tolerance_m
            ):
                yield _near(answer, edge_m, tolerance_m)

    def _turns(
        self,
        ground: ResultGround,
        answer: ResultAnswer,
        row: RawFacility,
        *,
        place: Place | None,
        tolerance_m: float,
    ) -> bool:
        """Tell whether a row could be on the other side: beyond the coast is no place to stand."""
        position = row.position
        ashore = place is not None and place.prefecture_code in self.ground.home
        if position is None or not ashore or answer.inside is not Truth.MET:
            return True
        return land_beyond(self.ground, ground.union, position.lon, position.lat, tolerance_m)


def asked_results(
    result: RunResult,
    ground: RunGround,
    rows: Sequence[RawFacility],
    *,
    on: date | None,
    only: str | None,
) -> AskedResults:
    """Return the results of a run, ready to be asked about the rows of a list.

    Parameters
    ----------
    result : RunResult
        The run.
    ground : RunGround
        Its boundaries.
    rows : sequence of RawFacility
        Of the list.
    on : date or None
        Day that units must be valid on.
    only : str or None
        Id of the one result that is asked for; None for all.

    Raises
    ------
    UsageError
        The run has no such result.
    """
    grounds = result_grounds(result, on)
    known = [g.ground.id for g in grounds]
    if only is not None and only not in known:
        raise UsageError(_unknown(only, known))
    named = any(u.itself for g in grounds for u in (*g.units, *g.lapsed))
    named = named or any(g.of_institutions for g in grounds)
    none = (frozenset[str](), frozenset[str]())
    ids = institutions(result, ground, rows) if named else (none,) * len(rows)
    return AskedResults(grounds, frozenset(known if only is None else [only]), ids, ground)


def in_spot_result(answers: Sequence[ResultAnswer]) -> Truth:
    """Return whether a row is in a result that designates spots; not met where there is none."""
    truths = {a.inside for a in answers if a.kind is ResultKind.SPOT}
    if Truth.MET in truths:
        return Truth.MET
    return Truth.UNDETERMINED if Truth.UNDETERMINED in truths else Truth.NOT_MET


def _by_code(ground: ResultGround, answer: ResultAnswer) -> bool:
    if answer.inside is Truth.MET:
        return answer.by_code
    return any(u.by_code and u.verdict.unit.name == answer.nearest for u in ground.drawn)


def _near(answer: ResultAnswer, edge_m: float, tolerance_m: float) -> Doubt:
    away, off, title = metres(abs(edge_m)), metres(tolerance_m), answer.title
    return Doubt(
        "near-unit-edge",
        Text(
            f"「{title.ja}」の区域の境まで{away}です（座標の誤差を{off}とみています）",
            f"the edge of {title.en} is {away} away (position taken to be up to {off} off)",
        ),
    )


def _unknown(name: str, known: Sequence[str]) -> Problem:
    told = ", ".join(known)
    message = Text(
        f"この出力にその結果はありません（結果: {told}）", f"the run has no such result ({told})"
    )
    if not known:
        message = Text(
            "この出力には区域の結果がありません", "the run has no results of units of ground"
        )
    return error(
        "result-unknown",
        message,
        Text("結果のIDを指定してください", "give the id of a result"),
        column="--result",
        value=name,
    )
