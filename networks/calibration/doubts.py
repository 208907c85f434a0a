"""What is to be doubted about a calibration, in words.

Stands apart: what is found is found in `calibrate`, without a word.
"""

from __future__ import annotations

from collections.abc import Sequence

from groundfloor.problems import Problem, Text, error, warning
from networks.calibration.outcome import Errors


def too_few(file: str, count: int, needed: int) -> Problem:
    """Return the problem of too few trips."""
    return error(
        "calibrate-too-few",
        Text(
            f"使える観測が {count} 件しかありません（{needed} 件以上必要です）",
            f"only {count} trips can be used; {needed} are needed",
        ),
        Text("観測を増やしてください", "observe more trips"),
        file=file,
    )


def too_thin(file: str, trips: int, km: float) -> Problem:
    """Return the problem of classes with too few trips or kilometres each."""
    return error(
        "calibrate-too-thin",
        Text(
            f"どの道路種別も観測が足りません（{trips} 件・計 {km:g} km 以上）",
            f"no class of road has enough: {trips} trips and {km:g} km",
        ),
        Text("観測を増やしてください", "observe more trips, or longer ones"),
        file=file,
    )


def unidentified(file: str, rows: Sequence[str]) -> Problem:
    """Return the problem of classes that trips drive on and do not tell the speed of."""
    return warning(
        "calibrate-not-identified",
        Text(
            f"観測からは速度を決められない道路種別があり、元の速度のままにしました: "
            f"{'・'.join(rows)}",
            f"the trips do not identify the speed of these classes, which keep theirs: "
            f"{', '.join(rows)}",
        ),
        Text(
            "その種別を長く走る、別の区間の観測を増やしてください",
            "observe trips between other places that drive long on them",
        ),
        file=file,
    )


def alike(file: str, rows: Sequence[str]) -> Problem:
    """Return the problem of classes that no trip tells apart."""
    return warning(
        "calibrate-alike",
        Text(
            f"観測では互いに区別できない道路種別があり、一つの係数を共有させました: "
            f"{'・'.join(rows)}",
            f"no trip tells these classes apart, and they share one factor: {', '.join(rows)}",
        ),
        Text(
            "どちらか一方だけを長く走る観測を増やしてください",
            "observe trips that drive long on one and not on the other",
        ),
        file=file,
    )


def no_better(file: str, before: Errors, unseen: Errors) -> Problem:
    """Return the doubt of a profile that does not foretell what it has not seen."""
    return warning(
        "calibrate-no-better",
        Text(
            "調整に使わなかった観測では、元の速度表より良くなりません"
            f"（誤差の中央値 {before.median_min:.1f} 分 → {unseen.median_min:.1f} 分）",
            "on trips it was not fitted to, the new profile is no better than the old one "
            f"(median error {before.median_min:.1f} → {unseen.median_min:.1f} min)",
        ),
        Text("この速度表は使わず、観測を増やしてください", "do not use it; observe more trips"),
        file=file,
    )


def far_off(file: str, after: Errors) -> Problem:
    """Return the doubt of a profile that half of the trips are far from."""
    return warning(
        "calibrate-far-off",
        Text(
            f"調整後も、観測の半数が計算と {after.median_percent:.0f} % 以上違います",
            f"half of the trips are still {after.median_percent:.0f} % or more off",
        ),
        Text(
            "所要時間の単位、座標、道路網の範囲を確かめてください",
            "check the unit of the times, the coordinates and the network's area",
        ),
        file=file,
    )


def at_bound(file: str, rows: Sequence[str], value: float) -> Problem:
    """Return the doubt of a factor that stopped at an end of its range."""
    return warning(
        "calibrate-at-bound",
        Text(
            f"係数が範囲の端 {value:.2f} です: {'・'.join(rows)}",
            f"a factor is at the end of its range, {value:.2f}: {', '.join(rows)}",
        ),
        Text(
            "観測の座標と単位、元の速度表を確かめてください",
            "check coordinates and units of the trips, and the first profile",
        ),
        file=file,
    )
