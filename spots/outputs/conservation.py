"""Runtime check: the facilities out are the facilities in, and every spot has its facility."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from groundfloor.problems import SpotsError, Text, error
from spots.types import RunResult, State


class ConservationError(SpotsError, RuntimeError):
    """Facilities were lost, doubled or reordered between input and output: a defect of the tool."""


def check_result(result: RunResult) -> None:
    """Check that the ids of a result are unique and that spots belong to designated facilities.

    Raises
    ------
    ConservationError
        When they are not; a defect of the tool, not of the data.
    """
    if wrong := wrong_ids(result):
        raise _broken(", ".join(wrong[:5]), "RunResult")


def wrong_ids(result: RunResult) -> list[str]:
    """Return ids that several verdicts or spots have, and those of spots of nobody designated."""
    ids = Counter(v.facility.id for v in result.verdicts)
    spots = Counter(s.facility_id for s in result.spots)
    doubled = {key for counted in (ids, spots) for key, n in counted.items() if n > 1}
    designated = {v.facility.id for v in result.verdicts if v.state is State.DESIGNATED}
    return sorted(doubled | (spots.keys() - designated))


def check_ids(result: RunResult, written: Sequence[str], name: str) -> None:
    """Check that a file holds every facility exactly once and in input order.

    Parameters
    ----------
    result : RunResult
        The run.
    written : sequence of str
        The ids read back from the file.
    name : str
        The file.

    Raises
    ------
    ConservationError
        When they differ.
    """
    expected = [v.facility.id for v in result.verdicts]
    if list(written) != expected:
        differing = sorted(set(expected) ^ set(written))
        raise _broken(", ".join(differing[:5]) or "order", name)


def check_rows(expected: int, written: int, name: str) -> None:
    """Check that a file has as many rows as its layer.

    Parameters
    ----------
    expected, written : int
        Rows of the layer, and those found in the file.
    name : str
        The file.

    Raises
    ------
    ConservationError
        When they differ.
    """
    if written != expected:
        raise _broken(f"{written} / {expected}", name)


def _broken(value: str, name: str) -> ConservationError:
    return ConservationError(
        error(
            "facilities-not-conserved",
            Text(
                "施設が失われたか重複しました（ツールの不具合です）。出力は作成していません",
                "facilities were lost or doubled (a defect of the tool); nothing was written",
            ),
            Text(
                "実行ファイルと入力を添えて開発者にお知らせください",
                "please report it with the run file and the inputs",
            ),
            file=name,
            value=value,
        )
    )
