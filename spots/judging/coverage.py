"""What the road data do not cover: hospitals that count as "another", land beyond the border.

A hospital off the network never becomes anybody's nearest other, so a verdict could come out too
remote. That is said for each one, or, where a list has many of them, in one sentence for the list:
most of a neighbouring prefecture, or of a prefecture whose network is a town's, is out of reach.

Stands apart: it warns, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from groundfloor.problems import Problem, Text, note, warning
from spots.judging.criteria import Facts
from spots.judging.criteria.closed_ways import CLOSED_WAY, CLOSED_WAY_OTHERS
from spots.judging.policy import Policy
from spots.types import Facility, Outcome, Truth, Verdict

CODE = "destination-off-network"
DOOR_CODE = "door-on-closed-road"
BORDER_CODE = "network-border-near"
_SHOWN = 5
_MESSAGE = Text(
    "位置がないか道路網から遠いため、他の病院の到達先として数えられません",
    "has no position or lies off the network, so it is not counted as another hospital's "
    "destination",
)
_REMEDY = Text(
    "座標を補うか、この病院を覆う道路網を使ってください",
    "add coordinates, or use a network that covers it",
)


def lost_destinations(policy: Policy, facts: Facts) -> tuple[Problem, ...]:
    """Name the hospitals that count but are not tied to the network.

    Parameters
    ----------
    policy : Policy
        Says which hospitals count.
    facts : Facts
        Facilities and their snaps.

    Returns
    -------
    tuple of Problem
        A warning for each, or, of more than a handful in one list, a warning for the list and a
        note for each.
    """
    lost = [f for f in facts.facilities if _counts(f, policy, facts) and not _tied(f, facts)]
    found: list[Problem] = []
    for file in dict.fromkeys(f.rows[0].file for f in lost):
        here = [f for f in lost if f.rows[0].file == file]
        if len(here) > _SHOWN:
            every = sum(f.rows[0].file == file for f in facts.facilities)
            found.append(_summary(file, here, every))
            found.extend(_about(f, note) for f in here)
        else:
            found.extend(_about(f, warning) for f in here)
    return tuple(found)


def open_borders(verdicts: Sequence[Verdict]) -> tuple[Problem, ...]:
    """Say in one warning which facilities the border of the road data leaves undetermined."""
    near = [v.facility.name for v in verdicts if any(map(_ends_at_border, v.outcomes))]
    if not near:
        return ()
    rest = len(near) - _SHOWN
    ja = "、".join(near[:_SHOWN]) + (f" ほか{rest}施設" if rest > 0 else "")
    en = ", ".join(near[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
    return (
        warning(
            BORDER_CODE,
            Text(
                "道路データの縁が基準の時間より近く、隣県の病院の一覧もないため、遠いとは"
                f"言い切れません（{ja}）",
                "the road data end nearer than the threshold and no list names hospitals of other "
                f"prefectures, so remoteness is not proven ({en})",
            ),
            Text(
                '隣県の病院の一覧（role = "destination"）と、隣県まで覆う道路網を使ってください。'
                "数えない設定基準なら travel.neighbours = false とします",
                'add a list of their hospitals (role = "destination") and roads that cover them, '
                "or set travel.neighbours = false if they do not count",
            ),
        ),
    )


def closed_doors(verdicts: Sequence[Verdict]) -> tuple[Problem, ...]:
    """Say in one warning which verdicts hang on a closed road at somebody's door."""
    hang = [v.facility.name for v in verdicts if any(map(_hangs_on_door, v.outcomes))]
    if not hang:
        return ()
    rest = len(hang) - _SHOWN
    ja = "、".join(hang[:_SHOWN]) + (f" ほか{rest}施設" if rest > 0 else "")
    en = ", ".join(hang[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
    return (
        warning(
            DOOR_CODE,
            Text(
                "最も近い道が私道や車止めの先などで、そこを通れるかどうかで要件の判定が変わる施設が"
                f"あります（{ja}）",
                "the road nearest to a door is private, behind a barrier or the like, and the "
                f"criterion hangs on whether it may be used ({en})",
            ),
            Text(
                "その道を通れるか現地で確かめ、道路データのタグか施設の座標（出入口）を直すか、"
                "判定を手動で決めてください。内訳は spots explain で分かります",
                "find out whether it may be used, and correct the tags of the road data or the "
                "facility's coordinates (its entrance), or decide by hand; spots explain tells "
                "both figures",
            ),
        ),
    )


def _hangs_on_door(outcome: Outcome) -> bool:
    variants = outcome.travel.variants if outcome.travel else ()
    return any(v.changes for v in variants if v.name in {CLOSED_WAY, CLOSED_WAY_OTHERS})


def _ends_at_border(outcome: Outcome) -> bool:
    travel = outcome.travel
    if travel is None or travel.border_ms is None or outcome.truth is not Truth.UNDETERMINED:
        return False
    return travel.border_ms <= travel.threshold_ms


def _counts(facility: Facility, policy: Policy, facts: Facts) -> bool:
    return any(c.counts(facility, facts) for _, c in policy.criteria)


def _tied(facility: Facility, facts: Facts) -> bool:
    return facts.roads is None or facts.roads.snap_of(facility) is not None


def _about(facility: Facility, report: Callable[..., Problem]) -> Problem:
    """Return the problem of one hospital, as `warning` or `note`."""
    row = facility.rows[0]
    return report(CODE, _MESSAGE, _REMEDY, file=row.file, row=row.row, value=facility.name)


def _summary(file: str, lost: Sequence[Facility], every: int) -> Problem:
    names = [f.name for f in lost[:_SHOWN]]
    return warning(
        CODE,
        Text(
            f"{every}施設のうち{len(lost)}施設は、位置がないか道路網から遠いため、"
            f"到達先として数えられません（{'、'.join(names)}…）",
            f"{len(lost)} of {every} facilities have no position or lie off the network and are "
            f"not counted as destinations ({', '.join(names)}…)",
        ),
        Text(
            "判定に関わる病院が含まれていないか確かめてください。一覧は run.json にあります",
            "check that none of them bears on a verdict; run.json names them all",
        ),
        file=file,
    )
