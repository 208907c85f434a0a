"""Runtime check: the subjects out are the subjects in, and every spot has its facility."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from groundfloor.problems import SpotsError, Text, error
from spots.types import RunResult, State


class ConservationError(SpotsError, RuntimeError):
    """Subjects were lost, doubled or reordered between input and output: a defect of the tool."""


def check_result(result: RunResult) -> None:
    """Check that ids of a result are unique, and that spots and units belong to something.

    Raises
    ------
    ConservationError
        When they are not; a defect of the tool, not of the data.
    """
    if wrong := wrong_ids(result):
        raise _broken(", ".join(wrong[:5]), "RunResult")


def wrong_ids(result: RunResult) -> list[str]:
    """Return ids that several subjects have, and those of spots of nobody designated."""
    ids = Counter(v.facility.id for v in result.verdicts)
    spots = Counter(s.facility_id for s in result.spots)
    doubled = {key for counted in (ids, spots) for key, n in counted.items() if n > 1}
    designated = {v.facility.id for v in result.verdicts if v.state is State.DESIGNATED}
    return sorted(doubled | (spots.keys() - designated) | _wrong_units(result))


def _wrong_units(result: RunResult) -> set[str]:
    """Return results of one id, units twice in a result, and those of a result that is none."""
    results = Counter(ground.id for ground in result.grounds)
    units = Counter(verdict.key for verdict in result.units)
    doubled = {key for counted in (results, units) for key, n in counted.items() if n > 1}
    return doubled | {v.key for v in result.units if v.result not in results}


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
    _compare([v.facility.id for v in result.verdicts], written, name)


def check_units(result: RunResult, written: Sequence[str], name: str) -> None:
    """Check that a file holds every unit exactly once for each result, in the run's order.

    Parameters
    ----------
    result : RunResult
        The run.
    written : sequence of str
        `UnitVerdict.key` of each row read back from the file.
    name : str
        The file.

    Raises
    ------
    ConservationError
        When they differ.
    """
    _compare([v.key for v in result.units], written, name)


def _compare(expected: Sequence[str], written: Sequence[str], name: str) -> None:
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
                "施設または区域が失われたか重複しました（ツールの不具合です）。出力は作成していません",
                "facilities or units were lost or doubled (a defect of the tool); nothing was "
                "written",
            ),
            Text(
                "実行ファイルと入力を添えて開発者にお知らせください",
                "please report it with the run file and the inputs",
            ),
            file=name,
            value=value,
        )
    )
