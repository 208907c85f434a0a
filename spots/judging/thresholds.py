"""Whether the times of a policy can be told as they are: to the whole second.

Times are compared to the millisecond and shown cut off to the second. Beside a threshold of 34 min
55.2 s a drive of 34 min 55 s may lie on either side, and nobody sees which.

Stands apart: it warns, and decides nothing.
"""

from __future__ import annotations

from groundfloor.problems import Problem, Text, warning
from spots.judging.criteria import NearestOtherTimeSetting
from spots.judging.policy import Policy
from spots.telling.units import duration, threshold

_MS_PER_SECOND = 1000
_MS_PER_MINUTE = 60_000


def split_seconds(policy: Policy) -> tuple[Problem, ...]:
    """Warn of each threshold in use that is no whole number of seconds.

    Parameters
    ----------
    policy : Policy
        The policy.

    Returns
    -------
    tuple of Problem
        With the thresholds in minutes that the next whole seconds are.
    """
    found = []
    for number, setting in policy.criteria:
        if not isinstance(setting, NearestOtherTimeSetting):
            continue
        rest = setting.threshold_ms % _MS_PER_SECOND
        if not rest:
            continue
        below = setting.threshold_ms - rest
        shown = threshold(setting.threshold_ms)
        near = " / ".join(
            f"{ms / _MS_PER_MINUTE:.5f} ({duration(ms).en})" for ms in (below, below + 1000)
        )
        found.append(
            warning(
                "threshold-splits-seconds",
                Text(
                    f"基準の時間（{shown.ja}）が秒の単位で割り切れません。判定はミリ秒まで比べますが、"
                    "所要時間と差は秒未満を切り捨てて示すため、表示だけでは判定を確かめられません",
                    f"the threshold ({shown.en}) is no whole number of seconds: verdicts compare "
                    "milliseconds, but times and margins are shown cut off to the second and may "
                    "seem to say otherwise",
                ),
                Text(
                    f"threshold_min を秒の単位にそろえてください（近い値: {near}）",
                    f"make threshold_min whole seconds (near: {near})",
                ),
                column=f"criterion.{number}.threshold_min",
                value=f"{setting.threshold_min:g}",
            )
        )
    return tuple(found)
